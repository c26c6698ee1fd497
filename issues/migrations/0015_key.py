"""Bring the keys under which pages are recognised up to today's rules."""

from django.db import migrations

from issues.links.rekeying import rekey, rekey_aliases


def bring_up_to_date(apps, schema_editor):
    rekey(apps.get_model("issues", "Source"))
    rekey(apps.get_model("issues", "Mention"))
    rekey_aliases(apps.get_model("issues", "PageAlias"))


class Migration(migrations.Migration):
    dependencies = [("issues", "0014_published_links")]

    operations = [migrations.RunPython(bring_up_to_date, migrations.RunPython.noop, elidable=True)]

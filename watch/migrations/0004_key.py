"""Bring the keys of links up to today's rules; two that are one page now become one."""

from django.db import migrations

from watch.merging import rekey


def bring_up_to_date(apps, schema_editor):
    aliases = apps.get_model("issues", "PageAlias").objects.values_list("key", "canonical_url")
    rekey(apps.get_model("watch", "Link").objects, dict(aliases))


class Migration(migrations.Migration):
    dependencies = [("watch", "0003_board"), ("issues", "0015_key")]

    operations = [migrations.RunPython(bring_up_to_date, migrations.RunPython.noop, elidable=True)]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("subscribers", "0004_own_data")]

    operations = [
        migrations.AddIndex(
            model_name="consentevent",
            index=models.Index(fields=["kind", "at"], name="consent_by_kind"),
        ),
        migrations.AddField(
            model_name="subscriber",
            name="topics",
            field=models.JSONField(blank=True, default=list, editable=False, verbose_name="topics"),
        ),
    ]

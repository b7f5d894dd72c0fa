"""A source number counts for who speaks: an enterprise's own numbers never meet another's or a channel's."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_agreements")]

    operations = [
        migrations.RemoveConstraint(model_name="intake", name="intake_source_once"),
        migrations.AddField(
            model_name="intake",
            name="speaker",
            field=models.CharField(blank=True, default="", max_length=24, verbose_name="替谁编的号"),
        ),
        migrations.AddConstraint(
            model_name="intake",
            constraint=models.UniqueConstraint(
                condition=models.Q(source_id__isnull=False),
                fields=("channel", "speaker", "source_id"),
                name="intake_source_once",
            ),
        ),
    ]

"""Numbers that came before name their speaker as well."""

from django.db import migrations, models


def speakers_name(apps, schema_editor):
    """Name who spoke where people speak for themselves; their enterprise, else the person who sent it."""
    Intake = apps.get_model("cases", "Intake")
    rows = Intake.objects.filter(source_id__isnull=False).exclude(source_id="")
    own = rows.filter(models.Q(channel__group="线上") | models.Q(channel__code="api"), is_anonymous=False)
    for row in own.only("id", "enterprise_id", "person_id", "recorded_by_id").iterator():
        person = row.person_id or row.recorded_by_id
        row.speaker = f"e:{row.enterprise_id}" if row.enterprise_id else f"p:{person}" if person else ""
        row.save(update_fields=["speaker"])


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_source_numbers_by_speaker")]

    operations = [migrations.RunPython(speakers_name, migrations.RunPython.noop)]

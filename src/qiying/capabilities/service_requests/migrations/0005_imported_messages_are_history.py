from django.db import migrations

CODE = "history-messages"


def mark(apps, schema_editor):
    """Mark the district of imported messages as history: importers of earlier versions did not."""
    district = apps.get_model("organisations", "District")
    for row in district.objects.filter(code=CODE):
        row.settings = {**row.settings, "is_history": True}
        row.save(update_fields=["settings"])


class Migration(migrations.Migration):
    dependencies = [
        ("service_requests", "0004_saved_views_are_the_kernels"),
        ("organisations", "0001_units_people_and_sign_in"),
    ]
    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]

from django.db import migrations

# Children before those they point at.
GONE = (
    "Clue",
    "SpecialPlan",
    "Watcher",
    "Station",
    "RuleCount",
    "RuleMark",
    "ReturnVisit",
    "Sanction",
    "StepDown",
    "Tolerance",
)


class Migration(migrations.Migration):
    """Clues, registers and the personnel body's rows are the capability `monitoring` from here on; tables stay."""

    dependencies = [
        ("integrity", "0002_watching_lists_and_personnel"),
        ("monitoring", "0001_tables_of_integrity"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[], state_operations=[migrations.DeleteModel(name=name) for name in GONE]
        )
    ]

from django.db import migrations

# Children before those they point at.
GONE = (
    "VisitWish",
    "VisitPromise",
    "VisitProblem",
    "VisitPart",
    "Visit",
    "OfficerOpinion",
    "ResidentFirm",
    "ResidentTerm",
    "Campaign",
)


class Migration(migrations.Migration):
    """Visits and resident officers are the capability `visits` from here on: their tables stay where they are."""

    dependencies = [
        ("engagement", "0004_activities_of_points_are_gatherings"),
        ("visits", "0001_tables_of_engagement"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[], state_operations=[migrations.DeleteModel(name=name) for name in GONE]
        )
    ]

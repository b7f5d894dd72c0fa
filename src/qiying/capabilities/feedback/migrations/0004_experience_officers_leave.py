"""Feedback no longer knows the tables of experience officers; they stay where they are (decision 23)."""

from django.db import migrations

NAMES = ("Improvement", "ExperienceFinding", "ExperienceTask", "ExperienceScript", "ExperienceOfficer")


class Migration(migrations.Migration):
    dependencies = [
        ("experience", "0001_from_feedback"),
        ("feedback", "0003_experience_officers"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name) for name in NAMES])
    ]

"""Partner regions, licences and reminders belong to `handling` now; their tables stay as they are."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("service_centre", "0003_tickets_name_their_matter"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel("Licence"),
                migrations.DeleteModel("Partner"),
                migrations.DeleteModel("Reminder"),
            ],
        ),
    ]

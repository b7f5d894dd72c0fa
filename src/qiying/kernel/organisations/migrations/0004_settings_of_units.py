"""A unit settles things of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisations", "0003_memberships_for_people_on_leave")]

    operations = [
        migrations.AddField("unit", "settings", models.JSONField("本单位设置", default=dict, blank=True)),
    ]

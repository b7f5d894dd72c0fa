"""An approval asks for days of its kind's unit, not for workdays alone."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_replies_that_wait")]

    operations = [migrations.RenameField("approval", "workdays", "days")]

"""Views of lists are kept in one table."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0014_hour_pauses"), ("registers", "0002_views_of_every_list")]

    operations = [migrations.DeleteModel("SavedView")]

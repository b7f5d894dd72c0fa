"""Each handler's running total beside his counts by firm."""

from django.db import migrations
from django.db.models import Max, Sum


def add_totals(apps, schema_editor):
    """Add up what is kept of pairs."""
    counts = apps.get_model("monitoring", "RuleCount").objects.filter(other__gt="")
    held = counts.order_by().values_list("district_id", "rule", "key").annotate(Max("whole"), Sum("whole"))
    model = apps.get_model("monitoring", "RuleCount")
    rows = [
        model(district_id=d, rule=r, key=k, other="", part=most, whole=every) for d, r, k, most, every in held
    ]
    model.objects.bulk_create(rows, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0001_tables_of_integrity")]
    operations = [migrations.RunPython(add_totals, migrations.RunPython.noop)]

from django.db import migrations

COLUMNS = "district_id, procedure, measure, month, unit_id, channel_code, category, kind, bucket"
SHOWN = (
    (1, "NULL, '', '', kind, bucket", "kind, bucket"),
    (2, "unit_id, '', '', '', bucket", "unit_id, bucket"),
    (3, "NULL, channel_code, '', '', 0", "channel_code"),
    (4, "NULL, '', category, '', 0", "category"),
)


def fill(apps, schema_editor):
    """Add the coarser roll-ups of what is folded already."""
    for grain, shown, keys in SHOWN:
        none = shown.replace("NULL", "CAST(NULL AS bigint)")
        schema_editor.execute(
            f"INSERT INTO figures_figurerollup (grain, {COLUMNS}, value, late_value) "  # noqa: S608
            f"SELECT {grain}, district_id, procedure, measure, month, {none}, SUM(value), SUM(late_value) "
            f"FROM figures_figurerollup WHERE grain = 0 GROUP BY district_id, procedure, measure, month, {keys}"
        )


def empty(apps, schema_editor):
    schema_editor.execute("DELETE FROM figures_figurerollup WHERE grain > 0")


class Migration(migrations.Migration):
    dependencies = [("figures", "0005_grains")]
    operations = [migrations.RunPython(fill, empty)]

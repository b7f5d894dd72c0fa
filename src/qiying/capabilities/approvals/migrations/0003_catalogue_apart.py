"""Applications keep the number of the item's version and no key to it; the catalogue's tables go to its own label."""

from django.db import migrations, models

OWN = models.BigIntegerField(db_column="item_id", db_index=True, null=True, verbose_name="哪个事项的哪一版")
MOVED = (
    "FreeService",
    "AwayCheckIn",
    "AwayCard",
    "IntermediaryRating",
    "Intermediary",
    "ItemUse",
    "OneThing",
    "ServiceItem",
    "Board",
)


def rename_types(apps, schema_editor):
    """Let content types of what moved be the catalogue's."""
    types = apps.get_model("contenttypes", "ContentType").objects.using(schema_editor.connection.alias)
    for name in MOVED:
        old = types.filter(app_label="approvals", model=name.lower())
        if types.filter(app_label="catalogue", model=name.lower()).exists():
            old.delete()
        else:
            old.update(app_label="catalogue")


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0002_applications"),
        ("catalogue", "0001_tables_from_approvals"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.AlterField("application", "item", OWN)],
            state_operations=[
                migrations.RemoveField("application", "item"),
                migrations.AddField(
                    "application",
                    "item_id",
                    models.BigIntegerField(db_index=True, null=True, verbose_name="哪个事项的哪一版"),
                ),
                *(migrations.DeleteModel(name) for name in MOVED),
            ],
        ),
        migrations.RunPython(rename_types, migrations.RunPython.noop),
    ]

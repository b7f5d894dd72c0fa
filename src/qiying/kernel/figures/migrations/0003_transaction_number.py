from django.db import migrations


def add(apps, schema_editor):
    """PostgreSQL: each delta carries its transaction's number; an index by the fold mark on both databases."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "ALTER TABLE figures_figuredelta "
            "ADD COLUMN txid bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint)"
        )
        schema_editor.execute("CREATE INDEX delta_txid ON figures_figuredelta (txid)")


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE figures_figuredelta DROP COLUMN txid")


class Migration(migrations.Migration):
    dependencies = [("figures", "0002_fold_mark")]
    operations = [migrations.RunPython(add, remove, hints={"makes_tables": True})]

"""Making the tables of an empty database in one step, instead of replaying how they came to be.

Seventy migrations render the states of two hundred models again and again, half a minute for what a second makes. Only
on SQLite, where trying and tests begin (one of the tests' workers on PostgreSQL does so too, another replays); a test
compares the outcome with that of the migrations, table by table.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

AT_ONCE = {"sqlite"}
MAKES_TABLES = "makes_tables"  # the hint of a RunPython that makes tables: there is no data yet to be moved


def first_tables_make(connection: BaseDatabaseWrapper) -> bool:
    """Make every table and record every migration as applied; return False for another kind, or if there are some."""
    if connection.vendor not in AT_ONCE or connection.introspection.table_names():
        return False
    loader = MigrationLoader(connection)
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        for operation in _special(loader):
            operation.code(SimpleNamespace(), editor)
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    recorder.migration_qs.bulk_create(
        recorder.Migration(app=app, name=name) for app, name in sorted(loader.disk_migrations)
    )
    return True


def _special(loader: MigrationLoader) -> list[Any]:
    """Return the operations that make what no model describes, in the order of their migrations."""
    return [
        operation
        for app, name in sorted(loader.graph.nodes)
        for operation in loader.disk_migrations[(app, name)].operations
        if isinstance(operation, migrations.RunPython) and operation.hints.get(MAKES_TABLES)
    ]

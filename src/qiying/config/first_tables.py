"""Making the tables of an empty database in one step, instead of replaying how they came to be.

Migrations render the states of all models again and again, minutes of work for what seconds make. A test compares the
outcome with that of the migrations, table by table, on both databases.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.db import OperationalError, migrations
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

MAKES_TABLES = "makes_tables"  # the hint of a RunPython that makes tables: there is no data yet to be moved


def first_tables_make(connection: BaseDatabaseWrapper) -> bool:
    """Make every table and record every migration as applied; return False, with nothing made, if there are some.

    Also on a PostgreSQL that cannot hold so many locks in one transaction (`max_locks_per_transaction`).
    """
    if connection.introspection.table_names():
        return False
    loader = MigrationLoader(connection)
    try:
        with connection.schema_editor() as editor:
            for model in apps.get_models():
                if model._meta.can_migrate(connection):
                    editor.create_model(model)
            for operation in _special(loader):
                operation.code(SimpleNamespace(), editor)
    except OperationalError:
        return False
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

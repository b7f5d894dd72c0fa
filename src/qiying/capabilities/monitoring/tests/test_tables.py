"""The tables of monitoring were made by another app: its names stay, and taking them over moves nothing."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db.migrations import Migration, SeparateDatabaseAndState

TAKEN = {
    ("monitoring", "0001_tables_of_integrity"): "CreateModel",
    ("integrity", "0003_monitoring_has_a_folder_of_its_own"): "DeleteModel",
}


def states(app: str, name: str) -> list[Any]:
    module = import_module(f"qiying.capabilities.{app}.migrations.{name}")
    migration: Migration = module.Migration(name, app)
    found: list[Any] = []
    for operation in migration.operations:
        assert isinstance(operation, SeparateDatabaseAndState)
        assert operation.database_operations == []
        found += operation.state_operations
    return found


def test_what_one_app_lets_go_the_other_takes() -> None:
    names = {
        kind: {str(o.name) for o in states(*where) if type(o).__name__ == kind}
        for where, kind in TAKEN.items()
    }
    assert names["CreateModel"] == names["DeleteModel"] != set()


@pytest.mark.parametrize(
    "model", list(apps.get_app_config("monitoring").get_models()), ids=lambda m: m.__name__
)
def test_a_table_taken_over_keeps_its_name(model: Any) -> None:
    created = {o.name for o in states("monitoring", "0001_tables_of_integrity") if hasattr(o, "fields")}
    if model.__name__ in created:
        assert model._meta.db_table == f"integrity_{model.__name__.lower()}"

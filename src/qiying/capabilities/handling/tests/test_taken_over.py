"""The tables came from the service centre: databases that have them already are left as they are."""

from __future__ import annotations

from django.db.migrations import SeparateDatabaseAndState
from django.db.migrations.loader import MigrationLoader

from qiying.capabilities.handling.models import Licence, Partner, Reminder

BEFORE = ("service_centre", "0003_tickets_name_their_matter")
MOVED = [
    ("service_centre", "0004_handling_is_a_folder_of_its_own"),
    ("handling", "0001_taken_over_from_the_service_centre"),
]


def test_moving_the_tables_touches_no_database_and_keeps_what_they_look_like() -> None:
    loader = MigrationLoader(None)
    for key in MOVED:
        for one in loader.graph.nodes[key].operations:
            assert isinstance(one, SeparateDatabaseAndState) and one.database_operations == []
    was = loader.project_state([BEFORE]).apps
    for model in (Licence, Partner, Reminder):
        old = was.get_model("service_centre", model.__name__)._meta
        assert old.db_table == model._meta.db_table
        assert {f.column for f in old.local_fields} == {f.column for f in model._meta.local_fields}
        for named in ("constraints", "indexes"):
            assert {c.name for c in getattr(old, named)} == {c.name for c in getattr(model._meta, named)}

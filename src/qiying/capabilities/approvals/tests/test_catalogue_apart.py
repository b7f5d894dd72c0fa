"""The catalogue left approvals in the code; in the database its tables stayed, and no key leads over the border."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from qiying.kernel.audit.append_only import missing_protections

MOVED = import_module("qiying.capabilities.catalogue.migrations.0001_tables_from_approvals").Migration


def test_the_tables_stayed_as_they_were():
    assert [op.database_operations for op in MOVED.operations] == [[]]
    for model in apps.get_app_config("catalogue").get_models():
        assert model._meta.db_table == f"approvals_{model._meta.model_name}"


@pytest.mark.django_db
@pytest.mark.both_databases
def test_no_key_leads_from_an_application_to_the_catalogue():
    with connection.cursor() as cursor:
        held = connection.introspection.get_constraints(cursor, "approvals_application").values()
    keys = {c["foreign_key"][0] for c in held if c["foreign_key"]}
    assert "approvals_batch" in keys
    assert "approvals_serviceitem" not in keys
    assert [c["columns"] for c in held if c["index"] and c["columns"] == ["item_id"]] == [["item_id"]]
    assert missing_protections() == []

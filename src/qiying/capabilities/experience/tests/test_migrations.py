"""What feedback held is held here: rows stay in their tables, and no statement runs against them."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations import CreateModel, SeparateDatabaseAndState
from django.db.migrations.loader import MigrationLoader

MOVES = {"experience": "0001_from_feedback", "feedback": "0004_experience_officers_leave"}


@pytest.mark.parametrize(("app", "name"), MOVES.items())
def test_the_move_changes_what_django_knows_and_nothing_in_the_database(app: str, name: str) -> None:
    move = import_module(f"qiying.capabilities.{app}.migrations.{name}").Migration
    assert all(isinstance(o, SeparateDatabaseAndState) and not o.database_operations for o in move.operations)


def test_every_table_is_the_one_feedback_made() -> None:
    graph = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    made = graph["feedback", "0003_experience_officers"].operations
    tables = {f"feedback_{o.name.lower()}" for o in made if isinstance(o, CreateModel)}
    here = apps.get_app_config("experience").get_models()
    assert {model._meta.db_table for model in here} == tables


@pytest.mark.django_db
@pytest.mark.both_databases
def test_names_of_indexes_are_those_that_stand_in_old_databases() -> None:
    with connection.cursor() as cursor:
        for table, name in (
            ("feedback_experienceofficer", "feedback_officer_once"),
            ("feedback_experiencescript", "feedback_script_once"),
            ("feedback_experiencetask", "feedback_to_walk"),
        ):
            assert name in connection.introspection.get_constraints(cursor, table)

"""An empty database gets the tables its migrations would have made."""

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import OperationalError, connection

from qiying.config.first_tables import first_tables_make

BOTH_WAYS = """
import sys, django
django.setup()
from django.core.management import call_command
from django.core.management.commands.migrate import Command
call_command(Command() if sys.argv[1] == "replayed" else "migrate", verbosity=0, interactive=False)
"""
ON_POSTGRES = {
    "column": (
        "SELECT table_name || '.' || column_name, (data_type, character_maximum_length, numeric_precision, "
        "numeric_scale, is_nullable, column_default, identity_generation)::text FROM information_schema.columns "
        "WHERE table_schema = 'public'"
    ),
    "index": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "constraint": (
        "SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid), count(*)::text FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace GROUP BY 1"
    ),
    "trigger": "SELECT tgrelid::regclass || ' ' || tgtype || ' ' || pg_get_triggerdef(oid), tgenabled::text "
    "FROM pg_trigger WHERE NOT tgisinternal",
    "function": "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "migration": "SELECT app || '.' || name, '' FROM django_migrations",
}


def _made(folder: Path, way: str) -> dict[str, object]:
    folder.mkdir()
    env = {
        "QIYING_DATA_DIR": str(folder),
        "QIYING_DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "qiying.config.settings",
    }
    env |= {"PYTHONPATH": str(Path(__file__).parents[3]), "PATH": "/usr/bin:/bin"}
    make = [sys.executable, "-c", BOTH_WAYS, way]
    if connection.vendor == "postgresql":
        with _postgres(f"tables_{folder.name}") as url:
            subprocess.run(make, env=env | {"QIYING_DATABASE_URL": url}, check=True)
            with psycopg.connect(url) as database:
                return _described_postgres(database)
    subprocess.run(make, env=env, check=True)
    with sqlite3.connect(folder / "qiying.sqlite3") as database:
        return _described(database)


@contextmanager
def _postgres(name: str) -> Iterator[str]:
    """Give an empty database of its own on the tests' server."""
    server = urlsplit(os.environ["QIYING_TEST_DATABASE_URL"])
    with psycopg.connect(server.geturl(), autocommit=True) as database:
        database.execute(f'CREATE DATABASE "{name}"')
        yield server._replace(path=f"/{name}").geturl()
        database.execute(f'DROP DATABASE "{name}"')


def _described_postgres(database: psycopg.Connection) -> dict[str, object]:
    """Return the same of PostgreSQL; the names of triggers and checks tell of the order of columns and old names."""
    found: dict[str, object] = {}
    for kind, query in ON_POSTGRES.items():
        for name, told in database.execute(query).fetchall():
            if kind == "trigger":
                name = " ".join(sorted(re.findall(r"\w+", re.sub(r"qiying_\w+", "", name))))
            found[f"{kind} {name}"] = told
    # Django's own table between groups and permissions gets a narrower key when made at once; it stays empty
    del found["column auth_group_permissions.id"]
    return found


def _described(database: sqlite3.Connection) -> dict[str, object]:
    """Return columns, keys, indexes, triggers and the applied migrations, without the order of columns."""
    rows = database.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
    found: dict[str, object] = {}
    for kind, name, _, sql in rows:
        if kind == "table":
            found[f"columns {name}"] = sorted(
                r[1:] for r in database.execute(f'PRAGMA table_xinfo("{name}")')
            )
            keys = database.execute(f'PRAGMA foreign_key_list("{name}")')
            found[f"keys {name}"] = sorted(r[2:] for r in keys)
            found[f"unique {name}"] = sorted(_indexes(database, name))
            found[f"checks {name}"] = sql.count("CHECK (")
        elif sql:
            # a trigger names the columns that stay in the table's order
            found[f"{kind} {name}"] = (
                sorted(re.findall(r"\w+", sql)) if kind == "trigger" else " ".join(sql.split())
            )
    applied = database.execute("SELECT app, name FROM django_migrations").fetchall()
    found["migrations"] = sorted(applied)
    found["models"] = sorted(database.execute("SELECT app_label, model FROM django_content_type"))
    found["permissions"] = sorted(database.execute("SELECT codename, name FROM auth_permission"))
    return found


def _indexes(database: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    named = []
    for _, name, unique, origin, partial in database.execute(f'PRAGMA index_list("{table}")'):
        columns = tuple(r[2] for r in database.execute(f'PRAGMA index_info("{name}")'))
        named.append((columns, unique, origin == "pk", partial))
    return sorted(named, key=str)


@pytest.mark.prove
@pytest.mark.both_databases
def test_the_tables_made_at_once_are_those_of_the_migrations(tmp_path: Path) -> None:
    at_once, replayed = _made(tmp_path / "a", "at once"), _made(tmp_path / "b", "replayed")
    assert sorted(at_once) == sorted(replayed)
    for name, described in replayed.items():
        assert at_once[name] == described, name


@pytest.mark.django_db
def test_a_server_that_cannot_make_them_at_once_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError("out of shared memory")

    monkeypatch.setattr(connection.introspection, "table_names", list)
    monkeypatch.setattr(connection, "schema_editor", refuse)
    assert not first_tables_make(connection)

"""Writing without indexes, triggers and foreign keys, which are made anew, and so proved, over the whole at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, connection

from qiying.kernel.cases.models import CaseEvent

_POSTGRES_CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = %s AND (conrelid::regclass::text = ANY(%s) OR confrelid::regclass::text = ANY(%s)) ORDER BY 1, 2
"""
_KEYS, _BY_INDEX = "f", ("p", "u")
_PRIMARY = "SELECT indexrelid::regclass::text FROM pg_index WHERE indisprimary AND indrelid = %s::regclass"
_LZ4 = "SELECT 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression'"
_POSTGRES_INDEXES = """
SELECT i.indexname, i.indexdef FROM pg_indexes i JOIN pg_class c ON c.oid = i.indexname::regclass
WHERE i.tablename = ANY(%s) AND i.schemaname = current_schema()
AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.contype IN ('p', 'u', 'x') AND k.conindid = c.oid) ORDER BY 1
"""
_SQLITE = (
    "SELECT type, name, sql FROM sqlite_master WHERE type <> 'table' AND tbl_name = %s AND sql IS NOT NULL"
)

KEPT_ON_SQLITE = {CaseEvent._meta.db_table}
"""Half of a large file is their rows, and they come in the order of their indexes: reading them again takes longer."""


@contextmanager
def indexes_later(tables: Sequence[str], *, keys: bool = True) -> Iterator[None]:
    """Drop what slows inserts down and make it again at the end.

    SQLite's primary keys stay in force, and its triggers look for every key before it is written.
    Call it inside a transaction: if anything fails, everything is as it was.

    Args:
        keys: foreign keys too; else somebody else has dropped them (`two`).
    """
    again = _drop_postgres(tables, keys=keys) if connection.vendor == "postgresql" else _drop_sqlite(tables)
    yield
    with connection.cursor() as cursor:
        for statement in again:
            cursor.execute(statement)


def _drop_postgres(tables: Sequence[str], *, keys: bool) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing waiting may point at what is dropped
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        last = [line for _, _, line in keys_drop(cursor, tables)] if keys else []
        return indexes_drop(cursor, tables, anew=not keys) + last


def keys_drop(cursor: Any, tables: Sequence[str]) -> list[tuple[str, str, str]]:
    """Drop PostgreSQL's foreign keys of these tables and those that point at them.

    Returns table, name and what makes each again.
    """
    return _constraints_drop(cursor, _KEYS, tables)


def indexes_drop(cursor: Any, tables: Sequence[str], *, anew: bool) -> list[str]:
    """Drop PostgreSQL's indexes and the constraints that have one; return what makes them again, table by table.

    Args:
        anew: write the few rows there are into new files first: a server that keeps no log for others
            (`wal_level = minimal`) then needs none for what this transaction adds.
    """
    cursor.execute("SET LOCAL maintenance_work_mem = '1GB'")
    cursor.execute("SET LOCAL work_mem = '64MB'")
    cursor.execute(_LZ4)
    if cursor.fetchone()[0]:  # PostgreSQL's own way of packing long texts takes a seventh of the time
        cursor.execute("SET LOCAL default_toast_compression = 'lz4'")
    if anew:
        cursor.execute(
            "SET LOCAL max_parallel_maintenance_workers = 0"
        )  # the other connection works beside it
    again = []
    for table in tables:
        if anew:
            cursor.execute(_PRIMARY, [table])
            cursor.execute(f"CLUSTER {table} USING {cursor.fetchone()[0]}")
        again += [line for kind in _BY_INDEX for _, _, line in _constraints_drop(cursor, kind, [table])]
        cursor.execute(_POSTGRES_INDEXES, [[table]])
        for name, definition in cursor.fetchall():
            cursor.execute(f'DROP INDEX "{name}"')
            again.append(definition)
    return again


def _constraints_drop(cursor: Any, kind: str, tables: Sequence[str]) -> list[tuple[str, str, str]]:
    """Drop the constraints of a kind on these tables, keys that point at them too; return how they are made again."""
    cursor.execute(_POSTGRES_CONSTRAINTS, [kind, list(tables), list(tables)])
    again = []
    for table, name, definition in cursor.fetchall():
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        again.append((table, name, f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}'))
    return again


def _drop_sqlite(tables: Sequence[str]) -> list[str]:
    again = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(_SQLITE, [table])
            for kind, name, definition in cursor.fetchall():
                if kind == "index" and table in KEPT_ON_SQLITE:
                    continue
                cursor.execute(f'DROP {kind} "{name}"')
                again.append(definition)
    return again


@contextmanager
def large_cache(*, unsafe: bool) -> Iterator[None]:
    """Let SQLite keep more pages while loading, sort with two threads, and look at foreign keys once at the end.

    Inside a transaction (as in tests) the keys are looked at row by row: SQLite ignores the switch there. Where
    `unsafe` what is undone is kept in memory and the disk is not waited for, instead of writing all of it twice.
    Raises `IntegrityError` when a row points nowhere.
    """
    if connection.vendor != "sqlite":
        yield
        return
    loading = {"cache_size": "-400000", "threads": "2", "foreign_keys": "OFF"}
    if unsafe:
        loading |= {"synchronous": "OFF", "journal_mode": "MEMORY"}
    kept = {name: _pragma(name)[0][0] for name in loading}
    for name, value in loading.items():
        _pragma(f"{name} = {value}")
    try:
        yield
        _keys_check()
    finally:
        for name, value in kept.items():
            _pragma(f"{name} = {value}")


def _keys_check() -> None:
    """Look for rows that point nowhere by the keys' indexes; SQLite's own check reads every row there is."""
    for table in connection.introspection.table_names():
        for _, _, there, key, column, *_ in _pragma(f"foreign_key_list({table})"):
            with connection.cursor() as cursor:
                cursor.execute(
                    f'SELECT "{key}" FROM "{table}" WHERE "{key}" IS NOT NULL '  # noqa: S608
                    f'AND "{key}" NOT IN (SELECT "{column}" FROM "{there}") LIMIT 1'
                )
                if found := cursor.fetchone():
                    raise IntegrityError(f"{table}.{key} {found[0]} is not in {there}")


def _pragma(text: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {text}")
        return list(cursor.fetchall())  # to the end, or it would stay in progress

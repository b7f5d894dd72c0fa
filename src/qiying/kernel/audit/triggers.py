"""The SQL of append-only tables in the two dialects."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from django.db.backends.base.base import BaseDatabaseWrapper

MESSAGE = "只能追加，不能修改或删除"
EXISTS = "已有同样的键，不能覆盖"


@dataclass(frozen=True)
class Protection:
    """What one table allows: no update at all, or of some columns, or of some columns in one situation."""

    table: str
    allow_update: tuple[str, ...] = ()
    only_when: str = ""


class Dialect(Protocol):
    """How one database refuses."""

    def create(self, protection: Protection) -> list[str]: ...
    def drop(self, protection: Protection) -> list[str]: ...
    def is_in_force(self, protection: Protection) -> bool: ...


def dialect(connection: BaseDatabaseWrapper) -> Dialect:
    """Return the dialect of a connection; raise `ValueError` for a database that is not supported."""
    if connection.vendor == "sqlite":
        return SqliteTriggers(connection)
    if connection.vendor == "postgresql":
        return PostgresTriggers(connection)
    raise ValueError(f"不支持的数据库 {connection.vendor}")


def columns_of(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    """Return a table's column names in order."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":  # Django's introspection parses the table's SQL: slow
            cursor.execute("SELECT name FROM pragma_table_info(%s) ORDER BY cid", [table])
            return [row[0] for row in cursor.fetchall()]
        return [c.name for c in connection.introspection.get_table_description(cursor, table)]


def lacking(connection: BaseDatabaseWrapper, protection: Protection) -> set[str]:
    """Return the declared columns that a table does not have."""
    named = set(protection.allow_update)
    return named - set(columns_of(connection, protection.table)) if named else named


def allowed_change(connection: BaseDatabaseWrapper, protection: Protection, same: str) -> str:
    """Return the SQL condition under which an update is no tampering; `same` is the null-safe equality."""
    columns = columns_of(connection, protection.table)
    if unknown := lacking(connection, protection):
        raise ValueError(f"{protection.table} 没有这些列：{'、'.join(sorted(unknown))}")
    kept = [f'NEW."{c}" {same} OLD."{c}"' for c in columns if c not in protection.allow_update]
    return " AND ".join(kept + ([f"({protection.only_when})"] if protection.only_when else []))


class SqliteTriggers:
    """Triggers that raise; the text in `sqlite_master` is compared, so a weakened one is missing."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection

    def create(self, protection: Protection) -> list[str]:
        return self.drop(protection) + list(self._wanted(protection).values())

    def drop(self, protection: Protection) -> list[str]:
        names = (f"qiying_keep_{event}_{protection.table}" for event in ("update", "delete", "insert"))
        return [f'DROP TRIGGER IF EXISTS "{name}"' for name in names]

    def is_in_force(self, protection: Protection) -> bool:
        found = self._there
        return all(found.get(name) == sql for name, sql in self._wanted(protection).items())

    @cached_property
    def _there(self) -> dict[str, str]:
        # Read once for all tables; each table is asked about once by whoever made this object.
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            return dict(cursor.fetchall())

    def _wanted(self, protection: Protection) -> dict[str, str]:
        table = protection.table
        changed = ""
        if protection.allow_update:
            changed = f"WHEN NOT ({allowed_change(self.connection, protection, 'IS')}) "
        conditions = {"update": changed, "delete": "", "insert": f"WHEN {self._replaces(table)} "}
        return {
            (name := f"qiying_keep_{event}_{table}"): (
                f'CREATE TRIGGER "{name}" BEFORE {event.upper()} ON "{table}" FOR EACH ROW {condition}'
                f"BEGIN SELECT RAISE(ABORT, '{table} {EXISTS if event == 'insert' else MESSAGE}'); END"
            )
            for event, condition in conditions.items()
        }

    def _replaces(self, table: str) -> str:
        """Return the condition that an insert meets an existing key.

        INSERT OR REPLACE deletes the old row without firing delete triggers (SQLite, lang_conflict).
        """
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT '', name FROM pragma_table_info(%s) WHERE pk > 0 UNION ALL "
                "SELECT i.name, c.name FROM pragma_index_list(%s) i, pragma_index_info(i.name) c "
                'WHERE i."unique" AND NOT i.partial',
                [table, table],
            )
            columns: dict[str, list[str | None]] = {}
            for key, column in cursor.fetchall():
                columns.setdefault(key, []).append(column)
        keys = {  # without those on expressions, whose columns have no name
            tuple(sorted(str(name) for name in names)) for names in columns.values() if None not in names
        }
        tests = (" AND ".join(f'"{column}" = NEW."{column}"' for column in key) for key in sorted(keys))
        found = f'EXISTS (SELECT 1 FROM "{table}" WHERE '  # noqa: S608 - names come from the models
        return " OR ".join(f"{found}{test})" for test in tests)


class PostgresTriggers:
    """Triggers that raise, enabled ALWAYS so that a replication role does not pass them by.

    A trigger's name carries a digest of its definition, so a stale one counts as missing.
    """

    FUNCTION = "qiying_refuse_change"
    BODY = f" BEGIN RAISE EXCEPTION '% {MESSAGE}', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END "

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection

    def create(self, protection: Protection) -> list[str]:
        function = (
            f"CREATE OR REPLACE FUNCTION {self.FUNCTION}() RETURNS trigger "
            f"LANGUAGE plpgsql AS $${self.BODY}$$"
        )
        statements = [function, *self.drop(protection)]
        for name, definition in self._wanted(protection).items():
            statements.append(f'CREATE TRIGGER "{name}" {definition}')
            statements.append(f'ALTER TABLE "{protection.table}" ENABLE ALWAYS TRIGGER "{name}"')
        return statements

    def drop(self, protection: Protection) -> list[str]:
        return [
            f'DROP TRIGGER IF EXISTS "{name}" ON "{protection.table}"'
            for name, _, _ in self._found(protection)
        ]

    def is_in_force(self, protection: Protection) -> bool:
        always = {
            name for name, enabled, body in self._found(protection) if enabled == "A" and body == self.BODY
        }
        return set(self._wanted(protection)) <= always

    def _found(self, protection: Protection) -> list[tuple[str, str, str]]:
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT t.tgname, t.tgenabled::text, p.prosrc "
                "FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
                "WHERE t.tgrelid = to_regclass(%s) AND NOT t.tgisinternal AND t.tgname LIKE %s",
                [f'"{protection.table}"', r"qiying\_keep\_%"],
            )
            return [(str(name), str(enabled), str(body)) for name, enabled, body in cursor.fetchall()]

    def _wanted(self, protection: Protection) -> dict[str, str]:
        changed = ""
        if protection.allow_update:
            same = "IS NOT DISTINCT FROM"
            changed = f" WHEN (NOT ({allowed_change(self.connection, protection, same)}))"
        wanted = {}
        for event, each in (("UPDATE", f"ROW{changed}"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            definition = (
                f'BEFORE {event} ON "{protection.table}" FOR EACH {each} EXECUTE FUNCTION {self.FUNCTION}()'
            )
            mark = hashlib.sha256(definition.encode()).hexdigest()[:12]
            wanted[f"qiying_keep_{event.lower()}_{mark}"] = definition
        return wanted

"""The database itself refuses to change or delete records: triggers on SQLite and PostgreSQL.

An app declares its tables in `ready()`; the triggers are made after every migrate (a Django ALTER on SQLite
rebuilds the table and silently drops them) and by `qiying protect`. `missing_protections()` is asked by a
system check, at start and by /healthz.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core import mail
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from qiying.kernel.audit import triggers
from qiying.kernel.audit.triggers import Protection

_PROTECTIONS: dict[str, Protection] = {}


def protect(table: str, allow_update: tuple[str, ...] = (), *, only_when: str = "") -> None:
    """Declare a table append only.

    `allow_update` names columns that may change while all others stay; `only_when` is an SQL condition over
    OLD and NEW, valid on both databases, that such a change must also meet. Deleting is always refused. On
    SQLite an insert that meets an existing key always raises (INSERT OR REPLACE would delete the old row
    unseen), so `ignore_conflicts` does not work on a protected table; catch `IntegrityError` instead.
    """
    new = Protection(table, allow_update, only_when)
    if only_when and not allow_update:
        raise ValueError(f"{table}: only_when 只在写了 allow_update 时有意义")
    if _PROTECTIONS.setdefault(table, new) != new:
        raise ValueError(f"{table} 声明了两次保护，而且写法不同")


def protections() -> tuple[Protection, ...]:
    """Return every declared protection."""
    return tuple(_PROTECTIONS.values())


def protect_all(using: str = DEFAULT_DB_ALIAS) -> int:
    """Create the triggers of every declared table that exists; return how many tables are protected."""
    connection = connections[using]
    present = _present(connection)
    dialect = triggers.dialect(connection)
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for protection in present:
            if dialect.is_in_force(protection):
                continue  # re-creating locks the table against writers
            for statement in dialect.create(protection):
                cursor.execute(statement)
    return len(present)


def missing_protections(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Return the existing tables whose triggers are absent, disabled or not as declared.

    A table that a migration has still to give a declared column is left to `protect_all`, which follows it: this is
    asked before a migration too.
    """
    connection = connections[using]
    dialect = triggers.dialect(connection)
    present = [p for p in _present(connection) if not triggers.lacking(connection, p)]
    return [p.table for p in present if not dialect.is_in_force(p)]


@contextmanager
def suspended(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Lift all protections, for the flush between tests; raise `RuntimeError` outside a test run."""
    if not hasattr(mail, "outbox"):  # set by Django's setup_test_environment and by nothing else
        raise RuntimeError("只有测试清库时才能暂停保护")
    connection = connections[using]
    with connection.cursor() as cursor:
        for protection in _present(connection):
            for statement in triggers.dialect(connection).drop(protection):
                cursor.execute(statement)
    try:
        yield
    finally:
        protect_all(using)


def _present(connection: BaseDatabaseWrapper) -> list[Protection]:
    existing = set(connection.introspection.table_names())
    return [p for p in _PROTECTIONS.values() if p.table in existing]

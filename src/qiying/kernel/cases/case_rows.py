"""All numbered rows of one case in one statement.

An act needs parties, assignments, clocks, answers and more; one SELECT per table would be ten statements while the
case is locked. The tables are joined by UNION ALL with every column as text, and read back by the fields' types.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from json import loads
from typing import Any

from django.db import connection, models

Reader = Callable[[str], Any]


def _bool(text: str) -> bool:
    return text in {"1", "true", "t"}


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _reader(field: Any) -> Reader:
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    for kind, read in _READERS:
        if isinstance(target, kind):
            return read
    return str


_READERS: tuple[tuple[type[Any], Reader], ...] = (
    (models.BooleanField, _bool),
    (models.DateTimeField, _instant),
    (models.DateField, date.fromisoformat),
    (models.DecimalField, Decimal),
    (models.JSONField, loads),
    (models.IntegerField, int),
)


@cache
def _plan(
    kinds: tuple[tuple[str, Any], ...], vendor: str
) -> tuple[str, dict[str, tuple[Any, list[str], list[Reader]]]]:
    """Return the statement for a vendor, and per kind its model, column names and readers."""
    fields = {kind: list(model._meta.concrete_fields) for kind, model in kinds}
    width = max(len(f) for f in fields.values())
    text = "text" if vendor == "postgresql" else "TEXT"
    parts = []
    for kind, model in kinds:
        columns = [f'CAST("{f.column}" AS {text})' for f in fields[kind]]
        columns += ["NULL"] * (width - len(columns))
        table = model._meta.db_table
        parts.append(f"SELECT '{kind}', {', '.join(columns)} FROM {table} WHERE case_id = %s")  # noqa: S608
    readers = {
        kind: (model, [f.attname for f in fields[kind]], [_reader(f) for f in fields[kind]])
        for kind, model in kinds
    }
    return " UNION ALL ".join(parts), readers


def rows_of(case_id: int, kinds: tuple[tuple[str, Any], ...]) -> dict[str, dict[int, Any]]:
    """Return every row of a case by kind and number, in order of numbers; one statement."""
    sql, readers = _plan(kinds, connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(sql, [case_id] * len(kinds))
        found = cursor.fetchall()
    loaded: dict[str, dict[int, Any]] = {kind: {} for kind, _ in kinds}
    for kind, *values in found:
        model, names, reads = readers[kind]
        plain = [None if v is None else read(v) for v, read in zip(values[: len(names)], reads, strict=True)]
        row = model.from_db(connection.alias, names, plain)
        loaded[kind][row.no] = row
    return {kind: dict(sorted(rows.items())) for kind, rows in loaded.items()}

"""All numbered rows of one case in one statement.

An act needs parties, assignments, clocks, answers and more; one SELECT per table would be ten statements while the
case is locked. The tables are joined by UNION ALL and read back by the fields' types. PostgreSQL wants one type in a
column of such a statement: it gets every column as text. SQLite does not; there most values are read as they lie.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from json import loads
from typing import Any

from django.db import connection, models

Reader = Callable[[Any], Any]
Plan = tuple[Any, list[str], list[tuple[int, Reader]]]
"""A kind's model, its columns' names, and which of them are read in another form than they lie."""


def _bool(text: str) -> bool:
    return text in {"1", "true", "t"}


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _reader(field: Any, readers: tuple[tuple[type[Any], Reader], ...]) -> Reader | None:
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    return next((read for kind, read in readers if isinstance(target, kind)), None)


_STORED: tuple[tuple[type[Any], Reader], ...] = (
    (models.BooleanField, bool),
    (models.DateTimeField, _instant),
    (models.DateField, date.fromisoformat),
    (models.JSONField, loads),
    (models.DecimalField, lambda stored: Decimal(str(stored))),
)
_TEXTS: tuple[tuple[type[Any], Reader], ...] = (
    (models.BooleanField, _bool),
    *_STORED[1:],
    (models.IntegerField, int),
)


@cache
def _plan(kinds: tuple[tuple[str, Any], ...], vendor: str) -> tuple[str, dict[str, Plan]]:
    """Return the statement for a vendor, and how each kind's rows are read."""
    fields = {kind: list(model._meta.concrete_fields) for kind, model in kinds}
    width = max(len(f) for f in fields.values())
    # SQLite's driver reads a bare column as the first table's is declared; a sum is declared nothing
    written, readers = ("CAST({} AS text)", _TEXTS) if vendor == "postgresql" else ("+{}", _STORED)
    parts, plans = [], {}
    for kind, model in kinds:
        columns = [written.format(f'"{f.column}"') for f in fields[kind]]
        columns += ["NULL"] * (width - len(columns))
        table = model._meta.db_table
        parts.append(f"SELECT '{kind}', {', '.join(columns)} FROM {table} WHERE case_id = %s")  # noqa: S608
        reads = [(n, read) for n, f in enumerate(fields[kind]) if (read := _reader(f, readers))]
        plans[kind] = (model, [f.attname for f in fields[kind]], reads)
    return " UNION ALL ".join(parts), plans


def rows_of(case_id: int, kinds: tuple[tuple[str, Any], ...]) -> dict[str, dict[int, Any]]:
    """Return every row of a case by kind and number, in order of numbers; one statement."""
    sql, plans = _plan(kinds, connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(sql, [case_id] * len(kinds))
        found = cursor.fetchall()
    loaded: dict[str, dict[int, Any]] = {kind: {} for kind, _ in kinds}
    for kind, *values in found:
        model, names, reads = plans[kind]
        for n, read in reads:
            if values[n] is not None:
                values[n] = read(values[n])
        row = model.from_db(connection.alias, names, values[: len(names)])
        loaded[kind][row.no] = row
    return {kind: dict(sorted(rows.items())) if len(rows) > 1 else rows for kind, rows in loaded.items()}

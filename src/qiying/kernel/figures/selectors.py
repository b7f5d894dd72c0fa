"""Sums of figures: roll-ups plus what is not folded yet, in one statement, current when the act commits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from qiying.kernel.figures.compaction import mark_column

COLUMNS = frozenset({"measure", "month", "unit_id", "channel_code", "category", "kind", "bucket"})


class FigureRow(NamedTuple):
    """One sum; `key` holds the grouped dimensions in the order asked."""

    key: tuple[Any, ...]
    value: int
    late: int


def figures(
    *,
    district_id: int,
    procedure: str,
    measures: Iterable[str],
    first: date,
    last: date,
    group_by: Sequence[str] = ("measure",),
    where: dict[str, Any] | None = None,
) -> list[FigureRow]:
    """Return sums of measures over months `first` to `last` (first days of months), grouped; one query.

    Args:
        where: equal to a value, or one of a list, per dimension.
    """
    unknown = (set(group_by) | set(where or {})) - COLUMNS
    if unknown:
        raise ValueError(f"unknown dimensions {sorted(unknown)}")
    wanted = sorted(set(measures))
    conditions = ["district_id = %s", "procedure = %s", "month BETWEEN %s AND %s"]
    params: list[Any] = [district_id, procedure, first, last]
    for column, values in {"measure": wanted, **(where or {})}.items():
        found = list(values) if isinstance(values, list | tuple | set) else [values]
        conditions.append(f"{column} IN ({', '.join(['%s'] * len(found))})")
        params += found
    condition = " AND ".join(conditions)
    keys = ", ".join(group_by)
    pending = f"COALESCE((SELECT upto FROM figures_figuremark WHERE id = 1), 0) <= {mark_column()}"
    sql = (
        f"SELECT {keys}, SUM(value), SUM(late) FROM ("  # noqa: S608 - columns are checked above
        f"SELECT {keys}, value, late_value AS late FROM figures_figurerollup WHERE {condition} UNION ALL "
        f"SELECT {keys}, value, CASE WHEN is_late THEN value ELSE 0 END AS late FROM figures_figuredelta "
        f"WHERE {condition} AND {pending}) AS facts GROUP BY {keys} ORDER BY {keys}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, *params])
        rows = cursor.fetchall()
    width = len(group_by)
    return [FigureRow(_dated(group_by, row[:width]), int(row[width]), int(row[width + 1])) for row in rows]


def _dated(group_by: Sequence[str], key: tuple[Any, ...]) -> tuple[Any, ...]:
    """SQLite gives dates as text where the ORM does not read them."""
    return tuple(
        date.fromisoformat(v) if g == "month" and isinstance(v, str) else v
        for g, v in zip(group_by, key, strict=True)
    )

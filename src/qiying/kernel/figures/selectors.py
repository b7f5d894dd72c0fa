"""Sums of figures: roll-ups plus what is not folded yet, in one statement, current when the act commits.

A question reads the coarsest roll-up that holds its dimensions, so that a page of totals does not walk the whole cube.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from qiying.kernel.figures.compaction import current_mark, mark_column
from qiying.kernel.figures.models import FigureDelta, grain_of

COLUMNS = ("measure", "month", "unit_id", "channel_code", "category", "kind", "bucket")
MONTH = COLUMNS.index("month") + 1
_NOTHING = {"unit_id": "bigint", "bucket": "integer", "month": "date"}


class FigureRow(NamedTuple):
    """One sum; `key` holds the grouped dimensions in the order asked."""

    key: tuple[Any, ...]
    value: int
    late: int


@dataclass(frozen=True)
class Ask:
    """Sums wanted: measures over months (first days), grouped, narrowed to a value or one of several."""

    measures: Iterable[str]
    months: Iterable[date]
    group_by: Sequence[str] = ("measure",)
    where: Mapping[str, Any] = field(default_factory=dict)


def figures_many(*, district_id: int, procedure: str, asks: Sequence[Ask]) -> list[list[FigureRow]]:
    """Return the sums of several questions in one statement, so that a page's figures are of one moment."""
    found: list[list[FigureRow]] = [[] for _ in asks]
    if not asks:
        return found
    pending, params = _pending(district_id, procedure)
    parts = []
    for index, ask in enumerate(asks):
        sql, given = _facts(index, ask, district_id, procedure)
        parts.append(sql)
        params += given
    keys = ", ".join(("ask", *COLUMNS))
    statement = (
        f"{pending} SELECT {keys}, SUM(value), SUM(late) FROM ({' UNION ALL '.join(parts)}) AS facts "  # noqa: S608
        f"GROUP BY {keys} ORDER BY {keys}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows = cursor.fetchall()
    places = [[COLUMNS.index(name) + 1 for name in ask.group_by] for ask in asks]
    dates: dict[Any, date] = {}
    for row in rows:
        key = tuple(_dated(row[at], dates) if at == MONTH else row[at] for at in places[row[0]])
        found[row[0]].append(FigureRow(key, int(row[-2]), int(row[-1])))
    return found


def _pending(district_id: int, procedure: str) -> tuple[str, list[Any]]:
    """Return the facts not folded yet, read once for all questions and by the mark alone.

    The plus keeps planners from the index of the district, which grows with every case. PostgreSQL does not know how
    few facts a subquery's mark leaves, so it is told the mark of a moment ago as well; marks only grow.
    """
    mark, params = mark_column(), [district_id, procedure]
    since = ""
    if connection.vendor == "postgresql":
        since, params = f" AND {mark} >= %s", [*params, current_mark()]
    columns = ", ".join(COLUMNS)
    sql = (
        f"WITH pending AS MATERIALIZED (SELECT {columns}, value, "  # noqa: S608
        f"CASE WHEN is_late THEN value ELSE 0 END AS late FROM figures_figuredelta "
        f"WHERE {mark} >= COALESCE((SELECT upto FROM figures_figuremark WHERE id = 1), 0) "
        f"AND +district_id = %s AND procedure = %s{since})"
    )
    return sql, params


def _facts(index: int, ask: Ask, district_id: int, procedure: str) -> tuple[str, list[Any]]:
    named = set(ask.group_by) | set(ask.where)
    if unknown := named - set(COLUMNS):
        raise ValueError(f"unknown dimensions {sorted(unknown)}")
    conditions, params = [], []
    wanted = {"month": sorted(set(ask.months)), "measure": sorted(set(ask.measures)), **ask.where}
    for column, values in wanted.items():
        words, given = _among(column, values)
        conditions.append(words)
        params += given
    condition = " AND ".join(conditions)
    shown = ", ".join(c if c in ask.group_by else f"{_null(c)} AS {c}" for c in COLUMNS)
    sql = (
        f"SELECT {index} AS ask, {shown}, value, late_value AS late FROM figures_figurerollup "  # noqa: S608
        f"WHERE district_id = %s AND procedure = %s AND grain = %s AND {condition} "
        f"UNION ALL SELECT {index} AS ask, {shown}, value, late FROM pending WHERE {condition}"
    )
    return sql, [district_id, procedure, grain_of(named), *params, *params]


def _among(column: str, values: Any) -> tuple[str, list[Any]]:
    """Return the condition that a column is one of some values; None among them means "not given"."""
    every = list(values) if isinstance(values, list | tuple | set | frozenset) else [values]
    given = [v for v in every if v is not None]
    words = [f"{column} IN ({', '.join(['%s'] * len(given))})"] if given else []
    words += [f"{column} IS NULL"] if len(given) < len(every) else []
    return (f"({' OR '.join(words)})" if words else "1 = 0"), given


def _null(column: str) -> str:
    return f"CAST(NULL AS {_NOTHING.get(column, 'varchar(60)')})"


def _dated(value: Any, known: dict[Any, date]) -> date:
    """SQLite gives dates as text where the ORM does not read them."""
    if value not in known:
        known[value] = date.fromisoformat(value) if isinstance(value, str) else value
    return known[value]


def facts_behind(
    *,
    district_id: int,
    procedure: str,
    measures: Iterable[str],
    months: Iterable[date],
    where: Mapping[str, Any],
) -> QuerySet[FigureDelta]:
    """Return the very facts that were summed, so that a figure and the cases behind it cannot differ."""
    named = {f"{k}__in" if isinstance(v, list) else k: v for k, v in where.items()}
    rows = FigureDelta.objects.filter(district_id=district_id, procedure=procedure, **named)
    return rows.filter(month__in=list(months), measure__in=list(measures)).order_by()

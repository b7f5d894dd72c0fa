"""Sums of figures: roll-ups plus what is not folded yet, in one statement, current when the act commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from qiying.kernel.figures.compaction import mark_column

COLUMNS = ("measure", "month", "unit_id", "channel_code", "category", "kind", "bucket")
_NOTHING = {"unit_id": "bigint", "bucket": "integer", "month": "date"}
_TABLES = (
    ("figures_figurerollup", "late_value", ""),
    (
        "figures_figuredelta",
        "CASE WHEN is_late THEN value ELSE 0 END",
        " AND COALESCE((SELECT upto FROM figures_figuremark WHERE id = 1), 0) <= {mark}",
    ),
)


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


def figures(
    *,
    district_id: int,
    procedure: str,
    measures: Iterable[str],
    first: date,
    last: date,
    group_by: Sequence[str] = ("measure",),
    where: Mapping[str, Any] | None = None,
) -> list[FigureRow]:
    """Return sums of measures over months `first` to `last` (first days of months), grouped; one query."""
    ask = Ask(measures, months_between(first, last), group_by, where or {})
    return figures_many(district_id=district_id, procedure=procedure, asks=[ask])[0]


def months_between(first: date, last: date) -> list[date]:
    """Return the first days of the months from `first` to `last`, both included."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    start = first.year * 12 + first.month - 1
    return [date((start + i) // 12, (start + i) % 12 + 1, 1) for i in range(count)]


def figures_many(*, district_id: int, procedure: str, asks: Sequence[Ask]) -> list[list[FigureRow]]:
    """Return the sums of several questions in one statement, so that a page's figures are of one moment."""
    parts: list[str] = []
    params: list[Any] = []
    for index, ask in enumerate(asks):
        sql, given = _facts(index, ask, district_id, procedure)
        parts += sql
        params += given
    found: list[list[FigureRow]] = [[] for _ in asks]
    if not parts:
        return found
    keys = ", ".join(("ask", *COLUMNS))
    statement = (
        f"SELECT {keys}, SUM(value), SUM(late) FROM ({' UNION ALL '.join(parts)}) AS facts "  # noqa: S608
        f"GROUP BY {keys} ORDER BY {keys}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows = cursor.fetchall()
    for row in rows:
        ask = asks[row[0]]
        by_name = dict(zip(COLUMNS, row[1 : len(COLUMNS) + 1], strict=True))
        key = tuple(_dated(name, by_name[name]) for name in ask.group_by)
        found[row[0]].append(FigureRow(key, int(row[-2]), int(row[-1])))
    return found


def _facts(index: int, ask: Ask, district_id: int, procedure: str) -> tuple[list[str], list[Any]]:
    unknown = (set(ask.group_by) | set(ask.where)) - set(COLUMNS)
    if unknown:
        raise ValueError(f"unknown dimensions {sorted(unknown)}")
    conditions = ["district_id = %s", "procedure = %s"]
    params: list[Any] = [district_id, procedure]
    wanted = {"month": sorted(set(ask.months)), "measure": sorted(set(ask.measures)), **ask.where}
    for column, values in wanted.items():
        words, given = _among(column, values)
        conditions.append(words)
        params += given
    condition = " AND ".join(conditions)
    grouped = set(ask.group_by)
    shown = ", ".join(c if c in grouped else f"{_null(c)} AS {c}" for c in COLUMNS)
    sql = [
        f"SELECT {index} AS ask, {shown}, value, {late} AS late FROM {table} "  # noqa: S608 - checked above
        f"WHERE {condition}{pending.format(mark=mark_column())}"
        for table, late, pending in _TABLES
    ]
    return sql, params * len(_TABLES)


def _among(column: str, values: Any) -> tuple[str, list[Any]]:
    """Return the condition that a column is one of some values; None among them means "not given"."""
    every = list(values) if isinstance(values, list | tuple | set | frozenset) else [values]
    given = [v for v in every if v is not None]
    words = [f"{column} IN ({', '.join(['%s'] * len(given))})"] if given else []
    words += [f"{column} IS NULL"] if len(given) < len(every) else []
    return (f"({' OR '.join(words)})" if words else "1 = 0"), given


def _null(column: str) -> str:
    return f"CAST(NULL AS {_NOTHING.get(column, 'varchar(60)')})"


def _dated(name: str, value: Any) -> Any:
    """SQLite gives dates as text where the ORM does not read them."""
    return date.fromisoformat(value) if name == "month" and isinstance(value, str) else value

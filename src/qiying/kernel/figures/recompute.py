"""A full recompute: roll-ups and pending facts against the sum of all facts, exactly, and roll-ups made anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction

from qiying.kernel.figures.compaction import GROUP, locked_mark, mark_column, rollups_add
from qiying.kernel.figures.models import GRAINS, FigureDelta

Sums = Counter[tuple[Any, ...]]
FIELDS = tuple(GROUP.split(", "))
_LATE = "CASE WHEN is_late THEN value ELSE 0 END"


def sums_of_deltas(*, of_cases: bool = False) -> Sums:
    """Return the sum of all facts by every dimension; late parts under the key with `late` at its end.

    With `of_cases` only of what acts on cases counted: what else counts gives a negative number as its case.
    """
    which = "WHERE case_id > 0 " if of_cases else ""
    return _read(f"SELECT {GROUP}, SUM(value), SUM({_LATE}) FROM figures_figuredelta {which}GROUP BY {GROUP}")  # noqa: S608


def sums_current() -> Sums:
    """Return what pages read: roll-ups plus what is not folded yet, in one statement."""
    pending = f"COALESCE((SELECT upto FROM figures_figuremark WHERE id = 1), 0) <= {mark_column()}"  # noqa: S608
    return _read(
        f"SELECT {GROUP}, SUM(value), SUM(late) FROM ("  # noqa: S608
        f"SELECT {GROUP}, value, late_value AS late FROM figures_figurerollup WHERE grain = 0 UNION ALL "
        f"SELECT {GROUP}, value, {_LATE} AS late FROM figures_figuredelta WHERE {pending}) AS facts GROUP BY {GROUP}"
    )


def grain_differences() -> list[str]:
    """Return the coarser roll-ups whose sums are not those of the finest one."""
    found = []
    for grain, kept in enumerate(GRAINS[1:], 1):
        keys = ", ".join(("district_id, procedure, measure, month", *kept))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT COUNT(*) FROM (SELECT {keys} FROM figures_figurerollup WHERE grain IN (0, %s) "  # noqa: S608
                f"GROUP BY {keys} HAVING SUM(CASE WHEN grain = 0 THEN value ELSE -value END) <> 0 "
                f"OR SUM(CASE WHEN grain = 0 THEN late_value ELSE -late_value END) <> 0) AS wrong",
                [grain],
            )
            if wrong := int(cursor.fetchone()[0]):
                found.append(f"按{'、'.join(kept)}的汇总有 {wrong} 处和细的汇总不一样")
    return found


def sums_of_facts(facts: Iterable[FigureDelta]) -> Sums:
    """Return the sums of facts in memory, such as those told by events."""
    found: Sums = Counter()
    for fact in facts:
        key = tuple(_plain(getattr(fact, f)) for f in FIELDS)
        found[key] += fact.value
        if fact.is_late:
            found[(*key, "late")] += fact.value
    return _without_zero(found)


def sum_differences(told: Sums, stored: Sums) -> list[tuple[tuple[Any, ...], int, int]]:
    """Return (key, told, stored) wherever the two are not exactly equal."""
    return [(k, told[k], stored[k]) for k in sorted({*told, *stored}, key=repr) if told[k] != stored[k]]


@transaction.atomic
def rollups_rebuild() -> int:
    """Make the roll-ups anew from the facts up to the mark; return how many rows there are."""
    mark = locked_mark()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM figures_figurerollup")
        rollups_add(cursor, 0, mark.upto if mark else 0)
        cursor.execute("SELECT COUNT(*) FROM figures_figurerollup")
        return int(cursor.fetchone()[0])


def _read(sql: str) -> Sums:
    found: Sums = Counter()
    with connection.cursor() as cursor:
        cursor.execute(sql)
        for row in cursor.fetchall():
            key = tuple(_plain(v) for v in row[: len(FIELDS)])
            found[key] += int(row[-2])
            found[(*key, "late")] += int(row[-1])
    return _without_zero(found)


def _plain(value: Any) -> Any:
    """Dates as text: SQLite hands them out so where the ORM does not read them."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _without_zero(found: Sums) -> Sums:
    return Counter({k: v for k, v in found.items() if v})

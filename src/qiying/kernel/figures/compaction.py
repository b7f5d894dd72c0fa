"""Folding deltas into roll-ups: exact, and without a writer ever waiting for it.

SQLite has one writer, so ids appear in the order of commits. PostgreSQL does not: a delta with a lower id may
become visible later. There each delta carries its transaction's number (a column default outside the model), and
only deltas of transactions older than every running one of this database are folded; the mark is a transaction
number. A server counts transactions over all its databases, and a district has one of its own: what runs in a
neighbour's database is left out, else its longest transaction would hold up the figures here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from qiying.kernel.audit.arrivals import writers
from qiying.kernel.figures.models import GRAINS, FigureMark

_NONE = {"unit_id": "CAST(NULL AS bigint)", "bucket": "0"}
GROUP = "district_id, procedure, measure, month, unit_id, channel_code, category, kind, bucket"


def mark_column() -> str:
    """Return the delta column the mark counts in."""
    return "txid" if connection.vendor == "postgresql" else "id"


def _horizon() -> int:
    """Return the exclusive upper bound of what can be folded now."""
    if connection.vendor == "postgresql":
        return writers()[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(MAX(id), 0) + 1 FROM figures_figuredelta")
        return int(cursor.fetchone()[0])


def current_mark() -> int:
    """Return the mark: deltas below it are in the roll-ups."""
    return FigureMark.objects.filter(pk=1).values_list("upto", flat=True).first() or 0


def locked_mark() -> FigureMark | None:
    """Return the mark under its lock: folding, merging and rebuilding wait for each other, writers for none."""
    return FigureMark.objects.select_for_update().filter(pk=1).first()


@transaction.atomic
def figures_compact(now: datetime, *, least: int = 1, summed: str = "", number: int | None = None) -> int:
    """Fold finished deltas into roll-up rows; return how many deltas were folded.

    New roll-up rows are appended beside the old ones and merged by `rollups_merge`, so nothing is updated in place.

    Args:
        summed: a table of the sums of exactly these deltas, where who wrote them has made it; it is read instead.
        number: the transaction of which alone these are the sums, on PostgreSQL.
    """
    FigureMark.objects.get_or_create(pk=1, defaults={"upto": 0, "folded_at": now})
    mark = locked_mark()
    assert mark is not None
    top = _horizon()
    if top <= mark.upto:
        return 0
    column = mark_column()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(*) FROM figures_figuredelta WHERE {column} >= %s AND {column} < %s",  # noqa: S608
            [mark.upto, top],
        )
        found = int(cursor.fetchone()[0])
        if found < least:
            return 0
        rollups_add(cursor, mark.upto, top, summed, number)
    mark.upto, mark.folded_at = top, now
    mark.save(update_fields=["upto", "folded_at"])
    return found


def rollups_add(cursor: Any, since: int, top: int, summed: str = "", number: int | None = None) -> None:
    """Append the sums of the deltas between two marks, in every grain: the finest of deltas, the others of it."""
    cursor.execute("SELECT COALESCE(MAX(id), 0) FROM figures_figurerollup")
    before = cursor.fetchone()[0]
    source, bounds = f"figures_figuredelta WHERE {mark_column()} >= %s AND {mark_column()} < %s", [since, top]
    if summed and number is None:
        source, bounds = summed, []
    elif summed and number is not None and since <= number < top:
        told = f"SELECT {GROUP}, is_late, value FROM"
        others = f"{told} figures_figuredelta WHERE txid >= %s AND txid < %s"
        source = f"({others} UNION ALL {others} UNION ALL {told} {summed}) AS facts"
        bounds = [since, number, number + 1, top]
    late = "SUM(CASE WHEN is_late THEN value ELSE 0 END)"
    for grain, kept in enumerate(GRAINS):
        shown = [c if c in kept else _NONE.get(c, "''") for c in GRAINS[0]]
        keys = ", ".join(("district_id, procedure, measure, month", *kept))
        cursor.execute(
            f"INSERT INTO figures_figurerollup (grain, {GROUP}, value, late_value) "  # noqa: S608
            f"SELECT {grain}, district_id, procedure, measure, month, {', '.join(shown)}, SUM(value), {late} "
            f"FROM {source} GROUP BY {keys}",
            bounds,
        )
        source, bounds, late = "figures_figurerollup WHERE grain = 0 AND id > %s", [before], "SUM(late_value)"


@transaction.atomic
def rollups_merge() -> int:
    """Merge roll-up rows of equal dimensions; return how many rows are left."""
    locked_mark()  # rows that a fold adds between reading and emptying would be lost
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE merged AS SELECT grain, {GROUP}, SUM(value) AS value, "  # noqa: S608
            f"SUM(late_value) AS late_value FROM figures_figurerollup GROUP BY grain, {GROUP}"
        )
        cursor.execute("DELETE FROM figures_figurerollup")
        cursor.execute(
            f"INSERT INTO figures_figurerollup (grain, {GROUP}, value, late_value) "  # noqa: S608
            f"SELECT grain, {GROUP}, value, late_value FROM merged WHERE value <> 0 OR late_value <> 0"
        )
        cursor.execute("DROP TABLE merged")
        cursor.execute("SELECT COUNT(*) FROM figures_figurerollup")
        return int(cursor.fetchone()[0])

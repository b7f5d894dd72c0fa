"""Which rows of a growing table have not been taken yet, cheaply and without losing a late one.

The trap: ids are given when a row is inserted, but rows become visible when their transaction commits, so on
PostgreSQL a row with a *lower* id can appear after a higher one was taken. "Everything after the last id"
would lose it for ever; an anti-join over the whole table costs seconds at 5,000,000 rows.

So three marks are kept per table (`Watermark`):

- `scanned_to`: the highest id looked at. New rows are sought above it, by primary key.
- `settled_to`: below it no row can appear any more. Between the two, each run looks again (the look-back).
- `pending_to` with `pending_transaction`: after a scan, the id reached and the next transaction number
  (`pg_snapshot_xmax`). Whoever could still bring a lower id had a lower transaction number; once the oldest
  running writer of this database is not below it, and a look-back made after that found nothing left, the
  mark is settled. A transaction of three hours holds the mark for three hours and is still found.

An id is drawn an instant before its transaction gets a number; `MARGIN` ids stay in the look-back for that.
SQLite has one writer, so ids appear in order and every mark settles at the next run.

What is missing is always decided by the condition `missing`, never by the marks alone: a mark set too low
costs time, not truth. A loader that inserts *chosen* ids below a mark calls `rewind()`.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from qiying.kernel.audit.models import Watermark

MARGIN = 2_000


@dataclass(frozen=True)
class Arrivals:
    """A growing table `t` with primary key `id`, and the SQL condition that a row is still missing."""

    name: str
    table: str
    columns: tuple[str, ...]
    missing: str

    def take(self, limit: int) -> list[tuple[Any, ...]]:
        """Return up to `limit` missing rows as (id, *columns); the caller takes them in this transaction.

        An empty list means that nothing visible is missing. Call it inside the caller's atomic block and
        under its lock: marks and what was taken must commit together.
        """
        mark, _ = Watermark.objects.get_or_create(name=self.name)
        oldest_writer, _ = writers()
        reached = self._highest_id()
        rows = self._scan(mark.scanned_to, reached, limit)
        is_scan_complete = len(rows) < limit
        if is_scan_complete:
            late = self._scan(mark.settled_to, min(mark.scanned_to, reached), limit - len(rows))
            is_settled = mark.pending_to is not None and oldest_writer >= (mark.pending_transaction or 0)
            if is_settled and len(late) < limit - len(rows):
                mark.settled_to = max(mark.settled_to, (mark.pending_to or 0) - _margin())
                mark.pending_to = mark.pending_transaction = None
            rows += late
        mark.scanned_to = max(mark.scanned_to, reached if is_scan_complete else rows[-1][0])
        if mark.pending_to is None and mark.scanned_to > mark.settled_to:
            mark.pending_to, mark.pending_transaction = mark.scanned_to, writers()[1]
        mark.save()
        return rows

    def rewind(self, to: int = 0) -> None:
        """Look again at everything above an id, after rows were inserted with chosen ids or by a restore."""
        Watermark.objects.filter(name=self.name, settled_to__gt=to).update(
            settled_to=to, pending_to=None, pending_transaction=None
        )
        Watermark.objects.filter(name=self.name, scanned_to__gt=to).update(scanned_to=to)

    def _scan(self, above: int, up_to: int, limit: int) -> list[tuple[Any, ...]]:
        if above >= up_to or limit <= 0:
            return []
        columns = ", ".join(f"t.{c}" for c in ("id", *self.columns))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {columns} FROM {self.table} t "  # noqa: S608 - names come from code
                f"WHERE t.id > %s AND t.id <= %s AND {self.missing} ORDER BY t.id LIMIT %s",
                [above, up_to, limit],
            )
            return list(cursor.fetchall())

    def _highest_id(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT MAX(id) FROM {self.table}")  # noqa: S608
            return int(cursor.fetchone()[0] or 0)


def exclusive(name: str) -> None:
    """Let one transaction at a time pass, until it ends; on SQLite the write lock already does."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _margin() -> int:
    return MARGIN if connection.vendor == "postgresql" else 0


# The snapshot comes first and names every transaction that ran then. Of those, the ones that still run in this database
# hold the mark; the rest has ended, so that the next statement sees what it wrote, or belongs to a neighbour. A backend
# names its transaction by the low 32 bits; a prepared one has no backend.
_RUNNING = """
    WITH seen AS MATERIALIZED (SELECT pg_current_snapshot() AS snapshot)
    SELECT pg_snapshot_xmax(snapshot)::text::bigint, ARRAY(SELECT pg_snapshot_xip(snapshot)::text::bigint) FROM seen
"""
_STILL_HERE = """
    SELECT backend_xid::text::bigint FROM pg_stat_activity
    WHERE backend_xid IS NOT NULL AND datname = current_database()
    UNION ALL SELECT transaction::text::bigint FROM pg_prepared_xacts WHERE database = current_database()
"""


def writers() -> tuple[int, int]:
    """Return the number of the oldest running write transaction of this database and the next; (0, 0) on SQLite.

    Where none runs both are the next. Writers of a neighbour's database on the same server are nobody to wait for.
    """
    if connection.vendor != "postgresql":
        return 0, 0
    with connection.cursor() as cursor:
        cursor.execute(_RUNNING)
        following, running = cursor.fetchone()
        cursor.execute(
            "SELECT pg_stat_clear_snapshot()"
        )  # what was read earlier in this transaction is kept else
        cursor.execute(_STILL_HERE)
        here = {row[0] for row in cursor.fetchall()}
    return min((xid for xid in running if xid & 0xFFFFFFFF in here), default=int(following)), int(following)

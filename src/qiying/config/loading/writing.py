"""Letting the database write all copies of one life: their blanks go in once, a statement a table makes the rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, models, transaction

from qiying.config.loading.stencil import COPIES, FIGURES, SUMMED, Stencil
from qiying.kernel.cases.models import Case, Intake
from qiying.kernel.figures.compaction import figures_compact

Row = tuple[str, ...]


def highest_id(model: type[models.Model]) -> int:
    """Return the highest id of a table, 0 when it is empty."""
    return model._default_manager.aggregate(top=models.Max("pk"))["top"] or 0


class Writer:
    """Writes one batch while the next is stamped: the database works without Python's lock.

    It uses the connection and transaction of the thread that makes it, which must leave both alone until `close`.
    """

    def __init__(self) -> None:
        connection.ensure_connection()
        self._raw = connection.connection
        self._thread = ThreadPoolExecutor(1)
        self._running: Future[None] | None = None

    def write(self, stencil: Stencil, rows: Sequence[Row]) -> int:
        """Take copies of one stencil and return how many rows they will be; raises what the batch before raised."""
        self.wait()
        self._running = self._thread.submit(self._write, stencil, rows)
        return len(rows) * stencil.rows

    def wait(self) -> None:
        """Return when all that was taken is written."""
        if self._running is not None:
            self._running.result()

    def close(self) -> None:
        self._thread.shutdown()

    def _write(self, stencil: Stencil, rows: Sequence[Row]) -> None:
        cursor = self._raw.cursor()
        cursor.execute(f"DROP TABLE IF EXISTS {COPIES}")
        names = ", ".join(f'"{name}"' for name in stencil.columns)
        if connection.vendor == "sqlite":
            cursor.execute(f"CREATE TEMP TABLE {COPIES} ({names})")
            cursor.executemany(f"INSERT INTO {COPIES} VALUES ({', '.join('?' * len(stencil.columns))})", rows)  # noqa: S608
        else:
            typed = ", ".join(f'"{name}" text' for name in stencil.columns)
            cursor.execute(f"CREATE TEMP TABLE {COPIES} ({typed})")
            with cursor.copy(f"COPY {COPIES} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        for statement in stencil.statements:
            cursor.execute(statement)


@contextmanager
def figures_summed(now: datetime) -> Iterator[None]:
    """Fold what is written meanwhile by the sums that the stencils make of it.

    On PostgreSQL others may write at the same time, so it is folded after the transaction, and known by its number.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {FIGURES}")
        if connection.vendor == "postgresql":
            told = ", ".join((*SUMMED, "value"))
            cursor.execute("SELECT pg_current_xact_id()::text::bigint")
            number = cursor.fetchone()[0]
            before = f"SELECT {told} FROM figures_figuredelta WHERE txid = {number}"  # noqa: S608
            cursor.execute(f"CREATE TEMP TABLE {FIGURES} AS {before}")
            yield
            if not connection.savepoint_ids:  # else who opened the transaction may write more in it
                transaction.on_commit(lambda: _fold(now, number))
            return
        figures_compact(now)
        cursor.execute(f"CREATE TEMP TABLE {FIGURES} ({', '.join(SUMMED)}, value)")
    yield
    _fold(now)


def _fold(now: datetime, number: int | None = None) -> None:
    figures_compact(now, summed=FIGURES, number=number)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {FIGURES}")


def ids_taken() -> None:
    """Let the database go on after the ids the loader chose itself."""
    if connection.vendor == "sqlite":
        return  # AUTOINCREMENT goes on after the highest id by itself
    with connection.cursor() as cursor:
        for model in (Case, Intake):
            table = model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT MAX(id) FROM {table}))"  # noqa: S608
            )


def analyze() -> None:
    """Let the planner know the tables as they are now."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA analysis_limit = 100000")  # rows an index, not all there are
        cursor.execute("ANALYZE")

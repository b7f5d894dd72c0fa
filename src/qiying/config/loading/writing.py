"""Letting the database write all copies of one life: their blanks go in once, a statement a table makes the rows."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from qiying.config.loading.stencil import COPIES, FIGURES, SUMMED, Share, blank_type
from qiying.kernel.cases.models import Case, Intake
from qiying.kernel.figures.compaction import figures_compact

Row = tuple[str, ...]
ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
WAITING = 3
"""Batches that wait for a connection while another is behind."""


def highest_id(model: type[models.Model]) -> int:
    """Return the highest id of a table, 0 when it is empty."""
    return model._default_manager.aggregate(top=models.Max("pk"))["top"] or 0


def raw_connection() -> Any:
    """Return the driver's own connection of this thread, which a writer may use meanwhile."""
    connection.ensure_connection()
    return connection.connection


def taken(rows: list[Row]) -> Any:
    """Return rows as a writer takes them: on PostgreSQL as COPY reads them."""
    if connection.vendor == "sqlite":
        return rows
    text = "\n".join(map("\t".join, rows))
    width = len(rows[0])
    is_plain = not ("\\" in text or "\r" in text)
    if not is_plain or text.count("\t") != len(rows) * (width - 1) or text.count("\n") != len(rows) - 1:
        text = "\n".join("\t".join(cell.translate(ESCAPES) for cell in row) for row in rows)
    return text.encode()


class Writer:
    """Writes one batch while the next is stamped: the database works without Python's lock.

    It uses a connection and its transaction in a thread of its own; who made both must leave them alone until `wait`.
    """

    def __init__(self, raw: Any) -> None:
        self._raw = raw
        self._thread = ThreadPoolExecutor(1)
        self._running: deque[Future[None]] = deque()

    def write(self, share: Share, rows: Any) -> None:
        """Take copies of what one stencil has for this writer's tables; raises what an earlier batch raised."""
        while len(self._running) >= WAITING:
            self._running.popleft().result()
        self._running.append(self._thread.submit(self._write, share, rows))

    def run(self, statements: Iterable[str]) -> None:
        """Take statements to be executed after what was taken before."""
        self._running.append(self._thread.submit(self._run, statements))

    def wait(self) -> None:
        """Return when all that was taken is done."""
        while self._running:
            self._running.popleft().result()

    def forget(self) -> None:
        """Return when what has begun is done or has failed; the rest is left."""
        wait([each for each in self._running if not each.cancel()])
        self._running.clear()

    def close(self) -> None:
        self.forget()
        self._thread.shutdown()

    def _run(self, statements: Iterable[str]) -> None:
        for statement in statements:
            self._raw.execute(statement)

    def _write(self, share: Share, rows: Any) -> None:
        cursor = self._raw.cursor()
        cursor.execute(f"DROP TABLE IF EXISTS {COPIES}")
        if connection.vendor == "sqlite":
            names = ", ".join(f'"{name}"' for name in share.columns)
            cursor.execute(f"CREATE TEMP TABLE {COPIES} ({names})")
            cursor.executemany(f"INSERT INTO {COPIES} VALUES ({', '.join('?' * len(share.columns))})", rows)  # noqa: S608
        else:
            # packing what is read once for every row would take longer than it saves
            typed = ", ".join(f'"{name}" {blank_type(name)}' for name in share.columns)
            cursor.execute(f"CREATE TEMP TABLE {COPIES} ({typed}) WITH (toast_tuple_target = 8160)")
            with cursor.copy(f"COPY {COPIES} FROM STDIN") as copy:
                copy.write(rows)
        for statement in share.statements:
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


def analyze(*, without: Collection[str]) -> None:
    """Let the planner know the tables as they are now, without those it knows already."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA analysis_limit = 100000")  # rows an index, not all there are
        told = connection.introspection.get_table_list(cursor) if without else ()
        tables = [f'"{table.name}"' for table in told if table.type == "t" and table.name not in without]
        cursor.execute(f"ANALYZE {', '.join(tables)}")

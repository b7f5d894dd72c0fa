"""Loading into an empty PostgreSQL database over two connections: each writes, and indexes, tables of its own.

A transaction belongs to one connection, so the two commit one after the other. Foreign keys, which look at tables of
both, are dropped before and made over everything after. Meanwhile `MARK` says what is missing: if the process dies, the
next load finds it and refuses the database; any other failure leaves the tables as they were.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

from django.db import connection, models, transaction

from qiying.config.loading.indexes import indexes_drop, keys_drop
from qiying.config.loading.writing import Writer
from qiying.kernel.cases.models import CaseEvent
from qiying.kernel.notices.models import Notice

BESIDE: tuple[type[models.Model], ...] = (Notice, CaseEvent)
"""What the second connection writes: half of all time spent on indexes."""
TABLES_BESIDE = [kind._meta.db_table for kind in BESIDE]
MARK = "load_unfinished"


class Unfinished(Exception):
    """An earlier load died here between its two commits, or before its keys were made."""


def refuse_unfinished() -> None:
    """Raise `Unfinished` where an earlier load died."""
    if MARK in connection.introspection.table_names():
        raise Unfinished("上一次装入中断了，这个库不完整，不能再用：删掉它，建一个空库重来")


class Second:
    """The second connection, with its writer; `again` makes the indexes of its tables."""

    def __init__(self) -> None:
        self._connection = connection.copy()
        self._connection.ensure_connection()
        self._raw = self._connection.connection
        self.writer = Writer(self._raw)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write its tables in a transaction whose end waits for their indexes (`index`)."""
        self._raw.autocommit = False
        try:
            with self._raw.cursor() as cursor:
                self._again = indexes_drop(cursor, TABLES_BESIDE, anew=True)
            yield
            self.writer.wait()
            self._raw.commit()
        except BaseException:
            self._raw.cancel()
            self.writer.forget()
            self._raw.rollback()
            raise
        finally:
            self._raw.autocommit = True

    def index(self) -> None:
        """Begin making the indexes, beside what the caller does."""
        self.writer.run(self._again)

    def close(self) -> None:
        self.writer.close()
        self._connection.close()


@contextmanager
def two_connections(tables: Sequence[str]) -> Iterator[Second]:
    """Yield the second connection while no table has foreign keys; make these with both at the end, and analyze."""
    with transaction.atomic(), connection.cursor() as cursor:
        again = keys_drop(cursor, tables)
        cursor.execute(f"CREATE TABLE {MARK} (statement text)")
        cursor.executemany(f"INSERT INTO {MARK} VALUES (%s)", [[line] for _, _, line in again])  # noqa: S608
    with closing(Second()) as second:
        try:
            yield second
        finally:
            with connection.cursor() as cursor:
                for _, _, line in again:
                    cursor.execute(f"{line} NOT VALID")
                jobs = deque(
                    [
                        f'ALTER TABLE {table} VALIDATE CONSTRAINT "{name}"'
                        for of, name, _ in again
                        if of == table
                    ]
                    + [f"ANALYZE {table}"]
                    for table in dict.fromkeys([*tables, *(of for of, _, _ in again)])
                )
                second.writer.run(_left(jobs))
                for statement in _left(jobs):
                    cursor.execute(statement)
                second.writer.wait()
                cursor.execute(f"DROP TABLE {MARK}")


def _left(jobs: deque[list[str]]) -> Iterator[str]:
    """Yield the statements of one job after the other; who else takes of them gets others."""
    while True:
        try:
            job = jobs.popleft()
        except IndexError:
            return
        yield from job

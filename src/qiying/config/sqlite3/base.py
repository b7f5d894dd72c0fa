"""Django's SQLite backend; a transaction waits for its turn before BEGIN IMMEDIATE.

What stands between a query and SQLite is kept short: Django asks at each statement for an event loop, which never runs
here, and gives every savepoint a name of its own, so that none is ever read twice and all push others out of memory.
"""

from functools import lru_cache
from sqlite3 import Cursor as Plain
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.backends.utils import CursorWrapper

from qiying.config.sqlite3.queue import WriterQueue, queue_for

LONGEST_KEPT = 8_000
"""Characters of a statement whose text is kept as SQLite reads it."""


@lru_cache(maxsize=2000)
def _with_marks(text: str) -> str:
    return base.FORMAT_QMARK_REGEX.sub("?", text).replace("%%", "%")


class Cursor(base.SQLiteCursorWrapper):
    """A cursor that turns the places of one text into SQLite's marks once, not at each statement."""

    def execute(self, query: str, params: Any = None) -> Any:
        """Run a statement; values in order, as nearly all are, need no look whether they are named."""
        if params.__class__ is tuple or params.__class__ is list:
            return Plain.execute(self, self.convert_query(query), params)
        return super().execute(query, params)

    def convert_query(self, query: str, *, param_names: Any = None) -> str:
        """Return the text as SQLite reads it."""
        if param_names is not None:
            return str(super().convert_query(query, param_names=param_names))
        # the longest are made for one viewer: kept for every viewer they would fill the memory
        return _with_marks(query) if len(query) < LONGEST_KEPT else _with_marks.__wrapped__(query)


class ShortWrapper(CursorWrapper):
    """Django's cursor around SQLite's, with nothing in between where nobody listens."""

    cursor: Any
    db: Any

    def execute(self, sql: Any, params: Any = None) -> Any:
        """Run a statement; whoever listens to statements hears it as with Django."""
        if self.db.execute_wrappers or self.db.needs_rollback:
            return super().execute(sql, params)
        try:
            return self.cursor.execute(sql, params)
        except self.db.Database.Error:
            with self.db.wrap_database_errors:
                raise

    def fetchone(self) -> Any:
        """Return the next row."""
        try:
            return self.cursor.fetchone()
        except self.db.Database.Error:
            with self.db.wrap_database_errors:
                raise

    def fetchmany(self, size: int = 1) -> Any:
        """Return the next rows."""
        try:
            return self.cursor.fetchmany(size)
        except self.db.Database.Error:
            with self.db.wrap_database_errors:
                raise

    def fetchall(self) -> Any:
        """Return all rows that are left."""
        try:
            return self.cursor.fetchall()
        except self.db.Database.Error:
            with self.db.wrap_database_errors:
                raise

    def close(self) -> None:
        """Let the statement go."""
        self.cursor.close()


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that takes its place in the writers' queue for as long as a transaction lasts."""

    _queue: WriterQueue | None = None

    def __init__(self, *given: Any, **named: Any) -> None:
        """Know of no savepoint yet."""
        super().__init__(*given, **named)
        self._savepoints: list[str] = []

    def get_new_connection(self, conn_params: Any) -> Any:
        """Connect, and know the queue of the file connected to (tests change the name before)."""
        self._queue = queue_for(self.settings_dict["NAME"], float(conn_params.get("timeout", 5)))
        return super().get_new_connection(conn_params)

    def cursor(self) -> Any:
        """Return a cursor; one that Django has something to say about is Django's."""
        if self.connection is None or self.queries_logged:
            return super().cursor()
        self.ensure_connection()  # asked each time: tests that may not touch the database are stopped there
        self.validate_thread_sharing()
        return ShortWrapper(self.connection.cursor(factory=Cursor), self)

    def create_cursor(self, name: Any = None) -> Any:
        """Return a cursor of our kind."""
        return self.connection.cursor(factory=Cursor)

    def make_cursor(self, cursor: Any) -> Any:
        """Wrap it the short way."""
        return ShortWrapper(cursor, self)

    def savepoint(self) -> Any:
        """Create a savepoint inside the transaction under way and return its name."""
        if self.get_autocommit():
            return None
        self.validate_thread_sharing()
        self.savepoint_state += 1
        name = f"s{self.savepoint_state}"
        self._savepoint(name)
        return name

    # SQLite is told how deep a savepoint lies: the next one there is the same statement.
    def _savepoint(self, sid: str) -> None:
        self.cursor().execute(f"SAVEPOINT s{len(self._savepoints)}")
        self._savepoints.append(sid)

    def _savepoint_rollback(self, sid: str) -> None:
        depth = self._savepoints.index(sid)
        self.cursor().execute(f"ROLLBACK TO SAVEPOINT s{depth}")
        del self._savepoints[depth + 1 :]

    def _savepoint_commit(self, sid: str) -> None:
        depth = self._savepoints.index(sid)
        self.cursor().execute(f"RELEASE SAVEPOINT s{depth}")
        del self._savepoints[depth:]

    def _start_transaction_under_autocommit(self) -> None:
        self._savepoints.clear()
        if self._queue is not None:
            self._queue.enter()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
        except BaseException:
            self._leave()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        finally:
            self._leave_after_transaction()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._leave_after_transaction()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._leave()

    def _leave_after_transaction(self) -> None:
        # a commit that failed (a deferred constraint) leaves the transaction open, and its place kept
        if self.connection is None or not self.connection.in_transaction:
            self._leave()

    def _leave(self) -> None:
        if self._queue is not None:
            self._queue.leave()

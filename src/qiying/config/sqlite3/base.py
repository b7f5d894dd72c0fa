"""Django's SQLite backend; a transaction waits for its turn before BEGIN IMMEDIATE."""

from functools import lru_cache
from typing import Any

from django.db.backends.sqlite3 import base

from qiying.config.sqlite3.queue import WriterQueue, queue_for

LONGEST_KEPT = 8_000
"""Characters of a statement whose text is kept as SQLite reads it."""


@lru_cache(maxsize=2000)
def _with_marks(text: str) -> str:
    return base.FORMAT_QMARK_REGEX.sub("?", text).replace("%%", "%")


class Cursor(base.SQLiteCursorWrapper):
    """A cursor that turns the places of one text into SQLite's marks once, not at each statement."""

    def convert_query(self, query: str, *, param_names: Any = None) -> str:
        """Return the text as SQLite reads it."""
        if param_names is not None:
            return str(super().convert_query(query, param_names=param_names))
        # the longest are made for one viewer: kept for every viewer they would fill the memory
        return _with_marks(query) if len(query) < LONGEST_KEPT else _with_marks.__wrapped__(query)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that takes its place in the writers' queue for as long as a transaction lasts."""

    _queue: WriterQueue | None = None

    def get_new_connection(self, conn_params: Any) -> Any:
        """Connect, and know the queue of the file connected to (tests change the name before)."""
        self._queue = queue_for(self.settings_dict["NAME"], float(conn_params.get("timeout", 5)))
        return super().get_new_connection(conn_params)

    def create_cursor(self, name: Any = None) -> Any:
        """Return a cursor of our kind."""
        return self.connection.cursor(factory=Cursor)

    def _start_transaction_under_autocommit(self) -> None:
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

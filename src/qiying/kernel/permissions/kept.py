"""Statements made once for who looks and the day: Django takes longer to write their SQL than the database to answer.

SQLite gets their values written into them. It plans a statement with parameters anew each time they are given,
because one of them may decide whether a partial index serves.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import lru_cache
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

Row = TypeVar("Row")
Statement = tuple[str, tuple[Any, ...]]


def statement_of(rows: QuerySet[Any]) -> Statement | None:
    """Return a query's SQL and values as this database is best asked again and again; None when it can have no rows."""
    return _written(rows.query.get_compiler(rows.db))


def _written(compiler: Any) -> Statement | None:
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return None
    connection = compiler.connection
    if connection.vendor != "sqlite" or not params:
        return sql, tuple(params)
    with connection.cursor() as cursor:
        told: str = connection.ops.last_executed_query(cursor, sql, params)  # quoted by SQLite itself
    return told.replace("%", "%%"), ()


class Kept(Generic[Row]):
    """Rows of a query that is asked again and again; each `read` asks the database anew."""

    def __init__(self, rows: QuerySet[Any, Row]) -> None:
        self._rows = rows
        self._compiler: Any = None

    def read(self) -> list[Row]:
        """Return the rows there are now."""
        compiler = copy(self._compiler or self._made())
        compiler.connection = connections[self._rows.db]  # this thread's
        rows: Any = self._rows.all()
        rows.query.get_compiler = lambda *_, **__: compiler
        return list(rows)

    def _made(self) -> Any:
        compiler: Any = self._rows.query.get_compiler(self._rows.db)
        written = _written(compiler)
        if written is not None:  # else Django finds again that there can be none, and asks nothing
            compiler.as_sql = lambda: written
            self._compiler = compiler
        return compiler


def kept(build: Callable[..., QuerySet[Any, Row]], *given: Any) -> list[Row]:
    """Return the rows there are now of `build(*given)`, a query that depends on nothing else; values all."""
    found: list[Row] = _kept(build, *given).read()
    return found


@lru_cache(maxsize=256)
def _kept(build: Callable[..., QuerySet[Any]], *given: Any) -> Kept[Any]:
    return Kept(build(*given))

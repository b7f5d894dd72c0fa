"""Statements made once for who looks and the day: Django takes longer to write their SQL than the database to answer.

SQLite gets their values written into them. It plans a statement with parameters anew each time they are given,
because one of them may decide whether a partial index serves.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any, Generic, TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.db import connection, connections
from django.db.models import Model, QuerySet
from django.utils.functional import LazyObject

Row = TypeVar("Row")
M = TypeVar("M", bound=Model)
Statement = tuple[str, tuple[Any, ...]]
PLANS_KEPT = 12
STANDS_FOR: dict[type, Callable[[int], Any]] = {str: "‹asked {}›".format, int: lambda n: 918_273_645 + n}
"""What stands in a statement for the nth value that comes later, by its type."""


def statement_of(rows: QuerySet[Any]) -> Statement | None:
    """Return a query's SQL and values as this database is best asked again and again; None when it can have no rows."""
    written, there = _written(rows.query.get_compiler(rows.db)), cast(Any, connections[rows.db])
    if written is None or there.vendor != "postgresql":
        return written
    told: str = there.ops.compose_sql(*written)  # its partial indexes need the values too
    return told.replace("%", "%%"), ()


@contextmanager
def asking_again() -> Iterator[Any]:
    """Give a cursor for what `statement_of` returned.

    PostgreSQL takes five times as long to plan such a statement as to run it, so each connection keeps the plans, two
    megabytes each, of those it was asked for last.
    """
    here: Any = connection
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            yield cursor
        return
    connection.ensure_connection()
    raw = here.connection
    raw.prepare_threshold, raw.prepared_max = sys.maxsize, PLANS_KEPT  # nothing is kept without being told
    with here._prepare_cursor(_keeping_cursor()(raw)) as cursor:
        yield cursor


@cache
def _keeping_cursor() -> Any:
    from django.db.backends.postgresql.base import ServerBindingCursor

    class Keeping(ServerBindingCursor):
        def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
            found = super().execute(query, params, **options | {"prepare": True})  # type: ignore[misc]
            self._query = SimpleNamespace(query=str(query).encode())  # where Django looks what was asked
            return found

    return Keeping


def _written(compiler: Any, later: Collection[Any] = ()) -> Statement | None:
    """Return SQL and values; on SQLite no other values than those that stand for what comes later."""
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return None
    connection = compiler.connection
    if connection.vendor != "sqlite" or not params:
        return sql, tuple(params)
    with connection.cursor() as cursor:
        told: str = connection.ops.last_executed_query(cursor, sql, params)  # quoted by SQLite itself
    told = told.replace("%", "%%")
    for one in later:
        told = told.replace(f"'{one}'" if isinstance(one, str) else str(one), "%s")
    return told, tuple(p for p in params if p in later)


class _Asked:
    """What reading its rows asks of a query: all is the kept one's own but the compiler, and nothing is copied."""

    def __init__(self, rows: Any, compiler: Any) -> None:
        self._rows, self._compiler = rows, compiler
        self.query, self.db = self, rows.db

    def __getattr__(self, name: str) -> Any:
        return getattr(self._rows if hasattr(self._rows, name) else self._rows._query, name)

    def get_compiler(self, *_: Any, **__: Any) -> Any:
        return self._compiler


class Kept(Generic[Row]):
    """Rows of a query that is asked again and again; each `read` asks the database anew.

    `later` are names of values that come with each reading, and what stands for them in the query.
    """

    def __init__(self, rows: QuerySet[Any, Row], later: Mapping[str, Any] | None = None) -> None:
        self.rows = rows
        self._names = {stand: name for name, stand in (later or {}).items()}
        self._compiler: Any = None

    def read(self, asked: Mapping[str, Any] | None = None) -> list[Row]:
        """Return the rows there are now."""
        compiler = copy(self._compiler or self._made())
        compiler.connection = connections[self.rows.db]  # this thread's
        if asked and self._compiler is not None:
            sql, stand = self._compiler.as_sql()
            values = tuple([asked[self._names[p]] if p in self._names else p for p in stand])
            compiler.as_sql = lambda: (sql, values)
        rows: Any = self.rows
        if rows._prefetch_related_lookups:
            rows = rows.all()
            rows.query.get_compiler = lambda *_, **__: compiler
            return list(rows)
        return list(rows._iterable_class(_Asked(rows, compiler)))

    @property
    def is_written(self) -> bool:
        """Whether the query can have rows."""
        if self._compiler is None:
            self._made()
        return self._compiler is not None

    def _made(self) -> Any:
        compiler: Any = self.rows.query.get_compiler(self.rows.db)
        written = _written(compiler, self._names)
        if written is not None:  # else Django finds again that there can be none, and asks nothing
            columns = [column for column, *_ in compiler.select[: compiler.col_count]]
            converters = compiler.get_converters(columns)
            compiler.as_sql, compiler.get_converters = lambda: written, lambda _: converters
            self._compiler = compiler
        return compiler


def kept(build: Callable[..., QuerySet[Any, Row]], *given: Any, **asked: Any) -> list[Row]:
    """Return the rows there are now of `build(*given)` with the values asked for, lookups as `filter` takes them.

    The statement is made once for what is given, all values on which alone the query depends; what is asked for,
    words and numbers, may be another each time.
    """
    found = _kept(build, _kinds(asked), False, *settled(given))
    rows: list[Row] = list(build(*given).filter(**asked)) if found is None else found.read(asked)
    return rows


def kept_one(build: Callable[..., QuerySet[M]], *given: Any, **asked: Any) -> M:
    """Return the one row of `kept`, as Django's `get` does, with its errors."""
    found = _kept(build, _kinds(asked), True, *settled(given))
    if found is None:
        return build(*given).get(**asked)
    rows: list[M] = found.read(asked)
    if len(rows) == 1:
        return rows[0]
    model = cast(Any, found.rows.model)
    error = model.MultipleObjectsReturned if rows else model.DoesNotExist
    raise error(f"{len(rows)} of {model.__name__} have {asked}")


def _kinds(asked: Mapping[str, Any]) -> tuple[tuple[str, type], ...]:
    return tuple([(name, type(value)) for name, value in asked.items()])


@lru_cache(maxsize=2048)
def _kept(
    build: Callable[..., QuerySet[Any]], kinds: tuple[tuple[str, type], ...], is_one: bool, *given: Any
) -> Kept[Any] | None:
    """Return None where a value of such a kind is none of its field's; Django tells what is wrong with it."""
    if any(kind not in STANDS_FOR for _, kind in kinds):
        return None
    stand = {name: STANDS_FOR[kind](n) for n, (name, kind) in enumerate(kinds)}
    try:
        rows = build(*given).filter(**stand) if stand else build(*given)
    except (ValueError, TypeError):
        return None
    found: Kept[Any] = Kept(rows.order_by()[:2] if is_one else rows, stand)
    # what stands for a number may be more than a small column holds, and then no row could ever be found
    return found if not stand or found.is_written else None


def settled(given: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return what lazy values stand for: a statement kept under a request's viewer would keep the request."""
    return tuple(_settled(one) if isinstance(one, LazyObject) else one for one in given)


def _settled(one: Any) -> Any:
    hash(one)  # asks whom it stands for
    return one._wrapped

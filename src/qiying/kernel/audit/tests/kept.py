"""Worlds are made once for the tests that follow one another: their rows wait beneath the test's transaction.

A factory marked `kept` works as before. Where a fixture called it before anything was written, the next test with that
fixture finds the rows there already, in a transaction around its own, and the fixture gets a copy of what was made.
A test with another world, or with none, rolls them back first. A world holds rows and plain objects only.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import pytest
from django.db import connection, transaction
from pytest_django.plugin import blocking_manager_key

from qiying.kernel.audit.keeping import forget_all

P = ParamSpec("P")
R = TypeVar("R")
WRITES = ("INSERT", "UPDATE", "DELETE")
OWN_DATABASE = {
    "transactional_db",
    "live_server",
    "django_db_reset_sequences",
    "django_db_serialized_rollback",
}
"""Fixtures of tests that commit."""


@dataclass(frozen=True)
class Call:
    """A factory and what it was called with."""

    make: Callable[..., Any]
    given: tuple[Any, ...]


@dataclass
class Keeper:
    """The world that waits, which fixture calls which factory, and how far the running test has come."""

    calls: dict[Any, Call] = field(default_factory=dict)
    under_way: list[Any] = field(default_factory=list)
    waiting: Call | None = None
    made: Any = None
    around: Any = None
    is_untouched: bool = False
    is_taken: bool = True

    def expect(self, request: pytest.FixtureRequest) -> None:
        """Have the world ready that the test's fixtures will ask for; its own transaction has not begun."""
        call = self._expected(request)
        if self.around is not None and (call != self.waiting or not _is_whole()):
            self.drop()
        self.is_untouched, self.is_taken = False, True
        if call is not None and self.around is None:
            self._make(call)
        self.under_way, self.is_untouched, self.is_taken = [], True, self.around is None
        if self.is_taken and self._notice not in connection.execute_wrappers:
            connection.execute_wrappers.append(self._notice)

    def _expected(self, request: pytest.FixtureRequest) -> Call | None:
        if commits(request.node):
            return None
        named = request._pyfuncitem._fixtureinfo.name2fixturedefs
        return next((self.calls[defs[-1]] for defs in named.values() if defs[-1] in self.calls), None)

    def _make(self, call: Call) -> None:
        self.around = transaction.atomic()
        self.around._from_testcase = True  # what has to be outermost may stand in it
        self.around.__enter__()
        self.waiting, self.made = call, call.make(*call.given)
        connection.run_on_commit = []
        forget_all()

    def drop(self) -> None:
        """Roll back what waits."""
        around, self.around, self.waiting, self.made = self.around, None, None, None
        if around is None:
            return
        if not connection.closed_in_transaction:
            transaction.set_rollback(True)
        around.__exit__(None, None, None)

    def _notice(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """See the test's first writing."""
        if sql.startswith(WRITES):
            self.is_untouched = False
            connection.execute_wrappers.remove(self._notice)
        return execute(sql, params, many, context)

    def called(self, call: Call) -> Any:
        """Answer a factory's call: the copy that waits, or made now, and remembered for the next test."""
        if not self.is_taken:
            if call != self.waiting:
                raise AssertionError(
                    f"{call} instead of {self.waiting}: this fixture's factory cannot be kept"
                )
            self.is_taken, self.is_untouched = True, False
            forget_all()
            return copy.deepcopy(self.made)
        if self.is_untouched and self.under_way and self.under_way[-1].params is None:
            self.calls[self.under_way[-1]] = call
        self.is_untouched = False  # a factory called by this one is no fixture's own
        return call.make(*call.given)


def commits(item: pytest.Item) -> bool:
    """Tell whether a test commits, so that nothing may wait beneath it."""
    marker = item.get_closest_marker("django_db")
    named = set(getattr(item, "fixturenames", ()))
    return bool(OWN_DATABASE & named or (marker and (marker.args or marker.kwargs)))


def _is_whole() -> bool:
    return (
        connection.in_atomic_block and not connection.needs_rollback and not connection.closed_in_transaction
    )


keeper = Keeper()


def kept(make: Callable[P, R]) -> Callable[P, R]:
    """Mark a factory whose world may wait for the next test."""

    @wraps(make)
    def factory(*args: P.args, **kwargs: P.kwargs) -> R:
        if kwargs:
            return make(*args, **kwargs)
        made: R = keeper.called(Call(make, args))
        return made

    return factory


class Keeping:
    """Pytest's hooks; `conftest.py` registers them."""

    is_last = False

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> Iterator[Any]:
        if fixturedef.argname == "_django_db_helper":
            with request.getfixturevalue("django_db_blocker").unblock():
                keeper.expect(request)
            return (yield)
        keeper.under_way.append(fixturedef)
        try:
            return (yield)
        finally:
            if keeper.under_way and keeper.under_way[-1] is fixturedef:
                keeper.under_way.pop()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        keeper.is_untouched, keeper.is_taken = False, True
        if keeper.around is not None and commits(item):
            # before its fixtures: once a browser has started, this thread has another connection
            with item.config.stash[blocking_manager_key].unblock():
                keeper.drop()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self, nextitem: pytest.Item | None) -> None:
        self.is_last = nextitem is None

    def pytest_fixture_post_finalizer(self, fixturedef: Any, request: Any) -> None:
        if self.is_last and fixturedef.argname == "_django_db_helper":
            with request.getfixturevalue("django_db_blocker").unblock():
                keeper.drop()

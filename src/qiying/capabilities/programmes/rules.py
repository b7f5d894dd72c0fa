"""Arithmetic of tasks without a database: circles of waiting, the day a month's statement is due."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Hashable, Iterable, Mapping
from datetime import date, timedelta
from typing import TypeVar

T = TypeVar("T", bound=Hashable)
PROCEDURE, PUBLISH = "task", "programme_publish"
LEAD = 10
"""Days a task runs at least before its first monthly statement is due."""


def circle(start: T, wanted: Iterable[T], waits: Mapping[T, Iterable[T]]) -> list[T]:
    """Return the way from `start` back to itself if it waited for `wanted` too, empty if there is none.

    >>> circle("a", ["b"], {"b": ["c"], "c": ["a"]})
    ['a', 'b', 'c', 'a']
    """
    stack: list[list[T]] = [[start, one] for one in wanted]
    seen: set[T] = set()
    while stack:
        way: list[T] = stack.pop()
        at = way[-1]
        if at == start:
            return way
        if at not in seen:
            seen.add(at)
            stack += [[*way, following] for following in waits.get(at, ())]
    return []


def statement_day(after: date, day: int) -> date:
    """Return the next day of that number in a month, the month's last where it is shorter, after a given day.

    >>> statement_day(date(2026, 1, 31), 30)
    datetime.date(2026, 2, 28)
    """
    for month in (after.replace(day=1), after.replace(day=1) + timedelta(days=31)):
        found = month.replace(day=min(day, monthrange(month.year, month.month)[1]))
        if found > after:
            return found
    raise AssertionError("a month has a day of that number")

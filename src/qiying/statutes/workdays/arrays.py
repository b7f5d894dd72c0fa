"""The same counts over columns of dates: two gathers from cumulative sums, exact and without a loop."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qiying.statutes.errors import CalendarRangeError
from qiying.statutes.workdays.calendars import Calendar

Dates = NDArray[np.datetime64]
Counts = NDArray[np.integer[Any]]


@lru_cache(maxsize=8)
def _tables(calendar: Calendar) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Return workdays through each day, the index of the n-th workday, and the first day's number."""
    through = np.frombuffer(calendar._through, dtype=np.intc).astype(np.int64)
    nth = np.frombuffer(calendar._nth, dtype=np.intc).astype(np.int64)
    return through, nth, int(np.datetime64(calendar.first, "D").astype(np.int64))


def deadlines(starts: Dates, n: Counts | int, calendar: Calendar) -> Dates:
    """Return the n-th workday after each start, as `add_workdays` does; `n` is a number or a column.

    Raises `CalendarRangeError` when a start (NaT included) or a result is outside the calendar, ValueError
    for a negative n.
    """
    through, nth, first = _tables(calendar)
    at = _positions(starts, through, first, calendar)
    count = np.asarray(n, dtype=np.int64)
    if count.size and int(count.min()) < 0:
        raise ValueError("工作日数不能是负数。")
    rank = through[at]
    rank += count
    if rank.size and int(rank.max()) >= len(nth):
        raise CalendarRangeError(f"有的期限数到了 {calendar.last} 以后，日历没有那么长。")
    due = nth[rank]
    if not count.all():  # n=0 is the start itself, even on a day off
        due = np.where(count == 0, at, due)
    due += first
    return due.view("datetime64[D]")


def workdays_between_array(a: Dates, b: Dates, calendar: Calendar) -> NDArray[np.int64]:
    """Return the workdays in (a, b] for each pair, negative where b is earlier."""
    through, _, first = _tables(calendar)
    later: NDArray[np.int64] = through[_positions(b, through, first, calendar)]
    return later - through[_positions(a, through, first, calendar)]


def _positions(dates: Dates, through: NDArray[np.int64], first: int, calendar: Calendar) -> NDArray[np.int64]:
    at = np.asarray(dates, dtype="datetime64[D]").view(np.int64) - first
    if at.size and (int(at.min()) < 0 or int(at.max()) >= len(through)):
        raise CalendarRangeError(
            f"有的日期不在工作日历里（{calendar.first} 至 {calendar.last}），或者是空的。请先筛掉。"
        )
    return at

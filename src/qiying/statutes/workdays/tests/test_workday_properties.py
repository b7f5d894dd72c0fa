"""What must hold for every date: counting forth and back, order, columns against single dates, pauses."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qiying.statutes.workdays import (
    CalendarRangeError,
    deadlines,
    default_calendar,
    due_with_pauses,
    nth_workday,
    nth_workday_before,
    pause_workdays,
    workdays_between,
    workdays_between_array,
    workdays_in,
)

CALENDAR = default_calendar()
days = st.dates(date(2004, 1, 1), date(2030, 12, 31))
limits = st.integers(0, 120)
pauses = st.lists(st.tuples(days, st.integers(0, 40)).map(lambda p: (p[0], p[0] + timedelta(days=p[1]))))
near = st.dates(date(2026, 1, 1), date(2026, 12, 31))
near_pauses = st.lists(
    st.tuples(near, st.integers(0, 20)).map(lambda p: (p[0], p[0] + timedelta(days=p[1]))), max_size=4
)


@given(days, limits)
def test_counting_back_from_a_deadline_gives_the_limit(start: date, n: int) -> None:
    due = nth_workday(start, n, CALENDAR)
    assert workdays_between(start, due, CALENDAR) == n
    assert n == 0 or CALENDAR.is_workday(due)


@given(days, days)
def test_between_is_antisymmetric_and_adds_up(a: date, b: date) -> None:
    assert workdays_between(a, b, CALENDAR) == -workdays_between(b, a, CALENDAR)
    middle = a + (b - a) // 2
    parts = workdays_between(a, middle, CALENDAR) + workdays_between(middle, b, CALENDAR)
    assert parts == workdays_between(a, b, CALENDAR)


@given(days, st.integers(0, 60))
def test_workdays_in_counts_both_ends(a: date, length: int) -> None:
    span = [a + timedelta(days=i) for i in range(length + 1)]
    assert workdays_in(a, span[-1], CALENDAR) == sum(CALENDAR.is_workday(day) for day in span)


@given(days, limits, st.integers(0, 30))
def test_a_later_start_or_a_longer_limit_never_ends_earlier(start: date, n: int, more: int) -> None:
    due = nth_workday(start, n, CALENDAR)
    assert nth_workday(start, n + more, CALENDAR) >= due
    assert nth_workday(start + timedelta(days=more), n, CALENDAR) >= due


@given(days.filter(lambda day: day.year > 2004), st.integers(1, 60))
def test_the_workday_before_undoes_the_workday_after(day: date, n: int) -> None:
    before = nth_workday_before(day, n, CALENDAR)
    assert before < day
    assert workdays_in(before, day - timedelta(days=1), CALENDAR) == n


@given(st.lists(st.tuples(days, limits), min_size=1, max_size=40))
def test_columns_give_what_single_dates_give(rows: list[tuple[date, int]]) -> None:
    starts = np.array([start for start, _ in rows], dtype="datetime64[D]")
    limit = np.array([n for _, n in rows])
    due = deadlines(starts, limit, CALENDAR)
    assert due.tolist() == [nth_workday(start, n, CALENDAR) for start, n in rows]
    assert workdays_between_array(starts, due, CALENDAR).tolist() == limit.tolist()
    assert deadlines(starts, 5, CALENDAR).tolist() == [nth_workday(s, 5, CALENDAR) for s, _ in rows]


def test_columns_refuse_what_the_calendar_does_not_know() -> None:
    with pytest.raises(CalendarRangeError, match="空的"):
        deadlines(np.array(["2026-01-05", "NaT"], dtype="datetime64[D]"), 1, CALENDAR)
    with pytest.raises(CalendarRangeError):
        deadlines(np.array(["2046-12-30"], dtype="datetime64[D]"), 30, CALENDAR)
    with pytest.raises(ValueError, match="负数"):
        deadlines(np.array(["2026-01-05"], dtype="datetime64[D]"), -1, CALENDAR)
    assert deadlines(np.array([], dtype="datetime64[D]"), 3, CALENDAR).size == 0


@given(pauses)
def test_pauses_count_each_workday_once_however_they_overlap(stretches: list[tuple[date, date]]) -> None:
    covered = {first + timedelta(days=i + 1) for first, last in stretches for i in range((last - first).days)}
    assert pause_workdays(stretches, CALENDAR) == sum(CALENDAR.is_workday(day) for day in covered)


@given(near, limits)
def test_resuming_on_the_day_of_the_pause_changes_nothing(day: date, n: int) -> None:
    assert pause_workdays([(day, day)], CALENDAR) == 0
    assert due_with_pauses(day, n, [(day, day)], CALENDAR) == nth_workday(day, n, CALENDAR)


@settings(max_examples=60)
@given(near, st.integers(0, 25), near_pauses)
def test_a_paused_deadline_is_the_nth_workday_outside_every_pause(
    start: date, n: int, stretches: list[tuple[date, date]]
) -> None:
    due, counted = start, 0
    while counted < n:
        due += timedelta(days=1)
        paused = any(first < due <= last for first, last in stretches)
        counted += CALENDAR.is_workday(due) and not paused
    assert due_with_pauses(start, n, stretches, CALENDAR) == due

"""Numbers, waits as people say them, opening hours: pure."""

from __future__ import annotations

import doctest
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiying.capabilities.service_centre.rules import hours, queue
from qiying.capabilities.service_centre.tests.hall_world import OFF, WEEK
from qiying.statutes.workdays import SHANGHAI, default_calendar

HALL = hours.HallHours.read(WEEK, OFF)


@pytest.mark.parametrize("module", [queue, hours])
def test_the_examples_hold(module):
    assert doctest.testmod(module).failed == 0


@given(st.integers(0, 500), st.integers(0, 30), st.lists(st.integers(0, 600), max_size=9))
def test_a_wait_grows_with_who_is_ahead_and_shrinks_with_windows(ahead, windows, durations):
    each = queue.minutes_each(durations)
    wait = queue.wait_minutes(ahead, windows, each)
    more = queue.wait_minutes(ahead + 1, windows, each)
    assert queue.wait_words(ahead, wait)
    if wait is None:
        assert windows == 0
    else:
        assert more is not None and more >= wait >= queue.LEAST
        assert (queue.wait_minutes(ahead, windows + 1, each) or 0) <= wait


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        ("2026-11-18 10:00", "open"),
        ("2026-11-18 12:00", "off"),
        ("2026-11-18 13:30", "open"),
        ("2026-11-18 17:00", "closed"),
        ("2026-11-21 10:00", "off"),  # an ordinary Saturday
        ("2026-11-22 10:00", "closed"),
        ("2026-10-03 10:00", "closed"),  # Saturday of the national holiday
        ("2026-10-10 10:00", "open"),  # a Saturday worked in its place: Monday's hours
        ("2026-10-01 10:00", "closed"),
    ],
)
def test_the_hall_is_open_by_the_statutory_calendar(moment, state):
    at = datetime.strptime(moment, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)
    assert HALL.at(at, default_calendar()) == state


def test_the_next_opening_is_said_across_a_holiday():
    at = datetime(2026, 9, 30, 18, 0, tzinfo=SHANGHAI)
    assert HALL.next_words(at, default_calendar()) == "10月8日（周四） 09:00 开门"
    assert hours.HallHours.read("", "").next_words(at, default_calendar()).startswith("什么时候开门")


def test_a_window_takes_what_nobody_else_claims():
    served = queue.Served.of(["开办"], [["注销"], ["变更", "开办"]])
    assert served.left_out == {"注销", "变更"}
    assert queue.Served.of([], [["注销"]]).left_out == frozenset()

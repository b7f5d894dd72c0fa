"""Clocks that run in office hours, and the day a letter counts as received."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qiying.statutes.workdays import (
    SHANGHAI,
    BusinessHours,
    add_business_hours,
    business_minutes_between,
    default_calendar,
    receipt_day,
)

CALENDAR = default_calendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-18 08:30", 420, "2026-11-18 17:00"),  # seven hours are one whole day
        ("2026-11-18 10:00", 420, "2026-11-19 10:00"),
        ("2026-11-20 16:00", 120, "2026-11-23 09:30"),  # over a weekend
        ("2026-02-13 16:30", 60, "2026-02-14 09:00"),  # into a make-up Saturday
        ("2026-02-14 16:30", 60, "2026-02-24 09:00"),  # over the Spring Festival
        ("2026-11-18 12:20", 30, "2026-11-18 14:00"),
        ("2026-11-18 11:50", 10, "2026-11-18 12:00"),
        ("2026-11-18 03:00", 0, "2026-11-18 03:00"),
    ],
)
def test_only_office_hours_of_workdays_run(start: str, minutes: int, end: str) -> None:
    assert add_business_hours(at(start), minutes, CALENDAR) == at(end)


def test_summer_hours_are_another_table() -> None:
    summer = BusinessHours(afternoon=(time(14, 30), time(18, 0)))
    assert summer.minutes_a_day == 420
    assert add_business_hours(at("2026-07-06 11:00"), 90, CALENDAR, summer) == at("2026-07-06 15:00")
    with pytest.raises(ValueError, match="颠倒"):
        BusinessHours(morning=(time(12), time(8)))


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="时区"):
        add_business_hours(datetime(2026, 11, 18, 9), 60, CALENDAR)


moments = st.datetimes(datetime(2025, 1, 1), datetime(2026, 11, 1)).map(lambda t: t.replace(tzinfo=UTC))


@settings(max_examples=60)
@given(moments, st.integers(0, 3000))
def test_minutes_added_are_minutes_between(start: datetime, minutes: int) -> None:
    end = add_business_hours(start, minutes, CALENDAR)
    assert business_minutes_between(start, end, CALENDAR) == minutes
    assert business_minutes_between(end, start, CALENDAR) == -minutes


def test_receipt_is_the_local_date_unless_the_district_set_a_cutoff() -> None:
    late = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)  # Friday 18:30 in Shanghai
    assert receipt_day(late, None, CALENDAR) == date(2026, 11, 20)
    assert receipt_day(late, time(17, 0), CALENDAR) == date(2026, 11, 23)
    assert receipt_day(at("2026-11-20 17:00"), time(17, 0), CALENDAR) == date(2026, 11, 20)
    assert receipt_day(at("2026-11-21 10:00"), time(17, 0), CALENDAR) == date(2026, 11, 23)
    night = datetime(2026, 11, 19, 16, 30, tzinfo=UTC)  # already Friday in Shanghai
    assert receipt_day(night, None, CALENDAR) == date(2026, 11, 20)


@settings(max_examples=60)
@given(moments, st.integers(0, 20_000), st.sampled_from([None, time(17, 0), time(12, 0)]))
def test_what_comes_later_is_never_received_earlier(
    start: datetime, minutes: int, cutoff: time | None
) -> None:
    later = start + timedelta(minutes=minutes)
    assert receipt_day(start, cutoff, CALENDAR) <= receipt_day(later, cutoff, CALENDAR)

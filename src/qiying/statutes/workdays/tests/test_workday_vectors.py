"""The deadlines that were worked out by hand, and two packages that know the same calendar."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest

from qiying.statutes.workdays import (
    CalendarRangeError,
    add_days_rolled,
    add_months,
    add_workdays,
    default_calendar,
    nth_workday_before,
    workdays_in,
)

DEADLINES = [
    ("2024-02-08", 3, "2024-02-19"),
    ("2024-09-13", 1, "2024-09-14"),
    ("2025-01-24", 3, "2025-02-05"),
    ("2025-09-26", 5, "2025-10-10"),
    ("2026-01-01", 1, "2026-01-04"),
    ("2026-02-13", 3, "2026-02-25"),
    ("2026-02-14", 1, "2026-02-24"),
    ("2026-04-30", 5, "2026-05-11"),
    ("2026-09-18", 3, "2026-09-22"),
    ("2026-09-30", 3, "2026-10-10"),
    ("2026-09-30", 7, "2026-10-15"),
    ("2026-11-20", 5, "2026-11-27"),
    ("2026-12-28", 3, "2026-12-31"),
]
YEARS = [
    (
        2023,
        "0101-0102 0121-0127 0405-0405 0429-0503 0622-0624 0929-1006 1230-1231",
        "0128 0129 0423 0506 0625 1007 1008",
        249,
    ),
    (
        2024,
        "0101-0101 0210-0217 0404-0406 0501-0505 0610-0610 0915-0917 1001-1007",
        "0204 0218 0407 0428 0511 0914 0929 1012",
        251,
    ),
    (2025, "0101-0101 0128-0204 0404-0406 0501-0505 0531-0602 1001-1008", "0126 0208 0427 0928 1011", 248),
    (
        2026,
        "0101-0103 0215-0223 0404-0406 0501-0505 0619-0621 0925-0927 1001-1007",
        "0104 0214 0228 0509 0920 1010",
        248,
    ),
]


def _day(year: int, text: str) -> date:
    return date(year, int(text[:2]), int(text[2:]))


@pytest.mark.parametrize(("start", "n", "due"), DEADLINES)
def test_a_deadline_is_the_nth_workday_after_receipt(start: str, n: int, due: str) -> None:
    deadline = add_workdays(date.fromisoformat(start), n, default_calendar())
    assert deadline.on == date.fromisoformat(due)
    assert deadline.status == "confirmed"
    assert deadline.calendar_version == default_calendar().version


@pytest.mark.parametrize(("year", "off", "makeups", "workdays"), YEARS)
def test_a_year_has_exactly_the_days_of_its_notice(year: int, off: str, makeups: str, workdays: int) -> None:
    calendar = default_calendar()
    days_off, worked = set(), {_day(year, text) for text in makeups.split()}
    for block in off.split():
        first, last = (_day(year, text) for text in block.split("-"))
        days_off |= {first + timedelta(days=i) for i in range((last - first).days + 1)}
    new_year = date(year, 1, 1)
    days = [new_year + timedelta(days=i) for i in range((date(year, 12, 31) - new_year).days + 1)]
    assert {day for day in days if calendar.kind(day) == "holiday"} == days_off
    assert {day for day in days if calendar.kind(day) == "makeup"} == worked
    assert workdays_in(days[0], days[-1], calendar) == workdays


def test_every_day_since_2008_agrees_with_two_independent_packages() -> None:
    calendar = default_calendar()
    other = holidays.country_holidays("CN", years=range(2008, 2027))
    day = date(2008, 1, 1)
    while day <= date(2026, 12, 31):
        assert calendar.is_workday(day) == chinese_calendar.is_workday(day) == other.is_working_day(day), day
        day += timedelta(days=1)


def test_the_last_saturday_of_2005_was_worked_for_new_year_2006() -> None:
    # The one day on which the packages differ; it is settled in the 2006 file.
    assert default_calendar().kind(date(2005, 12, 31)) == "makeup"


def test_beyond_the_last_notice_a_date_is_provisional_and_says_so() -> None:
    deadline = add_workdays(date(2026, 12, 28), 5, default_calendar())
    assert (deadline.on, deadline.status) == (date(2027, 1, 5), "provisional")
    assert "2027 年的放假安排还没公布" in deadline.explanation


def test_known_statutory_days_of_2027_are_off_and_make_ups_unknown() -> None:
    calendar = default_calendar()
    off = ["0101", "0205", "0206", "0207", "0208", "0405", "0501", "0502", "0609", "0915"]
    off += ["1001", "1002", "1003"]
    days = [date(2027, 1, 1) + timedelta(days=i) for i in range(365)]
    assert [day for day in days if calendar.kind(day) == "holiday"] == [_day(2027, text) for text in off]
    assert not [day for day in days if calendar.kind(day) == "makeup"]


def test_festivals_ahead_agree_with_the_lunar_calendar_of_holidays() -> None:
    calendar = default_calendar()
    statutory = holidays.country_holidays("CN", years=range(2027, 2047), observed=False)
    for day in statutory:
        assert calendar.kind(day) == "holiday", day


def test_a_date_before_the_calendar_is_refused_with_what_to_check() -> None:
    with pytest.raises(CalendarRangeError, match="请检查年份"):
        add_workdays(date(2003, 12, 31), 1, default_calendar())
    with pytest.raises(CalendarRangeError):
        add_workdays(date(2046, 12, 30), 30, default_calendar())


def test_natural_days_roll_to_the_next_workday_only_at_their_end() -> None:
    calendar = default_calendar()
    assert add_days_rolled(date(2026, 9, 3), 30, calendar).on == date(2026, 10, 8)
    assert add_days_rolled(date(2026, 2, 4), 10, calendar).on == date(2026, 2, 14)  # a make-up Saturday
    assert add_days_rolled(date(2026, 11, 6), 8, calendar).on == date(2026, 11, 16)
    assert add_days_rolled(date(2026, 10, 3), 0, calendar).on == date(2026, 10, 3)


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        ("2026-05-01", 3, "2026-08-01"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-12-15", 12, "2027-12-15"),
    ],
)
def test_months_end_on_the_same_day_or_on_the_last_day(start: str, n: int, end: str) -> None:
    assert add_months(date.fromisoformat(start), n) == date.fromisoformat(end)


def test_notice_days_before_a_meeting_leave_the_meeting_day_out() -> None:
    calendar = default_calendar()
    assert nth_workday_before(date(2026, 10, 12), 3, calendar) == date(2026, 10, 8)
    assert nth_workday_before(date(2026, 10, 11), 1, calendar) == date(2026, 10, 10)

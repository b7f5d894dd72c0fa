"""Clocks that run in office hours, and the day a letter counts as received."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qiying.statutes.workdays import (
    SHANGHAI,
    BusinessHours,
    HourPause,
    Override,
    add_business_hours,
    add_business_time,
    business_minutes_between,
    business_time_between,
    business_time_given_back,
    default_calendar,
    end_after_pauses,
    load_calendar,
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


seconds = st.integers(0, 12 * 86_400).map(lambda s: timedelta(seconds=s))
limits = st.integers(0, 30 * 3600).map(lambda s: timedelta(seconds=s))
stretches = st.lists(st.tuples(seconds, seconds), max_size=4)  # how long it ran, how long it stood still


def paused(start: datetime, stood: list[tuple[timedelta, timedelta]]) -> list[HourPause]:
    found, at = [], start
    for ran, still in stood:
        found.append(HourPause(at + ran, at + ran + still))
        at += ran + still
    return found


@settings(max_examples=80)
@given(moments, limits, stretches)
def test_a_limit_ends_when_its_business_time_has_run_outside_every_pause_that_counts(
    start: datetime, limit: timedelta, stood: list[tuple[timedelta, timedelta]]
) -> None:
    pauses = paused(start, stood)
    end = end_after_pauses(start, limit, pauses, CALENDAR)
    assert end >= add_business_time(start, limit, CALENDAR)
    given_back = business_time_given_back(start, limit, pauses, CALENDAR)
    for number, (pause, back) in enumerate(zip(pauses, given_back, strict=True)):
        before = end_after_pauses(start, limit, pauses[:number], CALENDAR)
        counts = pause.began <= before
        assert back == (business_time_between(pause.began, pause.ended, CALENDAR) if counts else timedelta())
    assert business_time_between(start, end, CALENDAR) == limit + sum(given_back, timedelta())
    assert end == add_business_time(start, limit + sum(given_back, timedelta()), CALENDAR)


@settings(max_examples=60)
@given(moments, limits, stretches)
def test_pauses_that_meet_or_overlap_count_once(
    start: datetime, limit: timedelta, stood: list[tuple[timedelta, timedelta]]
) -> None:
    pauses = paused(start, stood)
    cut = [
        half
        for p in pauses
        for half in (HourPause(p.began, p.began + (p.ended - p.began) / 2), HourPause(p.began, p.ended))
    ]
    assert end_after_pauses(start, limit, cut, CALENDAR) == end_after_pauses(start, limit, pauses, CALENDAR)


@settings(max_examples=60)
@given(moments, limits, stretches, st.integers(0, 30))
def test_a_day_that_is_worked_no_more_never_brings_the_end_nearer(
    start: datetime, limit: timedelta, stood: list[tuple[timedelta, timedelta]], after: int
) -> None:
    pauses = paused(start, stood)
    day = start.astimezone(SHANGHAI).date() + timedelta(days=after)
    storm = load_calendar(
        [Override(on=day, is_workday=False, reason="台风停工", source="区防指〔2026〕3 号")]
    )
    ends = [end_after_pauses(start, limit, pauses[:n], CALENDAR) for n in range(len(pauses) + 1)]
    assume(all(p.began != before for p, before in zip(pauses, ends, strict=False)))  # something was left
    assert end_after_pauses(start, limit, pauses, storm) >= ends[-1]


@pytest.mark.parametrize(
    ("start", "minutes", "began", "ended", "end"),
    [
        ("2026-11-20 09:00", 420, "2026-11-20 16:00", "2026-11-23 09:00", "2026-11-23 10:30"),  # a weekend
        ("2026-09-30 09:00", 420, "2026-09-30 16:00", "2026-10-08 09:00", "2026-10-08 10:30"),  # National Day
        ("2026-02-13 09:00", 420, "2026-02-13 16:00", "2026-02-14 09:00", "2026-02-14 10:30"),  # make-up Saturday
        ("2026-11-18 09:00", 420, "2026-11-18 12:00", "2026-11-18 13:30", "2026-11-19 09:00"),  # at noon: nothing
        ("2026-11-18 09:00", 420, "2026-11-18 18:00", "2026-11-19 08:00", "2026-11-19 09:00"),  # by night: nothing
        ("2026-11-20 09:00", 420, "2026-11-21 09:00", "2026-11-22 17:00", "2026-11-23 09:00"),  # on days of rest
    ],
)  # fmt: skip
def test_a_pause_gives_back_the_office_hours_in_it(
    start: str, minutes: int, began: str, ended: str, end: str
) -> None:
    pause = HourPause(at(began), at(ended))
    assert end_after_pauses(at(start), timedelta(minutes=minutes), [pause], CALENDAR) == at(end)

"""Clocks in business hours, such as 企业开办 in seven hours: only office hours of workdays run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from qiying.statutes.workdays.calendars import Calendar
from qiying.statutes.workdays.zone import SHANGHAI, local

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class BusinessHours:
    """A district's office hours as (open, close) pairs in local time; data, since summer hours differ."""

    morning: tuple[time, time] = (time(8, 30), time(12, 0))
    afternoon: tuple[time, time] = (time(13, 30), time(17, 0))

    def __post_init__(self) -> None:
        ends = (*self.morning, *self.afternoon)
        if list(ends) != sorted(set(ends)):
            raise ValueError(f"办公时间前后颠倒或重叠：{ends}。请按上午、下午的先后写。")

    def spans(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """Yield the day's open stretches as aware datetimes in Asia/Shanghai."""
        for opens, closes in (self.morning, self.afternoon):
            yield datetime.combine(day, opens, SHANGHAI), datetime.combine(day, closes, SHANGHAI)

    @property
    def minutes_a_day(self) -> int:
        """Return the minutes of one business day (420 by default)."""
        opened = (closes - opens for opens, closes in self.spans(date(2026, 1, 5)))
        return int(sum(opened, timedelta()).total_seconds() // 60)


OFFICE_HOURS = BusinessHours()


def add_business_hours(
    start: datetime, minutes: int, calendar: Calendar, hours: BusinessHours = OFFICE_HOURS
) -> datetime:
    """Return the moment, in Asia/Shanghai, when so many business minutes have run.

    A limit that ends with the office day ends at closing time, not at the next opening. 0 is `start`.
    """
    if minutes < 0:
        raise ValueError(f"分钟数不能是负数（{minutes}）。")
    return add_business_time(start, timedelta(minutes=minutes), calendar, hours)


def add_business_time(
    start: datetime, span: timedelta, calendar: Calendar, hours: BusinessHours = OFFICE_HOURS
) -> datetime:
    """Return the moment, in Asia/Shanghai, when so much business time has run."""
    moment, left = local(start), span
    if not left:
        return moment
    day = moment.date()
    while True:
        if calendar.is_workday(day):
            for opens, closes in hours.spans(day):
                room = closes - max(opens, moment)
                if room >= left:
                    return max(opens, moment) + left
                left -= max(room, timedelta())
        day += _ONE_DAY


def business_minutes_between(
    a: datetime, b: datetime, calendar: Calendar, hours: BusinessHours = OFFICE_HOURS
) -> int:
    """Return the whole business minutes from a to b; negative when b is earlier."""
    if b < a:
        return -business_minutes_between(b, a, calendar, hours)
    return business_time_between(a, b, calendar, hours) // timedelta(minutes=1)


def business_time_between(
    a: datetime, b: datetime, calendar: Calendar, hours: BusinessHours = OFFICE_HOURS
) -> timedelta:
    """Return the business time from a to b; none where b is not later."""
    first, last = local(a), local(b)
    ran = timedelta()
    day = first.date()
    while day <= last.date():
        if calendar.is_workday(day):
            for opens, closes in hours.spans(day):
                ran += max(min(closes, last) - max(opens, first), timedelta())
        day += _ONE_DAY
    return ran


@dataclass(frozen=True)
class HourPause:
    """From when to when a clock of business hours stood still, and what was granted on top when it went on."""

    began: datetime
    ended: datetime
    more: timedelta = timedelta()


def business_time_given_back(
    start: datetime,
    limit: timedelta,
    pauses: Iterable[HourPause],
    calendar: Calendar,
    hours: BusinessHours = OFFICE_HOURS,
) -> list[timedelta]:
    """Return what each pause gives back, in order: the business time in it, once where pauses overlap.

    A pause that begins after the end reached so far gives nothing back: who is late stays late.
    """
    found, total, counted = [], limit, start
    for pause in pauses:
        given = timedelta()
        if pause.began <= add_business_time(start, total, calendar, hours):
            given = business_time_between(max(pause.began, counted), pause.ended, calendar, hours)
        found.append(given)
        total += given + pause.more
        counted = max(counted, pause.ended)
    return found


def end_after_pauses(
    start: datetime,
    limit: timedelta,
    pauses: Iterable[HourPause],
    calendar: Calendar,
    hours: BusinessHours = OFFICE_HOURS,
) -> datetime:
    """Return the moment at which a limit of business time ends that stood still in pauses given in order."""
    known = list(pauses)
    given = business_time_given_back(start, limit, known, calendar, hours)
    total = sum((p.more for p in known), sum(given, limit))
    return add_business_time(start, total, calendar, hours)

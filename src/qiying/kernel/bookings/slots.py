"""Which times can be booked: weekly hours on the statutory calendar, cut into slots. Pure; no clock is read here.

Hours are written once a week-day and hold on workdays only. A make-up workday on a weekend (调休) has the hours of the
Monday unless the weekend has hours of its own; a single day may be closed or given other hours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from qiying.statutes.workdays import SHANGHAI, Calendar, CalendarRangeError

MONDAY = 1
WEEKDAYS = "一二三四五六日"
_LINE = re.compile(
    r"(?:周|星期)?([一二三四五六日天]|[1-7])\s*[:：]?\s*(\d{1,2})[:：](\d{2})\s*[-–—~～至到]\s*(\d{1,2})[:：](\d{2})"
)


@dataclass(frozen=True, order=True)
class Hours:
    """One stretch of opening on a weekday (1 Monday … 7 Sunday)."""

    weekday: int
    starts: time
    ends: time

    def __str__(self) -> str:
        return f"周{WEEKDAYS[self.weekday - 1]} {self.starts:%H:%M}-{self.ends:%H:%M}"


@dataclass(frozen=True)
class OtherDay:
    """A day that differs from its week: closed without hours, else open in these."""

    day: date
    starts: time | None = None
    ends: time | None = None


@dataclass(frozen=True, order=True)
class SlotTime:
    """One time that can be booked."""

    starts_at: datetime
    ends_at: datetime

    @property
    def day(self) -> date:
        return self.starts_at.astimezone(SHANGHAI).date()


def hours_read(text: str) -> tuple[list[Hours], list[str]]:
    """Return the weekly hours written one a line (`周一 09:00-11:30`), and what is wrong, a sentence a line."""
    found: list[Hours] = []
    wrong: list[str] = []
    for line in filter(None, (part.strip() for part in re.split(r"[\n;；]", text))):
        match = _LINE.fullmatch(line)
        if match is None:
            wrong.append(f"“{line[:20]}”看不懂，请写成：周一 09:00-11:30")
            continue
        name, *clock = match.groups()
        weekday = int(name) if name.isdigit() else "一二三四五六日".index(name.replace("天", "日")) + 1
        try:
            one = Hours(weekday, time(int(clock[0]), int(clock[1])), time(int(clock[2]), int(clock[3])))
        except ValueError:
            wrong.append(f"“{line[:20]}”里的时间不存在")
            continue
        if one.starts >= one.ends:
            wrong.append(f"“{line[:20]}”结束要晚于开始")
        elif any(o.weekday == weekday and o.starts < one.ends and one.starts < o.ends for o in found):
            wrong.append(f"“{line[:20]}”和前面的一行重叠")
        else:
            found.append(one)
    return sorted(found), wrong


def slots_between(
    first: date,
    last: date,
    *,
    week: Sequence[Hours],
    minutes: int,
    calendar: Calendar,
    others: Iterable[OtherDay] = (),
) -> list[SlotTime]:
    """Return the slots of `minutes` from day `first` to day `last`; a rest shorter than a slot is not offered.

    A day the calendar does not reach has no slots: nobody may promise a day that may be a holiday.
    """
    special: dict[date, list[OtherDay]] = {}
    for other in others:
        special.setdefault(other.day, []).append(other)
    found: list[SlotTime] = []
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        for starts, ends in _open(day, week, calendar, special):
            found += _cut(day, starts, ends, minutes)
    return sorted(set(found))


def _open(
    day: date, week: Sequence[Hours], calendar: Calendar, special: Mapping[date, Sequence[OtherDay]]
) -> list[tuple[time, time]]:
    if day in special:
        return [(o.starts, o.ends) for o in special[day] if o.starts is not None and o.ends is not None]
    try:
        if not calendar.is_workday(day):
            return []
    except CalendarRangeError:
        return []
    own = [h for h in week if h.weekday == day.isoweekday()]
    if not own and day.isoweekday() > 5:
        own = [h for h in week if h.weekday == MONDAY]
    return [(h.starts, h.ends) for h in own]


def _cut(day: date, starts: time, ends: time, minutes: int) -> list[SlotTime]:
    at, end = datetime.combine(day, starts, SHANGHAI), datetime.combine(day, ends, SHANGHAI)
    step = timedelta(minutes=minutes)
    found = []
    while at + step <= end:
        found.append(SlotTime(at, at + step))
        at += step
    return found

"""Reads dates, times and durations from the lexical forms of XML Schema, with FEEL's named zones."""

from __future__ import annotations

import re

from .calendar import MAX_OFFSET, Zone, named_zone
from .temporal import DAY, NANO, DaysDuration, FeelDate, FeelDateTime, FeelTime, MonthsDuration, OutOfRange

_YEAR = r"(-?(?:[1-9][0-9]{4,8}|[0-9]{4}))"
_DATE = re.compile(_YEAR + r"-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,30}))?"
    r"(?:([Zz])|([+-])([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?|@([A-Za-z0-9_+\-/]{1,60}))?"
)
_NUMBER = r"([0-9]{1,20})"
_DAYS = re.compile(
    rf"(-)?P(?:{_NUMBER}D)?(?:T(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}(?:\.([0-9]{{0,30}}))?S)?)?"
)
_MONTHS = re.compile(rf"(-)?P(?:{_NUMBER}Y)?(?:{_NUMBER}M)?")

Temporal = FeelDate | FeelTime | FeelDateTime | DaysDuration | MonthsDuration


def date_from_text(text: str) -> FeelDate | None:
    """A date such as 2025-01-31, or None."""
    found = _DATE.fullmatch(text)
    if found is None or found.group(1) == "-0000":
        return None
    try:
        return FeelDate(int(found.group(1)), int(found.group(2)), int(found.group(3)))
    except OutOfRange:
        return None


def time_from_text(text: str) -> FeelTime | None:
    """A time such as 09:30:00, 09:30:00+08:00 or 09:30:00@Asia/Shanghai, or None."""
    read = _time_parts(text)
    return FeelTime(read[0] % DAY, read[1]) if read else None


def _time_parts(text: str) -> tuple[int, Zone | None] | None:
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    hour, minute, second = (int(found.group(index)) for index in (1, 2, 3))
    nanos = int((found.group(4) or "0").ljust(9, "0")[:9])
    if hour > 24 or minute > 59 or second > 59:
        return None
    total = (hour * 3600 + minute * 60 + second) * NANO + nanos
    if total > DAY:
        return None
    try:
        return total, _zone(found)
    except OutOfRange:
        return None


def _zone(found: re.Match[str]) -> Zone | None:
    if found.group(5):
        return Zone(offset=0)
    if found.group(10):
        zone = named_zone(found.group(10))
        if zone is None:
            raise OutOfRange("zone")
        return zone
    if found.group(6) is None:
        return None
    hours, minutes, seconds = int(found.group(7)), int(found.group(8)), int(found.group(9) or 0)
    offset = hours * 3600 + minutes * 60 + seconds
    if offset > MAX_OFFSET or minutes > 59 or seconds > 59:
        raise OutOfRange("offset")
    return Zone(offset=-offset if found.group(6) == "-" else offset)


def date_time_from_text(text: str) -> FeelDateTime | None:
    """A date and time such as 2025-01-31T09:30:00Z, or None; 24:00:00 is the next day's midnight."""
    date_part, separator, time_part = text.partition("T")
    date = date_from_text(date_part)
    read = _time_parts(time_part) if separator else None
    if date is None or read is None:
        return None
    nanos, zone = read
    if nanos == DAY:
        date, nanos = FeelDate.from_days(date.days + 1), 0
    return FeelDateTime(date, FeelTime(nanos, zone))


def duration_from_text(text: str) -> DaysDuration | MonthsDuration | None:
    """A duration of one kind, such as P1DT2H or P1Y6M, or None; the two kinds do not mix."""
    if text.endswith(("P", "T")):
        return None
    try:
        return _months(text) or _days(text)
    except OutOfRange:
        return None


def _months(text: str) -> MonthsDuration | None:
    found = _MONTHS.fullmatch(text)
    if found is None:
        return None
    months = int(found.group(2) or 0) * 12 + int(found.group(3) or 0)
    return MonthsDuration(-months if found.group(1) else months)


def _days(text: str) -> DaysDuration | None:
    found = _DAYS.fullmatch(text)
    if found is None:
        return None
    days, hours, minutes, seconds = (int(found.group(index) or 0) for index in (2, 3, 4, 5))
    nanos = int((found.group(6) or "0").ljust(9, "0")[:9])
    total = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * NANO + nanos
    return DaysDuration(-total if found.group(1) else total)


def temporal_from_text(text: str) -> Temporal | None:
    """Whatever an at-literal's text stands for, or None."""
    return (
        date_from_text(text) or date_time_from_text(text) or time_from_text(text) or duration_from_text(text)
    )

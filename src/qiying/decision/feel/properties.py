"""Members of values other than contexts: year, weekday, time offset, start included (table 65)."""

from __future__ import annotations

from decimal import Decimal

from .numbers import CONTEXT
from .temporal import (
    DAY,
    NANO,
    DaysDuration,
    FeelDate,
    FeelDateTime,
    FeelTime,
    MonthsDuration,
)
from .values import Range, Value


def property_of(value: Value, name: str) -> tuple[bool, Value]:
    """Whether the value has that member, and what it is."""
    match value:
        case FeelDateTime():
            return _date_time(value, name)
        case FeelDate():
            return _date(value, name)
        case FeelTime():
            return _time(value, name, value.offset)
        case DaysDuration():
            return _days_duration(value, name)
        case MonthsDuration():
            return _months_duration(value, name)
        case Range():
            return _range(value, name)
    return False, None


def _date(value: FeelDate, name: str) -> tuple[bool, Value]:
    match name:
        case "year" | "month" | "day" | "weekday":
            return True, Decimal(getattr(value, name))
    return False, None


def _date_time(value: FeelDateTime, name: str) -> tuple[bool, Value]:
    found = _date(value.date, name)
    return found if found[0] else _time(value.time, name, value.offset)


def _time(value: FeelTime, name: str, offset: int | None) -> tuple[bool, Value]:
    match name:
        case "hour" | "minute":
            return True, Decimal(getattr(value, name))
        case "second":
            seconds = Decimal(value.nanos % (60 * NANO)) / NANO
            return True, Decimal(value.second) if seconds == value.second else CONTEXT.plus(seconds)
        case "time offset":
            return True, None if offset is None else DaysDuration(offset * NANO)
        case "timezone":
            return True, value.zone.name if value.zone else None
    return False, None


def _days_duration(value: DaysDuration, name: str) -> tuple[bool, Value]:
    sign = -1 if value.nanos < 0 else 1
    size = abs(value.nanos)
    match name:
        case "days":
            return True, Decimal(sign * (size // DAY))
        case "hours":
            return True, Decimal(sign * (size // (3600 * NANO) % 24))
        case "minutes":
            return True, Decimal(sign * (size // (60 * NANO) % 60))
        case "seconds":
            return True, CONTEXT.plus(Decimal(sign * (size % (60 * NANO))) / NANO)
    return False, None


def _months_duration(value: MonthsDuration, name: str) -> tuple[bool, Value]:
    sign = -1 if value.months < 0 else 1
    match name:
        case "years":
            return True, Decimal(sign * (abs(value.months) // 12))
        case "months":
            return True, Decimal(sign * (abs(value.months) % 12))
    return False, None


def _range(value: Range, name: str) -> tuple[bool, Value]:
    match name:
        case "start":
            return True, value.low
        case "end":
            return True, value.high
        case "start included":
            return True, value.low_closed
        case "end included":
            return True, value.high_closed
    return False, None

"""Conversion functions: number, string, date, time, date and time, duration (table 73)."""

from __future__ import annotations

import re
from decimal import Decimal

from qiying.decision.feel.calendar import MAX_OFFSET, UTC, Zone, named_zone
from qiying.decision.feel.functions import CallError, builtin
from qiying.decision.feel.numbers import integer_of, number_from_text
from qiying.decision.feel.temporal import (
    NANO,
    DaysDuration,
    FeelDate,
    FeelDateTime,
    FeelTime,
    MonthsDuration,
    months_between,
)
from qiying.decision.feel.temporal_text import (
    date_from_text,
    date_time_from_text,
    duration_from_text,
    time_from_text,
)
from qiying.decision.feel.values import Value, value_text


@builtin("string", "from: any")
def _string(source: Value) -> str | None:
    return value_text(source)


_PLAIN_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?")


@builtin("number", "from: string")
@builtin("number", "from: string, grouping separator: string?, decimal separator: string?")
def _number(source: str, grouping: str | None = None, decimal: str | None = None) -> Decimal:
    if grouping not in (None, " ", ",", ".") or decimal not in (None, ",", "."):
        raise CallError("分组符只能是空格、逗号或点，小数点只能是逗号或点")
    if grouping is not None and grouping == decimal:
        raise CallError("分组符与小数点不能相同")
    text = source.replace(grouping, "") if grouping else source
    if decimal and decimal != ".":
        if "." in text:
            raise CallError(f"“{source}”不是数字")
        text = text.replace(decimal, ".")
    value = number_from_text(text) if _PLAIN_NUMBER.fullmatch(text) else None
    if value is None:
        raise CallError(f"“{source}”不是数字")
    return value


def _whole(value: Decimal, what: str) -> int:
    number = integer_of(value)
    if number is None:
        raise CallError(f"{what}应为整数")
    return number


def _read(value: Value, source: str, what: str) -> Value:
    if value is None:
        raise CallError(f"“{source}”不是{what}")
    return value


@builtin("date", "from: string|date|date and time")
def _date(source: str | FeelDate | FeelDateTime) -> Value:
    if isinstance(source, FeelDateTime):
        return source.date
    return _read(date_from_text(source), source, "日期") if isinstance(source, str) else source


@builtin("date", "year: number, month: number, day: number")
def _date_of(year: Decimal, month: Decimal, day: Decimal) -> FeelDate:
    return FeelDate(_whole(year, "年"), _whole(month, "月"), _whole(day, "日"))


@builtin("date and time", "from: string|date and time|date")
def _date_time(source: str | FeelDate | FeelDateTime) -> Value:
    if isinstance(source, FeelDateTime):
        return source
    if isinstance(source, FeelDate):
        return FeelDateTime(source, FeelTime(0, UTC))
    date = date_from_text(source)
    if date is not None:
        return FeelDateTime(date, FeelTime(0))
    return _read(date_time_from_text(source), source, "日期时间")


@builtin("date and time", "date: date|date and time, time: time")
def _date_time_join(date: FeelDate | FeelDateTime, time: FeelTime) -> FeelDateTime:
    return FeelDateTime(date.date if isinstance(date, FeelDateTime) else date, time)


@builtin(
    "date and time", "year: number, month: number, day: number, hour: number, minute: number, second: number"
)
@builtin(
    "date and time",
    "year: number, month: number, day: number, hour: number, minute: number, second: number, "
    "offset: days and time duration?",
)
def _date_time_of(
    year: Decimal,
    month: Decimal,
    day: Decimal,
    hour: Decimal,
    minute: Decimal,
    second: Decimal,
    offset: DaysDuration | None = None,
) -> FeelDateTime:
    return FeelDateTime(_date_of(year, month, day), _time_of(hour, minute, second, offset))


@builtin(
    "date and time",
    "year: number, month: number, day: number, hour: number, minute: number, second: number, "
    "timezone: string",
)
def _date_time_zoned(
    year: Decimal,
    month: Decimal,
    day: Decimal,
    hour: Decimal,
    minute: Decimal,
    second: Decimal,
    timezone: str,
) -> FeelDateTime:
    zone = named_zone(timezone)
    if zone is None:
        raise CallError(f"没有名为“{timezone}”的时区")
    return FeelDateTime(
        _date_of(year, month, day), FeelTime(_time_of(hour, minute, second, None).nanos, zone)
    )


@builtin("time", "from: string|time|date and time|date")
def _time(source: str | FeelTime | FeelDateTime | FeelDate) -> Value:
    if isinstance(source, FeelDate):
        return FeelTime(0, UTC)
    if isinstance(source, FeelDateTime):
        return source.time
    return _read(time_from_text(source), source, "时间") if isinstance(source, str) else source


@builtin("time", "hour: number, minute: number, second: number, offset: days and time duration?=")
def _time_of(hour: Decimal, minute: Decimal, second: Decimal, offset: DaysDuration | None) -> FeelTime:
    hours, minutes = _whole(hour, "时"), _whole(minute, "分")
    if not (0 <= hours <= 23 and 0 <= minutes <= 59 and 0 <= second < 60):
        raise CallError("时分秒超出范围")
    zone = None
    if offset is not None:
        if abs(offset.nanos) > MAX_OFFSET * NANO:
            raise CallError("时区偏移超出 18 小时")
        zone = Zone(offset=offset.nanos // NANO)
    return FeelTime((hours * 3600 + minutes * 60) * NANO + int(second * NANO), zone)


@builtin("duration", "from: string|days and time duration|years and months duration")
def _duration(source: str | DaysDuration | MonthsDuration) -> Value:
    return _read(duration_from_text(source), source, "时长") if isinstance(source, str) else source


@builtin("years and months duration", "from: date|date and time, to: date|date and time")
def _months_duration(start: FeelDate | FeelDateTime, end: FeelDate | FeelDateTime) -> MonthsDuration:
    first, first_time = _day_and_time(start)
    last, last_time = _day_and_time(end)
    return MonthsDuration(months_between(first, last, first_time, last_time))


def _day_and_time(value: FeelDate | FeelDateTime) -> tuple[FeelDate, int]:
    return (value.date, value.time.nanos) if isinstance(value, FeelDateTime) else (value, 0)

"""The values of FEEL: None, bool, Decimal, str, temporal ones, list, dict, Range, Function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .calendar import Zone
from .numbers import number_text
from .temporal import (
    DaysDuration,
    FeelDate,
    FeelDateTime,
    FeelTime,
    MonthsDuration,
)

Value = Any


class Missing:
    """A fact nobody has supplied yet: not null, which is a known absence. There is one, `MISSING`."""

    _instance: Missing | None = None

    def __new__(cls) -> Missing:
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        raise TypeError("MISSING is neither true nor false; compare with `is MISSING`")


MISSING = Missing()


@dataclass(frozen=True, slots=True)
class Range:
    """A range; an end that is None is open to infinity. `operator` remembers how `(< 5)` was written."""

    low: Value
    high: Value
    low_closed: bool
    high_closed: bool
    operator: str = ""

    def __hash__(self) -> int:
        return hash((str(self.low), str(self.high), self.low_closed, self.high_closed))


class Function:
    """Something that can be invoked; the evaluator knows its kinds."""


def kind_of(value: Value) -> str:
    """The FEEL kind of a value, as its type is written; `Null` for null."""
    for python_type, name in _KINDS:
        if isinstance(value, python_type):
            return name
    return "unknown"


_KINDS: tuple[tuple[type, str], ...] = (
    (type(None), "Null"),
    (bool, "boolean"),
    (Decimal, "number"),
    (str, "string"),
    (FeelDateTime, "date and time"),
    (FeelDate, "date"),
    (FeelTime, "time"),
    (DaysDuration, "days and time duration"),
    (MonthsDuration, "years and months duration"),
    (list, "list"),
    (dict, "context"),
    (Range, "range"),
    (Function, "function"),
    (Missing, "missing"),
)

CHINESE_KINDS = {
    "Null": "空值", "boolean": "是否", "number": "数字", "string": "文本", "date and time": "日期时间",
    "date": "日期", "time": "时间", "days and time duration": "天时分秒的时长",
    "years and months duration": "年月的时长", "list": "列表", "context": "上下文", "range": "区间",
    "function": "函数", "missing": "缺项", "Any": "任意",
}  # fmt: skip


def to_feel(value: Any) -> Value:
    """A Python value as a FEEL value: numbers become Decimal, tuples lists, datetime objects FEEL dates."""
    import datetime as dt

    if isinstance(value, float):
        number = Decimal(repr(value))
        return number if number.is_finite() else None
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, Mapping):
        return {str(key): to_feel(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_feel(item) for item in value]
    if isinstance(value, dt.datetime):
        return _from_datetime(value)
    if isinstance(value, dt.date):
        return FeelDate(value.year, value.month, value.day)
    return value


def _from_datetime(value: Any) -> FeelDateTime:
    offset = value.utcoffset()
    zone = None if offset is None else Zone(offset=int(offset.total_seconds()))
    seconds = value.hour * 3600 + value.minute * 60 + value.second
    nanos = seconds * 1_000_000_000 + value.microsecond * 1000
    return FeelDateTime(FeelDate(value.year, value.month, value.day), FeelTime(nanos, zone))


def value_text(value: Value, nested: bool = False) -> str | None:
    """The text that FEEL's string() gives; texts inside lists and contexts are quoted; None for null."""
    from .lexer import escape

    match value:
        case None:
            return "null" if nested else None
        case bool():
            return "true" if value else "false"
        case Decimal():
            return number_text(value)
        case str():
            return escape(value) if nested else value
        case list():
            return "[" + ", ".join(str(value_text(item, True)) for item in value) + "]"
        case dict():
            inner = ", ".join(f"{_key_text(key)}: {value_text(item, True)}" for key, item in value.items())
            return "{" + inner + "}"
        case Range():
            return _range_text(value)
        case _:
            return f'@"{value}"' if nested and not isinstance(value, Function) else str(value)


def _key_text(key: str) -> str:
    from .lexer import escape

    return key if key.replace(" ", "_").isidentifier() else escape(key)


def _range_text(value: Range) -> str:
    if value.operator in ("=", "!="):
        return f"({value.operator} {value_text(value.low, True)})"
    if value.operator:
        end = value.high if value.operator.startswith("<") else value.low
        return f"({value.operator} {value_text(end, True)})"
    low = "" if value.low is None else value_text(value.low, True)
    high = "" if value.high is None else value_text(value.high, True)
    return f"{'[' if value.low_closed else '('}{low}..{high}{']' if value.high_closed else ')'}"

"""Arithmetic over numbers, texts, dates, times and durations (DMN 1.5 tables 56–58)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from .numbers import CONTEXT, attempt
from .temporal import (
    DAY,
    DaysDuration,
    FeelDate,
    FeelDateTime,
    FeelTime,
    MonthsDuration,
    OutOfRange,
)
from .types import midnight_utc
from .values import MISSING, Value

MAX_EXPONENT = 999_999_999  # table 60


def arithmetic(operator: str, left: Value, right: Value) -> Value:
    """`left operator right`; None when undefined for these kinds or out of range."""
    if left is MISSING or right is MISSING:
        return MISSING
    if isinstance(left, bool) or isinstance(right, bool):
        return None
    try:
        if isinstance(left, Decimal) and isinstance(right, Decimal):
            return _numbers(operator, left, right)
        return _OTHERS[operator](left, right)
    except OutOfRange:
        return None


def _numbers(operator: str, left: Decimal, right: Decimal) -> Value:
    match operator:
        case "+":
            return attempt(lambda: CONTEXT.add(left, right))
        case "-":
            return attempt(lambda: CONTEXT.subtract(left, right))
        case "*":
            return attempt(lambda: CONTEXT.multiply(left, right))
        case "/":
            return attempt(lambda: CONTEXT.divide(left, right))
        case _:
            if abs(right) > MAX_EXPONENT:
                return None
            return attempt(lambda: CONTEXT.power(left, right))


def _add(left: Value, right: Value) -> Value:
    if isinstance(left, (DaysDuration, MonthsDuration)) and isinstance(
        right, (FeelDate, FeelTime, FeelDateTime)
    ):
        left, right = right, left
    match left, right:
        case str(), str():
            return left + right
        case DaysDuration(), DaysDuration():
            return DaysDuration(left.nanos + right.nanos)
        case MonthsDuration(), MonthsDuration():
            return MonthsDuration(left.months + right.months)
        case ((FeelDate() | FeelDateTime()), MonthsDuration()):
            return left.plus_months(right.months)
        case FeelDate(), DaysDuration():
            return FeelDate.from_days((left.days * DAY + right.nanos) // DAY)
        case ((FeelDateTime() | FeelTime()), DaysDuration()):
            return left.plus(right.nanos)
    return None


def _subtract(left: Value, right: Value) -> Value:
    match left, right:
        case FeelDate(), FeelDate():
            return DaysDuration((left.days - right.days) * DAY)
        case ((FeelDate() | FeelDateTime()), (FeelDate() | FeelDateTime())):
            return _difference(_moment(left), _moment(right))
        case FeelTime(), FeelTime():
            return _difference(left, right)
        case _, DaysDuration():
            return _add(left, DaysDuration(-right.nanos)) if not isinstance(left, str) else None
        case _, MonthsDuration():
            return _add(left, MonthsDuration(-right.months)) if not isinstance(left, str) else None
    return None


def _moment(value: FeelDate | FeelDateTime) -> FeelDateTime:
    return midnight_utc(value) if isinstance(value, FeelDate) else value


def _difference(left: FeelTime | FeelDateTime, right: FeelTime | FeelDateTime) -> DaysDuration | None:
    if (left.zone is None) != (right.zone is None):
        return None
    return DaysDuration(left.value - right.value)


def _scale(duration: DaysDuration | MonthsDuration, factor: Decimal) -> Value:
    size = duration.nanos if isinstance(duration, DaysDuration) else duration.months
    scaled = attempt(lambda: CONTEXT.multiply(Decimal(size), factor))
    if scaled is None or scaled.adjusted() > 40:
        return None
    return DaysDuration(int(scaled)) if isinstance(duration, DaysDuration) else MonthsDuration(int(scaled))


def _multiply(left: Value, right: Value) -> Value:
    match left, right:
        case ((DaysDuration() | MonthsDuration()), Decimal()):
            return _scale(left, right)
        case Decimal(), (DaysDuration() | MonthsDuration()):
            return _scale(right, left)
    return None


def _divide(left: Value, right: Value) -> Value:
    match left, right:
        case DaysDuration(), DaysDuration():
            return attempt(lambda: CONTEXT.divide(Decimal(left.nanos), Decimal(right.nanos)))
        case MonthsDuration(), MonthsDuration():
            return attempt(lambda: CONTEXT.divide(Decimal(left.months), Decimal(right.months)))
        case ((DaysDuration() | MonthsDuration()), Decimal()):
            size = left.nanos if isinstance(left, DaysDuration) else left.months
            quotient = attempt(lambda: CONTEXT.divide(Decimal(size), right))
            if quotient is None or quotient.adjusted() > 40:
                return None
            whole = int(quotient)
            return DaysDuration(whole) if isinstance(left, DaysDuration) else MonthsDuration(whole)
    return None


def _power(left: Value, right: Value) -> Value:
    return None


_OTHERS: dict[str, Callable[[Value, Value], Value]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "**": _power,
}


def negate(value: Value) -> Value:
    """`-value` for numbers and durations, otherwise None."""
    match value:
        case Decimal():
            return CONTEXT.minus(value)
        case DaysDuration():
            return DaysDuration(-value.nanos)
        case MonthsDuration():
            return MonthsDuration(-value.months)
    return MISSING if value is MISSING else None

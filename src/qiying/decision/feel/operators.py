"""Equality, order, membership, logic and arithmetic over values (DMN 1.5 §10.3.2.10, tables 53–58)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from .numbers import CONTEXT, attempt
from .temporal import (
    DAY,
    NANO,
    DaysDuration,
    FeelDate,
    FeelDateTime,
    FeelTime,
    MonthsDuration,
    OutOfRange,
)
from .types import midnight_utc
from .values import MISSING, Range, Value, kind_of

#: The answer of a test: true, false, null or MISSING.
Truth = Any


def equal(left: Value, right: Value) -> Truth:
    """`left = right`; null when the kinds differ, MISSING when it hangs on a missing part."""
    if left is MISSING or right is MISSING:
        return MISSING
    if left is None or right is None:
        return left is right
    if kind_of(left) != kind_of(right):
        return None
    match left:
        case list():
            return _equal_lists(left, right)
        case dict():
            if left.keys() != right.keys():
                return False
            return conjunction(_settled(equal(left[key], right[key])) for key in left)
        case FeelTime() | FeelDateTime():
            return (left.zone is None) == (right.zone is None) and left.value == right.value
        case Range():
            return _equal_ranges(left, right)
        case _:
            return bool(left == right)


def _settled(answer: Truth) -> Truth:
    """Parts of different kinds make their wholes unequal, not null."""
    return False if answer is None else answer


def _equal_lists(left: list[Value], right: list[Value]) -> Truth:
    if len(left) != len(right):
        return False
    return conjunction(_settled(equal(one, other)) for one, other in zip(left, right, strict=True))


def _equal_ranges(left: Range, right: Range) -> Truth:
    if (left.low_closed, left.high_closed) != (right.low_closed, right.high_closed):
        return False
    if "!=" in (left.operator, right.operator) and left.operator != right.operator:
        return False
    return conjunction((_settled(equal(left.low, right.low)), _settled(equal(left.high, right.high))))


def same(left: Value, right: Value) -> Truth:
    """`left = right` with kinds that differ counted as unequal, as list functions need it."""
    return _settled(equal(left, right))


_ORDERED = ("number", "string", "date", "time", "date and time", "days and time duration",
            "years and months duration")  # fmt: skip


def order(left: Value, right: Value) -> int | None:
    """-1, 0 or 1; None when the two cannot be ordered."""
    kind = kind_of(left)
    if kind != kind_of(right) or kind not in _ORDERED:
        return None
    if isinstance(left, (FeelTime, FeelDateTime)):
        if (left.zone is None) != (right.zone is None):
            return None
        left, right = left.value, right.value
    return (left > right) - (left < right)


_TESTS: dict[str, Callable[[int], bool]] = {
    "<": lambda sign: sign < 0,
    "<=": lambda sign: sign <= 0,
    ">": lambda sign: sign > 0,
    ">=": lambda sign: sign >= 0,
}


def compare(operator: str, left: Value, right: Value) -> Truth:
    """`left operator right` for the six comparison operators."""
    if operator == "=":
        return equal(left, right)
    if operator == "!=":
        return negation(equal(left, right))
    if left is MISSING or right is MISSING:
        return MISSING
    sign = order(left, right)
    return None if sign is None else _TESTS[operator](sign)


def negation(answer: Truth) -> Truth:
    """not: null for what is no boolean."""
    if answer is MISSING:
        return MISSING
    return not answer if isinstance(answer, bool) else None


def conjunction(answers: Iterable[Truth]) -> Truth:
    """and over any number: false decides, then MISSING, then null."""
    result: Truth = True
    for answer in answers:
        if answer is False:
            return False
        if answer is MISSING:
            result = MISSING
        elif answer is not True and result is not MISSING:
            result = None
    return result


def disjunction(answers: Iterable[Truth]) -> Truth:
    """or over any number: true decides, then MISSING, then null."""
    result: Truth = False
    for answer in answers:
        if answer is True:
            return True
        if answer is MISSING:
            result = MISSING
        elif answer is not False and result is not MISSING:
            result = None
    return result


def between(value: Value, low: Value, high: Value) -> Truth:
    """`value between low and high`."""
    return conjunction((compare(">=", value, low), compare("<=", value, high)))


def within(value: Value, interval: Range) -> Truth:
    """Whether a value lies in a range; null when it cannot be compared with an end."""
    if interval.operator == "!=":
        return compare("!=", value, interval.low)
    answers: list[Truth] = []
    if interval.low is not None:
        answers.append(compare(">=" if interval.low_closed else ">", value, interval.low))
    if interval.high is not None:
        answers.append(compare("<=" if interval.high_closed else "<", value, interval.high))
    if value is MISSING:
        return MISSING
    return conjunction(answers) if answers and None not in answers else None


def member(value: Value, test: Value) -> Truth:
    """`value in test`, where the test has been evaluated to a value, a range or a list of either."""
    if isinstance(test, Range) and not isinstance(value, Range):
        return within(value, test)
    if isinstance(test, list):
        if isinstance(value, list) and same(value, test) is True:
            return True
        if not test:
            return False
        answers = [within(value, item) if _tests(value, item) else same(value, item) for item in test]
        return disjunction(answers)
    return equal(value, test)


def _tests(value: Value, item: Value) -> bool:
    return isinstance(item, Range) and not isinstance(value, Range)


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
        case (FeelDate() | FeelDateTime()), MonthsDuration():
            return left.plus_months(right.months)
        case FeelDate(), DaysDuration():
            return FeelDate.from_days((left.days * DAY + right.nanos) // DAY)
        case (FeelDateTime() | FeelTime()), DaysDuration():
            return left.plus(right.nanos)
    return None


def _subtract(left: Value, right: Value) -> Value:
    match left, right:
        case FeelDate(), FeelDate():
            return DaysDuration((left.days - right.days) * DAY)
        case (FeelDate() | FeelDateTime()), (FeelDate() | FeelDateTime()):
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
        case (DaysDuration() | MonthsDuration()), Decimal():
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
        case (DaysDuration() | MonthsDuration()), Decimal():
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


def seconds_of(nanos: int) -> Decimal:
    """Nanoseconds as seconds."""
    return CONTEXT.divide(Decimal(nanos), Decimal(NANO))

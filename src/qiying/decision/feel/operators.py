"""Equality, order, membership and logic over values (DMN 1.5 tables 53–55)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .temporal import NANO, FeelDateTime, FeelTime
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
        left, right = _comparable(left, right)
    return int(left > right) - int(left < right)


def _comparable(left: FeelTime | FeelDateTime, right: FeelTime | FeelDateTime) -> tuple[int, int]:
    """The two as nanoseconds; one without a zone is taken in the other's (table 54)."""
    if (left.zone is None) == (right.zone is None):
        return left.value, right.value
    if left.zone is None:
        return left.value - (right.offset or 0) * NANO, right.value
    return left.value, right.value - (left.offset or 0) * NANO


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

"""What a FEEL expression becomes in matching: weighted sums, quotients, choices and points over indicators."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from .formula import Any, Formula, atom, conj, disj, neg
from .sets import EVERYTHING, ValueSet, compare
from .terms import Bounds, LogicError, check_ratio_threshold, linear_term, ratio_term, text_term

FLIPPED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True)
class Linear:
    """Sum of coefficient * stored indicator, plus a constant. `kind` is number, date (days), days or months."""

    coefficients: dict[str, Fraction] = field(default_factory=dict)
    constant: Fraction = Fraction(0)
    kind: str = "number"

    def plus(self, other: Linear, sign: int = 1) -> Linear:
        """The sum, or the difference with sign -1."""
        found = dict(self.coefficients)
        for name, factor in other.coefficients.items():
            found[name] = found.get(name, Fraction(0)) + sign * factor
        kept = {name: factor for name, factor in found.items() if factor}
        return Linear(kept, self.constant + sign * other.constant, _kind(self.kind, other.kind, sign))

    def times(self, factor: Fraction) -> Linear:
        """Every part times a number."""
        kept = {name: value * factor for name, value in self.coefficients.items() if factor}
        return Linear(kept, self.constant * factor, self.kind)

    @property
    def is_constant(self) -> bool:
        """No indicator is read."""
        return not self.coefficients


def _kind(first: str, second: str, sign: int) -> str:
    if first == "date" and second == "date" and sign < 0:
        return "days"
    return "date" if "date" in (first, second) else first if first == second else "number"


@dataclass(frozen=True)
class Quotient:
    """factor * above / below + constant; unknown where below is not positive."""

    above: Linear
    below: Linear
    factor: Fraction = Fraction(1)
    constant: Fraction = Fraction(0)


@dataclass(frozen=True)
class Extreme:
    """The largest (or smallest) of several numbers."""

    largest: bool
    parts: tuple[Number, ...]


@dataclass(frozen=True)
class Choice:
    """One of two numbers, by a condition."""

    condition: Formula
    yes: Number
    no: Number


@dataclass(frozen=True)
class Points:
    """A score: `at_least(n)` is the formula for n points or more; `steps` are the values it can take, rising."""

    name: str
    steps: tuple[Fraction, ...]
    at_least: Callable[[Fraction], Formula]


@dataclass(frozen=True)
class Calendar:
    """What the calendar makes of one date indicator, never falling (or never rising) with it: a date or months."""

    name: str
    kind: str
    rises: bool
    at: Callable[[int], int]


Number = Linear | Quotient | Extreme | Choice | Points | Calendar


def kind_of(number: Number) -> str:
    """What the number counts: number, date, days or months."""
    return number.kind if isinstance(number, Linear | Calendar) else "number"


@dataclass(frozen=True)
class Columns:
    """Bounds and domains of the indicators by name."""

    bounds: dict[str, Bounds]
    domains: dict[str, ValueSet]


def compare_numbers(operator: str, left: Number, right: Number, columns: Columns) -> Formula:
    """The formula of `left operator right`."""
    for first, second, turned in ((left, right, operator), (right, left, FLIPPED[operator])):
        if isinstance(first, Choice):
            yes = compare_numbers(turned, first.yes, second, columns)
            no = compare_numbers(turned, first.no, second, columns)
            return disj(conj(first.condition, yes), conj(neg(first.condition), no))
        if isinstance(first, Extreme):
            return _compare_extreme(turned, first, second, columns)
    if isinstance(left, Points) or isinstance(right, Points):
        return _compare_points(operator, left, right)
    if isinstance(left, Calendar) or isinstance(right, Calendar):
        return _compare_calendar(operator, left, right, columns)
    if isinstance(left, Quotient) or isinstance(right, Quotient):
        return _compare_quotient(operator, left, right, columns)
    assert isinstance(left, Linear) and isinstance(right, Linear)
    return _compare_linear(operator, left.plus(right, -1), columns)


def _compare_extreme(operator: str, extreme: Extreme, other: Number, columns: Columns) -> Formula:
    if operator == "=":
        low = _compare_extreme("<=", extreme, other, columns)
        return conj(low, _compare_extreme(">=", extreme, other, columns))
    if operator == "!=":
        return neg(_compare_extreme("=", extreme, other, columns))
    found = [compare_numbers(operator, part, other, columns) for part in extreme.parts]
    return disj(*found) if extreme.largest == (operator in (">", ">=")) else conj(*found)


def _compare_points(operator: str, left: Number, right: Number) -> Formula:
    if isinstance(right, Points):
        left, right, operator = right, left, FLIPPED[operator]
    if not isinstance(left, Points) or not isinstance(right, Linear) or not right.is_constant:
        raise LogicError("得分只能与一个固定的数比较")
    wanted = right.constant
    above = [step for step in left.steps if step > wanted]
    more = left.at_least(above[0]) if above else Any(frozenset())
    reached = left.at_least(wanted)
    match operator:
        case ">=":
            return reached
        case ">":
            return more
        case "<":
            return neg(reached)
        case "<=":
            return neg(more)
        case "=":
            return conj(reached, neg(more))
    return disj(neg(reached), more)


def _compare_calendar(operator: str, left: Number, right: Number, columns: Columns) -> Formula:
    if isinstance(right, Calendar):
        left, right, operator = right, left, FLIPPED[operator]
    if not isinstance(left, Calendar) or not isinstance(right, Linear) or not right.is_constant:
        raise LogicError("加减年、月以后的日期只能与一个固定的日期比较")
    wanted = right.constant
    days = range(columns.bounds[left.name].low, columns.bounds[left.name].high + 1)
    reached = _from(left, days, lambda found: found >= wanted)
    beyond = _from(left, days, lambda found: found > wanted)
    values = {
        ">=": reached, ">": beyond, "<": ~reached, "<=": ~beyond, "=": reached - beyond, "!=": ~(reached - beyond),
    }[operator]  # fmt: skip
    term, _ = linear_term({left.name: Fraction(1)}, columns.bounds, columns.domains)
    return atom(term, values)


def _from(number: Calendar, days: range, holds: Callable[[int], bool]) -> ValueSet:
    """The days on which the calendar's value is large enough: behind one day, or before one if it falls."""
    first = bisect_left(days, True, key=lambda day: holds(number.at(day)) == number.rises)
    edge = days.start + first
    return compare(">=", edge) if number.rises else compare("<", edge)


def _compare_linear(operator: str, difference: Linear, columns: Columns) -> Formula:
    if difference.is_constant:
        holds = 0 in compare(operator, -difference.constant)
        return conj() if holds else disj()
    term, factor = linear_term(difference.coefficients, columns.bounds, columns.domains)
    threshold = -difference.constant / factor
    return atom(term, compare(operator if factor > 0 else FLIPPED[operator], threshold))


def _compare_quotient(operator: str, left: Number, right: Number, columns: Columns) -> Formula:
    if not isinstance(left, Quotient):
        left, right, operator = right, left, FLIPPED[operator]
    if not isinstance(left, Quotient) or not isinstance(right, Linear) or not right.is_constant:
        raise LogicError("比例只能与一个固定的数比较；请改写为乘式，如 a >= 0.05 * b")
    above = left.above.times(left.factor)
    if above.constant or left.below.constant:
        raise LogicError("比例的分子、分母里不能有单独的常数")
    if above.is_constant:
        return conj() if 0 in compare(operator, right.constant - left.constant) else disj()
    term, factor = ratio_term(above.coefficients, left.below.coefficients, columns.bounds)
    threshold = (right.constant - left.constant) / factor
    check_ratio_threshold(term, abs(threshold))
    return atom(term, compare(operator, threshold))


def text_atom(name: str, values: ValueSet, columns: Columns) -> Formula:
    """`text indicator in values`."""
    return atom(text_term(name, columns.domains.get(name, EVERYTHING)), values)

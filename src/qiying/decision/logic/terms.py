"""Terms: what a condition looks at, an indicator, a whole-number combination of them, or their quotient."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd
from typing import Literal

from .sets import EVERYTHING, ValueSet, compare, discrete

Kind = Literal["integer", "rational", "text"]
Coefficients = tuple[tuple[str, int], ...]
INT64_MAX = 2**63 - 1


class LogicError(ValueError):
    """A condition this engine cannot decide exactly; the message is a Chinese sentence."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Smallest and largest stored value of a column; numbers outside are refused at ingest."""

    low: int
    high: int

    def scaled(self, factor: int) -> Bounds:
        """Bounds of the column times `factor`."""
        ends = (self.low * factor, self.high * factor)
        return Bounds(min(ends), max(ends))

    def plus(self, other: Bounds) -> Bounds:
        """Bounds of the sum of two columns."""
        return Bounds(self.low + other.low, self.high + other.high)

    @property
    def magnitude(self) -> int:
        """Largest absolute value."""
        return max(abs(self.low), abs(self.high))


@dataclass(frozen=True, slots=True)
class Term:
    """A value of an enterprise; equal keys are the same term.

    `over` empty: the sum of coefficient * indicator (integers as stored). Otherwise the quotient of both sums,
    unknown where the divisor is zero or negative.
    """

    key: str
    kind: Kind
    top: Coefficients
    over: Coefficients = ()
    domain: ValueSet = field(default=EVERYTHING, compare=False)
    top_bounds: Bounds = field(default=Bounds(0, 0), compare=False)
    over_bounds: Bounds = field(default=Bounds(0, 0), compare=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Indicators the term reads, without repeats."""
        return tuple(dict.fromkeys(name for name, _ in self.top + self.over))

    @property
    def is_indicator(self) -> bool:
        """The term is one indicator as it stands."""
        return not self.over and len(self.top) == 1 and self.top[0][1] == 1

    def restrict(self, found: ValueSet) -> ValueSet:
        """`found` in the one spelling this term uses: inside its domain, integers where it is whole."""
        if self.kind == "integer":
            found = discrete(found)
        return found & self.domain


def _primitive(coefficients: dict[str, Fraction]) -> tuple[Coefficients, Fraction]:
    """Integer coefficients without a common divisor, the first one positive, and the factor taken out."""
    items = sorted((name, value) for name, value in coefficients.items() if value)
    denominator = 1
    for _, value in items:
        denominator = denominator * value.denominator // gcd(denominator, value.denominator)
    whole = [(name, int(value * denominator)) for name, value in items]
    common = 0
    for _, number in whole:
        common = gcd(common, number)
    if whole[0][1] < 0:
        common = -common
    return tuple((n, v // common) for n, v in whole), Fraction(common, denominator)


def _text(coefficients: Coefficients) -> str:
    return "+".join(name if factor == 1 else f"{factor}*{name}" for name, factor in coefficients)


def _bounds(coefficients: Coefficients, bounds: dict[str, Bounds]) -> Bounds:
    total = Bounds(0, 0)
    for name, factor in coefficients:
        total = total.plus(bounds[name].scaled(factor))
    return total


def linear_term(
    coefficients: dict[str, Fraction], bounds: dict[str, Bounds], domains: dict[str, ValueSet]
) -> tuple[Term, Fraction]:
    """The term of a weighted sum and the factor f with sum = f * term; LogicError when int64 could overflow."""
    top, factor = _primitive(coefficients)
    total = _bounds(top, bounds)
    if sum(bounds[n].scaled(c).magnitude for n, c in top) > INT64_MAX:
        raise LogicError(f"“{_text(top)}”的数值可能超出 64 位整数，请减少系数的小数位")
    if len(top) == 1 and top[0][1] == 1:
        domain = domains[top[0][0]]
    else:
        domain = discrete(compare(">=", total.low) & compare("<=", total.high))
    return Term(_text(top), "integer", top, (), domain, total), factor


def ratio_term(
    above: dict[str, Fraction], below: dict[str, Fraction], bounds: dict[str, Bounds]
) -> tuple[Term, Fraction]:
    """The term of a quotient and the factor f with quotient = f * term (f is positive)."""
    top, top_factor = _primitive(above)
    over, over_factor = _primitive(below)
    if over_factor < 0:  # the sign stays below, so that `divisor <= 0` keeps its meaning
        over, over_factor = tuple((n, -c) for n, c in over), -over_factor
    if top_factor < 0:
        top, top_factor = tuple((n, -c) for n, c in top), -top_factor
    top_bounds, over_bounds = _bounds(top, bounds), _bounds(over, bounds)
    domain = compare(">=", Fraction(0)) if top_bounds.low >= 0 else EVERYTHING
    key = f"({_text(top)})/({_text(over)})"
    return Term(key, "rational", top, over, domain, top_bounds, over_bounds), top_factor / over_factor


def text_term(name: str, domain: ValueSet = EVERYTHING) -> Term:
    """The term of a text indicator."""
    return Term(name, "text", ((name, 1),), (), domain)


def check_ratio_threshold(term: Term, threshold: Fraction) -> None:
    """Raise LogicError when cross-multiplying with this threshold could leave 64 bits."""
    top = term.top_bounds.magnitude * threshold.denominator
    over = term.over_bounds.magnitude * abs(threshold.numerator)
    if max(top, over) > INT64_MAX:
        raise LogicError(f"比例门槛 {threshold} 与指标的取值范围相乘可能超出 64 位整数，请减少门槛的小数位")


def term_value(term: Term, stored: dict[str, int | str]) -> int | Fraction | str | None:
    """The term's exact value, or None when a fact is missing or a divisor is not positive."""
    if term.kind == "text":
        return stored.get(term.top[0][0])
    top = _weighted(term.top, stored)
    if top is None or not term.over:
        return top
    over = _weighted(term.over, stored)
    return None if over is None or over <= 0 else Fraction(top, over)


def _weighted(coefficients: Coefficients, stored: dict[str, int | str]) -> int | None:
    total = 0
    for name, factor in coefficients:
        value = stored.get(name)
        if value is None:
            return None
        total += factor * int(value)
    return total

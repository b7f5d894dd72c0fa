"""What every figure means: each capability declares its measures and rates in its `declared_measures.py`.

A measure is counted in the month (Asia/Shanghai) in which its act happened and is never taken back: a reopened case
keeps its earlier answer and verdict and adds new ones. A rate is two sums of measures, so it always has a denominator.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from django.utils.module_loading import autodiscover_modules

Good = Literal["high", "low", ""]


class MeasureUnknown(LookupError):
    """A measure or rate that nobody declared."""


@dataclass(frozen=True)
class Measure:
    """One thing that is counted; `bucket` says what a histogram's bucket holds, empty for plain counts."""

    procedure: str
    code: str
    label: str
    sentence: str
    unit: str
    bucket: str


@dataclass(frozen=True)
class Term:
    """A measure as part of a sum; a histogram may be narrowed to buckets `at_least` … `at_most`, both included."""

    measure: str
    at_least: int | None = None
    at_most: int | None = None

    def holds(self, bucket: int) -> bool:
        """Tell whether a bucket belongs to the sum."""
        low, high = self.at_least, self.at_most
        return (low is None or bucket >= low) and (high is None or bucket <= high)


@dataclass(frozen=True)
class RateOf:
    """A share: the sum of `part` out of the sum of `whole`; `left_out` says what the denominator does not hold."""

    procedure: str
    code: str
    label: str
    sentence: str
    part: tuple[Term, ...]
    whole: tuple[Term, ...]
    left_out: str
    good: Good

    @property
    def measures(self) -> frozenset[str]:
        """Return the measures the rate needs."""
        return frozenset(t.measure for t in (*self.part, *self.whole))


_measures: dict[tuple[str, str], Measure] = {}
_rates: dict[tuple[str, str], RateOf] = {}
TermLike = str | Term


def declare_measure(
    procedure: str, code: str, label: str, sentence: str, *, unit: str = "件", bucket: str = ""
) -> None:
    """Declare a measure; raise `ValueError` on a second, different declaration or missing words."""
    found = Measure(procedure, code, label, sentence, unit, bucket)
    if not label or not sentence:
        raise ValueError(f"指标 {code} 要有名称和一句定义")
    if _measures.setdefault((procedure, code), found) != found:
        raise ValueError(f"指标 {code} 声明了两次，而且不一样")


def declare_rate(
    procedure: str,
    code: str,
    label: str,
    sentence: str,
    *,
    part: tuple[TermLike, ...],
    whole: tuple[TermLike, ...],
    left_out: str = "",
    good: Good = "high",
) -> None:
    """Declare a rate of declared measures; raise `MeasureUnknown` or `ValueError`."""
    parts = tuple(_term(procedure, t) for t in part)
    wholes = tuple(_term(procedure, t) for t in whole)
    found = RateOf(procedure, code, label, sentence, parts, wholes, left_out, good)
    if not label or not sentence or not parts or not wholes:
        raise ValueError(f"比率 {code} 要有名称、定义、分子和分母")
    if _rates.setdefault((procedure, code), found) != found:
        raise ValueError(f"比率 {code} 声明了两次，而且不一样")


def term(given: TermLike) -> Term:
    """Return a measure's name as a term."""
    return Term(given) if isinstance(given, str) else given


def _term(procedure: str, given: TermLike) -> Term:
    made = term(given)
    if (procedure, made.measure) not in _measures:
        raise MeasureUnknown(made.measure)
    return made


@cache
def _discover() -> None:
    autodiscover_modules("declared_measures")


def procedures_counted() -> list[str]:
    """Return the procedures that declared measures, in the order of declaration."""
    _discover()
    return list(dict.fromkeys(p for p, _ in _measures))


def measure_of(procedure: str, code: str) -> Measure:
    """Return a declared measure or raise `MeasureUnknown`."""
    _discover()
    try:
        return _measures[procedure, code]
    except KeyError:
        raise MeasureUnknown(code) from None


def rate_of(procedure: str, code: str) -> RateOf:
    """Return a declared rate or raise `MeasureUnknown`."""
    _discover()
    try:
        return _rates[procedure, code]
    except KeyError:
        raise MeasureUnknown(code) from None


def measures_of(procedure: str) -> list[Measure]:
    """Return a procedure's measures in the order of declaration."""
    _discover()
    return [m for (p, _), m in _measures.items() if p == procedure]


def rates_of(procedure: str) -> list[RateOf]:
    """Return a procedure's rates in the order of declaration."""
    _discover()
    return [r for (p, _), r in _rates.items() if p == procedure]

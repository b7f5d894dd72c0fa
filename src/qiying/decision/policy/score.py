"""Scores: points by bands, summed; usable in conditions, with an interval while facts are missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import prod

from qiying.decision.logic.amounts import Amount, Constant, Stored, truth
from qiying.decision.logic.formula import FALSE, TRUE, Formula, conj, disj, neg
from qiying.decision.logic.normal import Normal, normalise
from qiying.decision.logic.numbers import Points
from qiying.decision.logic.terms import LogicError

from .model import Score, ScorePart, Table

MOST_PROFILES = 4000
"""Most combinations of bands of a score that a condition may look at: each is a way to reach the points."""


@dataclass(frozen=True)
class Band:
    """Points earned when the formula holds; bands of one part are disjoint or the best one counts."""

    points: Fraction
    formula: Formula
    name: str = ""

    @cached_property
    def normal(self) -> Normal:
        """The formula in exact normal form."""
        return normalise(self.formula)


@dataclass(frozen=True)
class CompiledPart:
    """One part: the best band that holds, 0 when none does."""

    name: str
    bands: tuple[Band, ...]

    @property
    def steps(self) -> tuple[Fraction, ...]:
        """Every value it can take, rising."""
        return tuple(sorted({Fraction(0), *(band.points for band in self.bands)}))

    def at_least(self, wanted: Fraction) -> Formula:
        """The formula of this many points or more."""
        if wanted <= 0:
            return TRUE
        return disj(*(band.formula for band in self.bands if band.points >= wanted))

    def interval(self, stored: Stored) -> tuple[Fraction, Fraction]:
        """Fewest and most points that the facts allow."""
        low = high = Fraction(0)
        for band in self.bands:
            certain, possible = truth(band.normal, stored)
            low = max(low, band.points) if certain else low
            high = max(high, band.points) if possible else high
        for step in reversed(self.steps):  # bands that together are certain, whichever of them holds
            if step <= low:
                break
            if truth(self._at_least_normal(step), stored)[0]:
                return step, high
        return low, high

    def _at_least_normal(self, step: Fraction) -> Normal:
        return normalise(self.at_least(step))


@dataclass(frozen=True)
class Contribution:
    """What one part contributes: equal ends when it is known."""

    name: str
    low: Fraction
    high: Fraction
    full: Fraction


@dataclass(frozen=True)
class CompiledScore:
    """The sum of the parts."""

    name: str
    groups: tuple[tuple[str, tuple[CompiledPart, ...]], ...]

    @cached_property
    def parts(self) -> tuple[CompiledPart, ...]:
        """Every part that is added."""
        return tuple(part for _, parts in self.groups for part in parts)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names conditions can use."""
        return (self.name, *(name for name, _ in self.groups))

    def number(self, name: str, parts: tuple[CompiledPart, ...]) -> Points:
        """The sum of some parts as a number conditions can use."""
        sums = {Fraction(0)}
        for part in parts:
            sums = {total + step for total in sums for step in part.steps}
        cache: dict[tuple[int, Fraction], Formula] = {}

        def reach(index: int, wanted: Fraction) -> Formula:
            if wanted <= 0:
                return TRUE
            if index == len(parts):
                return FALSE
            key = (index, wanted)
            if key not in cache:
                options = [
                    conj(parts[index].at_least(step), reach(index + 1, wanted - step))
                    for step in parts[index].steps
                ]
                cache[key] = disj(*options)
            return cache[key]

        def at_least(wanted: Fraction) -> Formula:
            profiles = prod(len(part.steps) for part in parts)
            if profiles > MOST_PROFILES:
                raise LogicError(
                    f"“{name}”有 {profiles} 种得分组合，太多，不能用作条件；请减少评分的项数或档数"
                )
            return reach(0, wanted)

        return Points(name, tuple(sorted(sums)), at_least)

    def numbers(self) -> dict[str, Points]:
        """The score and each named part."""
        found = {name: self.number(name, parts) for name, parts in self.groups}
        found[self.name] = self.number(self.name, self.parts)
        return found

    def contributions(self, stored: Stored) -> tuple[Contribution, ...]:
        """Each named part's interval; exact per part."""
        found = []
        for name, parts in self.groups:
            intervals = [part.interval(stored) for part in parts]
            full = sum((part.steps[-1] for part in parts), Fraction(0))
            low = sum((one for one, _ in intervals), Fraction(0))
            found.append(Contribution(name, low, sum((one for _, one in intervals), Fraction(0)), full))
        return tuple(found)


Bands = list[tuple[Fraction, Formula, str]]
"""Rows of a part: points, when they are earned, and the row's name."""
RowReader = Callable[[ScorePart], Bands]


def compile_score(score: Score, read: RowReader) -> CompiledScore:
    """The compiled score; `read` gives a part's rows as points, formula and name."""
    return CompiledScore(
        score.name, tuple((part.name, _joined(part.name, part.take, read(part))) for part in score.parts)
    )


def score_of_table(table: Table, rows: Sequence[tuple[Amount | None, Formula]]) -> CompiledScore | None:
    """The score of a table that yields fixed points; rows of one name are one part where all rows add up."""
    name = next((output.name for output in table.outputs if output.type == "points"), None)
    if name is None or table.hit == "P" or table.aggregate in ("min", "count"):
        return None
    named: dict[str, Bands] = {}
    adds = table.hit == "R" or (table.hit == "C" and table.aggregate != "max")
    for number, (row, (points, formula)) in enumerate(zip(table.rows, rows, strict=True), 1):
        if not isinstance(points, Constant) or points.value < 0:
            return None
        title = row.name or f"第{number}档"
        named.setdefault(title if adds else name, []).append((points.value, formula, title))
    take = "sum" if adds else "max" if table.hit == "C" else "first"
    return CompiledScore(name, tuple((title, _joined(title, take, some)) for title, some in named.items()))


def _joined(name: str, take: str, rows: Bands) -> tuple[CompiledPart, ...]:
    """The parts to add: one of bands that exclude each other or of which the best counts, else one per row."""
    if take == "sum":
        if _exclusive([formula for _, formula, _ in rows]):
            take = "max"  # at most one holds, and one part keeps the interval tight while facts are missing
        else:
            return tuple(CompiledPart(title or name, (Band(p, f, title),)) for p, f, title in rows)
    bands, earlier = [], FALSE
    for points, formula, title in rows:
        bands.append(Band(points, conj(formula, neg(earlier)) if take == "first" else formula, title))
        earlier = disj(earlier, formula)
    return (CompiledPart(name, tuple(bands)),)


def _exclusive(formulas: list[Formula]) -> bool:
    """No two of them can hold together."""
    return all(
        normalise(conj(first, second)).is_false
        for index, second in enumerate(formulas)
        for first in formulas[:index]
    )

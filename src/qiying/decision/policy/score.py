"""Scores: points by bands, summed; usable in conditions, with an interval while facts are missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from qiying.decision.logic.amounts import Stored, truth
from qiying.decision.logic.formula import FALSE, TRUE, Formula, conj, disj, neg
from qiying.decision.logic.normal import Normal, normalise
from qiying.decision.logic.numbers import Points

from .model import Score, ScorePart


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

        at_least: Callable[[Fraction], Formula] = lambda wanted: reach(0, wanted)  # noqa: E731
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


RowReader = Callable[[ScorePart], list[tuple[Fraction, Formula, str]]]


def compile_score(score: Score, read: RowReader) -> CompiledScore:
    """The compiled score; `read` gives a part's rows as points, formula and name."""
    groups = []
    for part in score.parts:
        rows = read(part)
        if part.take == "sum":
            made = tuple(CompiledPart(name or part.name, (Band(p, f, name),)) for p, f, name in rows)
        else:
            bands, earlier = [], FALSE
            for value, formula, name in rows:
                fires = conj(formula, neg(earlier)) if part.take == "first" else formula
                bands.append(Band(value, fires, name))
                earlier = disj(earlier, formula)
            made = (CompiledPart(part.name, tuple(bands)),)
        groups.append((part.name, made))
    return CompiledScore(score.name, tuple(groups))

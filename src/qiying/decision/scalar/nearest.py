"""差一点: the smallest changes of one or two indicators that would meet a policy that is not met."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import ceil, floor

from qiying.decision.logic.formula import Atom
from qiying.decision.logic.terms import Term, term_value

from .evaluate import ScalarEngine, holds
from .facts import Stored

MOST = 2
"""Most indicators changed at once."""


@dataclass(frozen=True)
class Change:
    """One indicator from its stored value to another."""

    indicator: str
    before: int | str
    after: int | str

    @property
    def size(self) -> Fraction:
        """How large the change is, relative to where it starts."""
        if isinstance(self.before, str) or isinstance(self.after, str):
            return Fraction(1)
        return Fraction(abs(self.after - self.before), max(1, abs(self.before)))


@dataclass(frozen=True)
class NearMiss:
    """Changes that together meet the policy; `sure` False when missing facts could still stand in the way."""

    changes: tuple[Change, ...]
    sure: bool

    @property
    def rank(self) -> tuple[int, bool, Fraction, tuple[str, ...]]:
        """Fewer indicators first, then certain ones, then smaller changes."""
        sizes = sum((change.size for change in self.changes), Fraction(0))
        return len(self.changes), not self.sure, sizes, tuple(c.indicator for c in self.changes)


def near_misses(engine: ScalarEngine, policy: int, stored: Stored, limit: int = 3) -> list[NearMiss]:
    """The nearest changes, best first, each verified by evaluating the policy again."""
    masks = engine.book.policies[policy].masks
    _, possible = engine.masks(stored)
    found: dict[tuple[Change, ...], NearMiss] = {}
    for failing in _failing_sets(engine, masks, possible):
        options = [list(_repairs(engine, atom, stored)) for atom in failing]
        for picked in product(*options):
            changes = tuple(sorted(set(picked), key=lambda c: c.indicator))
            names = [change.indicator for change in changes]
            if len(set(names)) != len(names) or not 0 < len(names) <= MOST or changes in found:
                continue
            tried = {**stored, **{change.indicator: change.after for change in changes}}
            certain, open_ = engine.masks(tried)
            if holds(masks, open_):
                found[changes] = NearMiss(changes, holds(masks, certain))
    kept: dict[frozenset[str], NearMiss] = {}
    for miss in sorted(found.values(), key=lambda miss: miss.rank):
        names_changed = frozenset(change.indicator for change in miss.changes)
        if not any(other <= names_changed for other in kept):
            kept[names_changed] = miss
    return list(kept.values())[:limit]


def _failing_sets(
    engine: ScalarEngine, masks: tuple[tuple[int, ...], ...], possible: int
) -> Iterator[list[Atom]]:
    """Sets of conditions on at most two terms that, repaired, would satisfy every component."""
    partial: set[int] = {0}
    for component in masks:
        gaps = {mask & ~possible for mask in component}
        gaps = {gap for gap in gaps if gap.bit_count() <= MOST}
        partial = {a | b for a in partial for b in gaps if (a | b).bit_count() <= 2 * MOST}
        if len(partial) > 2000:
            partial = set(sorted(partial, key=int.bit_count)[:2000])
    atoms = engine.book.atoms
    for gap in sorted(partial, key=lambda g: (g.bit_count(), g)):
        picked = [atoms[i] for i in range(gap.bit_length()) if gap >> i & 1]
        merged = _merged(picked)
        if merged is not None and 0 < len(merged) <= MOST:
            yield merged


def _merged(atoms: list[Atom]) -> list[Atom] | None:
    """Conditions on one term joined; None when they contradict each other."""
    by_term: dict[str, Atom] = {}
    for atom in atoms:
        known = by_term.get(atom.term.key)
        values = atom.values if known is None else known.values & atom.values
        if values.is_empty:
            return None
        by_term[atom.term.key] = Atom(atom.term, values)
    return list(by_term.values())


def _repairs(engine: ScalarEngine, atom: Atom, stored: Stored) -> Iterator[Change]:
    """Single changes that would make the condition hold."""
    term, registry = atom.term, engine.book.registry
    movable = [name for name in term.names if registry[name].changeable and name in stored]
    above = [name for name in movable if name in dict(term.top)]
    for name in above or movable:  # of a quotient, advice to shrink the divisor helps nobody
        before = stored[name]
        if term.kind == "text":
            for low, high in atom.values.intervals():
                if low is not None and high is not None and low.value == high.value:
                    yield Change(name, before, low.value)
            continue
        for after in _targets(term, name, atom, stored):
            bounds = registry[name].bounds
            if bounds.low <= after <= bounds.high and after != before:
                yield Change(name, before, after)


def _targets(term: Term, name: str, atom: Atom, stored: Stored) -> Iterator[int]:
    """Whole values of one indicator at which the term enters the wanted set."""
    for low, high in atom.values.intervals():
        for cut in (low, high):
            if cut is None:
                continue
            edge = _solve(term, name, Fraction(cut.value), stored)
            if edge is None:
                continue
            for candidate in {floor(edge), ceil(edge), floor(edge) + 1, ceil(edge) - 1}:
                value = term_value(term, {**stored, name: candidate})
                if value is not None and value in atom.values:
                    yield candidate


def _solve(term: Term, name: str, wanted: Fraction, stored: Stored) -> Fraction | None:
    """The value of one indicator for which the term equals `wanted`, the others as they are."""
    top, over = dict(term.top), dict(term.over)
    rest_top = _rest(top, name, stored)
    if rest_top is None:
        return None
    if not over:
        return (wanted - rest_top) / top[name]
    rest_over = _rest(over, name, stored)
    if rest_over is None:
        return None
    slope = top.get(name, 0) - wanted * over.get(name, 0)
    return None if slope == 0 else (wanted * rest_over - rest_top) / slope


def _rest(coefficients: dict[str, int], name: str, stored: Stored) -> int | None:
    total = 0
    for other, factor in coefficients.items():
        if other != name:
            value = stored.get(other)
            if value is None:
                return None
            total += factor * int(value)
    return total

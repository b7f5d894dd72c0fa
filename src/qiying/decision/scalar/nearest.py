"""差一点: the smallest changes of one or two indicators that would meet a policy that is not met."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from math import ceil, floor

from qiying.decision.logic.formula import Atom
from qiying.decision.logic.terms import Term
from qiying.decision.policy.book import Masks

from .evaluate import ScalarEngine, bits, holds
from .facts import Stored

MOST_CONDITIONS = 4
"""Most failing conditions considered together: two indicators may stand in sums and quotients too."""
MOST_SETS = 2000
"""Most sets of failing conditions looked at for one policy."""


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
    """The nearest changes, best first, each verified by evaluating the policy again.

    Of any two indicators only the smallest pair of changes is kept, and none when one of them alone suffices. Where
    several conditions compare the same two indicators with each other, a pair is right but may not be the smallest.
    A quotient is raised by its dividend only: advice to shrink a divisor helps nobody.
    """
    search = _Search(engine, policy, stored)
    alone, pairs = search.names()
    found = [miss for name in sorted(alone) if (miss := search.single(name)) is not None]
    enough = {miss.changes[0].indicator for miss in found}
    for first, second in sorted(pairs):
        if not enough & {first, second} and (miss := search.pair(first, second)) is not None:
            found.append(miss)
    return sorted(found, key=lambda miss: miss.rank)[:limit]


class _Search:
    """The search for one policy and one enterprise. What a policy says changes only where a condition's edge is."""

    def __init__(self, engine: ScalarEngine, policy: int, stored: Stored) -> None:
        self.registry = engine.book.registry
        self.masks = engine.book.policies[policy].masks
        self.look = engine.masks_of(policy)
        self.stored = stored
        numbers = {n for component in self.masks for mask in component for n in bits(mask)}
        self.atoms = {number: engine.book.atoms[number] for number in sorted(numbers)}
        self.movers = {number: self._movers(atom.term) for number, atom in self.atoms.items()}

    def _movers(self, term: Term) -> frozenset[str]:
        """Known indicators that advice may move to make a condition on the term hold."""
        can = [n for n in term.names if self.registry[n].changeable and n in self.stored]
        return frozenset([n for n in can if n in dict(term.top)] or can)

    def names(self) -> tuple[set[str], set[tuple[str, str]]]:
        """Indicators that could suffice alone, and pairs that could: they move every condition in the way."""
        alone: set[str] = set()
        pairs: set[tuple[str, str]] = set()
        for gap in _failing_sets(self.masks, self.look(self.stored)[1]):
            readers = [self.movers[number] for number in bits(gap)]
            for name in readers[0] if readers else ():
                rest = [names for names in readers if name not in names]
                if not rest:
                    alone.add(name)
                partners = frozenset.intersection(*rest) if rest else self._beside(name)
                pairs |= {(min(name, other), max(name, other)) for other in partners - {name}}
        return alone, pairs

    def _beside(self, name: str) -> frozenset[str]:
        """Indicators that stand in one sum or quotient with this one, and can make up for moving it."""
        shared = [n for n, atom in self.atoms.items() if len(atom.term.names) > 1 and name in atom.term.names]
        return frozenset().union(*(self.movers[number] for number in shared))

    def tried(self, *changes: Change) -> NearMiss | None:
        """The changes as a near miss if they meet the policy."""
        certain, possible = self.look({**self.stored, **{c.indicator: c.after for c in changes}})
        return NearMiss(changes, holds(self.masks, certain)) if holds(self.masks, possible) else None

    def single(self, name: str) -> NearMiss | None:
        """The smallest change of one indicator."""
        found = [miss for change in self.changes(name, self.stored) if (miss := self.tried(change))]
        return min(found, key=lambda miss: miss.rank, default=None)

    def pair(self, first: str, second: str) -> NearMiss | None:
        """The smallest change of two: one goes to an edge, the other to an edge as it then lies."""
        found: dict[tuple[Change, ...], NearMiss | None] = {}
        for one, other in ((first, second), (second, first)):
            for change in self.changes(one, self.stored):
                after = {**self.stored, one: change.after}
                for more in self.changes(other, after):
                    both = (change, more) if one == first else (more, change)
                    if both not in found:
                        found[both] = self.tried(*both)
        return min((miss for miss in found.values() if miss), key=lambda miss: miss.rank, default=None)

    def changes(self, name: str, facts: Stored) -> list[Change]:
        """Moves of one indicator to either side of every edge of the policy's conditions, the others as they are."""
        before, bounds = self.stored[name], None
        values: set[int | str] = set()
        for number, atom in self.atoms.items():
            if name not in self.movers[number]:
                continue
            if atom.term.kind == "text":
                values |= _first_text(atom)
                continue
            bounds = bounds or self.registry[name].bounds
            for edge in _edges(atom, name, facts):
                near = {ceil(edge) - 1, floor(edge), ceil(edge), floor(edge) + 1}
                # where one indicator cannot go all the way, it goes as far as it can and another one the rest
                values |= {min(max(value, bounds.low), bounds.high) for value in near}
        return [Change(name, before, after) for after in sorted(values - {before}, key=str)]


def _failing_sets(masks: Masks, possible: int) -> set[int]:
    """Sets of few conditions that, repaired, would satisfy every component."""
    partial: set[int] = {0}
    for component in masks:
        gaps = {mask & ~possible for mask in component}
        partial = {a | b for a in partial for b in gaps if (a | b).bit_count() <= MOST_CONDITIONS}
        if len(partial) > MOST_SETS:
            partial = set(sorted(partial, key=int.bit_count)[:MOST_SETS])
    return partial


def _first_text(atom: Atom) -> set[int | str]:
    """A text that belongs, where texts are listed: any other would do as well."""
    listed = (low.value for low, high in atom.values.intervals() if low and high and low.value == high.value)
    return set(islice(listed, 1))


def _edges(atom: Atom, name: str, facts: Stored) -> Iterator[Fraction]:
    """Values of the indicator at which the condition may change."""
    for cut in atom.values.cuts:
        edge = solve(atom.term, name, Fraction(cut.value), facts)
        if edge is not None:
            yield edge


def solve(term: Term, name: str, wanted: Fraction, stored: Stored) -> Fraction | None:
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

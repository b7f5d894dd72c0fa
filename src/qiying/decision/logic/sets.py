"""Sets of values of one ordered domain, as the points where membership changes; closed under and, or, not."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import ceil
from typing import Any, NamedTuple


class Cut(NamedTuple):
    """A place between values: just before `value` (`after` 0) or just after it (`after` 1)."""

    value: Any
    after: int


@dataclass(frozen=True, slots=True)
class ValueSet:
    """The values of one domain that belong: membership starts as `starts` and flips at every cut."""

    starts: bool
    cuts: tuple[Cut, ...]

    def __contains__(self, value: object) -> bool:
        return self.starts ^ bool(bisect_right(self.cuts, (value, 0)) & 1)

    @property
    def is_empty(self) -> bool:
        """Nothing belongs."""
        return not self.starts and not self.cuts

    def __and__(self, other: ValueSet) -> ValueSet:
        return _combine(self, other, lambda a, b: a and b)

    def __or__(self, other: ValueSet) -> ValueSet:
        return _combine(self, other, lambda a, b: a or b)

    def __invert__(self) -> ValueSet:
        return ValueSet(not self.starts, self.cuts)

    def __sub__(self, other: ValueSet) -> ValueSet:
        return _combine(self, other, lambda a, b: a and not b)

    def __le__(self, other: ValueSet) -> bool:
        return (self - other).is_empty

    def intervals(self) -> list[tuple[Cut | None, Cut | None]]:
        """The stretches that belong, as (start, end) cuts; None is the open end of the domain."""
        edges: list[Cut | None] = [*([None] if self.starts else []), *self.cuts]
        if len(edges) % 2:
            edges.append(None)
        return [(edges[i], edges[i + 1]) for i in range(0, len(edges), 2)]


EMPTY = ValueSet(False, ())
EVERYTHING = ValueSet(True, ())


@lru_cache(maxsize=65536)
def _merged_cuts(first: ValueSet, second: ValueSet) -> tuple[tuple[Cut, bool, bool], ...]:
    """Every cut of either set with the membership in both sets right after it."""
    left, right = set(first.cuts), set(second.cuts)
    in_first, in_second, found = first.starts, second.starts, []
    for cut in sorted(left | right):
        in_first ^= cut in left
        in_second ^= cut in right
        found.append((cut, in_first, in_second))
    return tuple(found)


def _combine(first: ValueSet, second: ValueSet, rule: Callable[[bool, bool], bool]) -> ValueSet:
    starts = inside = rule(first.starts, second.starts)
    cuts = []
    for cut, in_first, in_second in _merged_cuts(first, second):
        now = rule(in_first, in_second)
        if now != inside:
            cuts.append(cut)
            inside = now
    return ValueSet(starts, tuple(cuts))


def compare(operator: str, value: Any) -> ValueSet:
    """The set {x : x operator value} for one of = != < <= > >=."""
    before, after = Cut(value, 0), Cut(value, 1)
    match operator:
        case "=":
            return ValueSet(False, (before, after))
        case "!=":
            return ValueSet(True, (before, after))
        case "<":
            return ValueSet(True, (before,))
        case "<=":
            return ValueSet(True, (after,))
        case ">":
            return ValueSet(False, (after,))
        case ">=":
            return ValueSet(False, (before,))
    raise ValueError(operator)


def points(values: Iterable[Any]) -> ValueSet:
    """The set of exactly these values."""
    return ValueSet(False, tuple(Cut(value, after) for value in sorted(set(values)) for after in (0, 1)))


def between(low: Any, high: Any, low_closed: bool = True, high_closed: bool = True) -> ValueSet:
    """The values from low to high."""
    return compare(">=" if low_closed else ">", low) & compare("<=" if high_closed else "<", high)


def starting_with(prefix: str) -> ValueSet:
    """The texts that start with `prefix`, in code point order one stretch."""
    if not prefix:
        return EVERYTHING
    following = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    return ValueSet(False, (Cut(prefix, 0), Cut(following, 0)))


def discrete(found: ValueSet) -> ValueSet:
    """The same set of integers with every cut written `before an integer`; empty stretches vanish."""
    starts, cuts = found.starts, list[Cut]()
    for cut in found.cuts:
        whole = _first_integer(cut)
        if cuts and cuts[-1].value == whole:
            cuts.pop()
        else:
            cuts.append(Cut(whole, 0))
    return ValueSet(starts, tuple(cuts))


def _first_integer(cut: Cut) -> int:
    """The smallest integer that lies behind the cut."""
    upper: int = ceil(cut.value)
    return upper + 1 if cut.after and upper == cut.value else upper


def cells(sets: Iterable[ValueSet], domain: ValueSet) -> list[ValueSet]:
    """The finest stretches of the domain on which every given set is constant."""
    every = sorted({cut for found in sets for cut in found.cuts} | set(domain.cuts))
    edges: list[Cut | None] = [None, *every, None]
    stretches = [
        ValueSet(low is None, tuple(c for c in (low, high) if c is not None)) & domain
        for low, high in pairwise(edges)
    ]
    return [found for found in stretches if not found.is_empty]

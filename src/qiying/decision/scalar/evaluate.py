"""The scalar engine: facts become two masks once, then every policy is a handful of integer comparisons."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from qiying.decision.policy.book import Masks, NumberedPolicy, PolicyBook

from .facts import Lookup, Stored, term_lookup

ELIGIBLE, NOT_ELIGIBLE, UNKNOWN = "eligible", "not_eligible", "unknown"
Sets = tuple[tuple[str, ...], ...]


class Verdict(NamedTuple):
    """One policy's outcome. `rows` decided (numbers from 1); `missing` are minimal sets, cheapest first."""

    policy: str
    outcome: str
    rows: tuple[int, ...]
    missing: Sets


NOT_MET: tuple[int, ...] = ()
MOST_SETS = 64
"""Most missing sets combined for one policy before only the smallest are kept."""


class ScalarEngine:
    """Evaluates single enterprises against a book."""

    def __init__(self, book: PolicyBook) -> None:
        self.book = book
        by_term: dict[str, list[tuple[int, Any]]] = {}
        for number, atom in enumerate(book.atoms):
            by_term.setdefault(atom.term.key, []).append((number, atom))
        self._terms = {term.key: term for term in book.terms}
        self._looks: list[tuple[Lookup, int]] = [
            term_lookup(self._terms[key], atoms) for key, atoms in by_term.items()
        ]
        self._look_keys = list(by_term)
        self._masks_of: dict[int, Callable[[Stored], tuple[int, int]]] = {}
        self._term_of = [atom.term.key for atom in book.atoms]
        self._keys: dict[int, frozenset[str]] = {}
        self._cost = {name: one.cost for name, one in book.registry.indicators.items()}

    def masks(self, stored: Stored) -> tuple[int, int]:
        """Conditions that certainly hold, conditions that possibly hold."""
        return _masks(self._looks, stored)

    def masks_of(self, policy: int) -> Callable[[Stored], tuple[int, int]]:
        """`masks` for the conditions of one policy only: what a search over many variants of one case needs."""
        found = self._masks_of.get(policy)
        if found is None:
            numbers = {n for part in self.book.policies[policy].masks for mask in part for n in bits(mask)}
            keys = {self._term_of[number] for number in numbers}
            looks = [look for look, key in zip(self._looks, self._look_keys, strict=True) if key in keys]
            found = self._masks_of[policy] = partial(_masks, looks)
        return found

    def evaluate(self, stored: Stored) -> list[Verdict]:
        """Every policy's verdict on facts as stored (see Registry.stored), in book order."""
        return self.verdicts(self.masks(stored), stored)

    def verdicts(self, masks: tuple[int, int], stored: Stored) -> list[Verdict]:
        """The verdicts from the facts' masks, for who needs both."""
        certain, possible = masks
        found = []
        for policy in self.book.policies:
            sure = True
            for component in policy.masks:
                for mask in component:
                    if certain & mask == mask:
                        break
                else:
                    sure = False
                    for mask in component:
                        if possible & mask == mask:
                            break
                    else:
                        found.append(Verdict(policy.compiled.policy.id, NOT_ELIGIBLE, NOT_MET, ()))
                        break
            else:
                if sure:
                    rows = self.certain_rows(policy, certain)
                    found.append(Verdict(policy.compiled.policy.id, ELIGIBLE, rows, ()))
                else:
                    sets = self.missing_sets(policy.masks, certain, possible, stored)
                    found.append(Verdict(policy.compiled.policy.id, UNKNOWN, (), sets))
        return found

    def certain_rows(self, policy: NumberedPolicy, certain: int) -> tuple[int, ...]:
        """Rows that certainly decide; only the first unless the hit policy collects."""
        collects, found = policy.compiled.collects, []
        for row in policy.rows:
            for component in row.masks:
                for mask in component:
                    if certain & mask == mask:
                        break
                else:
                    break
            else:
                if not collects:
                    return (row.number,)
                found.append(row.number)
        return tuple(found)

    def possible_rows(self, policy: NumberedPolicy, possible: int) -> tuple[int, ...]:
        """Rows that may decide."""
        return tuple(row.number for row in policy.rows if holds(row.masks, possible))

    def open_names(
        self, policy: NumberedPolicy, certain: int, possible: int, stored: Stored
    ) -> frozenset[str]:
        """Every missing indicator that could still matter to the policy."""
        open_ = 0
        for component in policy.masks:
            if any(certain & mask == mask for mask in component):
                continue
            for mask in component:
                if possible & mask == mask:
                    open_ |= mask & possible & ~certain
        return self._names(open_, stored)

    def missing_sets(self, masks: Masks, certain: int, possible: int, stored: Stored) -> Sets:
        """Minimal sets of missing indicators that would make the policy certain, cheapest first."""
        unknown = possible & ~certain
        combined: list[frozenset[str]] | None = None
        for component in masks:
            options = set()
            for mask in component:
                if possible & mask == mask:
                    open_ = mask & unknown
                    if not open_:
                        break
                    options.add(open_)
            else:
                names = [self._names(one, stored) for one in options]
                if len(names) > 1:
                    names = _minimal(names)
                if combined is None:
                    combined = names
                else:
                    combined = _minimal([a | b for a in combined for b in names])[:MOST_SETS]
        found = combined or []
        if len(found) == 1:
            return (tuple(sorted(found[0])),)
        return tuple(tuple(sorted(one)) for one in sorted(found, key=self._price))

    def _price(self, names: frozenset[str]) -> tuple[int, int, list[str]]:
        return sum(self._cost.get(name, 3) for name in names), len(names), sorted(names)

    def _names(self, open_: int, stored: Stored) -> frozenset[str]:
        """Missing indicators behind open conditions; a divisor that is not positive counts as missing."""
        keys = self._keys.get(open_)
        if keys is None:
            numbers = [i for i in range(open_.bit_length()) if open_ >> i & 1]
            keys = frozenset(self._term_of[i] for i in numbers)
            if len(self._keys) < 100_000:
                self._keys[open_] = keys
        names: set[str] = set()
        for key in keys:
            term = self._terms[key]
            if term.is_indicator:
                names.add(key)
                continue
            absent = [name for name in term.names if name not in stored]
            names.update(absent or [name for name, _ in term.over])
        return frozenset(names)


def _masks(looks: list[tuple[Lookup, int]], stored: Stored) -> tuple[int, int]:
    certain = possible = 0
    for look, every in looks:
        found = look(stored)
        if found < 0:
            possible |= every
        else:
            certain |= found
            possible |= found
    return certain, possible


def bits(mask: int) -> tuple[int, ...]:
    """Numbers of the conditions in a mask."""
    return tuple(number for number in range(mask.bit_length()) if mask >> number & 1)


def holds(masks: Masks, granted: int) -> bool:
    """The normal form under the granted conditions."""
    return all(any(granted & mask == mask for mask in component) for component in masks)


def _minimal(sets: list[frozenset[str]]) -> list[frozenset[str]]:
    """Those that contain no other, smallest first."""
    kept: list[frozenset[str]] = []
    for one in sorted(set(sets), key=lambda s: (len(s), sorted(s))):
        if not any(other <= one for other in kept):
            kept.append(one)
    return kept

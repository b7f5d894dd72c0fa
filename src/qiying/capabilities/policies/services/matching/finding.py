"""What the engine finds of many enterprises at once, as arrays: pairs worth keeping, each with its mark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from fractions import Fraction
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

from qiying.capabilities.policies.models import MatchState
from qiying.capabilities.policies.selectors.shelf import Shelf
from qiying.capabilities.policies.services.matching.patterns import Patterns, patterns_of
from qiying.decision.batch import Matcher
from qiying.decision.batch.nearly import nearer_book
from qiying.decision.batch.patterns import bit_at
from qiying.decision.planes.kernel import PlaneEngine
from qiying.decision.planes.result import Planes
from qiying.decision.scalar.amounts import History, has_money
from qiying.kernel.enterprises.columns import Register

Ints = npt.NDArray[np.int64]
CODES = {MatchState.ELIGIBLE: 1, MatchState.NEAR: 2, MatchState.UNKNOWN: 3}
STATES = {code: str(state) for state, code in CODES.items()}
MOST_UNKNOWN = 30
"""Unknown pairs kept of one enterprise: nobody answers more questions, and a register knows little of most."""
NO_AMOUNT = -1
"""In place of an amount that is not known or not money; amounts are never negative."""
_A, _B, _C = (np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9))


@dataclass(frozen=True)
class Pairs:
    """Pairs of enterprise and policy, in the order of both ids; `missing` numbers texts kept beside."""

    enterprise: Ints
    policy: Ints
    state: Ints
    amount: Ints
    tier: Ints
    missing: Ints
    mark: Ints

    def __len__(self) -> int:
        return len(self.enterprise)

    def take(self, places: Any) -> Pairs:
        return Pairs(*(getattr(self, f.name)[places] for f in fields(self)))


@dataclass
class Counted:
    """One policy's enterprises by state, those listed nowhere, and the money of the eligible."""

    eligible: int = 0
    near: int = 0
    unknown: int = 0
    hidden: int = 0
    amount_fen: int = 0

    def add(self, other: Counted) -> None:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


@dataclass
class Finding:
    """The result of one evaluation."""

    pairs: Pairs
    texts: list[str]
    counts: dict[int, Counted] = field(default_factory=dict)


def find(
    shelf: Shelf, rows: Register, history: Mapping[str, Mapping[int, History]], share: Fraction
) -> Finding:
    """Evaluate a shelf over enterprises: eligible, near and (at most two facts missing) unknown pairs."""
    matcher = Matcher(shelf.book, rows.columns, history=history)
    matcher.__dict__["scalar"] = shelf.engine  # made once a shelf, not once a part
    patterns = patterns_of(shelf.engine)
    collected = _Collected(rows, patterns)
    nearer = PlaneEngine(_nearer(shelf, share)).run(rows.columns)
    blocks = matcher.blocks()
    for index, published in enumerate(shelf.published):
        counted = Counted()
        collected.counts[published.policy_id] = counted
        collected.eligible(matcher, index, published.policy_id, counted)
        unknown = matcher.planes.listed(index, unknown=True)
        if len(unknown):
            missing = patterns.missing(index, unknown, blocks, rows.columns)
            collected.unknown(published.policy_id, unknown, missing, counted)
        collected.near(published.policy_id, _near_rows(matcher, nearer, index), counted)
    return Finding(collected.pairs(), patterns.texts, collected.counts)


_books: dict[tuple[int, int, object, Fraction, tuple[str, ...]], Any] = {}


def _nearer(shelf: Shelf, share: Fraction) -> Any:
    """Return the shelf's book of nearer thresholds, made once a process and stamp."""
    key = (shelf.district_id, shelf.stamp, shelf.on, share, tuple(p.digest + p.code for p in shelf.published))
    if key not in _books:
        if len(_books) >= 4:
            _books.pop(next(iter(_books)))
        _books[key] = nearer_book(shelf.book, share)
    return _books[key]


def _near_rows(matcher: Matcher, nearer: Planes, index: int) -> Ints:
    """Return rows that are not possible, would be certain a little nearer, and may have the policy at all."""
    met = nearer.listed(index)
    near = met[~bit_at(matcher.planes.words[index, 1], met)]
    one = matcher.book.compiled[index]
    past = matcher.history.get(one.id, {})
    if one.policy.first_time_only and past and len(near):
        had = [row for row, granted in past.items() if granted.received]
        near = near[~np.isin(near, had)]
    return near


class _Collected:
    """Gathers the policies' rows, then puts them into one order."""

    def __init__(self, rows: Register, patterns: Patterns) -> None:
        self.rows, self.patterns = rows, patterns
        self.parts: list[tuple[Ints, ...]] = []
        self.counts: dict[int, Counted] = {}

    def eligible(self, matcher: Matcher, index: int, policy_id: int, counted: Counted) -> None:
        paid, one = matcher.paid(index), matcher.book.compiled[index]
        amount = (
            np.where(paid.known, paid.fen, NO_AMOUNT)
            if has_money(one)
            else np.full(len(paid.rows), NO_AMOUNT)
        )
        kept = (
            amount != 0
        )  # a cap is used up, another policy of the group paid, or the table says 0: nothing to offer
        counted.eligible = int(kept.sum())
        counted.amount_fen = int(amount[kept & (amount > 0)].sum())
        self._add(policy_id, paid.rows[kept], MatchState.ELIGIBLE, amount[kept], paid.tiers[kept])

    def unknown(self, policy_id: int, rows: Ints, missing: Ints, counted: Counted) -> None:
        listed = missing > 0
        counted.hidden = len(rows) - int(listed.sum())
        self._add(policy_id, rows[listed], MatchState.UNKNOWN, missing=missing[listed])

    def near(self, policy_id: int, rows: Ints, counted: Counted) -> None:
        counted.near = len(rows)
        self._add(policy_id, rows, MatchState.NEAR)

    def _add(
        self,
        policy_id: int,
        rows: Ints,
        state: MatchState,
        amount: Any = None,
        tier: Any = None,
        missing: Any = None,
    ) -> None:
        if not len(rows):
            return
        size = len(rows)
        self.parts.append(
            (
                self.rows.ids[rows],
                np.full(size, policy_id, np.int64),
                np.full(size, CODES[state], np.int64),
                np.full(size, NO_AMOUNT, np.int64) if amount is None else amount.astype(np.int64),
                np.zeros(size, np.int64) if tier is None else tier.astype(np.int64),
                np.zeros(size, np.int64) if missing is None else missing,
            )
        )

    def pairs(self) -> Pairs:
        """Return everything, by enterprise and policy."""
        if not self.parts:
            return Pairs(*(np.empty(0, np.int64) for _ in fields(Pairs)))
        joined = [np.concatenate(column) for column in zip(*self.parts, strict=True)]
        self.parts.clear()
        kept = self._few(joined[0], joined[1], joined[2], joined[5])
        order = np.lexsort((joined[1], joined[0]))
        order = order[kept[order]]
        enterprise, policy, state, amount, tier, missing = (column[order] for column in joined)
        mark = _marks(state, amount, tier, _hashes(self.patterns.texts)[missing])
        return Pairs(enterprise, policy, state, amount, tier, missing, mark)

    def _few(self, enterprise: Ints, policy: Ints, state: Ints, missing: Ints) -> npt.NDArray[np.bool_]:
        """Of an enterprise's unknown pairs only so many are kept, those that lack one fact first; count the rest."""
        kept = np.ones(len(enterprise), np.bool_)
        places = np.flatnonzero(state == CODES[MatchState.UNKNOWN])
        if not len(places):
            return kept
        sizes = np.array(self.patterns.sizes, np.int64)[missing[places]]
        places = places[np.lexsort((policy[places], sizes, enterprise[places]))]
        starts = np.flatnonzero(np.diff(enterprise[places], prepend=-1))
        turn = np.arange(len(places)) - np.repeat(starts, np.diff(starts, append=len(places)))
        kept[places[turn >= MOST_UNKNOWN]] = False
        for policy_id, listed, all_ in _tally(policy[places], turn < MOST_UNKNOWN):
            self.counts[policy_id].unknown = listed
            self.counts[policy_id].hidden += all_ - listed
        return kept


def _tally(policy: Ints, listed: npt.NDArray[np.bool_]) -> list[tuple[int, int, int]]:
    """Return per policy how many pairs are listed, and how many there are."""
    ids, index = np.unique(policy, return_inverse=True)
    every, some = np.bincount(index), np.bincount(index[listed], minlength=len(ids))
    return list(zip(ids.tolist(), some.tolist(), every.tolist(), strict=True))


def _hashes(texts: list[str]) -> npt.NDArray[np.uint64]:
    made = [int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) for text in texts]
    return np.array(made, np.uint64)


def _marks(state: Ints, amount: Ints, tier: Ints, missing: npt.NDArray[np.uint64]) -> Ints:
    """Return a number a pair that says all that is kept of it; its last two bits are the state."""
    mixed = (amount.astype(np.uint64) + _A) * _B
    mixed ^= (tier.astype(np.uint64) + _B) * _C
    mixed ^= mixed >> np.uint64(29)
    mixed = (mixed ^ missing) * _A
    mixed ^= mixed >> np.uint64(32)
    mixed = (mixed & ~np.uint64(3)) | state.astype(np.uint64)
    return mixed.view(np.int64)

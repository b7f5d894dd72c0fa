"""就高不重复 over columns: of each group an enterprise is paid only its largest known amount."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qiying.decision.scalar.amounts import NO_HISTORY, payment

from .matcher import Matcher

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Settled:
    """For the eligible rows of one policy: taken instead by (policy index, -1 none), and still open."""

    taken_by: npt.NDArray[np.int32]
    open: Flags


def settle_groups(matcher: Matcher) -> dict[int, Settled]:
    """The settlement of every policy that stands in a group."""
    groups: dict[str, list[int]] = {}
    for index, one in enumerate(matcher.book.compiled):
        if one.policy.group is not None:
            groups.setdefault(one.policy.group.name, []).append(index)
    found: dict[int, Settled] = {}
    for members in groups.values():
        found.update(_settle(matcher, members))
    return found


def _settle(matcher: Matcher, members: list[int]) -> dict[int, Settled]:
    rows = matcher.columns.rows
    best = np.full(rows, -1, np.int64)
    winner = np.full(rows, -1, np.int32)
    for policy in members:
        paid = matcher.paid(policy)
        at, money = paid.rows[paid.known], paid.fen[paid.known]
        higher = money > best[at]
        best[at[higher]], winner[at[higher]] = money[higher], policy
    beaten = np.zeros(rows, np.bool_)
    open_at: dict[int, Flags] = {}
    for policy in members:
        open_at[policy] = _could_beat(matcher, policy, best)
        beaten |= open_at[policy]
    found = {}
    for policy in members:
        at = matcher.paid(policy).rows
        is_winner = winner[at] == policy
        superseded = (winner[at] >= 0) & ~is_winner & ~open_at[policy][at]
        found[policy] = Settled(np.where(superseded, winner[at], -1).astype(np.int32), is_winner & beaten[at])
    return found


def _could_beat(matcher: Matcher, policy: int, best: npt.NDArray[np.int64]) -> Flags:
    """Enterprises with a winner that this policy, once known, might still beat."""
    found = np.zeros(matcher.columns.rows, np.bool_)
    paid = matcher.paid(policy)
    waiting = np.concatenate([matcher.planes.listed(policy, unknown=True), paid.rows[~paid.known]])
    numbered = matcher.book.policies[policy]
    for row in waiting[best[waiting] >= 0].tolist():
        stored = matcher.columns.facts(row)
        certain, possible = matcher.scalar.masks(stored)
        sure = matcher.scalar.certain_rows(numbered, certain)
        open_ = matcher.scalar.possible_rows(numbered, possible)
        past = matcher.history.get(numbered.compiled.id, {}).get(row, NO_HISTORY)
        maybe = payment(numbered.compiled, sure, open_, stored, past)
        found[row] = maybe is not None and (maybe.high is None or maybe.high > best[row])
    return found

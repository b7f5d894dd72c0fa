"""The effect of editing one policy over the whole register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from qiying.decision.batch.matcher import Matcher
from qiying.decision.planes.columns import Columns
from qiying.decision.planes.result import unpack
from qiying.decision.policy.book import PolicyBook
from qiying.decision.policy.model import Policy
from qiying.decision.scalar.amounts import yuan

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Side:
    """Before or after: enterprises eligible, open, fen in total, and eligible ones whose fen is unknown."""

    eligible: int
    unknown: int
    fen: int
    unpriced: int


@dataclass(frozen=True)
class Effect:
    """What the edit does. `by` gives per indicator and value: gain, lose, and the change of cost in fen."""

    before: Side
    after: Side
    gain: int
    lose: int
    by: dict[str, dict[str, tuple[int, int, int]]]

    def as_dict(self) -> dict[str, Any]:
        """The shape of `qiying-decide simulate --json`."""
        sides = {
            name: {
                "eligible": s.eligible,
                "unknown": s.unknown,
                "cost_yuan": yuan(s.fen),
                "unpriced": s.unpriced,
            }
            for name, s in (("before", self.before), ("after", self.after))
        }
        groups = {
            key: {
                value: {"gain": gain, "lose": lose, "cost_change_yuan": yuan(fen)}
                for value, (gain, lose, fen) in values.items()
            }
            for key, values in self.by.items()
        }
        change = yuan(self.after.fen - self.before.fen)
        return {**sides, "gain": self.gain, "lose": self.lose, "cost_change_yuan": change, "by": groups}


class Simulation:
    """One policy over resident columns: the unedited side is computed once, each edit costs one match."""

    def __init__(self, book: PolicyBook, policy: Policy, columns: Columns, by: Sequence[str]) -> None:
        self.columns = columns
        self.registry, self.as_of = book.registry, book.as_of
        self.by = [name for name in by if name in columns.columns]
        self.before = self._matched(policy)

    def _matched(self, policy: Policy) -> Matcher:
        return Matcher(PolicyBook.of([policy], self.registry, self.as_of), self.columns)

    def try_policy(self, policy: Policy) -> Effect:
        """The effect of replacing the policy by an edited one."""
        after = self._matched(policy)
        was, now = self.before.planes.words[0, 0], after.planes.words[0, 0]
        gained, lost = unpack(now & ~was, self.columns.rows), unpack(was & ~now, self.columns.rows)
        groups = {name: self._grouped(name, gained, lost, after) for name in self.by}
        return Effect(_side(self.before), _side(after), len(gained), len(lost), groups)

    def _grouped(
        self, name: str, gained: Rows, lost: Rows, after: Matcher
    ) -> dict[str, tuple[int, int, int]]:
        column = self.columns.columns[name]
        codes, labels = _codes(column.values, column.valid, column.texts, self.columns.rows)
        size = len(labels)
        gain = np.bincount(codes[gained], minlength=size)
        lose = np.bincount(codes[lost], minlength=size)
        cost = _costs(after, codes, size) - _costs(self.before, codes, size)
        return {
            label: (int(gain[i]), int(lose[i]), int(cost[i]))
            for i, label in enumerate(labels)
            if gain[i] or lose[i] or cost[i]
        }


def _codes(values: Any, valid: Any, texts: tuple[str, ...], rows: int) -> tuple[Any, list[str]]:
    """Every row's group: its text, or 未填写 where it has none."""
    labels = [*(texts or ("否", "是")), "未填写"]
    codes = values.astype(np.int64)
    if valid is not None:
        known = np.unpackbits(valid.view(np.uint8), count=rows, bitorder="little").astype(np.bool_)
        codes[~known] = len(labels) - 1
    return codes, labels


def _costs(matcher: Matcher, codes: Any, size: int) -> npt.NDArray[np.int64]:
    """Fen per group, summed in integers: floating sums would lose fen beyond 2^53."""
    paid = matcher.paid(0)
    found = np.zeros(size, np.int64)
    np.add.at(found, codes[paid.rows], paid.fen)
    return found


def _side(matcher: Matcher) -> Side:
    eligible, unknown, _ = matcher.planes.counts()[0].tolist()
    paid = matcher.paid(0)
    return Side(eligible, unknown, int(paid.fen.sum()), int((~paid.known).sum()))


BREAKDOWN = ("企业规模", "行业代码", "行业大类", "所在镇街")


def simulate(
    book: PolicyBook, before: Policy, after: Policy, columns: Columns, by: Sequence[str] = BREAKDOWN
) -> Effect:
    """The effect of one edit; use Simulation to try several."""
    return Simulation(book, before, columns, by).try_policy(after)


def edited(policy: Policy, changes: Mapping[str, str]) -> Policy:
    """The policy with some places changed; see `places.set_place` for how a place is written."""
    from qiying.decision.policy.plain import plain_policy, policy_of

    from .places import set_place

    plain = plain_policy(policy)
    for place, value in changes.items():
        set_place(plain, place, value)
    return policy_of(plain, policy.file)

"""Whose turn it is to convene: fair over the four groups first, then over people; who is away is skipped and named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Candidate:
    """Somebody who may convene; `away` says until when he is on leave on that day."""

    key: int
    group: str
    label: str
    away_until: date | None = None


@dataclass(frozen=True)
class Turn:
    """One line of the proposal: whose turn, how often before, why skipped."""

    candidate: Candidate
    times: int
    last: date | None
    words: str
    is_skipped: bool


def rota(candidates: Sequence[Candidate], held: Mapping[int, Sequence[date]]) -> list[Turn]:
    """Return everybody in the order of their turns, those on leave at the end; `held` are the days each convened.

    The group that convened least comes first, within it the person; at a tie who waits longest.
    """
    of_group: dict[str, list[date]] = {}
    for one in candidates:
        of_group.setdefault(one.group, []).extend(held.get(one.key, ()))

    def order(one: Candidate) -> tuple[object, ...]:
        mine, ours = held.get(one.key, ()), of_group[one.group]
        return (len(ours), max(ours, default=date.min), len(mine), max(mine, default=date.min), one.key)

    found = []
    for one in sorted(candidates, key=lambda c: (c.away_until is not None, order(c))):
        days = held.get(one.key, ())
        last = max(days, default=None)
        before = f"一年里召集过 {len(days)} 次，上次 {last:%Y年%-m月%-d日}" if last else "一年里还没召集过"
        away = f"请假到 {one.away_until:%-m月%-d日}，跳过" if one.away_until else before
        found.append(Turn(one, len(days), last, away, one.away_until is not None))
    return found

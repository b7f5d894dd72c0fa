"""The one question whose answer decides most policies."""

from __future__ import annotations

from dataclasses import dataclass

from .evaluate import UNKNOWN, ScalarEngine
from .facts import Stored


@dataclass(frozen=True)
class Question:
    """An indicator to ask for: policies it surely decides whatever the answer, and policies it takes part in."""

    indicator: str
    decides: tuple[str, ...]
    helps: tuple[str, ...]
    cost: int
    source: str


def questions(engine: ScalarEngine, stored: Stored) -> list[Question]:
    """What could be asked, the best question first; nothing when no outcome is open."""
    decides: dict[str, list[str]] = {}
    helps: dict[str, list[str]] = {}
    certain, possible = masks = engine.masks(stored)
    for policy, verdict in zip(engine.book.policies, engine.verdicts(masks, stored), strict=True):
        if verdict.outcome != UNKNOWN:
            continue
        open_ = engine.open_names(policy, certain, possible, stored)
        for name in open_:
            helps.setdefault(name, []).append(verdict.policy)
        if len(open_) == 1:
            decides.setdefault(next(iter(open_)), []).append(verdict.policy)
    registry = engine.book.registry
    found = [
        Question(name, tuple(decides.get(name, ())), tuple(used), registry[name].cost, registry[name].source)
        for name, used in helps.items()
    ]
    return sorted(found, key=lambda q: (-len(q.decides), -len(q.helps), q.cost, q.indicator))

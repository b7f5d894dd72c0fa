"""Cases that come of walks and surveys go through the one pool like any other."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from qiying.kernel.cases.models import Case
from qiying.kernel.cases.world import Plan, World

WORKDAYS = (0, 0, 1, 1, 2)


class Way(NamedTuple):
    """Which unit handles a case as what, what it answers, how that is judged."""

    unit: str
    category: str
    answer: str
    comment: str = "改得快"


def go(world: World, plan: Plan, case: Case, way: Way, since: datetime) -> None:
    """Plan the case's way from the desk to its verdict."""
    plan.after(since, 0, partial(_step, world, plan, case, way, 0))


def _step(world: World, plan: Plan, case: Case, way: Way, turn: int, at: datetime) -> None:
    handler = f"{way.unit}.handler"
    said = {"value": "solved", "satisfaction": 4, "comment": way.comment, "how": "phone"}
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("desk.desk", "triage", {"kind": "problem", "category": way.category, "level": "general"}),
        ("desk.desk", "assign", {"unit_id": world.units[way.unit].pk, "ask": "请改并答复"}),
        (handler, "take", {"handler_id": None}),
        (handler, "answer", {"text": way.answer, "result": "solved"}),
        ("callback.callback", "record_verdict", said),
    ]
    who, action, data = steps[turn]
    world.act(case, action, world.viewers[who], at, data)
    if turn + 1 < len(steps):
        plan.after(at, WORKDAYS[turn + 1], partial(_step, world, plan, case, way, turn + 1))

"""A small district with a past: several months, a reopened case, a correction, call-backs, silence."""

from __future__ import annotations

from datetime import timedelta

from qiying.capabilities.service_requests.tests.world import World
from qiying.kernel.cases.models import Case

ANSWER = "限高杆已经往东挪了十米，货车可以进出了。"


def answered(
    world: World, *, days: int = 0, category: str = "park_transport", level: str = "general"
) -> Case:
    """Return a case answered so many days after it came in."""
    case = world.triaged(category=category, level=level)
    case = world.act(case, "desk", "assign", unit_id=world.units["town"].pk)
    case = world.act(case, "handler", "take")
    world.later(days=days)
    return world.act(case, "handler", "answer", text=ANSWER, result="solved")


def told(
    world: World,
    value: str = "solved",
    *,
    days: int = 0,
    category: str = "park_transport",
    level: str = "general",
    **data: object,
) -> Case:
    """Return a case with the asker's word on it."""
    case = answered(world, days=days, category=category, level=level)
    return world.act(case, "clerk", "give_verdict", value=value, **data)


def live_through(world: World) -> dict[str, Case]:
    """Let three months pass, with everything that makes counting hard; return the cases by what is special."""
    start = world.now
    world.now = start - timedelta(days=70)
    found = {"plain": told(world, satisfaction=5), "late": told(world, days=12, satisfaction=2)}
    world.now = start - timedelta(days=40)
    found["reopened"] = told(world)
    found["refused"] = told(world, "not_solved", comment="还是进不去")
    found["corrected"] = told(world, satisfaction=4)
    world.now = start - timedelta(days=8)
    found["reopened"] = world.act(found["reopened"], "supervisor", "reopen", reason="回访时企业说又不行了")
    again = world.act(found["refused"], "handler", "answer", text="又挪了五米，请再看看。", result="solved")
    found["refused"] = world.act(
        again, "callback", "record_verdict", value="solved", how="phone", satisfaction=3
    )
    found["corrected"] = world.act(
        found["corrected"], "desk", "correct", category="facilities", reason="其实是设施问题"
    )
    found["open"] = world.handling()
    world.now = start
    return found

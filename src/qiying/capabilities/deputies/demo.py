"""Proposals of the demo's year: assigned, talked over, answered with a code, judged by who moved them."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.opening import case_start
from qiying.kernel.cases.world import Plan, World, told_in
from qiying.kernel.permissions.viewer import Viewer

ORDER, APART = 63, True
TOLD = told_in(Path(__file__).with_name("demo.yaml"))


def prepare(world: World) -> None:
    """Four deputies more than the one who signs in."""
    for login, name in TOLD["deputies"]:
        person = world.member(login, name, "renda", "deputy", at=world.start, title="区人大代表")
        world.viewers[login] = world.viewer_of(person)


def tell(world: World) -> None:
    """Let each proposal be handed in on its day and go as far as it has come."""
    plan = Plan(world, world.fresh_draw())
    for one in TOLD["proposals"]:
        plan.put(world.lately(one["ago"]), partial(_propose, world, plan, one))
    plan.run(since=world.lately(265))


def _mover(world: World, one: dict[str, Any]) -> Viewer:
    number = one.get("by", 0)
    return world.viewers[TOLD["deputies"][number][0] if number else "renda.deputy"]


def _propose(world: World, plan: Plan, one: dict[str, Any], at: datetime) -> None:
    mover = _mover(world, one)
    text = f"企业走访时反映：{one['title']}，涉及的不止一家，建议有关部门研究解决。"
    data: dict[str, Any] = {"title": one["title"], "text": text}
    second = world.viewers[TOLD["deputies"][0][0]]
    if one.get("joint"):
        data["co_mover_ids"] = [second.person_id]
    case = case_start(procedure="deputy_proposal", actor=mover, data=data, now=at)
    plan.after(
        at, 3, partial(_assign, world, plan, one, case, [mover, second] if one.get("joint") else [mover])
    )


def _assign(
    world: World, plan: Plan, one: dict[str, Any], case: Case, movers: list[Viewer], at: datetime
) -> None:
    congress = world.viewers["renda.congress"]
    if "refuse" in one:
        told = {"refusal": one["refuse"], "reason": "不宜作为代表建议，请按别的渠道提"}
        world.act(case, "refuse", congress, at, told)
        return
    units = {
        "unit_id": world.units[one["unit"]].pk,
        "co_unit_ids": [world.units[u].pk for u in one.get("co", ())],
    }
    world.act(case, "assign", congress, at, {**units, "is_complex": one.get("complex", False)})
    for unit in one.get("co", ()):
        words = {"text": "同意，本单位负责的部分今年安排"}
        plan.after(at, 12, partial(_do, world, case, "opinion", world.viewers[f"{unit}.handler"], words))
    if "code" in one:
        plan.after(at, 30, partial(_answer, world, plan, one, case, movers))


def _do(world: World, case: Case, action: str, who: Viewer, data: dict[str, Any], at: datetime) -> None:
    world.act(case, action, who, at, data)


def _answer(
    world: World, plan: Plan, one: dict[str, Any], case: Case, movers: list[Viewer], at: datetime
) -> None:
    handler, on = world.viewers[f"{one['unit']}.handler"], local_date(at)
    world.act(case, "talk", handler, at, {"way": "face", "on": on, "text": TOLD["talk"]})
    told: dict[str, Any] = {
        "code": one["code"],
        "text": f"关于{one['title']}：已经研究，办理情况和安排附后。",
    }
    if one["code"] == "B":
        told["plan_on"] = on + timedelta(days=300)
    world.act(case, "answer", handler, at, told)
    if "again" in one:
        plan.after(at, 4, partial(_again, world, plan, one, case, movers))
    elif one.get("end") != "silent":
        for days, mover in enumerate(movers, 3):
            verdict = {"verdict": "fair" if one["code"] in "CD" else "satisfied"}
            plan.after(at, days, partial(_do, world, case, "judge", mover, verdict))


def _again(
    world: World, plan: Plan, one: dict[str, Any], case: Case, movers: list[Viewer], at: datetime
) -> None:
    world.act(case, "judge", movers[0], at, {"verdict": "dissatisfied", "comment": one["again"]})
    once = {name: value for name, value in one.items() if name != "again"}
    plan.after(at, 10, partial(_answer, world, plan, once, case, movers))

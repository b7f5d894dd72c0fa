"""Some penalties of the demo's year: papers served together, one spared by the rule, some under way."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from qiying.capabilities.penalties.procedures.penalty import Filing
from qiying.capabilities.penalties.services.punishing import penalty_file
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.engine import case_do
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.world import Plan, World, at_hour, told_in
from qiying.kernel.organisations.models import Unit

ORDER = 66
UNIT = "shichang"


def prepare(world: World) -> None:
    """The office that punishes has its word for letters."""
    Unit.objects.filter(pk=world.units[UNIT].pk, letter_word="").update(letter_word="明市监罚")


def tell(world: World) -> None:
    """File each on its day; what follows is planned from there."""
    told = told_in(Path(__file__).with_name("demo.yaml"))
    story, today = Plan(world, world.fresh_draw()), local_date(world.now)
    for one in told["penalties"]:
        story.at(at_hour(today - timedelta(days=one["ago"]), time(10)), partial(_filed, world, story, one))
    story.run(since=at_hour(today - timedelta(days=max(p["ago"] for p in told["penalties"]) + 1), time(8)))


def _filed(world: World, story: Plan, one: dict[str, Any], at: datetime) -> None:
    officer = world.viewers.get(f"{UNIT}.inspector")
    if officer is None:
        return
    firm = world.enterprises[one["firm"] % len(world.enterprises)]
    told = Filing(
        enterprise_id=firm.pk,
        fact=one["fact"],
        basis=one["basis"],
        ended_on=local_date(at) - timedelta(days=3),
    )
    case = penalty_file(actor=officer, district_id=world.district.pk, data=told, now=at)
    _do(case, "tell", officer, at, kind="fine", fine=one.get("fine", 0), reason="事实清楚，依法拟处罚")
    if one.get("wait") != "told":
        story.after(at, 4, partial(_proposed, world, story, one, case))


def _proposed(world: World, story: Plan, one: dict[str, Any], case: Case, at: datetime) -> None:
    officer, leader = world.viewers[f"{UNIT}.inspector"], world.viewers[f"{UNIT}.leader"]
    told = {
        "harm": "real",
        "decision": "punish",
        "kind": "fine",
        "fine": one.get("fine", 0),
        "reason": "证据确凿",
    }
    if one.get("spare"):
        told = {"harm": "slight", "is_first": True, "is_corrected": True, "decision": "spare", "reason": "当场改正",
                "education": "讲清标签标准，发了样张"}  # fmt: skip
    _do(case, "propose", officer, at, **told)
    _do(case, "decide_penalty", leader, at + timedelta(hours=2), decision="approved")
    if not one.get("spare"):
        story.after(at, 2, partial(_served, world, story, one, case))


def _served(world: World, story: Plan, one: dict[str, Any], case: Case, at: datetime) -> None:
    officer, clerk = world.viewers[f"{UNIT}.inspector"], world.clerk(case.enterprise_id, at)
    way = one.get("way", "online" if clerk else "direct")
    told = {
        "way": way,
        "served_on": local_date(at),
        "receiver": "" if way == "online" else "厂办",
        "advice": one["advice"],
    }
    _do(case, "serve", officer, at, **told)
    if one.get("wait") == "serving":
        return
    if way == "online":
        _do(case, "sign", clerk, at + timedelta(hours=1))
    _do(case, "publish", officer, at + timedelta(hours=4), places="信用中国、信用浙江")
    story.after(at, one["paid"], partial(_paid, world, case))


def _paid(world: World, case: Case, at: datetime) -> None:
    _do(case, "finish", world.viewers[f"{UNIT}.inspector"], at, paid_on=local_date(at))


def _do(case: Case, action: str, who: Any, at: datetime, **data: Any) -> None:
    case_do(case=Case.objects.get(pk=case.pk), action=action, actor=who, data=data, now=at)

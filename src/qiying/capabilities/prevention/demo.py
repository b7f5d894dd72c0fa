"""Some guidance of the demo's year: a self-assessment, an expert at the door, a talk with its commitment."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from qiying.capabilities.prevention.models import Expert
from qiying.capabilities.prevention.procedures.guidance import Asking
from qiying.capabilities.prevention.services.experts import expert_save
from qiying.capabilities.prevention.services.guiding import (
    guidance_open,
    sectors,
)
from qiying.kernel.audit.clock import local_date
from qiying.kernel.bookings.services.offering import bookable_save
from qiying.kernel.cases.engine import case_do
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.sheets import sheet_keep
from qiying.kernel.cases.world import Plan, World, at_hour, told_in

ORDER = 68
TOLD = Path(__file__).with_name("demo.yaml")


def tell(world: World) -> None:
    """Name experts and their hours, then let each guidance run."""
    told = told_in(TOLD)
    watcher = world.viewers.get("sifa.law_watcher")
    if watcher is None:
        return
    story, today = Plan(world, world.fresh_draw()), local_date(world.now)
    first = at_hour(today - timedelta(days=max(g["ago"] for g in told["guidance"]) + 5), time(9))
    for name, unit, fields, title in told["experts"]:
        values = {"name": name, "unit": world.units[unit].pk, "sectors": fields, "title": title}
        given: dict[str, Any] = {**values, "valid_from": local_date(first)}
        expert_save(row=None, actor=watcher, values=given, now=first)
    offer = {"subject": "experts", "kind": "expert", "unit_id": world.units["sifa"].pk, "notice_hours": 24}
    bookable_save(
        bookable=None, actor=world.maker, values={**offer, **told["bookable"], "is_public": True}, now=first
    )
    for one in told["guidance"]:
        story.at(at_hour(today - timedelta(days=one["ago"]), time(10)), partial(_asked, world, story, one))
    story.run(since=first)


def _asked(world: World, story: Plan, one: dict[str, Any], at: datetime) -> None:
    firm = world.enterprises[one["firm"] % len(world.enterprises)]
    clerk, watcher = world.clerk(firm.pk, at), world.viewers["sifa.law_watcher"]
    actor = watcher if one["kind"] == "talk" else clerk
    if actor is None or clerk is None:
        return
    told = Asking(kind=one["kind"], enterprise_id=firm.pk, sector=one["sector"], text=one["text"])
    case = guidance_open(actor=actor, district_id=world.district.pk, data=told, now=at)
    if one["sector"]:
        codes = sectors()[one["sector"]]["layout"]["score"]["inputs"]
        answers = {
            code: "否" if code in one.get("gaps", ["冷链", "召回", "标签"]) else "是" for code in codes
        }
        given: dict[str, Any] = {"code": "assessment", "answers": answers, "key": f"demo-{case.pk}"}
        sheet_keep(case=case, actor=clerk, now=at, **given)
    if "advice" in one:
        story.after(at, 3, partial(_advised, world, story, one, case))


def _advised(world: World, story: Plan, one: dict[str, Any], case: Case, at: datetime) -> None:
    watcher, clerk = world.viewers["sifa.law_watcher"], world.clerk(case.enterprise_id, at)
    if one["kind"] == "talk":
        told = {"people": one["people"], "text": one["text"], "commitment": one["commitment"]}
        _do(case, "talk", watcher, at, **told)
        _do(case, "commit", clerk, at + timedelta(hours=1))
    else:
        expert = Expert.objects.filter(district=world.district).order_by("pk").first()
        assert expert is not None
        _do(case, "arrange", watcher, at, expert_id=expert.pk, meets_on=world.workday(local_date(at)))
    again = world.workday(local_date(at) + timedelta(days=one["again"]))
    _do(case, "advise", watcher, at + timedelta(hours=2), text=one["advice"], recheck_on=again)
    if one.get("done"):
        story.at(at_hour(again, time(10)), partial(_done, watcher, case))


def _done(watcher: Any, case: Case, at: datetime) -> None:
    _do(case, "recheck", watcher, at, result="done", text="照片和记录都看过了")


def _do(case: Case, action: str, who: Any, at: datetime, **data: Any) -> None:
    case_do(case=Case.objects.get(pk=case.pk), action=action, actor=who, data=data, now=at)

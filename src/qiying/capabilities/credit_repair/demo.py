"""A year of repairs in the demo district: most within a day, two refused, some waiting for their day."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from qiying.capabilities.credit_repair.models import CreditRecord
from qiying.capabilities.credit_repair.services.applying import application_submit
from qiying.capabilities.credit_repair.services.records import record_save, restructuring_save
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.world import Plan, World, at_hour, told_in

ORDER = 70
APART = True


def tell(world: World) -> None:
    """Publish every record on its day, then let its enterprise and the offices act."""
    told = told_in(Path(__file__).with_name("demo.yaml"))
    plan = Plan(world, world.fresh_draw())
    today = local_date(world.now)
    published = [today - timedelta(days=one["ago"]) for one in told["records"]]
    for number, (one, on) in enumerate(zip(told["records"], published, strict=True), 1):
        plan.at(at_hour(on, time(10)), partial(_publish, world, plan, one, number, told["papers"]))
    court = told["restructuring"]
    plan.at(at_hour(today - timedelta(days=court["ago"]), time(11)), partial(_shield, world, court))
    plan.run(since=at_hour(min(published), time(8)))


def _firm(world: World, number: int) -> str:
    """Return an enterprise's name; a small district has fewer."""
    return world.enterprises[number % len(world.enterprises)].name


def _publish(world: World, plan: Plan, one: dict[str, Any], number: int, papers: str, at: datetime) -> None:
    on = local_date(at)
    values: dict[str, Any] = {
        "kind": "penalty",
        **{name: one[name] for name in ("grade", "places", "duty", "kind", "barred_by") if name in one},
        "enterprise": _firm(world, one["firm"]),
        "number": f"明{world.units[one['unit']].label[1:3]}罚〔{on.year}〕{number + 20} 号",
        "title": one["what"],
        "unit_id": world.units[one["unit"]].pk,
        "decided_on": on - timedelta(days=5),
        "published_on": on,
    }
    row = record_save(actor=world.viewers["desk.desk"], record=None, values=values, now=at)
    if "apply" not in one and "end" not in one:
        return
    day = max(row.repairable_on or on, on)
    plan.after(at_hour(day, time(9)), one.get("apply", 1), partial(_apply, world, plan, one, row.pk, papers))


def _apply(world: World, plan: Plan, one: dict[str, Any], pk: int, papers: str, at: datetime) -> None:
    row = CreditRecord.objects.get(pk=pk)
    clerk = world.viewers["desk.desk"] if one.get("counter") else world.clerk(row.enterprise_id, at)
    assert clerk is not None
    data = {"matter": "repair", "way": "promise", "duty_done": True, "commitment": True, "text": papers}
    case = application_submit(record=row, actor=clerk, data=data, now=at)
    desk, unit, end = world.viewers["desk.desk"], one["unit"], one.get("end", "repair")
    officer, leader = world.viewers[f"{unit}.handler"], world.viewers[f"{unit}.leader"]
    opinion: dict[str, Any] = {"opinion": "agree"}
    if end == "refuse":
        again = local_date(at) + timedelta(days=30)
        opinion = {
            "opinion": "refuse",
            "refusal": "duty",
            "reason": "罚款还差一部分没有缴清",
            "again_on": again,
        }
    steps: list[tuple[int, Any]] = []
    if one.get("material"):
        steps += [(0, _do(world, case, "request_material", desk, items=one["material"]))]
        steps += [(2, _do(world, case, "give_material", clerk, note="补上了"))]
    if end != "open":
        steps += [(0, _do(world, case, "accept", desk))]
    if end in {"repair", "refuse"}:
        steps += [(0, _do(world, case, "propose", officer, **opinion))]
        steps += [(len(row.title) % 2, _do(world, case, "decide_opinion", leader, decision="approved"))]
    if end == "repair":
        for place in row.places.all():
            receipt = f"{place.place[:2]}回执{local_date(at):%m%d}{place.pk:03d}"
            steps += [(1, _do(world, case, "record_stop", desk, place_id=place.pk, receipt=receipt))]
    _next(plan, steps, at)


def _next(plan: Plan, steps: list[tuple[int, Any]], at: datetime) -> None:
    if not steps:
        return
    (after, do), rest = steps[0], steps[1:]

    def step(moment: datetime) -> None:
        do(moment)
        _next(plan, rest, moment)

    if after:
        plan.after(at, after, step)
    else:
        plan.at(at + timedelta(minutes=25), step)


def _do(world: World, case: Case, action: str, who: Any, **data: Any) -> Any:
    return lambda at: world.act(case, action, who, at, data)


def _shield(world: World, court: dict[str, Any], at: datetime) -> None:
    values = {
        "enterprise": _firm(world, court["firm"]),
        "court": court["court"],
        "ruling": court["ruling"],
        "approved_on": local_date(at),
    }
    restructuring_save(actor=world.viewers["desk.desk"], row=None, values=values, now=at)

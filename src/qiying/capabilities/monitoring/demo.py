"""Monitoring in the demo district: stations, a special plan with clues, and the rows of the personnel body."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from qiying.capabilities.monitoring.models import SpecialPlan, Station, Watcher
from qiying.capabilities.monitoring.services.cadres import (
    sanction_enter,
    stepdown_propose,
    stepdown_tell,
    tolerance_decide,
    tolerance_propose,
    visit_note,
)
from qiying.capabilities.monitoring.services.watching import (
    clue_conclude,
    clue_decide,
    clue_enter,
    clue_take,
    row_keep,
)
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.world import Plan, World, at_hour, told_in

ORDER = 63


def prepare(world: World) -> None:
    """Two people of the personnel body: what one writes the other decides."""
    title = "干部监督科"
    world.member("personnel", "林虹", "zuzhi", "personnel", at=world.start, title=title)
    second = world.member("zuzhi.second", "贺青", "zuzhi", "personnel", at=world.start, title=title)
    world.viewers["zuzhi.second"] = world.viewer_of(second)
    world.shown.append("personnel")


def tell(world: World) -> None:
    """Let the discipline body watch, where its people are there, and the personnel body keep its rows."""
    told = told_in(Path(__file__).with_name("demo.yaml"))
    plan = Plan(world, world.fresh_draw())
    if "jiwei.second" in world.viewers:
        _watching(world, plan, told)
    for one in told["sanctions"]:
        plan.put(world.lately(one["ago"]), partial(_sanction, world, one))
    plan.put(world.lately(told["tolerance"].pop("ago")), partial(_tolerance, world, told["tolerance"]))
    plan.put(world.lately(told["stepdown"].pop("ago")), partial(_stepdown, world, told["stepdown"]))
    plan.run(since=world.lately(max(one["ago"] for one in told["sanctions"]) + 10))


def _watching(world: World, plan: Plan, told: dict[str, Any]) -> None:
    """Keep stations, supervisors and a plan; plan what becomes of clues."""
    start, actor = world.lately(told["since"]), world.viewers["jiwei.discipline"]
    keep = partial(row_keep, actor=actor, row=None, now=start)
    since = {"valid_from": local_date(start)}
    stations = [keep(model=Station, values={**one, **since}) for one in told["stations"]]
    until = {**since, "valid_to": local_date(start) + timedelta(days=730)}
    for one in told["watchers"]:
        avoids = [world.units[key].pk for key in one.get("avoids", ())]
        keep(model=Watcher, values={**one, **until, "station": stations[0].pk, "avoids": avoids})
    days = {"first_on": local_date(start), "last_on": local_date(world.now) + timedelta(days=60)}
    special = keep(model=SpecialPlan, values={**told["plan"], **days, "watchers": []})
    for one in told["clues"]:
        plan.put(world.lately(one["ago"]), partial(_clue, world, plan, special.pk, one))


def _clue(world: World, plan: Plan, special: int, one: dict[str, Any], at: datetime) -> None:
    first, second = world.viewers["jiwei.discipline"], world.viewers["jiwei.second"]
    unit = world.units[one["unit"]].pk
    clue = clue_enter(actor=first, values={"unit": unit, "text": one["text"]}, now=at)
    if "finding" not in one:
        return

    def settle(at: datetime) -> None:
        due = world.workday(local_date(at) + timedelta(days=30))
        told = {**one, "unit": unit, "result": "founded", "due_on": due}
        clue_take(actor=first, clue=clue, plan=special, now=at)
        clue_conclude(actor=first, clue=clue, values=told, now=at)
        clue_decide(actor=second, clue=clue, agrees=True, now=at)

    plan.after(at, 6, settle)


def _sanction(world: World, one: dict[str, Any], at: datetime) -> None:
    actor = world.viewers["zuzhi.personnel"]
    row = sanction_enter(actor=actor, values={**one, "starts_on": local_date(at)}, now=at)
    for visit in row.visits.filter(planned_on__lt=local_date(world.now)):
        told = {
            "visit": visit.pk,
            "done_on": visit.planned_on,
            "together_with": "区纪委监委",
            "found": one["found"],
        }
        visit_note(actor=actor, row=row, values=told, now=at_hour(visit.planned_on, time(15)))


def _tolerance(world: World, told: dict[str, Any], at: datetime) -> None:
    row = tolerance_propose(actor=world.viewers["zuzhi.personnel"], values=told, now=at)
    who = world.viewers["zuzhi.second"]
    tolerance_decide(actor=who, row=row, tolerates=True, reason=told["reason"], now=at + timedelta(hours=1))


def _stepdown(world: World, told: dict[str, Any], at: datetime) -> None:
    row = stepdown_propose(actor=world.viewers["zuzhi.personnel"], values=told, now=at)
    stepdown_tell(actor=world.viewers["zuzhi.personnel"], row=row, told_on=local_date(at), now=at)

"""Integrity in the demo district: sealed reports, a special plan, breaches of the lists, the personnel body."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from qiying.capabilities.integrity.models import Report, SpecialPlan, Station, Watcher
from qiying.capabilities.integrity.rules.sealing import DEMO_PASSPHRASE
from qiying.capabilities.integrity.services.cadres import (
    sanction_enter,
    stepdown_propose,
    stepdown_tell,
    tolerance_decide,
    tolerance_propose,
    visit_note,
)
from qiying.capabilities.integrity.services.keys import key_set
from qiying.capabilities.integrity.services.reports import (
    Sealed,
    report_answer,
    report_conclude,
    report_decide,
    report_seal,
    report_tell,
)
from qiying.capabilities.integrity.services.watching import (
    clue_conclude,
    clue_decide,
    clue_enter,
    clue_take,
    row_keep,
)
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.opening import case_start
from qiying.kernel.cases.world import Plan, World, at_hour, told_in

ORDER = 62


def prepare(world: World) -> None:
    """Two people: what one concludes the other checks."""
    title = "纪检监察员"
    world.member("discipline", "严明", "jiwei", "discipline", at=world.start, title=title)
    second = world.member("jiwei.second", "方正平", "jiwei", "discipline", at=world.start, title=title)
    world.viewers["jiwei.second"] = world.viewer_of(second)
    title = "干部监督科"
    world.member("personnel", "林虹", "zuzhi", "personnel", at=world.start, title=title)
    third = world.member("zuzhi.second", "贺青", "zuzhi", "personnel", at=world.start, title=title)
    world.viewers["zuzhi.second"] = world.viewer_of(third)
    world.shown += ["discipline", "personnel"]


def tell(world: World) -> None:
    """Set the key, then let each report be sealed and taken as far as it has come."""
    told = told_in(Path(__file__).with_name("demo.yaml"))
    draw = world.fresh_draw()
    plan = Plan(world, draw)
    first = world.now - timedelta(days=max(one["days_ago"] for one in told) + 10)
    key_set(actor=world.viewers["jiwei.discipline"], passphrase=DEMO_PASSPHRASE, now=first)
    for one in told:
        plan.put(world.lately(one["days_ago"]), partial(_sealed, world, plan, one))
    _watching(world, plan, told_in(Path(__file__).with_name("demo_watching.yaml")))
    plan.run(since=first)


def _sealed(world: World, plan: Plan, one: dict[str, Any], at: datetime) -> None:
    sealed = report_seal(district_id=world.district.pk, words=one["words"], now=at)
    _next(world, plan, sealed, list(one["steps"]), at)


def _next(world: World, plan: Plan, sealed: Sealed, steps: list[dict[str, Any]], at: datetime) -> None:
    if steps:
        plan.after(at, steps[0]["after"], partial(_step, world, plan, sealed, steps))


def _step(world: World, plan: Plan, sealed: Sealed, steps: list[dict[str, Any]], at: datetime) -> None:
    step = steps.pop(0)
    report = Report.objects.select_related("case", "key").get(case=sealed.case)
    text, who = step.get("text", ""), world.viewers[step.get("by", "jiwei.second")]
    does: dict[str, Callable[[], object]] = {
        "take": lambda: world.act(sealed.case, "take", who, at, {}),
        "ask": lambda: report_tell(report=report, actor=who, text=text, asks=True, now=at),
        "tell": lambda: report_tell(report=report, actor=who, text=text, asks=False, now=at),
        "answer": lambda: report_answer(code=sealed.code, text=text, now=at),
        "conclude": lambda: report_conclude(
            report=report, actor=who, outcome=step["outcome"], text=text, now=at
        ),
        "decide": lambda: report_decide(report=report, actor=who, decision="approved", now=at),
    }
    does[step["do"]]()
    _next(world, plan, sealed, steps, at)


def _watching(world: World, plan: Plan, told: dict[str, Any]) -> None:
    """Keep stations, supervisors and a plan; plan what becomes of clues, breaches and of the personnel body's rows."""
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
    for one in told["breaches"]:
        plan.put(world.lately(one["ago"]), partial(_breach, world, plan, one))
    for one in told["sanctions"]:
        plan.put(world.lately(one["ago"]), partial(_sanction, world, one))
    plan.put(world.lately(told["tolerance"].pop("ago")), partial(_tolerance, world, told["tolerance"]))
    plan.put(world.lately(told["stepdown"].pop("ago")), partial(_stepdown, world, told["stepdown"]))


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


def _breach(world: World, plan: Plan, one: dict[str, Any], at: datetime) -> None:
    clerk = world.clerk(sorted(world.clerks)[one["clerk"]], at)
    assert clerk is not None
    given = {**one["report"], "unit_id": world.units[one["unit"]].pk}
    case = case_start(procedure="breach_report", actor=clerk, data=given, now=at)
    if "answer" not in one:
        return

    def answer(at: datetime) -> None:
        first, second = world.viewers["jiwei.discipline"], world.viewers["jiwei.second"]
        told = dict(one["answer"])
        if told["outcome"] == "founded":
            told["due_on"] = world.workday(local_date(at) + timedelta(days=30)).isoformat()
        world.act(case, "take", first, at, {})
        world.act(case, "propose", first, at, told)
        world.act(case, "decide", second, at, {"decision": "approved"})

    plan.after(at, 5, answer)


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

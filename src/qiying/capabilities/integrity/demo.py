"""Integrity in the demo district: sealed reports, and breaches of the lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from qiying.capabilities.integrity.models import Report
from qiying.capabilities.integrity.rules.sealing import DEMO_PASSPHRASE
from qiying.capabilities.integrity.services.keys import key_set
from qiying.capabilities.integrity.services.reports import (
    Sealed,
    report_answer,
    report_conclude,
    report_decide,
    report_seal,
    report_tell,
)
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.opening import case_start
from qiying.kernel.cases.world import Plan, World, told_in

ORDER = 62


def prepare(world: World) -> None:
    """Two people: what one concludes the other checks."""
    title = "纪检监察员"
    world.member("discipline", "严明", "jiwei", "discipline", at=world.start, title=title)
    second = world.member("jiwei.second", "方正平", "jiwei", "discipline", at=world.start, title=title)
    world.viewers["jiwei.second"] = world.viewer_of(second)
    world.shown.append("discipline")


def tell(world: World) -> None:
    """Set the key, then let each report be sealed and taken as far as it has come."""
    told = told_in(Path(__file__).with_name("demo.yaml"))
    draw = world.fresh_draw()
    plan = Plan(world, draw)
    first = world.now - timedelta(days=max(one["days_ago"] for one in told["reports"]) + 10)
    key_set(actor=world.viewers["jiwei.discipline"], passphrase=DEMO_PASSPHRASE, now=first)
    for one in told["reports"]:
        plan.put(world.lately(one["days_ago"]), partial(_sealed, world, plan, one))
    for one in told["breaches"]:
        plan.put(world.lately(one["ago"]), partial(_breach, world, plan, one))
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

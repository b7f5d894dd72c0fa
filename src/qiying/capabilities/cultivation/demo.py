"""The ladder in the demo district: titles step by step, plans, perks, clean firms, and last night's run."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from qiying.capabilities.cultivation.services.plans import plan_open, service_done, service_plan
from qiying.capabilities.cultivation.services.tiering import tiers_run
from qiying.capabilities.cultivation.services.titles import score_enter, title_grant
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.world import Plan, World, told_in
from qiying.kernel.enterprises.decision_facts import facts_declare
from qiying.kernel.enterprises.models import Enterprise, FactSource

ORDER = 94
APART = True
STEPS = ("innovative", "specialised", "giant")
FIRST = 20
"""The ladder's firms are those from this one on: the first ones are everybody else's."""


def prepare(world: World) -> None:
    """Two who keep the ladder: what one proposes the other decides."""
    world.member("cultivator", "叶青", "jingxin", "cultivator", at=world.start, title="培育专员")
    second = world.member("cultivator2", "洪波", "jingxin", "cultivator", at=world.start, title="培育专员")
    world.viewers["jingxin.second"] = world.viewer_of(second)
    world.shown.append("cultivator")


def tell(world: World) -> None:
    """Tell the titles, then the rest of the last weeks, then the night."""
    told = told_in(Path(__file__).with_name("demo.yaml"))
    firms = world.enterprises[FIRST:]
    plan = Plan(world, world.fresh_draw())
    plan.put(world.lately(30), partial(_titles, world, told, firms))
    plan.put(world.lately(28), partial(_facts, world, told, firms))
    for one in told["plans"]:
        plan.put(world.lately(25), partial(_plan, world, one, firms))
    plan.put(world.lately(8), lambda at: tiers_run(district_id=world.district.pk, at=at))
    plan.put(world.lately(4), partial(_worse, world, told, firms[3]))
    plan.put(world.lately(1), lambda at: tiers_run(district_id=world.district.pk, at=at))
    plan.run(since=world.lately(31))


def _titles(world: World, told: dict[str, Any], firms: list[Enterprise], at: datetime) -> None:
    actor, number, place = world.viewers["jingxin.cultivator"], 0, 0
    for one in told["titles"].values():
        for firm in firms[place : place + one["firms"]]:
            for tier, ago in zip(STEPS, one["ago"], strict=False):
                number += 1
                on = local_date(at) - timedelta(days=ago)
                values = {
                    "enterprise": firm,
                    "tier": tier,
                    "number": f"ZJ{on.year}{number:04d}",
                    "document": told["document"] % on.year,
                    "granted_on": on,
                }
                world.fitting(partial(title_grant, actor=actor, values=values, now=at, looks=False))
        place += one["firms"]


def _facts(world: World, told: dict[str, Any], firms: list[Enterprise], at: datetime) -> None:
    near = {k: v for k, v in told["facts"]["near"].items() if k != "企业规模"}
    for n, score in enumerate(told["scores"]):
        values = near if n % 2 == 0 else near | told["facts"]["member"]
        on = local_date(world.now)
        facts_declare(
            actor=world.maker, enterprise=firms[n], values=values, at=at, on=on, source=FactSource.SHARED
        )
        given = {
            "enterprise": firms[n],
            "year": local_date(at).year,
            "score": Decimal(score),
            "proof": f"平台证明 {n + 1}",
        }
        score_enter(actor=world.viewers["jingxin.cultivator"], values=given, now=at, looks=False)


def _worse(world: World, told: dict[str, Any], firm: Enterprise, at: datetime) -> None:
    """A firm that met the next tier does so no more."""
    on, values = local_date(world.now), told["facts"]["worse"]
    facts_declare(actor=world.maker, enterprise=firm, values=values, at=at, on=on, source=FactSource.SHARED)


def _plan(world: World, one: dict[str, Any], firms: list[Enterprise], at: datetime) -> None:
    actor, today = world.viewers["jingxin.cultivator"], local_date(at)
    values = {
        "enterprise": firms[one["firm"]],
        "tier": one["tier"],
        "goal": one["goal"],
        "due_on": local_date(world.now) + timedelta(days=one["ahead"]),
    }
    row = plan_open(actor=actor, values=values, now=at)
    given: dict[str, Any] = {"unit": world.units["jingxin"].pk, "planned_on": today + timedelta(days=30)}
    service = service_plan(actor=actor, plan=row, what=one["service"], now=at, **given)
    if one["result"]:
        service_done(actor=actor, service=service, done_on=today, result=one["result"], now=at)

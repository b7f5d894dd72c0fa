"""Perks and clean firms in the demo district: eleven perks delivered, twelve firms examined."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from qiying.capabilities.honours.services.perks import perk_deliver, perk_grant, perk_keep, quota_give
from qiying.capabilities.honours.services.stars import evidence_version, star_check, star_decide, star_hand_in
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.world import Plan, World, told_in
from qiying.kernel.enterprises.models import Enterprise

ORDER = 94
APART = True
FIRST = 20
"""The firms honoured are those from this one on: the first ones are everybody else's."""


def prepare(world: World) -> None:
    """Two of the chamber: what one checks the other decides; somebody who gives perks."""
    world.member("chamber", "高捷", "gongshanglian", "chamber", at=world.start, title="工商联干事")
    second = world.member("chamber2", "谭云", "gongshanglian", "chamber", at=world.start, title="工商联干事")
    world.viewers["gongshanglian.second"] = world.viewer_of(second)
    world.shown.append("chamber")


def tell(world: World) -> None:
    """Give and deliver the perks of the year, and examine clean firms."""
    told = told_in(Path(__file__).with_name("demo.yaml"))
    plan, firms = Plan(world, world.fresh_draw()), world.enterprises[FIRST:]
    if "jingxin.cultivator" in world.viewers:
        for n, perk in enumerate(told["perks"]):
            plan.put(world.lately(24), partial(_perk, world, told, perk, firms, n))
    for n, kind in enumerate(told["stars"]["order"]):
        plan.put(world.lately(20), partial(_star, world, told["stars"][kind], n))
    plan.run(since=world.lately(25))


def _perk(
    world: World, told: dict[str, Any], perk: list[str], firms: list[Enterprise], n: int, at: datetime
) -> None:
    actor, today = world.viewers["jingxin.cultivator"], local_date(at)
    name, unit, about = perk
    values = {
        "name": name,
        "about": about,
        "unit": world.units[unit].pk,
        "source": told["source"],
        "valid_from": date(today.year, 1, 1),
    }
    row = perk_keep(actor=actor, row=None, values=values, now=at)
    quota_give(
        actor=actor, perk=row, year=today.year, places=3, document=f"区委办〔{today.year}〕8号", now=at
    )
    holder, firm = f"{told['holders'][n]}总", firms[n]
    given: dict[str, Any] = {"holder": holder, "why": "年度优秀企业家", "now": at}
    grant = perk_grant(actor=actor, perk=row, enterprise=firm, **given)
    deliverer = next(
        (v for k, v in world.viewers.items() if k.startswith(f"{unit}.") and v.has("honours.deliver")),
        None,
    )
    if deliverer is not None:
        perk_deliver(actor=deliverer, grant=grant, on=today, note="已经安排", now=at)


def _star(world: World, answers: dict[str, Any], n: int, at: datetime) -> None:
    firm_id = next(iter(sorted(world.clerks)[n + 5 : n + 6]), None)
    clerk = world.clerk(firm_id, at)
    if clerk is None:  # a small district has fewer
        return
    firm = next(f for f in world.enterprises if f.pk == firm_id)
    version = evidence_version(world.district.pk, at)
    row = star_hand_in(
        actor=clerk, enterprise=firm, version=version, answers=answers, key=f"demo-star-{n}", now=at
    )
    if n == 11:
        return
    later = at + timedelta(hours=2)
    first, second = world.viewers["gongshanglian.chamber"], world.viewers["gongshanglian.second"]
    star_check(actor=first, star=row, taken_off=Decimal(0), findings="材料和现场看过，相符", now=later)
    if n < 10:
        star_decide(actor=second, star=row, reason="", now=later + timedelta(hours=1))

"""The demo's micro-reforms: each by the figures of the year as they were told before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from qiying.capabilities.reforms.models import Reform
from qiying.capabilities.reforms.services import (
    reform_decide,
    reform_elsewhere,
    reform_mark,
    reform_measure,
    reform_propose,
    reform_spread,
    reform_try,
)
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.world import Plan, World, at_hour, told_in

ORDER = 92
TRIAL = 60
JURY = ("supervision.supervisor", "leaders.district_leader", "caizheng.leader", "fagai.leader")


def tell(world: World) -> None:
    """Propose every reform on its day and take it as far as it came."""
    told = told_in(Path(__file__).with_name("demo.yaml"))
    plan = Plan(world, world.fresh_draw())
    today = local_date(world.now)
    for one in told["reforms"]:
        on = today - timedelta(days=one["ago"])
        plan.at(at_hour(on, time(9, 30)), partial(_propose, world, plan, one, told["words"]))
    plan.run(since=at_hour(today - timedelta(days=max(one["ago"] for one in told["reforms"])), time(8)))


def _propose(world: World, plan: Plan, one: dict[str, Any], words: dict[str, str], at: datetime) -> None:
    values = {name: one[name] for name in ("title", "text", "figure")}
    row = reform_propose(actor=world.viewers[f"{one['unit']}.handler"], values=values, now=at)
    if one["end"] != "proposed":
        plan.after(at, 3, partial(_try, world, plan, one, words, row))


def _try(
    world: World, plan: Plan, one: dict[str, Any], words: dict[str, str], row: Reform, at: datetime
) -> None:
    until = local_date(at) + timedelta(days=TRIAL)
    judge = world.viewers["supervision.supervisor"]
    reform_try(actor=judge, reform=row, where=one["where"], until=until, now=at)
    if one["end"] != "trial":
        plan.at(at + timedelta(days=TRIAL), partial(_measure, world, one, row))
        plan.at(at + timedelta(days=TRIAL + 3), partial(_decide, world, one, words, row))


def _measure(world: World, one: dict[str, Any], row: Reform, at: datetime) -> None:
    reform_measure(actor=world.viewers[f"{one['unit']}.handler"], reform=row, story=one["story"], now=at)


def _decide(world: World, one: dict[str, Any], words: dict[str, str], row: Reform, at: datetime) -> None:
    judge, adopt = world.viewers["supervision.supervisor"], one["end"] != "dropped"
    firms = world.enterprises[:6] if adopt else []
    names = "、".join(f.name for f in firms)
    reform_decide(actor=judge, reform=row, adopt=adopt, reason=one["reason"], firms=names, now=at)
    if not adopt:
        return
    _mark(world, firms, words, row, at)
    if units := [world.units[key].pk for key in one["to"]]:
        due_on = local_date(at) + timedelta(days=200)
        reform_spread(actor=judge, reform=row, units=units, due_on=due_on, now=at)
        proposer = world.viewers[f"{one['unit']}.handler"]
        told = {"place": words["elsewhere"], "source": words["source"]}
        reform_elsewhere(actor=proposer, reform=row, on=local_date(at), now=at, **told)


def _mark(world: World, firms: Sequence[Any], words: dict[str, str], row: Reform, at: datetime) -> None:
    row.refresh_from_db()
    jury = [world.viewers[key] for key in JURY]
    clerks = [v for f in firms[1:5] if (v := world.clerk(f.pk, at)) is not None]
    for n, who in enumerate([*jury, *clerks]):
        said = words["jury"] if who in jury else words["firm"]
        reform_mark(actor=who, reform=row, points=78 + n * 7 % 20, said=said if n % 3 == 0 else "", now=at)

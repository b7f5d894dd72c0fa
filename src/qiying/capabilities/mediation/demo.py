"""A year of mediation in the demo district: bodies and mediators listed, seven disputes as far as each has come."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from qiying.capabilities.mediation.models import Body, Mediator, YearFigures
from qiying.capabilities.mediation.services.keeping import row_keep
from qiying.kernel.audit.clock import local_date
from qiying.kernel.bookings.services.offering import bookable_save
from qiying.kernel.cases.engine import case_do
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.opening import case_start
from qiying.kernel.cases.world import Plan, World, told_in
from qiying.kernel.organisations.models import Person

ORDER = 72
TOLD = told_in(Path(__file__).with_suffix(".yaml"))


def prepare(world: World) -> None:
    """Mediators of the centre and of the people's committee, the centre's staff; the first may be signed in as."""
    for login, name, title in TOLD["staff"]:
        world.member(login, name, "tiaojie", "mediation_staff", at=world.start, title=title)
    for n, one in enumerate(TOLD["mediators"]):
        told = {"at": world.start, "title": one["title"], "phone": f"139{59000000 + n:08d}"}
        person = world.member(one["login"], one["name"], one["unit"], "mediator", **told)
        world.viewers[one["login"]] = world.viewer_of(person)
    world.shown.append("mediator")


def tell(world: World) -> None:
    """List who mediates, then let each dispute begin on its day."""
    plan = Plan(world, world.fresh_draw())
    first = max(one[0] for one in TOLD["matters"]) + 5
    plan.put(world.lately(first), partial(_listed, world))
    for one in TOLD["matters"]:
        plan.put(world.lately(one[0]), partial(_asked, world, plan, one))
    plan.run(since=world.lately(first))


def _listed(world: World, at: datetime) -> None:
    since = {"valid_from": local_date(at), "valid_to": None}

    def kept(model: Any, **values: Any) -> Any:
        given = {"model": model, "row": None, "values": values, "names": list(values), "now": at}
        return row_keep(actor=world.viewers["sifa.law_watcher"], **given)

    bodies = {b["unit"]: kept(Body, **{**b, "unit": world.units[b["unit"]]}, **since) for b in TOLD["bodies"]}
    for one in TOLD["mediators"]:
        told = {"body": bodies[one["unit"]], "person": Person.objects.get(login=one["login"]), **since}
        told |= {name: one[name] for name in ("name", "fields", "employer")}
        kept(Mediator, qualified="lawyer", years=6, **told)
    for one in TOLD["years"]:
        kept(YearFigures, **one)
    room = {**TOLD["room"], "unit_id": world.units["tiaojie"].pk}
    bookable_save(bookable=None, actor=world.maker, values=room, now=at)


def _asked(world: World, plan: Plan, one: list[Any], at: datetime) -> None:
    _, asker, other, kind, claim, end, nth = one
    firms = [world.enterprises[n % len(world.enterprises)] for n in (asker, other)]
    both = [world.clerk(firm.pk, at) for firm in firms]
    if both[0] is None or both[1] is None:
        return
    body = Body.objects.get(district=world.district, unit=world.units["tiaojie"])
    text = "货到验收、对账单盖了章，到期没有付，催了三次没有结果，请组织调解。"
    told = {"respondent_id": firms[1].pk, "kind": kind, "claim": claim, "body_id": body.pk, "text": text}
    told["enterprise_id"] = firms[0].pk
    case = case_start(procedure="mediation", actor=both[0], data=told, now=at)
    login = TOLD["mediators"][nth]["login"]
    mediator = Mediator.objects.get(body=body, person__login=login)
    cast = {"asker": both[0], "other": both[1], "mediator": world.viewers[login]}
    cast |= {"staff": world.viewers["tiaojie.liaison"], "court": world.viewers["fayuan.handler"]}
    steps = [step for part in TOLD["ends"][end] for step in TOLD["steps"][part]]
    _go(plan, at, case, {**cast, "chosen": mediator.pk}, steps)


def _go(plan: Plan, at: datetime, case: Case, cast: dict[str, Any], steps: list[list[Any]]) -> None:
    """Do the steps one after the other, each so many workdays later."""
    if not steps:
        return
    (days, who, action, words), rest = steps[0], steps[1:]

    def step(moment: datetime) -> None:
        data = {name: _said(value, moment, cast) for name, value in words.items()}
        case_do(case=Case.objects.get(pk=case.pk), action=action, actor=cast[who], data=data, now=moment)
        plan.world.acts += 1
        _go(plan, moment, case, cast, rest)

    plan.after(at, days, step)


def _said(value: Any, at: datetime, cast: dict[str, Any]) -> Any:
    """Return what is said: `<+20>` is a day so far from now, `<chosen>` the mediator."""
    if value == "<chosen>":
        return cast["chosen"]
    if not isinstance(value, str):
        return value
    return re.sub(r"<\+(\d+)>", lambda found: str(local_date(at) + timedelta(days=int(found[1]))), value)

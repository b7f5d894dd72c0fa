"""A year of mediation in the demo district: bodies and mediators listed, seven disputes as far as each has come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from qiying.capabilities.mediation.models import Body, Mediator, YearFigures
from qiying.capabilities.mediation.services.keeping import row_keep
from qiying.capabilities.mediation.services.mediating import ROOM
from qiying.kernel.audit.clock import local_date
from qiying.kernel.bookings.services.offering import bookable_save
from qiying.kernel.cases.engine import case_do
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.opening import case_start
from qiying.kernel.cases.world import Plan, World, told_in
from qiying.kernel.organisations.models import Person
from qiying.kernel.permissions.viewer import Viewer

ORDER, APART = 72, True
TOLD = told_in(Path(__file__).with_suffix(".yaml"))
Step = tuple[int, str, str, Callable[[date], dict[str, Any]]]


def prepare(world: World) -> None:
    """Mediators of the centre and of the people's committee; the first may be signed in as."""
    for n, (login, name, role, title) in enumerate(TOLD["people"]):
        phone = f"139{59000000 + n:08d}"
        person = world.member(login, name, "tiaojie", role, at=world.start, title=title, phone=phone)
        world.viewers[login] = world.viewer_of(person)
    for login, name in TOLD["committee"]:
        world.member(login, name, "chengnan", "mediator", at=world.start, title="人民调解员")
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
    people = {
        p.login: p for p in Person.objects.filter(district=world.district, memberships__role="mediator")
    }
    common = {"qualified": "lawyer", "years": 6, **since}
    for (login, name, *_), fields, firm in zip(
        TOLD["people"], TOLD["fields"], TOLD["employers"], strict=True
    ):
        kept(
            Mediator,
            name=name,
            body=bodies["tiaojie"],
            person=people[login],
            fields=fields,
            employer=firm,
            **common,
        )
    for login, name in TOLD["committee"]:
        kept(Mediator, name=name, body=bodies["chengnan"], person=people[login], fields="劳动用工", **common)
    for body_name, year, cases, amount, saved, source in TOLD["years"]:
        kept(
            YearFigures,
            body_name=body_name,
            year=year,
            cases=cases,
            amount=amount,
            saved=saved,
            source=source,
        )
    room = {
        "subject": ROOM,
        "kind": "room",
        "unit_id": world.units["tiaojie"].pk,
        "slot_minutes": 120,
        "capacity": 1,
    }
    room |= {"days_ahead": 14, "notice_hours": 2, "per_month": 0, "is_public": False, **TOLD["room"]}
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
    login = TOLD["people"][nth][0]
    mediator = Mediator.objects.get(body=body, person__login=login)
    cast = {"asker": both[0], "other": both[1], "mediator": world.viewers[login], **_office(world)}
    _go(plan, at, case, cast, _steps(end, mediator.pk))


def _office(world: World) -> dict[str, Viewer]:
    return {"staff": world.viewers["tiaojie.liaison"], "court": world.viewers["fayuan.handler"]}


def _steps(end: str, mediator: int) -> list[Step]:
    """Return what happens one after the other: in how many workdays, who does what with which words."""
    if end == "declined":
        return [(2, "other", "consent", lambda on: {"agrees": False, "note": "已经委托律师起诉"})]
    steps: list[Step] = [(1, "other", "consent", lambda on: {"agrees": True}) for _ in range(end != "asked")]
    if end in {"asked", "choosing"}:
        return steps
    chosen = {"mediator_id": mediator}
    steps += [(days, who, "choose", lambda on: chosen) for days, who in ((1, "asker"), (0, "other"))]
    steps.append((1, "mediator", "declare", lambda on: {"has_conflict": False}))
    online = {"way": "online", "time": "14:30", "link": "腾讯会议 688 120 331"}
    steps.append((1, "mediator", "sit", lambda on: {**online, "on": on + timedelta(days=2)}))
    said = {"session_no": 1, "minutes": TOLD["minutes"], "result": "谈了金额和日子，下次定协议"}
    steps.append((4, "mediator", "record", lambda on: said))
    if end == "refused":
        return [*steps, (3, "other", "refuse", lambda on: {"reason": "对造价差距太大，走诉讼"}), _filed(2)]
    if end == "mediating":
        return steps
    duties = "{} 100000 付首款\n{} 50000 付清"
    days = (20, 40) if end == "archived" else (30, 200)
    steps.append(
        (
            2,
            "mediator",
            "draft",
            lambda on: {
                "deal": TOLD["deal"],
                "duties": duties.format(*(on + timedelta(days=d) for d in days)),
            },
        )
    )
    steps += [(1, who, "sign", lambda on: {"agrees": True}) for who in ("asker", "other")]
    steps.append((1, "mediator", "seal", lambda on: {}))
    if end == "archived":
        paid = ((10, 1), (12, 2))
        steps += [(d, "other", "perform", partial(_paid, no)) for d, no in paid]
        return [*steps, _filed(3)]
    steps.append((3, "asker", "ask_confirmation", lambda on: {"ground": "party"}))
    steps.append((1, "other", "confirm_too", lambda on: {"agrees": True}))
    steps.append((1, "court", "take_confirmation", lambda on: {}))
    steps.append(
        (5, "court", "rule", lambda on: {"result": "confirmed", "number": "（2026）浙 0499 民特 21 号"})
    )
    return [*steps, (6, "other", "perform", partial(_paid, 1))]


def _paid(no: int, on: date) -> dict[str, Any]:
    return {"duty_no": no, "on": on}


def _filed(days: int) -> Step:
    return days, "staff", "archive", lambda on: {"number": f"{on.year}-调-{on:%m%d}"}


def _go(plan: Plan, at: datetime, case: Case, cast: dict[str, Viewer], steps: list[Step]) -> None:
    """Do the steps one after the other, each so many workdays later."""
    if not steps:
        return
    (days, who, action, words), rest = steps[0], steps[1:]

    def step(moment: datetime) -> None:
        now_ = Case.objects.get(pk=case.pk)
        case_do(case=now_, action=action, actor=cast[who], data=words(local_date(moment)), now=moment)
        plan.world.acts += 1
        _go(plan, moment, case, cast, rest)

    plan.after(at, days, step)

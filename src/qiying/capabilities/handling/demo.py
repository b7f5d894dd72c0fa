"""Handling in the demo district: an alliance of 59 regions, matters nobody accepted, agency, licences."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from qiying.capabilities.handling.models import Partner
from qiying.capabilities.handling.services.keeping import licence_save, partner_save
from qiying.capabilities.handling.services.reminding import licences_remind
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.opening import case_start
from qiying.kernel.cases.world import Plan, World, told_in
from qiying.kernel.documents.services import document_store
from qiying.kernel.organisations.services import unit_create
from qiying.kernel.permissions.viewer import Viewer

ORDER = 57
APART = True
TOLD = Path(__file__).with_name("demo.yaml")
LIST = Path(__file__).parent / "data" / "partners.csv"
AUTHORITY = "授权委托书：兹委托明川区企服中心代办，事项和期限如表。（演示）"


def prepare(world: World) -> None:
    """The regions of the alliance; two of them have a desk here."""
    told, at, desk = told_in(TOLD), world.start, world.viewers["desk.desk"]
    desks = {}
    for key, province, county, name, login, person in told["desks"]:
        world.units[key] = unit_create(
            actor=world.maker, district_id=world.district.pk, name=f"{province}{name}", at=at, kind="agency"
        )
        world.member(login, person, key, "partner", at=at, title="异地通办窗口")
        desks[province, county] = world.units[key].pk
    world.shown.append(told["desks"][0][4])
    with LIST.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            place = row["省份"], row["市县"]
            values = {
                "province": place[0],
                "county": place[1],
                "desk_id": desks.get(place),
                "contact": "",
                "phone": "",
            }
            partner_save(actor=desk, row=None, values={**values, "valid_from": local_date(at)}, now=at)


def tell(world: World) -> None:
    """Let each matter come in on its day and go as far as it has come."""
    told = told_in(TOLD)
    plan = Plan(world, world.fresh_draw())
    for one in told["unaccepted"]:
        plan.put(world.lately(one["ago"]), partial(_unaccepted, world, plan, one))
    for one in told["agency"]:
        plan.put(world.lately(one["ago"]), partial(_agency, world, plan, one))
    for one in told["remote"]:
        plan.put(world.lately(one["ago"]), partial(_remote, world, plan, one))
    plan.put(world.lately(30), partial(_licences, world, told["licences"]))
    plan.put(world.lately(1), licences_remind)
    plan.run(since=world.lately(125))


def _clerk(world: World, number: int, at: datetime) -> Viewer:
    """Return who speaks for one of the enterprises that have somebody."""
    firms = sorted(world.clerks)
    clerk = world.clerk(firms[number % len(firms)], at)
    assert clerk is not None
    return clerk


def _steps(
    world: World, plan: Plan, case: Case, steps: list[tuple[int, str, str, dict[str, Any]]], at: datetime
) -> None:
    """Plan the first step so many workdays later; each one that was done plans the next."""
    if steps:
        days, who, action, data = steps[0]

        def step(moment: datetime) -> None:
            world.act(case, action, world.viewers[who], moment, data)
            _steps(world, plan, case, steps[1:], moment)

        plan.after(at, days, step)


def _unaccepted(world: World, plan: Plan, one: dict[str, Any], at: datetime) -> None:
    data = {name: one[name] for name in ("title", "text", "tried")}
    clerk = _clerk(world, one["firm"], at)
    data["enterprise_id"] = min(clerk.enterprise_ids)
    case = case_start(procedure="unaccepted_matter", actor=clerk, data=data, now=at)
    units = [world.units[key].pk for key in one["co"]]
    owner = {"unit_id": world.units[one["lead"]].pk, "co_unit_ids": units, "basis": one["basis"]}
    steps = [(0, "desk.desk", "take", {}), (2, "desk.desk", "find_owner", owner)]
    if solved := one.get("solved"):
        steps.append((6, f"{one['lead']}.handler", "solve", {"result": "solved", "text": solved}))
        item = {"item_name": one.get("item", ""), "materials": one.get("materials", "")}
        item |= {"becomes": "item" if one.get("item") else "answer", "promised": one.get("promised", "")}
        steps.append((1, "desk.desk", "conclude", item))
    _steps(world, plan, case, steps, at)


def _agency(world: World, plan: Plan, one: dict[str, Any], at: datetime) -> None:
    clerk = _clerk(world, one["firm"], at)
    paper = document_store(
        content=AUTHORITY.encode(), name="授权委托书.txt", kind="material", subject=f"draft:{clerk.person_id}:agency",
        actor=clerk, district_id=world.district.pk, at=at,
    )  # fmt: skip
    data = {
        "title": one["title"], "scope": "\n".join(one["scope"]), "until": str(local_date(at) + timedelta(days=90)),
        "signer": clerk.name, "is_remote": True, "documents": [paper.pk], "enterprise_id": min(clerk.enterprise_ids),
    }  # fmt: skip
    case = case_start(procedure="agency", actor=clerk, data=data, now=at)
    steps: list[tuple[int, str, str, dict[str, Any]]] = [(0, "desk.desk", "take", {})]
    steps += [
        (1, "desk.desk", "step", {"what": what, "text": "办了"}) for what in one["scope"] if one["ends"]
    ]
    if one["ends"]:
        steps.append((1, "desk.desk", "finish", {"text": "办好了，证照已经寄出。"}))
    _steps(world, plan, case, steps, at)


def _remote(world: World, plan: Plan, one: dict[str, Any], at: datetime) -> None:
    there = f"{one['desk']}.partner"
    sender, handler = (there, "desk.desk") if one["way"] == "in" else ("", there)
    who = world.viewers[sender] if sender else _clerk(world, one["firm"], at)
    data = {
        "partner_id": Partner.objects.get(desk=world.units[one["desk"]]).pk,
        "way": one["way"],
        "title": one["title"],
    }
    data |= {"applicant": one.get("who", ""), "text": "材料都带来了，请帮着办。"}
    if who.enterprise_ids:
        data["enterprise_id"] = min(who.enterprise_ids)
    case = case_start(procedure="remote_handling", actor=who, data=data, now=at)
    steps = [
        (0, handler, "take", {}),
        (3, handler, "finish", {"text": "办好了，结果寄回收件窗口。", "sent_by": "邮政快递"}),
    ]
    _steps(world, plan, case, steps if one["ends"] else [], at)


def _licences(world: World, kinds: list[list[str]], at: datetime) -> None:
    for number, firm in enumerate(world.enterprises[:24]):
        name, issuer, how = kinds[number % len(kinds)]
        until = local_date(world.now) + timedelta(days=3 + number * 9)
        values = {
            "enterprise": firm,
            "name": name,
            "number": f"MC{2023 + number % 3}{number:05d}",
            "how": how,
        }
        values |= {"issuer": issuer, "valid_until": until}
        licence_save(actor=world.viewers["desk.desk"], row=None, values=values, now=at)

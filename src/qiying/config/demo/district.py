"""Units, people and enterprises of the demo district, made by the services an operator uses."""

from __future__ import annotations

import csv
import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from qiying.kernel.cases.world import SEED, SINCE, World, told_in
from qiying.kernel.enterprises.models import BindingWay, Enterprise
from qiying.kernel.enterprises.services import (
    binding_decide,
    binding_request,
    contact_add,
    enterprise_create,
    facts_record,
)
from qiying.kernel.enterprises.services.facts import NewFact
from qiying.kernel.enterprises.viewers import viewer_for
from qiying.kernel.organisations.models import UnitKind
from qiying.kernel.organisations.services import district_create, roster_add, unit_create
from qiying.kernel.permissions.viewer import system_viewer
from qiying.statutes.credit_code import with_checks

CODE, NAME = "330499", "明川区"
HERE = Path(__file__).parent
WITH_CLERK = 60
"""So many enterprises have somebody who speaks for them."""
OUTSIDE: dict[str, dict[str, str]] = {
    UnitKind.PUBLIC_SERVICE: {
        "liaison": "utility_handler",
        "handler": "utility_handler",
        "leader": "utility_head",
    },
    UnitKind.BANK: {},
    UnitKind.MEDIATOR: {},
}
"""What people of bodies that are no government's are instead of an office's; where nothing stands a story brings them."""
OFFICE = {
    "desk": {
        "letter_word": "明营商交",
        "address": "明川大道 1 号政务服务中心 2 楼 A 区",
        "hours": "工作日 9:00–12:00、13:30–17:00",
    },
    "supervision": {"letter_word": "明督查"},
    "renda": {"letter_word": "明人财"},
}


def district_make(*, start: datetime, now: datetime, firms: int) -> World:
    """Make the district as it is before anything happens in it."""
    district = district_create(
        actor=system_viewer("import_service"),
        code=CODE,
        name=NAME,
        at=start,
        settings={"letter_word": "营商"},
        is_demo=True,
    )
    world = World(district, start, now, random.Random(SEED))
    words = told_in(HERE / "people.yaml")
    with (HERE / "units.csv").open(encoding="utf-8", newline="") as file:
        units = list(csv.DictReader(file))
    for order, row in enumerate(units):
        world.units[row["key"]] = unit_create(
            actor=world.maker,
            district_id=district.pk,
            parent=world.units.get(row["parent"]),
            name=row["name"],
            short_name=row["short"],
            kind=row["kind"],
            functions=row["functions"].split(),
            sort_order=order,
            phone=f"0579-8{210 + order:03d}{1000 + order * 7}",
            at=start,
            **OFFICE.get(row["key"], {}),
        )
    _people(world, words)
    _firms(world, words, firms)
    world.shown += [login for login, *_ in words["accounts"]] + ["enterprise"]
    return world


def _name(world: World, words: dict[str, Any]) -> str:
    surname, given = (world.draw.choice(words[part]) for part in ("surnames", "given_names"))
    return f"{surname}{given}"


def _people(world: World, words: dict[str, Any]) -> None:
    demo = {(unit, role): (login, name, title) for login, name, unit, role, title in words["accounts"]}
    number = 0
    for key, unit in world.units.items():
        roles = [role for (of, role) in demo if of == key]
        if {"handling", "desk"} & set(unit.functions):
            roles += ["desk"] if key == "desk" else []
            roles += ["liaison", "handler", "leader"]
        if "policy" in unit.functions:
            roles += ["policy", "reviewer"]
        for role in dict.fromkeys(roles):
            number += 1
            drawn = (f"{key}.{role}", _name(world, words), "")
            held = OUTSIDE[unit.kind].get(role) if unit.kind in OUTSIDE else role
            if held is None:
                continue
            login, name, title = demo.get((key, role), drawn)
            phone = f"139{58000000 + number:08d}"
            person = world.member(login, name, key, held, at=world.start, title=title, phone=phone)
            if role == "handler" and number % 4 == 0:
                roster_add(
                    actor=world.maker,
                    person=person,
                    unit=unit,
                    specialities=["疑难协调", "项目推进"],
                    valid_from=SINCE,
                    at=world.start,
                )


def _firms(world: World, words: dict[str, Any], firms: int) -> None:
    draw, at, trades = world.draw, world.start, words["firm_trades"]
    towns = [unit for unit in world.units.values() if "region" in unit.functions]
    names = [f"{name}{trade}" for trade in trades for name in words["firm_names"]]
    first = "禾川精密机械有限公司"
    chosen = [first, *(n for n in draw.sample(names, min(firms, len(names))) if n != first)][:firms]
    for i, name in enumerate(chosen):
        firm = enterprise_create(
            actor=world.maker,
            district_id=world.district.pk,
            name=name,
            at=at,
            credit_code=with_checks("9", "1", CODE, f"{58200000 + i * 37:08d}"),
            industry=next(code for trade, code in trades.items() if name.endswith(trade)),
            region_unit=draw.choice(towns),
            tags=draw.sample(words["tags"], draw.randint(0, 2)),
            established_on=at.date() - timedelta(days=200 + i * 6007 % 6000) if i % 11 else None,
        )
        staff = int(draw.lognormvariate(3.6, 1.1)) + 3
        revenue = round(staff * draw.uniform(30, 160), 1)
        assets = round(revenue * draw.uniform(0.5, 2), 1)
        known = {"employees": staff, "revenue": revenue, "assets": assets}
        facts = [NewFact(indicator, "2025", str(value)) for indicator, value in known.items()]
        facts_record(actor=world.maker, enterprise=firm, source="shared", at=at, facts=facts)
        contact_add(
            actor=world.maker,
            enterprise=firm,
            name=_name(world, words),
            phone=f"138{57000000 + i:08d}",
            at=at,
            title="负责人",
            is_primary=True,
        )
        world.enterprises.append(firm)
        if i < WITH_CLERK:
            login, name = (f"clerk{i}", _name(world, words)) if i else ("enterprise", "陈雨")
            _clerk(world, firm, login, name, f"137{56000000 + i:08d}")


def _clerk(world: World, firm: Enterprise, login: str, name: str, phone: str) -> None:
    at = world.start
    person = world.person(login, name, at=at, phone=phone)
    clerk = viewer_for(person, at.date())
    asked = binding_request(actor=clerk, enterprise=firm, way=BindingWay.DESK, note="授权书已带来", at=at)
    binding_decide(actor=world.maker, request=asked, is_approved=True, evidence="授权书和身份证原件", at=at)
    person.refresh_from_db()
    world.clerks[firm.pk] = person

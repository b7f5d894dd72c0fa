"""People, units and enterprises of the demo district, made by the services an operator uses."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password

from qiying.capabilities.service_requests.services.setting_up import district_seed
from qiying.config.demo.units import CHANNEL_OWNERS, UNITS
from qiying.config.demo.words import FIRM_NAMES, FIRM_TRADES, GIVEN, SURNAMES
from qiying.kernel.cases.models import Channel
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
from qiying.kernel.organisations.models import District, Person, Unit
from qiying.kernel.organisations.passwords import DEMO_PASSWORD
from qiying.kernel.organisations.services import (
    district_create,
    membership_start,
    person_create,
    roster_add,
    unit_create,
)
from qiying.kernel.permissions.viewer import Viewer, system_viewer
from qiying.statutes.credit_code import with_checks

DISTRICT = ("330499", "明川区")
SINCE = date(2020, 1, 1)
# Demo accounts: login, name, unit, role, title.
ACCOUNTS = (
    ("desk", "许静", "desk", "desk", "受理员"),
    ("liaison", "刘联", "zhujian", "liaison", "联络员"),
    ("handler", "何建平", "zhujian", "handler", "经办人"),
    ("leader", "沈岚", "leaders", "district_leader", "副区长"),
    ("supervisor", "周正", "supervision", "supervisor", "督查专员"),
    ("callback", "吴桐", "callback", "callback", "回访员"),
    ("admin", "林工", "info", "admin", "运维"),
    ("policy", "韩松", "jingxin", "policy", "政策专员"),
    ("reviewer", "顾清", "jingxin", "reviewer", "政策审核员"),
    ("treasurer", "钱敏", "caizheng", "treasurer", "资金专员"),
)


@dataclass
class Cast:
    """Everybody of the demo district, looked up by key."""

    district: District
    units: dict[str, Unit]
    enterprises: list[Enterprise]
    clerks: dict[int, Person] = field(default_factory=dict)
    viewers: dict[str, Viewer] = field(default_factory=dict)
    by_matter: dict[str, str] = field(default_factory=dict)


def build_cast(draw: random.Random, at: datetime, *, firms: int) -> Cast:
    """Make district, units, people, enterprises and channels."""
    maker = system_viewer("import_service")
    district = district_create(
        actor=maker, code=DISTRICT[0], name=DISTRICT[1], at=at, settings={"letter_word": "营商"}, is_demo=True
    )
    maker = system_viewer("import_service", district_id=district.pk)
    units: dict[str, Unit] = {}
    for order, seed in enumerate(UNITS):
        units[seed.key] = unit_create(
            actor=maker,
            district_id=district.pk,
            parent=units.get(seed.parent),
            name=seed.name,
            short_name=seed.short,
            kind=seed.kind,
            functions=seed.functions,
            sort_order=order,
            phone=f"0579-8{210 + order:03d}{1000 + order * 7}",
            address="明川大道 1 号政务服务中心 2 楼 A 区" if seed.key == "desk" else "",
            hours="工作日 9:00–12:00、13:30–17:00" if seed.key == "desk" else "",
            letter_word={"desk": "明营商交", "supervision": "明督查"}.get(seed.key, ""),
            at=at,
        )
    cast = Cast(district, units, [])
    cast.by_matter = {m: seed.key for seed in UNITS for m in seed.matters}
    _people(cast, maker, draw, at)
    district_seed(district_id=district.pk, usual_units={m: units[k].pk for m, k in cast.by_matter.items()})
    for code, owner in CHANNEL_OWNERS.items():
        Channel.objects.filter(district_id=district.pk, code=code).update(owner_unit=units[owner])
    _firms(cast, maker, draw, at, firms)
    # One hash for all: a quarter of a second each, and everybody is told the password anyway.
    accounts = [login for login, *_ in ACCOUNTS] + ["enterprise"]
    rows = Person.objects.filter(district=district, login__in=accounts)
    rows.update(password=make_password(DEMO_PASSWORD))
    return cast


def _name(draw: random.Random) -> str:
    return draw.choice(SURNAMES) + draw.choice(GIVEN)


def _person(cast: Cast, maker: Viewer, login: str, name: str, at: datetime, **more: Any) -> Person:
    return person_create(
        actor=maker, login=login, name=name, at=at, district_id=cast.district.pk, is_demo=True, **more
    )


def _people(cast: Cast, maker: Viewer, draw: random.Random, at: datetime) -> None:
    demo = {(unit, role): (login, name, title) for login, name, unit, role, title in ACCOUNTS}
    number = 0
    for seed in UNITS:
        roles = [role for (unit, role) in demo if unit == seed.key]
        if "handling" in seed.functions or "desk" in seed.functions:
            wanted = ["desk"] if seed.key == "desk" else []
            roles = list(dict.fromkeys([*roles, *wanted, "liaison", "handler", "leader"]))
        if "policy" in seed.functions:
            roles = list(dict.fromkeys([*roles, "policy", "reviewer"]))
        for role in roles:
            number += 1
            login, name, title = demo.get((seed.key, role), (f"{seed.key}.{role}", _name(draw), ""))
            person = _person(
                cast, maker, login, name, at, phone=f"139{58000000 + number:08d}",
            )  # fmt: skip
            membership_start(
                actor=maker,
                person=person,
                unit=cast.units[seed.key],
                role=role,
                valid_from=SINCE,
                at=at,
                title=title,
            )
            if role == "handler" and number % 4 == 0:
                roster_add(
                    actor=maker, person=person, unit=cast.units[seed.key], specialities=["疑难协调", "项目推进"],
                    valid_from=SINCE, at=at,
                )  # fmt: skip
            cast.viewers.setdefault(f"{seed.key}.{role}", viewer_for(person, at.date()))


def _firms(cast: Cast, maker: Viewer, draw: random.Random, at: datetime, firms: int) -> None:
    towns = [cast.units[s.key] for s in UNITS if "region" in s.functions]
    names = [f"{n}{t}" for t, _ in FIRM_TRADES for n in FIRM_NAMES]
    trades = dict(FIRM_TRADES)
    first = "禾川精密机械有限公司"
    chosen = [first, *(n for n in draw.sample(names, min(firms, len(names))) if n != first)][:firms]
    for i, name in enumerate(chosen):
        trade = next(t for t in trades if name.endswith(t))
        firm = enterprise_create(
            actor=maker, district_id=cast.district.pk, name=name, at=at,
            credit_code=with_checks("9", "1", DISTRICT[0], f"{58200000 + i * 37:08d}"),
            industry=trades[trade], region_unit=draw.choice(towns), tags=draw.sample(TAGS, draw.randint(0, 2)),
            established_on=at.date() - timedelta(days=200 + i * 6007 % 6000) if i % 11 else None,
        )  # fmt: skip
        staff = int(draw.lognormvariate(3.6, 1.1)) + 3
        revenue = round(staff * draw.uniform(30, 160), 1)
        facts_record(
            actor=maker, enterprise=firm, source="shared", at=at,
            facts=[
                NewFact("employees", "2025", str(staff)),
                NewFact("revenue", "2025", str(revenue)),
                NewFact("assets", "2025", str(round(revenue * draw.uniform(0.5, 2), 1))),
            ],
        )  # fmt: skip
        contact_add(
            actor=maker, enterprise=firm, name=_name(draw), phone=f"138{57000000 + i:08d}", at=at, title="负责人",
            is_primary=True,
        )  # fmt: skip
        cast.enterprises.append(firm)
        if i < 60:
            _clerk(cast, maker, firm, draw, at, i)


def _clerk(cast: Cast, maker: Viewer, firm: Enterprise, draw: random.Random, at: datetime, i: int) -> None:
    login, name = ("enterprise", "陈雨") if i == 0 else (f"clerk{i}", _name(draw))
    person = _person(
        cast,
        maker,
        login,
        name,
        at,
        phone=f"137{56000000 + i:08d}",
    )
    asked = binding_request(
        actor=viewer_for(person, at.date()), enterprise=firm, way=BindingWay.DESK, note="授权书已带来", at=at
    )
    binding_decide(actor=maker, request=asked, is_approved=True, evidence="授权书和身份证原件", at=at)
    person.refresh_from_db()
    cast.clerks[firm.pk] = person


TAGS = ["专精特新", "高新技术企业", "规上企业", "外资", "拟上市", "小巨人"]

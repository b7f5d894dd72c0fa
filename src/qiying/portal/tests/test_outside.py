"""Whoever is no government's: a role for such opens no list of the district's but what was declared for it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from django.urls import NoReverseMatch, reverse

from qiying.kernel.audit.tests.kept import kept
from qiying.kernel.cases.tests.walking import browser, frameless
from qiying.kernel.enterprises.tests.factories import viewer
from qiying.kernel.organisations import offers
from qiying.kernel.organisations.models import OUTSIDE_KINDS, Person, UnitKind
from qiying.kernel.organisations.services import unit_move, unit_update
from qiying.kernel.organisations.tests.factories import (
    NOW,
    importer,
    make_district,
    make_membership,
    make_person,
    make_unit,
)
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.registry import all_roles
from qiying.kernel.permissions.roles import SYSTEM_ROLES
from qiying.kernel.registers.register import Register, all_registers

pytestmark = pytest.mark.django_db
OUTSIDE = [role.code for role in all_roles() if role.is_outside]
OFFICE = [r.code for r in all_roles() if not r.is_outside and r.code not in SYSTEM_ROLES | {"clerk"}]
FOR_ALL = {
    "/my/leave/": "who is away in his own unit",
    "/cases/": "the cases he takes part in",
    "/board/": "the cases he takes part in",
    "/countersign/": "answers of his own unit",
    "/policy-money/deliveries/": "what his own unit was given to deliver",
    "/open/": "what he may ask for",
    "/experience/": "his own walks and those of his unit's services",
    "/numbers/": "figures he has the permission of, none else",
    "/integrity/": "published for everybody",
    "/integrity/lists/": "published for everybody",
    "/policies/publicity/": "published for everybody",
}
"""Pages of the navigation that anybody may open who is signed in, and what he sees there."""


@kept
def cast() -> dict[str, Person]:
    """Return somebody in each role for bodies that are no government's, each in a body of his own."""
    district = make_district("院所县")
    return {
        role: make_person(role, make_unit(district, f"{role}所", UnitKind.INSTITUTE), role)
        for role in OUTSIDE
    }


def by_address() -> dict[str, Register[Any]]:
    """Return the registers by the address of their list; one below a row is opened with the row."""
    found = {}
    for register in all_registers():
        with suppress(NoReverseMatch):
            found[reverse(register.url)] = register
    return found


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.prove)])
def test_every_page_and_every_register_is_open_to_those_it_is_declared_for_alone(monkeypatch, every):
    """In turns each address is asked for by a third of the roles, by all of them in `make prove`."""
    frameless(monkeypatch)
    offers.discover()
    registers, found = by_address(), []
    roles: dict[str, set[str]] = {url: set() for url in registers}
    for item in offers._nav.values():
        roles.setdefault(item.url, set()).update(item.roles)
    asked = sorted(set(roles) - set(FOR_ALL) - {""})
    for n, (role, person) in enumerate(cast().items()):
        client, his = browser(person), viewer(person)
        for url in asked[0 if every else n % 3 :: 1 if every else 3]:
            status = client.get(url).status_code
            is_his = role in roles[url] or (url in registers and registers[url].may_see(his))
            if (status == 200) != is_his or status not in (200, 403, 404):
                found.append(f"{role} {url}: {status}, declared: {is_his}")
    assert not found, "\n".join(found)


def test_nobody_of_such_a_body_gets_an_office_s_role():
    district = make_district("院所县")
    person = make_person("小科")
    for kind in sorted(OUTSIDE_KINDS):
        body = make_unit(district, f"{kind}的单位", kind)
        part = make_unit(district, f"{kind}的科室", UnitKind.SECTION, parent=body)
        for role in OFFICE:
            for unit in (body, part):
                with pytest.raises(GuardFailed) as refused:
                    make_membership(person, unit, role)
                assert "不是政府的单位" in refused.value.reasons[0], (kind, role)
    for role in OUTSIDE:
        make_membership(person, body, role)


def test_no_unit_becomes_such_a_body_while_an_office_s_role_is_held_in_it():
    district = make_district("院所县")
    unit, bank = make_unit(district, "区金融中心"), make_unit(district, "农商银行", UnitKind.BANK)
    make_person("小金", unit, "handler")
    given: dict[str, Any] = {"actor": importer(), "unit": unit, "at": NOW}
    for change in (lambda: unit_update(**given, kind=UnitKind.BANK), lambda: unit_move(**given, parent=bank)):
        with pytest.raises(GuardFailed) as refused:
            change()
        assert "经办人" in refused.value.reasons[0]
        unit.refresh_from_db()
        assert (unit.kind, unit.parent) == (UnitKind.DEPARTMENT, None)


def test_in_what_his_unit_was_given_he_acts_as_an_office_does_and_nowhere_else():
    his = viewer(cast()["utility_head"])
    assert his.roles == {"utility_head"}
    assert all(his.has_role(role, his.memberships[0].unit_id) for role in ("leader", "utility_head"))
    assert not his.has_role("leader")
    assert not his.has("enterprises.view")

"""An upgrade gives people of bodies that are no government's the roles for such, and leaves everybody else alone."""

from __future__ import annotations

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps

from qiying.kernel.organisations.models import Membership, Unit
from qiying.kernel.organisations.tests.factories import make_district, make_person, make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
MIGRATION = "qiying.kernel.organisations.migrations.0006_outside_bodies_have_roles_of_their_own"
OFFICE = ("handler", "liaison", "leader")
BODIES = [
    ("农科院", "association", "association", ("associate", "associate", "associate")),
    ("招标代理公司", "agency", "agency", ("associate", "associate", "associate")),
    ("农商银行", "bank", "bank", ("bank", "bank", "bank")),
    ("调解中心", "mediator", "mediator", ("mediation_staff", "mediation_staff", "mediation_staff")),
    ("供电公司", "public_service", "public_service", ("utility_handler", "utility_handler", "utility_head")),
    ("区工商业联合会", "association", "group", OFFICE),
    ("区科技局", "department", "department", OFFICE),
]


def change_roles() -> None:
    import_module(MIGRATION).roles_change(apps, None)


def held(unit: Unit, login: str, role: str) -> Membership:
    """A membership as an older version allowed it."""
    person = make_person(login=login, district=unit.district)
    return Membership.objects.create(person=person, unit=unit, role=role, valid_from=date(2024, 1, 1))


@pytest.mark.parametrize(("name", "kind", "kind_then", "roles"), BODIES)
def test_roles_follow_the_kind_of_body(name: str, kind: str, kind_then: str, roles: tuple[str, ...]) -> None:
    unit = make_unit(make_district(), name, kind)
    rows = [held(unit, f"one-{role}", role) for role in OFFICE]
    change_roles()
    change_roles()  # nothing is left to change
    for row, role in zip(rows, roles, strict=True):
        row.refresh_from_db()
        assert (row.role, row.valid_to) == (role, None)
    unit.refresh_from_db()
    assert unit.kind == kind_then


def test_who_would_have_a_role_twice_has_it_once() -> None:
    unit = make_unit(make_district(), "供电公司", "public_service")
    first = held(unit, "one", "handler")
    second = Membership.objects.create(
        person=first.person, unit=unit, role="liaison", valid_from=date(2025, 1, 1)
    )
    change_roles()
    lasting = Membership.objects.filter(person=first.person, valid_to=None)
    assert list(lasting.values_list("role", flat=True)) == ["utility_handler"]
    second.refresh_from_db()
    assert second.valid_to == date(2025, 1, 1) and second.ended_reason

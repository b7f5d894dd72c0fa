"""Made-up districts, units and people, made by the services, so that no test meets an impossible row."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from qiying.kernel.organisations.models import District, IdentityLevel, Person, Unit, UnitKind
from qiying.kernel.organisations.services import (
    district_create,
    membership_start,
    person_create,
    unit_create,
)
from qiying.kernel.permissions.viewer import SystemViewer, system_viewer

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)  # Wednesday, 10:00 in Shanghai
TODAY = date(2026, 11, 18)
PASSWORD = "correct-horse-battery"

_numbers = count(1)


def importer(district_id: int | None = None) -> SystemViewer:
    """Return the program that may set up anything."""
    return system_viewer("import_service", district_id=district_id)


def make_district(name: str = "海盐县", *, code: str | None = None, **settings: Any) -> District:
    """Return a new district."""
    return district_create(
        actor=importer(), code=code or f"33{next(_numbers):04d}", name=name, settings=settings, at=NOW
    )


def make_unit(
    district: District,
    name: str | None = None,
    kind: str = UnitKind.DEPARTMENT,
    functions: Sequence[str] = (),
    *,
    parent: Unit | None = None,
    **details: Any,
) -> Unit:
    """Return a new unit of a district."""
    return unit_create(
        actor=importer(),
        district_id=district.pk,
        name=name or f"单位{next(_numbers)}",
        kind=kind,
        functions=functions,
        parent=parent,
        at=NOW,
        **details,
    )


def make_person(
    name: str | None = None,
    unit: Unit | None = None,
    role: str | None = None,
    *,
    district: District | None = None,
    login: str | None = None,
    phone: str = "",
    password: str | None = None,
    identity_level: str = IdentityLevel.UNVERIFIED,
    valid_from: date = date(2020, 1, 1),
    valid_to: date | None = None,
) -> Person:
    """Return a new person, who acts in the unit in the role if both are given."""
    number = next(_numbers)
    district_id = unit.district_id if unit is not None else district.pk if district is not None else None
    person = person_create(
        actor=importer(),
        login=login or f"person{number}",
        name=name or f"人员{number}",
        phone=phone,
        password=password,
        district_id=district_id,
        identity_level=identity_level,
        at=NOW,
    )
    if unit is not None and role is not None:
        make_membership(person, unit, role, valid_from=valid_from, valid_to=valid_to)
    return person


def make_membership(
    person: Person,
    unit: Unit,
    role: str,
    *,
    valid_from: date = date(2020, 1, 1),
    valid_to: date | None = None,
) -> None:
    """Let a person act in one more unit or role."""
    membership_start(
        actor=importer(),
        person=person,
        unit=unit,
        role=role,
        valid_from=valid_from,
        valid_to=valid_to,
        at=NOW,
    )

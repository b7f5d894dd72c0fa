"""Made-up enterprises and clerks, always through the services."""

from datetime import date
from itertools import count
from typing import Any

from qiying.kernel.enterprises.models import BindingWay, Enterprise
from qiying.kernel.enterprises.services import binding_decide, binding_request, enterprise_create
from qiying.kernel.enterprises.viewers import viewer_for
from qiying.kernel.organisations.models import District, IdentityLevel, Person
from qiying.kernel.organisations.tests.factories import NOW, TODAY, importer, make_person
from qiying.kernel.permissions.viewer import PersonViewer
from qiying.statutes.credit_code import with_checks

_numbers = count(10_000_000)


def make_code() -> str:
    """Return a credit code that passes both checks and was not given out before."""
    return with_checks("9", "1", "330424", str(next(_numbers)))


def make_enterprise(district: District, name: str | None = None, **details: Any) -> Enterprise:
    """Return a new enterprise with a valid code; `credit_code=""` leaves it without one."""
    details.setdefault("credit_code", make_code())
    return enterprise_create(
        actor=importer(district.pk),
        district_id=district.pk,
        name=name or f"第{next(_numbers)}号有限公司",
        at=NOW,
        **details,
    )


def make_clerk(
    enterprise: Enterprise, name: str | None = None, *, person: Person | None = None, **details: Any
) -> Person:
    """Return a person, verified by the desk, who speaks for the enterprise."""
    clerk = person or make_person(name, district=enterprise.district, **details)
    asked = binding_request(
        actor=viewer(clerk), enterprise=enterprise, way=BindingWay.DESK, note="授权书已带来", at=NOW
    )
    binding_decide(
        actor=importer(enterprise.district_id),
        request=asked,
        is_approved=True,
        evidence="授权书、身份证原件",
        at=NOW,
    )
    clerk.refresh_from_db()
    assert clerk.identity_level != IdentityLevel.UNVERIFIED
    return clerk


def viewer(person: Person, on: date = TODAY) -> PersonViewer:
    """Return the viewer a person is on a day."""
    return viewer_for(person, on)

"""One cast of people for every page test: a manager, a colleague, a clerk, and somebody from outside."""

from dataclasses import dataclass

from django.test import Client

from qiying.kernel.audit.tests.kept import kept
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.tests.factories import make_clerk, make_enterprise
from qiying.kernel.organisations.models import District, Person, Unit
from qiying.kernel.organisations.tests.factories import make_district, make_person, make_unit


@dataclass
class Cast:
    """The people of one district, and one of another."""

    district: District
    bureau: Unit
    enterprise: Enterprise
    admin: Person
    desk: Person
    handler: Person
    clerk: Person
    unverified: Person
    foreign_admin: Person
    foreign_desk: Person


@kept
def make_cast() -> Cast:
    """Return the cast, freshly made."""
    district, elsewhere = make_district("海盐县"), make_district("秀洲区")
    root = make_unit(district, "海盐县", "government")
    bureau = make_unit(district, "发展和改革局", functions=["handling"], parent=root)
    centre = make_unit(district, "企业综合服务中心", functions=["desk"], parent=root)
    there = make_unit(elsewhere, "秀洲区发改局")
    enterprise = make_enterprise(district, "海盐宏达紧固件有限公司")
    return Cast(
        district=district,
        bureau=bureau,
        enterprise=enterprise,
        admin=make_person("周海宁", root, "admin"),
        desk=make_person("沈佳", centre, "desk"),
        handler=make_person("王志远", bureau, "handler"),
        clerk=make_clerk(enterprise, "陈雨"),
        unverified=make_person("李新", district=district),
        foreign_admin=make_person("外区运维", there, "admin"),
        foreign_desk=make_person("外区受理", there, "desk"),
    )


def client_of(person: Person | None) -> Client:
    """Return a browser in which the person is signed in; `None` is nobody."""
    client = Client()
    if person is not None:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client

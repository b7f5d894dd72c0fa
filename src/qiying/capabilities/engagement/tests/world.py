"""A district for tests of points: the cast of service requests, and a congress with a deputy."""

from __future__ import annotations

from datetime import date, timedelta

from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.tests.kept import kept
from qiying.kernel.cases.models import Channel
from qiying.kernel.cases.tests import world as kit
from qiying.kernel.organisations.tests.factories import make_person, make_unit


class Meets(kit.World):
    """Where a day is said by how far it is."""

    def day(self, days: int = 3) -> date:
        return local_date(self.now) + timedelta(days=days)


@kept
def make_meets() -> Meets:
    """Return a fresh district with its cast; channels are the kernel's, so no other capability is needed."""
    units: kit.Units = {"desk": kit.DESK, "supervision": kit.SUPERVISION}
    units |= {"town": ("城南街道", ["handling"]), "bureau": ("区住建局", ["handling"])}
    people: kit.People = {
        "desk": ("许静", "desk", "desk"),
        "supervisor": ("沈督", "supervision", "supervisor"),
        "liaison": ("刘联", "town", "liaison"),
        "co_liaison": ("王联", "bureau", "liaison"),
        "admin": ("林工", "desk", "admin"),
    }
    meets = Meets(**kit.cast("海盐县", units, people))
    for code, name in (("liaison_station", "代表联络站"), ("contact_point", "企业联系点")):
        Channel.objects.create(district=meets.district, code=code, name=name, group="会议走访")
    meets.units["renda"] = make_unit(meets.district, "区人大财经工委", kind="congress")
    meets.people["deputy"] = make_person("袁代表", meets.units["renda"], "deputy")
    return meets

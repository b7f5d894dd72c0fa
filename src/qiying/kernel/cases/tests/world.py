"""One cast for the tests of every procedure: a district, its units, its people, an enterprise, and the hour."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from qiying.kernel.audit.keeping import forget_all
from qiying.kernel.audit.tests.kept import kept
from qiying.kernel.cases.engine import case_do
from qiying.kernel.cases.models import Case
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.tests.factories import make_clerk, make_enterprise, viewer
from qiying.kernel.organisations.models import District, Person, Unit
from qiying.kernel.organisations.tests.factories import NOW, make_district, make_person, make_unit
from qiying.kernel.permissions.viewer import Viewer, system_viewer

Units = dict[str, tuple[str, list[str]]]
People = dict[str, tuple[str, str, str]]
DESK = ("企业服务中心", ["desk", "service_centre"])
SUPERVISION = ("区督查室", ["supervision", "coordination"])


@dataclass
class World:
    """A district with its people; acts are done by name of the person, as a page or a client asks for them."""

    district: District
    units: dict[str, Unit]
    people: dict[str, Person]
    enterprise: Enterprise
    now: datetime = NOW
    _viewers: dict[str, Viewer] = field(default_factory=dict)

    def viewer(self, who: str) -> Viewer:
        if who == "system":
            return system_viewer("worker", district_id=self.district.pk)
        if who not in self._viewers:
            self._viewers[who] = viewer(self.people[who])
        return self._viewers[who]

    def act(self, case: Case, who: str | Viewer, action: str, **data: Any) -> Case:
        actor = self.viewer(who) if isinstance(who, str) else who
        return case_do(case=case, action=action, actor=actor, data=data, now=self.now)

    def later(self, **delta: float) -> None:
        self.now += timedelta(**delta)


@kept
def cast(name: str, units: Units, people: People) -> dict[str, Any]:
    """Return a fresh district with units (`name, functions`), people (`name, unit, role`), a clerk and an outsider.

    The result is what a `World` is made of.
    """
    forget_all()
    district = make_district(name)
    made = {code: make_unit(district, words, functions=does) for code, (words, does) in units.items()}
    found = {code: make_person(words, made[unit], role) for code, (words, unit, role) in people.items()}
    enterprise = make_enterprise(district, "禾川精密机械有限公司")
    found["clerk"] = make_clerk(enterprise, "陈雨")
    found["outsider"] = make_clerk(make_enterprise(district, "别家有限公司"), "外人")
    return {"district": district, "units": made, "people": found, "enterprise": enterprise}

"""One cast of people for every test: an enterprise, the desk, two units, supervision, call-back, an outsider."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from qiying.capabilities.service_requests.services.desk import request_submit
from qiying.capabilities.service_requests.services.setting_up import district_seed
from qiying.kernel.audit.keeping import forget_all
from qiying.kernel.cases.engine import case_do
from qiying.kernel.cases.models import Case
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.tests.factories import make_clerk, make_enterprise, viewer
from qiying.kernel.organisations.models import District, Person, Unit
from qiying.kernel.organisations.tests.factories import NOW, make_district, make_person, make_unit
from qiying.kernel.permissions.viewer import Viewer

TEXT = "我们厂门口的限高杆把货车挡住了，每天要绕三公里，请帮忙看看能不能挪。"
TRIAGE = {"kind": "problem", "category": "park_transport", "level": "general"}


@dataclass
class World:
    """A district with its people; acts are done by name of the person."""

    district: District
    units: dict[str, Unit]
    people: dict[str, Person]
    enterprise: Enterprise
    now: datetime = NOW
    _viewers: dict[str, Viewer] = field(default_factory=dict)

    def viewer(self, who: str) -> Viewer:
        if who not in self._viewers:
            self._viewers[who] = viewer(self.people[who])
        return self._viewers[who]

    def submit(self, who: str = "clerk", **data: Any) -> Case:
        channel = data.pop("channel", "phone")
        given = {"text": TEXT, "enterprise_id": self.enterprise.pk, **data}
        return request_submit(
            actor=self.viewer(who), district_id=self.district.pk, channel=channel, data=given, now=self.now
        )

    def act(self, case: Case, who: str | Viewer, action: str, **data: Any) -> Case:
        actor = self.viewer(who) if isinstance(who, str) else who
        return case_do(case=case, action=action, actor=actor, data=data, now=self.now)

    def later(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    def triaged(self, **data: Any) -> Case:
        return self.act(self.submit(), "desk", "triage", **{**TRIAGE, **data})

    def assigned(self, **data: Any) -> Case:
        return self.act(self.triaged(), "desk", "assign", **{"unit_id": self.units["town"].pk, **data})

    def handling(self, **data: Any) -> Case:
        return self.act(self.assigned(**data), "handler", "take")

    def answered(self, **data: Any) -> Case:
        case = self.handling(**data)
        return self.act(
            case, "handler", "answer", text="限高杆已经往东挪了十米，货车可以进出了。", result="solved"
        )


def make_world(name: str = "海盐县") -> World:
    """Return a fresh district with its cast, made by services only."""
    forget_all()
    district = make_district(name)
    units = {
        "desk": make_unit(district, "企业服务中心", functions=["desk", "service_centre"]),
        "supervision": make_unit(district, "区督查室", functions=["supervision", "coordination"]),
        "callback": make_unit(district, "回访中心", functions=["callback"]),
        "town": make_unit(district, "城南街道", functions=["handling"]),
        "bureau": make_unit(district, "区住建局", functions=["handling"]),
    }
    people = {
        "desk": make_person("许静", units["desk"], "desk"),
        "supervisor": make_person("沈督", units["supervision"], "supervisor"),
        "callback": make_person("何回", units["callback"], "callback"),
        "handler": make_person("方启明", units["town"], "handler"),
        "liaison": make_person("刘联", units["town"], "liaison"),
        "leader": make_person("周领", units["town"], "leader"),
        "co_handler": make_person("何建平", units["bureau"], "handler"),
        "co_liaison": make_person("王联", units["bureau"], "liaison"),
    }
    enterprise = make_enterprise(district, "禾川精密机械有限公司")
    people["clerk"] = make_clerk(enterprise, "陈雨")
    people["outsider"] = make_clerk(make_enterprise(district, "别家有限公司"), "外人")
    district_seed(district_id=district.pk)
    return World(district, units, people, enterprise)

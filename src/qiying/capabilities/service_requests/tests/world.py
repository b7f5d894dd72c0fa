"""One cast of people for every test: an enterprise, the desk, two units, supervision, call-back, an outsider."""

from __future__ import annotations

from typing import Any

from qiying.capabilities.service_requests.services.desk import request_submit
from qiying.capabilities.service_requests.services.setting_up import district_seed
from qiying.kernel.audit.tests.kept import kept
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.tests import world as kit

TEXT = "我们厂门口的限高杆把货车挡住了，每天要绕三公里，请帮忙看看能不能挪。"
TRIAGE = {"kind": "problem", "category": "park_transport", "level": "general"}


class World(kit.World):
    """The kernel's cast with what service requests need."""

    def submit(self, who: str = "clerk", **data: Any) -> Case:
        channel = data.pop("channel", "phone")
        given = {"text": TEXT, "enterprise_id": self.enterprise.pk, **data}
        return request_submit(
            actor=self.viewer(who), district_id=self.district.pk, channel=channel, data=given, now=self.now
        )

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


@kept
def make_world(name: str = "海盐县") -> World:
    """Return a fresh district with its cast, made by services only."""
    units: kit.Units = {
        "desk": kit.DESK,
        "supervision": kit.SUPERVISION,
        "callback": ("回访中心", ["callback"]),
        "town": ("城南街道", ["handling"]),
        "bureau": ("区住建局", ["handling"]),
    }
    people: kit.People = {
        "desk": ("许静", "desk", "desk"),
        "supervisor": ("沈督", "supervision", "supervisor"),
        "callback": ("何回", "callback", "callback"),
        "handler": ("方启明", "town", "handler"),
        "liaison": ("刘联", "town", "liaison"),
        "leader": ("周领", "town", "leader"),
        "co_handler": ("何建平", "bureau", "handler"),
        "co_liaison": ("王联", "bureau", "liaison"),
    }
    world = World(**kit.cast(name, units, people))
    district_seed(district_id=world.district.pk)
    return world

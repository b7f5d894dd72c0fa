"""A district for tests of visits: the cast of service requests, a congress with a deputy, a government, more firms."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from qiying.capabilities.visits.models import Campaign, Visit
from qiying.capabilities.visits.selectors.visits import Line, Wish
from qiying.capabilities.visits.services.reporting import visit_report
from qiying.capabilities.visits.services.visits import campaign_save, visit_plan
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.tests.kept import kept
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.models import Channel
from qiying.kernel.cases.tests import world as kit
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.tests.factories import make_enterprise
from qiying.kernel.organisations.tests.factories import make_person, make_unit
from qiying.statutes.workdays import nth_workday

TALK = "看了车间，订单比去年多，年底想加一条线。"


class Walks(kit.World):
    """Visits by name of who goes."""

    def firm(self, name: str) -> Enterprise:
        return make_enterprise(self.district, name)

    def day(self, days: int = 3) -> date:
        return local_date(self.now) + timedelta(days=days)

    def wish(
        self, who: str = "liaison", firm: Enterprise | None = None, on: date | None = None, **more: Any
    ) -> Wish:
        person = self.people[who]
        unit = person.memberships.get().unit_id
        return Wish(firm or self.enterprise, unit, on or self.day(), person.pk, **more)

    def plan(
        self, who: str = "liaison", firm: Enterprise | None = None, on: date | None = None, **more: Any
    ) -> Line:
        return visit_plan(actor=self.viewer(who), wish=self.wish(who, firm, on, **more), now=self.now)

    def planned(self, who: str = "liaison", firm: Enterprise | None = None, on: date | None = None) -> Visit:
        visit = self.plan(who, firm, on).visit
        assert visit is not None
        return visit

    def made(self, who: str = "liaison", firm: Enterprise | None = None, key: str = "", **data: Any) -> Visit:
        visit = self.planned(who, firm, self.day(0))
        given = {"talk": TALK, **data}
        return visit_report(
            actor=self.viewer(who), visit=visit, key=key or f"key-{visit.pk:06d}", data=given, now=self.now
        )

    @property
    def calendar_day(self) -> str:
        """Return a workday some days ahead, as a phone types it."""
        return nth_workday(self.day(0), 3, calendar_for(self.district.pk)).isoformat()

    def campaign(self, **values: Any) -> Campaign:
        given = {"kind": "thousand", "name": "千名干部助千企", "unit_id": self.units["desk"].pk, "goal": 100}
        given |= {"valid_from": self.day(-30), "valid_to": None, **values}
        return campaign_save(actor=self.viewer("desk"), campaign=None, values=given, now=self.now)


@kept
def make_walks() -> Walks:
    """Return a fresh district with its cast; channels are the kernel's, so no other capability is needed."""
    units: kit.Units = {
        "desk": kit.DESK,
        "supervision": kit.SUPERVISION,
        "town": ("城南街道", ["handling"]),
        "bureau": ("区住建局", ["handling"]),
    }
    people: kit.People = {
        "desk": ("许静", "desk", "desk"),
        "supervisor": ("沈督", "supervision", "supervisor"),
        "handler": ("方启明", "town", "handler"),
        "liaison": ("刘联", "town", "liaison"),
        "co_liaison": ("王联", "bureau", "liaison"),
        "admin": ("林工", "desk", "admin"),
    }
    walks = Walks(**kit.cast("海盐县", units, people))
    for code, name in (("visit", "走访"), ("liaison_station", "代表联络站"), ("contact_point", "企业联系点")):
        Channel.objects.create(district=walks.district, code=code, name=name, group="会议走访")
    walks.units["renda"] = make_unit(walks.district, "区人大财经工委", kind="congress")
    walks.units["zhengfu"] = make_unit(walks.district, "区人民政府办公室", kind="government")
    walks.people["deputy"] = make_person("袁代表", walks.units["renda"], "deputy")
    walks.people["governor"] = make_person("钱主任", walks.units["zhengfu"], "leader")
    return walks

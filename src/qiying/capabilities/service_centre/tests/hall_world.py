"""A hall with two zones, three windows, people at them, a clerk, a stranger, and somebody from another district."""

from __future__ import annotations

from typing import Any, TypeVar

from qiying.capabilities.service_centre.models import Ticket, Window, Zone
from qiying.capabilities.service_centre.services.hall import hall_save, window_open, window_save, zone_save
from qiying.capabilities.service_centre.services.tickets import ticket_call_next, ticket_step, ticket_take
from qiying.kernel.audit.tests.kept import kept
from qiying.kernel.cases.tests import world as kit
from qiying.kernel.organisations.tests.factories import make_district, make_person, make_unit
from qiying.kernel.permissions.viewer import ANONYMOUS

Made = TypeVar("Made", bound="HallWorld")

WEEK = "\n".join(f"周{d} 09:00-12:00\n周{d} 13:30-17:00" for d in "一二三四五")
OFF = "\n".join([*(f"周{d} 12:00-13:30" for d in "一二三四五"), "周六 09:00-11:30"])


class HallWorld(kit.World):
    """The hall, acted in by name."""

    zones: dict[str, Zone]
    windows: dict[int, Window]

    def set_up(self) -> None:
        desk = self.viewer("desk")
        values = {
            "name": "海盐县企业综合服务中心",
            "unit_id": self.units["desk"].pk,
            "address": "城南路 8 号",
        }
        values |= {"phone": "0573-86110000", "hours": WEEK, "off_hours": OFF}
        hall_save(actor=desk, values=values, now=self.now)
        zones = (("A", "商事登记", "windows"), ("B", "项目投资", "windows"), ("T", "企业洽谈", "talk"))
        self.zones = {letter: self._zone(letter, name, kind) for letter, name, kind in zones}
        windows = ((1, "A", "market"), (2, "A", "market"), (3, "B", "tax"))
        self.windows = {number: self._window(number, letter, unit) for number, letter, unit in windows}

    def _zone(self, letter: str, name: str, kind: str) -> Zone:
        values = {"letter": letter, "name": name, "kind": kind, "about": f"办{name}", "place": "一楼"}
        return zone_save(actor=self.viewer("desk"), row=None, values=values, now=self.now)

    def _window(self, number: int, letter: str, unit: str) -> Window:
        values = {"number": number, "name": f"{number} 窗", "zone_id": self.zones[letter].pk}
        values |= {"unit_id": self.units[unit].pk, "items": []}
        return window_save(actor=self.viewer("desk"), row=None, values=values, now=self.now)

    def take(self, zone: str = "A", who: str = "desk", **more: Any) -> Ticket:
        given = {"way": Ticket.Way.DESK, "phone": f"138{Ticket.objects.count():08d}", **more}
        actor = self.viewer(who) if who else ANONYMOUS
        self.later(seconds=1)
        return ticket_take(zone=self.zones[zone], actor=actor, now=self.now, **given)

    def open(self, number: int = 1, who: str = "handler") -> Window:
        return window_open(actor=self.viewer(who), window=self.windows[number], now=self.now)

    def next(self, number: int = 1, who: str = "handler") -> Ticket | None:
        return ticket_call_next(actor=self.viewer(who), window=self.windows[number], now=self.now)

    def step(self, step: str, number: int = 1, who: str = "handler", **more: Any) -> Ticket:
        return ticket_step(
            actor=self.viewer(who), window=self.windows[number], step=step, now=self.now, **more
        )

    def serve(self, minutes: int = 6, number: int = 1, who: str = "handler") -> Ticket:
        """Call, begin and finish the next one."""
        assert self.next(number, who) is not None
        self.step("start", number, who)
        self.later(minutes=minutes)
        return self.step("finish", number, who)


@kept
def make_hall(kind: type[Made] = HallWorld) -> Made:  # type: ignore[assignment]
    """Return a district with its hall open: NOW is a Wednesday, ten o'clock."""
    units: kit.Units = {
        "desk": kit.DESK,
        "supervision": kit.SUPERVISION,
        "market": ("县市场监管局", ["handling"]),
        "tax": ("县税务局", ["handling"]),
    }
    people: kit.People = {
        "desk": ("许静", "desk", "desk"),
        "supervisor": ("沈督", "supervision", "supervisor"),
        "handler": ("方启明", "market", "handler"),
        "second": ("小吴", "market", "handler"),
        "tax": ("顾清", "tax", "handler"),
        "leader": ("沈局", "market", "leader"),
        "admin": ("林工", "desk", "admin"),
    }
    made = kind(**kit.cast("海盐县", units, people))
    made.set_up()
    elsewhere = make_district("秀洲区")
    made.people["foreign"] = make_person(
        "外县受理", make_unit(elsewhere, "秀洲企服中心", functions=["desk"]), "desk"
    )
    return made

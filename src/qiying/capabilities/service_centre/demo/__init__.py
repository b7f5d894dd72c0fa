"""The hall of the demo district: its windows and people, some days of numbers, and this morning as it is now."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from qiying.capabilities.service_centre.models import Ticket, Window, Zone
from qiying.capabilities.service_centre.services import hall as services
from qiying.capabilities.service_centre.services import tickets as queue
from qiying.kernel.audit.clock import local_date, start_of_day
from qiying.kernel.cases.world import World, at_hour, told_in
from qiying.kernel.enterprises.codes import code_activate, read_code, show_code
from qiying.kernel.permissions.viewer import Viewer

ORDER = 56
APART = True
TOLD = told_in(Path(__file__).with_name("demo.yaml"))


def prepare(world: World) -> None:
    """Set up the hall by the office that runs it, before anybody comes."""
    desk, zones, seated = world.viewers["desk.desk"], {}, set()
    given: dict[str, Any] = {"actor": desk, "now": world.start}
    hours = {
        name: "\n".join(f"周{day} {span}" for days, span in TOLD["hall"][name] for day in days)
        for name in ("hours", "off_hours")
    }
    since = {"valid_from": world.start.date(), "valid_to": None}
    turn = {"weekdays": "12345", "shift": "all", **since}
    services.hall_save(values={**TOLD["hall"], **hours, "unit_id": world.units["desk"].pk}, **given)
    for values in TOLD["zones"]:
        zones[values["letter"]] = services.zone_save(row=None, values=values, **given)
    for letter, offer in TOLD["offers"].items():
        values = {**offer, "hours": hours["hours"], "days_ahead": 14, "per_month": 0}
        services.zone_offer(zone=zones[letter], values=values, **given)
    for number, letter, unit, name in TOLD["windows"]:
        values = {
            "number": number,
            "name": name,
            "zone_id": zones[letter].pk,
            "unit_id": world.units[unit].pk,
        }
        window = services.window_save(row=None, values=values, **given)
        who = world.viewers[f"{unit}.{'liaison' if unit in seated else 'handler'}"].person_id
        seated.add(unit)
        services.duty_save(row=None, values={"person_id": who, "window_id": window.pk, **turn}, **given)
    services.duty_save(row=None, values={"person_id": desk.person_id, "window_id": None, **turn}, **given)
    for unit, letter, about, phone in TOLD["chiefs"]:
        values = {"person_id": world.viewers[f"{unit}.leader"].person_id, "unit_id": world.units[unit].pk}
        values |= {"zone_id": zones[letter].pk, "field": about, "phone": phone, **since}
        services.chief_save(row=None, values=values, **given)


def tell(world: World) -> None:
    """Let some days pass at the windows, and today up to now."""
    day, days, hall = local_date(world.now), list[date](), _Hall(world)
    while len(days) < TOLD["days"]:
        day -= timedelta(days=1)
        if world.calendar.is_workday(day):
            days.append(day)
    for one in reversed(days):
        with transaction.atomic():
            hall.sit(at_hour(one, time(9, 0)))
            for number in range(TOLD["each_day"]):
                world.fitting(hall.served, at_hour(one, time(9, 5)) + timedelta(minutes=40 * number))
    with transaction.atomic():
        queue.day_close(world.now)
        hall.today(world.now)
        _codes(world, world.now - timedelta(minutes=5))


def _codes(world: World, at: datetime) -> None:
    """Some enterprises have opened their code; the first one showed it at the desk this morning."""
    for firm in sorted(world.clerks)[:12]:
        clerk = world.clerk(firm, at)
        enterprise = next(e for e in world.enterprises if e.pk == firm)
        if clerk is None or firm not in clerk.enterprise_ids:
            continue
        code_activate(clerk, enterprise, at)
        if firm == min(world.clerks):
            read_code(show_code(clerk, enterprise, at), viewer=world.viewers["desk.desk"], now=at)


class _Hall:
    """Who sits where, and whose turn it is to come."""

    def __init__(self, world: World) -> None:
        self.world, self.draw, self.count = world, world.fresh_draw(), 0
        self.zones = {z.letter: z for z in Zone.objects.filter(district=world.district)}
        self.seats: dict[str, tuple[Window, Viewer]] = {}
        for number, letter, unit, _ in TOLD["windows"]:
            window = Window.objects.get(district=world.district, number=number)
            self.seats.setdefault(letter, (window, world.viewers[f"{unit}.handler"]))

    def sit(self, at: datetime) -> None:
        """Open one window of each zone."""
        for window, officer in self.seats.values():
            services.window_open(actor=officer, window=window, now=at)

    def come(self, at: datetime, letter: str = "", **more: Any) -> Ticket:
        """Let the next one take a number: two in three for an enterprise, most of these by its code."""
        matters = [m for m in TOLD["matters"] if m[0] == (letter or m[0])]
        zone, matter = matters[self.count % len(matters)]
        self.count += 1
        given: dict[str, Any] = {"phone": f"137{66000000 + self.count:08d}"}
        if self.count % 3:
            given = {"enterprise": self.draw.choice(self.world.enterprises), "by_code": self.count % 4 > 0}
        if self.count % 11 == 0:
            given["priority"] = self.draw.choice(TOLD["priorities"])
        way = Ticket.Way.DESK if self.count % 3 == 1 else Ticket.Way.SELF
        given |= {"actor": self.world.viewers["desk.desk"], "matter": matter, "now": at, **more}
        return queue.ticket_take(zone=self.zones[zone], way=way, **given)

    def served(self, at: datetime) -> None:
        """Let somebody come, wait, and be served; now and then he is not there, or is handed on."""
        ticket = self.come(at)
        at += timedelta(minutes=self.draw.choice([2, 4, 6, 9, 12, 19]))
        self._at_window(ticket.zone.letter, at, "pass" if self.count % 13 == 0 else "start")
        if self.count % 9 == 0:
            letter = "C" if ticket.zone.letter != "C" else "A"
            window, officer = self.seats[ticket.zone.letter]
            given: dict[str, Any] = {
                "actor": officer,
                "window": window,
                "zone": self.zones[letter],
                "reason": "还要办税",
            }
            queue.ticket_hand(now=at + timedelta(minutes=5), **given)
            at += timedelta(minutes=6)
            self._at_window(letter, at, "start")
            ticket.zone = self.zones[letter]
        if self.count % 13:
            window, officer = self.seats[ticket.zone.letter]
            took, result = timedelta(minutes=self.draw.randint(8, 18)), self.draw.choice(TOLD["results"])
            queue.ticket_step(actor=officer, window=window, step="finish", result=result, now=at + took)

    def _at_window(self, letter: str, at: datetime, step: str = "") -> None:
        window, officer = self.seats[letter]
        if queue.ticket_call_next(actor=officer, window=window, now=at) and step:
            queue.ticket_step(actor=officer, window=window, step=step, now=at + timedelta(minutes=1))

    def today(self, now: datetime) -> None:
        """Leave the hall as it is now: some at windows, some waiting, the demo's own enterprise among them."""
        opened = max(now - timedelta(minutes=50), start_of_day(local_date(now)))
        self.sit(opened)
        for number in range(12):
            own = {"enterprise": self.world.enterprises[0], "by_code": True} if number == 9 else {}
            self.come(opened + (now - opened) * number / 20, "A" if number == 9 else "", **own)
        for letter in self.seats:
            self._at_window(letter, opened + (now - opened) * 0.8, "start" if letter != "E" else "")

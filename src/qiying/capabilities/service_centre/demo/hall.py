"""The hall of the demo district: its windows and people, some weeks of numbers, and this morning as it is now."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from qiying.capabilities.service_centre.models import Ticket, Window, Zone
from qiying.capabilities.service_centre.services.hall import (
    chief_save,
    duty_save,
    hall_save,
    window_open,
    window_save,
    zone_offer,
    zone_save,
)
from qiying.capabilities.service_centre.services.tickets import (
    day_close,
    ticket_call_next,
    ticket_hand,
    ticket_priority,
    ticket_step,
    ticket_take,
)
from qiying.kernel.audit.clock import local_date, start_of_day
from qiying.kernel.cases.world import World, at_hour, told_in
from qiying.kernel.permissions.viewer import Viewer

ORDER = 56
Way = Ticket.Way
TOLD = Path(__file__).with_name("demo.yaml")


def _lines(told: list[list[str]]) -> str:
    return "\n".join(f"周{day} {hours}" for days, hours in told for day in days)


def prepare(world: World) -> None:
    """Set up the hall by the office that runs it, before anybody comes."""
    told, at = told_in(TOLD), world.start
    desk = world.viewers["desk.desk"]
    hall = told["hall"]
    times = {"hours": _lines(hall["hours"]), "off_hours": _lines(hall["off_hours"])}
    values = {**hall, **times, "unit_id": world.units["desk"].pk}
    hall_save(actor=desk, values=values, now=at)
    zones, since = {}, {"valid_from": world.start.date(), "valid_to": None}
    for letter, kind, name, about, place in told["zones"]:
        values = {"letter": letter, "kind": kind, "name": name, "about": about, "place": place}
        zones[letter] = zone_save(actor=desk, row=None, values=values, now=at)
    for letter, offer in told["offers"].items():
        values = {**offer, "hours": times["hours"], "days_ahead": 14, "per_month": 0}
        zone_offer(actor=desk, zone=zones[letter], values=values, now=at)
    seated: set[str] = set()
    for number, letter, unit, name in told["windows"]:
        values = {
            "number": number,
            "name": name,
            "zone_id": zones[letter].pk,
            "unit_id": world.units[unit].pk,
        }
        window = window_save(actor=desk, row=None, values=values, now=at)
        role = "liaison" if unit in seated else "handler"
        seated.add(unit)
        values = {"person_id": world.viewers[f"{unit}.{role}"].person_id, "window_id": window.pk}
        duty_save(
            actor=desk, row=None, values={**values, **since, "weekdays": "12345", "shift": "all"}, now=at
        )
    for unit, letter, about, phone in told["chiefs"]:
        values = {"person_id": world.viewers[f"{unit}.leader"].person_id, "unit_id": world.units[unit].pk}
        values |= {"zone_id": zones[letter].pk, "field": about, "phone": phone, **since}
        chief_save(actor=desk, row=None, values=values, now=at)
    values = {"person_id": desk.person_id, "window_id": None, "weekdays": "12345", "shift": "all"}
    duty_save(actor=desk, row=None, values={**values, **since}, now=at)


def tell(world: World) -> None:
    """Let some days pass at the windows, and today up to now."""
    told, day = told_in(TOLD), local_date(world.now)
    days: list[date] = []
    while len(days) < told["days"]:
        day -= timedelta(days=1)
        if world.calendar.is_workday(day):
            days.append(day)
    hall = _Hall(world, told, world.fresh_draw())
    for one in reversed(days):
        with transaction.atomic():
            hall.sit(at_hour(one, time(9, 0)))
            for number in range(told["each_day"]):
                world.fitting(hall.served, at_hour(one, time(9, 5)) + timedelta(minutes=40 * number))
    with transaction.atomic():
        day_close(world.now)
        hall.today(world.now)


class _Hall:
    """Who sits where, and whose turn it is to come."""

    def __init__(self, world: World, told: dict[str, Any], draw: random.Random) -> None:
        self.world, self.told, self.draw, self.count = world, told, draw, 0
        self.zones = {z.letter: z for z in Zone.objects.filter(district=world.district)}
        self.seats: dict[str, list[tuple[Window, Viewer]]] = {}
        for letter, unit in dict.fromkeys((letter, unit) for _, letter, unit, _ in told["windows"]):
            window = Window.objects.filter(zone=self.zones[letter], unit=world.units[unit]).first()
            if window is not None:
                self.seats.setdefault(letter, []).append((window, world.viewers[f"{unit}.handler"]))

    def sit(self, at: datetime) -> None:
        """Open the windows."""
        for window, officer in (seat for seats in self.seats.values() for seat in seats):
            window_open(actor=officer, window=window, now=at)

    def come(self, at: datetime, letter: str = "", **more: Any) -> Ticket:
        """Let the next one take a number: two in three for an enterprise, most of these by its code."""
        matters = [m for m in self.told["matters"] if m[0] == (letter or m[0])]
        zone, matter = matters[self.count % len(matters)]
        self.count += 1
        given: dict[str, Any] = {"phone": f"137{66000000 + self.count:08d}", "by_code": False}
        if self.count % 3:
            given = {"enterprise": self.draw.choice(self.world.enterprises), "by_code": self.count % 4 > 0}
        way = (Way.SELF, Way.DESK, Way.SELF)[self.count % 3]
        desk, given = self.world.viewers["desk.desk"], given | more
        return ticket_take(zone=self.zones[zone], way=way, actor=desk, matter=matter, now=at, **given)

    def served(self, at: datetime) -> None:
        """Let somebody come, wait, and be served; now and then with priority, handed on or not there."""
        ticket, wait = self.come(at), timedelta(minutes=self.draw.choice([2, 4, 6, 9, 12, 19]))
        window, officer = self.draw.choice(self.seats[ticket.zone.letter])
        here: dict[str, Any] = {"actor": officer, "window": window}
        if self.count % 11 == 0:
            reason = self.draw.choice(self.told["priorities"])
            ticket_priority(actor=self.world.viewers["desk.desk"], ticket=ticket, reason=reason, now=at)
        ticket_call_next(**here, now=at + wait)
        if self.count % 13 == 0:
            ticket_step(**here, step="pass", now=at + wait + timedelta(minutes=2))
            return
        ticket_step(**here, step="start", now=at + wait + timedelta(minutes=1))
        if self.count % 9 == 0:
            window, officer = self.seats["C" if ticket.zone.letter != "C" else "A"][0]
            ticket_hand(**here, zone=window.zone, now=at + wait + timedelta(minutes=5), reason="还要办税")
            here = {"actor": officer, "window": window}
            ticket_call_next(**here, now=at + wait + timedelta(minutes=6))
            ticket_step(**here, step="start", now=at + wait + timedelta(minutes=7))
        took, result = timedelta(minutes=self.draw.randint(8, 18)), self.draw.choice(self.told["results"])
        ticket_step(**here, step="finish", result=result, now=at + wait + took)

    def today(self, now: datetime) -> None:
        """Leave the hall as it is now: some at windows, some waiting, the demo's own enterprise among them."""
        opened = max(now - timedelta(minutes=50), start_of_day(local_date(now)))
        self.sit(opened)
        for number in range(14):
            own = {"enterprise": self.world.enterprises[0], "by_code": True} if number == 11 else {}
            self.come(opened + (now - opened) * number / 20, "A" if number == 11 else "", **own)
        for letter, seats in self.seats.items():
            for window, officer in seats:
                here: dict[str, Any] = {"actor": officer, "window": window}
                if ticket_call_next(**here, now=opened + (now - opened) * 0.8) and letter != "E":
                    ticket_step(**here, step="start", now=opened + (now - opened) * 0.85)

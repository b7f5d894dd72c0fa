"""Receptions and windows of six units: who booked, moved, waited, came and did not, and who comes next."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from qiying.kernel.audit.clock import local_date
from qiying.kernel.bookings.models import Bookable, Booking
from qiying.kernel.bookings.selectors import times_of
from qiying.kernel.bookings.services.booking import (
    booking_cancel,
    booking_make,
    booking_mark,
    booking_move,
)
from qiying.kernel.bookings.services.offering import bookable_save
from qiying.kernel.bookings.slots import SlotTime
from qiying.kernel.cases.world import Plan, World, told_in
from qiying.kernel.permissions.errors import GuardFailed
from qiying.statutes.workdays import nth_workday

FIRST = timedelta(days=70)
ENDS = ("came", "came", "came", "moved", "came", "missed", "came", "cancelled")


def tell(world: World) -> None:
    """Let some enterprise book every third or so time since the receptions opened, and most of them come."""
    draw = world.fresh_draw()
    plan = Plan(world, draw)
    for told in told_in(Path(__file__).with_name("receptions.yaml")):
        _Reception(world, plan, draw, told).opens()
    plan.run(since=world.now - FIRST)


class _Reception:
    """What can be booked at one unit, with those who come there."""

    def __init__(self, world: World, plan: Plan, draw: random.Random, told: Mapping[str, Any]) -> None:
        self.world, self.plan, self.draw, self.told = world, plan, draw, told
        self.unit = world.units[told["unit"]]
        self.officer = world.viewers[f"{told['unit']}.liaison"]

    def opens(self) -> None:
        """Offer the times, then plan who books which of them."""
        at, told = self.world.now - FIRST, self.told
        receiver = told.get("receiver")
        self.bookable: Bookable = bookable_save(
            bookable=None,
            actor=self.officer,
            now=at,
            values={
                **{
                    n: told[n]
                    for n in ("name", "kind", "place", "bring", "hours", "slot_minutes", "capacity")
                },
                "unit_id": self.unit.pk,
                "receiver_id": self.world.viewers[f"{told['unit']}.{receiver}"].person_id
                if receiver
                else None,
                "days_ahead": 14,
                "notice_hours": 2,
                "per_month": 4,
                "is_public": True,
            },
        )
        first, today = local_date(at), local_date(self.world.now)
        past = times_of(self.bookable, first + timedelta(days=5), today - timedelta(days=1))
        chosen = self.draw.sample(past, min(6, len(past)))
        for number, slot in enumerate(sorted(chosen)):
            self._books(slot, ENDS[number % len(ENDS)])
        coming = times_of(self.bookable, today, nth_workday(today, 8, self.world.calendar))
        for slot in coming[1:6:3]:
            self._books(slot, "")
        if len(coming) > 1:
            for _ in range(self.bookable.capacity + (self.told["unit"] == "jingxin")):
                self._books(coming[1], "", may_wait=True)

    def _books(self, slot: SlotTime, end: str, *, may_wait: bool = False) -> None:
        """Plan a booking some days before its time; the demo's own enterprise is among those who book."""
        firms = self.world.enterprises[: len(self.world.clerks)]
        firm = firms[0] if self.draw.random() < 0.15 else self.draw.choice(firms)
        early = min(slot.starts_at - timedelta(days=self.draw.randint(2, 6)), self.world.now)
        self.plan.at(early - timedelta(hours=3), partial(self._make, firm.pk, slot.starts_at, end, may_wait))

    def _make(self, firm_id: int, starts_at: datetime, end: str, may_wait: bool, at: datetime) -> None:
        clerk = self.world.clerk(firm_id, at)
        assert clerk is not None
        person = self.world.clerks[firm_id]
        try:
            booking = booking_make(
                bookable=self.bookable,
                starts_at=starts_at,
                actor=clerk,
                matter=self.draw.choice(self.told["matters"]),
                contact_name=person.name,
                contact_phone=person.phone or "",
                enterprise_id=firm_id,
                may_wait=may_wait,
                now=at,
            )
        except GuardFailed:  # somebody of this enterprise was quicker, or has another appointment
            return
        later: dict[str, tuple[datetime, Callable[[datetime], object]]] = {
            "came": (starts_at + timedelta(minutes=25), partial(self._mark, booking, True)),
            "missed": (starts_at + timedelta(minutes=40), partial(self._mark, booking, False)),
            "moved": (at + timedelta(minutes=40), partial(self._move, booking)),
            "cancelled": (
                max(at + timedelta(minutes=40), starts_at - timedelta(hours=20)),
                partial(self._cancel, booking),
            ),
        }
        if end:
            self.plan.put(*later[end])

    def _mark(self, booking: Booking, has_come: bool, at: datetime) -> None:
        booking_mark(booking=booking, actor=self.officer, has_come=has_come, now=at)

    def _move(self, booking: Booking, at: datetime) -> None:
        """Take the next time of the same window that is still free."""
        clerk = self.world.clerk(booking.enterprise_id, at)
        day = booking.slot.day
        later = times_of(self.bookable, day + timedelta(days=1), day + timedelta(days=7))
        if clerk is None or not later:
            return
        moved = booking_move(booking=booking, starts_at=later[0].starts_at, actor=clerk, now=at)
        self.plan.put(moved.slot.starts_at + timedelta(minutes=20), partial(self._mark, moved, True))

    def _cancel(self, booking: Booking, at: datetime) -> None:
        clerk = self.world.clerk(booking.enterprise_id, at)
        if clerk is not None:
            booking_cancel(booking=booking, actor=clerk, reason="那天要出差，改天再约", now=at)

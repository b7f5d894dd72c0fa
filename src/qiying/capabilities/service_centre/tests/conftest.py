"""The hall the page tests stand in: one of each is there."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from qiying.capabilities.service_centre.models import Hall
from qiying.capabilities.service_centre.services.hall import chief_save, duty_save, zone_offer
from qiying.capabilities.service_centre.tests.hall_world import WEEK, HallWorld, make_hall
from qiying.capabilities.service_centre.views.queue import kiosk_key
from qiying.kernel.audit.tests.kept import kept
from qiying.kernel.enterprises.models import CodeLook
from qiying.kernel.organisations.tests.cast import client_of


class Opened(HallWorld):
    """A hall in which one of each is there; `keys` say of which row a page is."""

    keys: dict[str, list[Any]]

    def url(self, name: str) -> str:
        return reverse(f"service_centre:{name}", args=self.keys.get(name, []))

    def client(self, who: str) -> Client:
        return client_of(self.people[who]) if who != "nobody" else Client()


@kept
def opened() -> Opened:
    """Return a hall with one of each."""
    made = make_hall(Opened)
    boss, now = made.viewer("desk"), made.now
    duty = {"person_id": made.people["second"].pk, "window_id": made.windows[1].pk, "weekdays": "12345"}
    since = {"valid_from": now.date(), "valid_to": None}
    on_duty = duty_save(actor=boss, row=None, values={**duty, **since, "shift": "all"}, now=now)
    values: dict[str, Any] = {
        "person_id": made.people["leader"].pk,
        "unit_id": made.units["market"].pk,
        "zone_id": None,
    }
    values |= {"field": "企业开办", "phone": "0573-86110001", **since}
    chief = chief_save(actor=boss, row=None, values=values, now=now)
    offer = {"hours": WEEK, "slot_minutes": 30, "capacity": 2, "days_ahead": 14, "per_month": 0}
    for letter in "AT":
        zone_offer(actor=boss, zone=made.zones[letter], values=offer, now=now)
    ticket = made.take(matter="<script>企业开办")
    made.take("B")
    made.open(1)
    for who in ("desk", "handler", "tax"):
        CodeLook.objects.create(
            enterprise=made.enterprise, code=who, shown_by=made.people["clerk"], scanner=made.people[who],
            scanner_name=who, use="hall_window", at=made.now,
        )  # fmt: skip
    code, hall_row = made.district.code, Hall.objects.get()
    made.keys = {
        "window": [1],
        "zones_row": [made.zones["A"].pk],
        "windows_row": [made.windows[1].pk],
        "duties_row": [on_duty.pk],
        "chiefs_row": [chief.pk],
        "tickets_row": [ticket.pk],
        "ticket": [ticket.token],
        "serve": [made.enterprise.pk],
        "screen": [code],
        "kiosk": [code, kiosk_key(hall_row)],
    }
    return made


@pytest.fixture
def hall(monkeypatch: pytest.MonkeyPatch) -> Opened:
    made = opened()
    for clock in ("enterprises.middleware", "api_access.auth"):
        monkeypatch.setattr(f"qiying.kernel.{clock}.utc_now", lambda: made.now)
    return made

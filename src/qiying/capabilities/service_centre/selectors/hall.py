"""Reads of the hall: what is where, who sits there, who is on duty, and who may call at which window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, cast

from django.db.models import Q, QuerySet

from qiying.capabilities.service_centre.models import ChiefOfficer, Duty, Hall, Window, Zone
from qiying.capabilities.service_centre.rules.hours import HallHours, Open
from qiying.kernel.audit.clock import local_date, local_time
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.registry import source
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.viewer import Viewer

NOON = time(12, 30)


def hall_of(district_id: int | None) -> Hall | None:
    """Return the district's hall, None while nobody set it up."""
    return Hall.objects.select_related("district", "unit").filter(district_id=district_id or 0).first()


def hall_open(hall: Hall, now: datetime) -> Open:
    """Tell whether the hall is open, and in which hours."""
    return HallHours.read(hall.hours, hall.off_hours).at(now, calendar_for(hall.district_id))


def next_open_words(hall: Hall, now: datetime) -> str:
    """Return in words when it opens next."""
    return HallHours.read(hall.hours, hall.off_hours).next_words(now, calendar_for(hall.district_id))


def zones_of(district_id: int | None, kind: str = "") -> QuerySet[Zone]:
    """Return the zones in use, by letter."""
    rows = Zone.objects.filter(district_id=district_id or 0, is_active=True)
    return rows.filter(kind=kind) if kind else rows


def windows_of(district_id: int | None) -> QuerySet[Window]:
    """Return the windows in use, by number."""
    rows = Window.objects.filter(district_id=district_id or 0, is_active=True)
    return rows.select_related("zone", "unit", "officer")


def on_duty(district_id: int, now: datetime) -> QuerySet[Duty]:
    """Return who is on duty at an instant by the rota: the day of the week, and the part of the day."""
    local = local_time(now)
    part = Duty.Shift.MORNING if local.time() < NOON else Duty.Shift.AFTERNOON
    rows = Duty.objects.filter(in_force(local.date()), district_id=district_id)
    rows = rows.filter(
        weekdays__contains=str(local.isoweekday()), shift__in=(Duty.Shift.ALL, part, Duty.Shift.OFF)
    )
    return rows.select_related("person", "window")


def windows_served_by(viewer: Viewer, now: datetime) -> QuerySet[Window]:
    """Return the windows at which somebody may call: his unit's, those he is on duty at today, all for who runs it."""
    if not viewer.has("service_centre.window"):
        return Window.objects.none()
    rows = windows_of(viewer.district_id)
    if viewer.has("service_centre.hall"):
        return rows
    duties = Duty.objects.filter(in_force(local_date(now)), person_id=viewer.person_id or 0)
    today = duties.filter(weekdays__contains=str(local_time(now).isoweekday()))
    return rows.filter(Q(unit_id__in=viewer.unit_ids) | Q(pk__in=today.values("window_id")))


def chiefs_on(district_id: int | None, on: date) -> QuerySet[ChiefOfficer]:
    """Return the chief service officers of a day."""
    rows = ChiefOfficer.objects.filter(in_force(on), district_id=district_id or 0)
    return rows.select_related("person", "unit", "zone")


@dataclass(frozen=True)
class _District:
    district_id: int


@dataclass(frozen=True)
class _Asking:
    """What a source of choices reads of a case, where there is none."""

    case: _District
    today: date


def item_names(district_id: int, today: date) -> list[str]:
    """Return the names of the service items, as whoever keeps the catalogue offers them; nobody keeps one: none."""
    found = source("service_items")
    if found is None or found.choices is None:
        return []
    asking: Any = _Asking(_District(district_id), today)
    return [str(words) for _, words in found.choices(cast("CaseContext", asking))]

"""Writes of the hall: zones, windows, who is on duty, chief officers, what can be booked, windows opened and closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from qiying.capabilities.service_centre.models import ChiefOfficer, Duty, Hall, Window, Zone
from qiying.capabilities.service_centre.rules.hours import apart
from qiying.capabilities.service_centre.selectors.hall import item_names, windows_served_by
from qiying.capabilities.service_centre.selectors.tickets import current_at
from qiying.capabilities.service_centre.services.noting import hall_touch, noted
from qiying.kernel.audit.clock import local_date
from qiying.kernel.bookings.models import Bookable
from qiying.kernel.bookings.services.offering import bookable_save
from qiying.kernel.bookings.slots import hours_read
from qiying.kernel.permissions.errors import ActionNotAvailable, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.rows import row_faults, row_filled

Values = Mapping[str, Any]
RUNS = "service_centre.hall"


def _shown(district_id: int) -> None:
    """Let screens show a change, where there is a hall already."""
    if Hall.objects.filter(district_id=district_id).exists():
        hall_touch(district_id)


@transaction.atomic
def hall_save(*, actor: Viewer, values: Values, now: datetime) -> Hall:
    """Set up the district's hall or change its hours; raise `GuardFailed` with every reason by field."""
    require(actor, RUNS)
    district_id = actor.district_id or 0
    known = Hall.objects.filter(district_id=district_id).first() or Hall(district_id=district_id)
    row = row_filled(known, values, "name", "unit", "address", "phone", "hours", "off_hours")
    fields = row_faults(row, unique="")
    hours, wrong = hours_read(row.hours)
    if wrong or not hours:
        fields["hours"] = wrong or ["请写每周什么时间上班，一行一段：周一 09:00-12:00"]
    if wrong := hours_read(row.off_hours)[1]:
        fields["off_hours"] = wrong
    refuse(fields)
    row.version += 1
    row.save()
    told = {"name": row.name, "hours": row.hours, "off_hours": row.off_hours}
    noted(actor, "hall_save", row, now, **told)
    return row


@transaction.atomic
def zone_save(*, actor: Viewer, row: Zone | None, values: Values, now: datetime) -> Zone:
    """Set up a zone, or change it; its letter stands before the numbers and is nobody else's."""
    require(actor, RUNS)
    known = row or Zone(district_id=actor.district_id or 0)
    row = row_filled(known, values, "kind", "letter", "name", "about", "place", "is_active")
    row.letter, fields = row.letter.strip().upper(), row_faults(row)
    others = Zone.objects.filter(district_id=row.district_id).exclude(pk=row.pk)
    if not ("A" <= row.letter <= "Z"):
        fields["letter"] = ["要一个字母，A 到 Z"]
    elif others.filter(letter=row.letter).exists():
        fields["letter"] = [f"{row.letter} 已经是别的专区的"]
    refuse(fields)
    row.save()
    _shown(row.district_id)
    noted(actor, "zone_save", row, now, name=row.name, letter=row.letter)
    return row


@transaction.atomic
def zone_offer(*, actor: Viewer, zone: Zone, values: Values, now: datetime) -> Bookable:
    """Offer times of a zone to be booked: its windows, or a table in the area to talk; again changes the offer."""
    require(actor, RUNS)
    hall = hall_touch(zone.district_id)
    known = Bookable.objects.filter(district_id=zone.district_id, subject=zone.subject).first()
    is_talk = zone.kind == Zone.Kind.TALK
    told = {
        "subject": zone.subject, "kind": "talk" if is_talk else "hall", "receiver_id": None, "is_public": True,
        "name": zone.name if is_talk else f"{zone.name}窗口", "unit_id": hall.unit_id, "notice_hours": 2,
        "place": f"{hall.name} {zone.place}".strip(),
    }  # fmt: skip
    row = bookable_save(bookable=known, actor=actor, values={**values, **told}, now=now)
    noted(actor, "zone_offer", zone, now, name=row.name, hours=row.hours)
    return row


@transaction.atomic
def window_save(*, actor: Viewer, row: Window | None, values: Values, now: datetime) -> Window:
    """Set up a window, or change what it serves."""
    require(actor, RUNS)
    known = row or Window(district_id=actor.district_id or 0)
    row = row_filled(known, values, "number", "name", "zone", "unit", "items", "is_active")
    fields = row_faults(row, unique="number")
    items = item_names(row.district_id, local_date(now)) if row.items else []
    if unknown := [name for name in row.items if items and name not in items]:
        fields["items"] = [f"事项目录里没有：{'、'.join(unknown[:3])}。请照目录里的名称写"]
    if not fields and row.zone.kind != Zone.Kind.WINDOWS:
        fields["zone"] = ["请选一个窗口专区"]
    if not row.is_active and row.pk and current_at(row):
        fields["is_active"] = ["窗口正在办，办完再停用"]
    refuse(fields)
    row.save()
    _shown(row.district_id)
    told = {"number": row.number, "name": row.name, "unit": row.unit.label, "items": len(row.items)}
    noted(actor, "window_save", row, now, **told)
    return row


@transaction.atomic
def duty_save(*, actor: Viewer, row: Duty | None, values: Values, now: datetime) -> Duty:
    """Put somebody on duty; nobody stands at two windows in the same part of the same day."""
    require(actor, RUNS)
    known = row or Duty(district_id=actor.district_id or 0)
    row = row_filled(known, values, "person", "window", "weekdays", "shift", "valid_from", "valid_to")
    row.weekdays, fields = "".join(sorted(set(row.weekdays))), row_faults(row, unique="")
    if not row.weekdays or not set(row.weekdays) <= set("1234567"):
        fields["weekdays"] = ["写星期几，如 12345 是周一到周五"]
    if not fields and (other := _clash(row)):
        fields["weekdays"] = [f"这个人那几天已经排在{other.window or '导办台'}，先结束那一条"]
    refuse(fields)
    row.save()
    told = {"person": row.person.name, "window": str(row.window or "导办台"), "weekdays": row.weekdays}
    noted(actor, "duty_save", row, now, **told, shift=row.get_shift_display())
    return row


def _clash(row: Duty) -> Duty | None:
    same = Duty.objects.filter(person_id=row.person_id, district_id=row.district_id).exclude(pk=row.pk)
    same = same.exclude(valid_to__lt=row.valid_from).select_related("window")
    if row.valid_to:
        same = same.filter(valid_from__lte=row.valid_to)
    clashes = (o for o in same if set(row.weekdays) & set(o.weekdays) and not apart(row.shift, o.shift))
    return next(clashes, None)


@transaction.atomic
def chief_save(*, actor: Viewer, row: ChiefOfficer | None, values: Values, now: datetime) -> ChiefOfficer:
    """Name a chief service officer, or change what he answers for."""
    require(actor, RUNS)
    known = row or ChiefOfficer(district_id=actor.district_id or 0)
    row = row_filled(known, values, "person", "unit", "zone", "field", "phone", "valid_from", "valid_to")
    refuse(row_faults(row, unique=""))
    row.save()
    noted(actor, "chief_save", row, now, person=row.person.name, field=row.field)
    return row


@transaction.atomic
def term_end(*, actor: Viewer, row: Duty | ChiefOfficer, on: date, reason: str, now: datetime) -> None:
    """End somebody's duty, or his being chief officer, on a day."""
    require(actor, RUNS)
    if on < row.valid_from:
        refuse({"on": ["不能早于开始那天"]})
    row.valid_to, row.ended_reason = on, reason[:200]
    row.save(update_fields=["valid_to", "ended_reason"])
    action = "duty_end" if isinstance(row, Duty) else "chief_end"
    noted(actor, action, row, now, on=on.isoformat(), reason=reason[:200])


# --- windows by the hour -------------------------------------------------------------------------
def held(actor: Viewer, window: Window, now: datetime) -> Window:
    """Hold the hall and return the window as it is now; raise `NotPermitted` for who has nothing to do there."""
    if not windows_served_by(actor, now).filter(pk=window.pk).exists():
        raise NotPermitted("这不是您的窗口：窗口归哪个单位、今天谁值班，看值班表")
    hall_touch(window.district_id)
    return Window.objects.select_related("zone", "unit").get(pk=window.pk)


def _sat(actor: Viewer, row: Window, action: str, now: datetime) -> Window:
    row.save(update_fields=["officer", "opened_at", "pause"])
    noted(actor, action, row, now, number=row.number, reason=row.pause)
    return row


@transaction.atomic
def window_open(*, actor: Viewer, window: Window, now: datetime) -> Window:
    """Sit down at a window; whoever sat there is relieved, and one sits at one window only."""
    row = held(actor, window, now)
    elsewhere = Window.objects.filter(~Q(pk=row.pk), officer_id=actor.person_id or 0)
    for other in elsewhere:
        if current_at(other) is not None:
            raise ActionNotAvailable(f"您在 {other.number} 号窗口还有一个没办完，办完再换窗口")
    elsewhere.update(officer=None, opened_at=None, pause="")
    row.officer_id, row.opened_at, row.pause = actor.person_id, now, ""
    return _sat(actor, row, "window_open", now)


@transaction.atomic
def window_close(*, actor: Viewer, window: Window, now: datetime) -> Window:
    """Leave a window; nobody may still stand there."""
    row = held(actor, window, now)
    if (current := current_at(row)) is not None:
        raise ActionNotAvailable(f"{current.number} 还没办完，办完或过号以后再收窗")
    row.officer_id, row.opened_at, row.pause = None, None, ""
    return _sat(actor, row, "window_close", now)


@transaction.atomic
def window_pause(*, actor: Viewer, window: Window, reason: str, now: datetime) -> Window:
    """Stop calling for a while with a reason people read, or go on without one."""
    row = held(actor, window, now)
    row.pause = reason.strip()[:60]
    return _sat(actor, row, "window_pause", now)

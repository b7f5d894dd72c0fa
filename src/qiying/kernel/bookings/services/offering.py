"""What can be booked and when: offered, changed, closed for a day, taken out of use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction

from qiying.kernel.audit.clock import local_date
from qiying.kernel.bookings.models import Bookable, Booking, OtherHours
from qiying.kernel.bookings.selectors import times_of
from qiying.kernel.bookings.services.booking import booking_end
from qiying.kernel.bookings.services.telling import noted, tell
from qiying.kernel.bookings.slots import hours_read
from qiying.kernel.organisations.models import Membership, Unit
from qiying.kernel.permissions.errors import GuardFailed, refuse
from qiying.kernel.permissions.viewer import Viewer, require

BOOKABLE_FIELDS = (
    "name", "kind", "unit_id", "place", "receiver_id", "bring", "hours", "slot_minutes", "capacity", "days_ahead",
    "notice_hours", "per_month", "is_public", "valid_from", "valid_to",
)  # fmt: skip


@transaction.atomic
def bookable_save(
    *, bookable: Bookable | None, actor: Viewer, values: Mapping[str, Any], now: datetime
) -> Bookable:
    """Offer times, or change an offer of one's own unit; raise `GuardFailed` with every reason by field."""
    require(actor, "bookings.offer")
    row = bookable or Bookable(district_id=actor.district_id or 0, valid_from=local_date(now))
    _own(actor, row.unit_id if row.pk else int(values.get("unit_id") or 0))
    before = {f: getattr(row, f, None) if row.pk else None for f in BOOKABLE_FIELDS}
    for name in BOOKABLE_FIELDS:
        if name in values:
            setattr(row, name, values[name])
    row.subject = str(values.get("subject", row.subject))
    _own(actor, row.unit_id)
    refuse(_faults(row))
    row.save()
    names = {f.name: str(f.verbose_name) for f in Bookable._meta.fields}
    changed = [names[f.removesuffix("_id")] for f in BOOKABLE_FIELDS if before[f] != getattr(row, f)]
    noted(
        actor,
        "bookings.bookable_save",
        f"bookable:{row.pk}",
        row.district_id,
        now,
        name=row.name,
        changed=changed,
    )
    return row


def _own(actor: Viewer, unit_id: int) -> None:
    if not actor.is_system and unit_id not in actor.unit_ids:
        why = "只能设自己单位的时间"
        raise GuardFailed([why], {"unit_id": [why]})


def _faults(row: Bookable) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    hours, wrong = hours_read(row.hours)
    if wrong or not hours:
        fields["hours"] = wrong or ["请写每周什么时间可以约，一行一段：周一 09:00-11:30"]
    bounds = {
        "slot_minutes": (5, 480), "capacity": (1, 200), "days_ahead": (1, 90), "notice_hours": (0, 240),
        "per_month": (0, 99),
    }  # fmt: skip
    for name, (least, most) in bounds.items():
        value = getattr(row, name)
        if not isinstance(value, int) or not least <= value <= most:
            fields[name] = [f"要在 {least} 到 {most} 之间"]
    if hours and "slot_minutes" not in fields:
        longest = max(h.ends.hour * 60 + h.ends.minute - h.starts.hour * 60 - h.starts.minute for h in hours)
        if longest < row.slot_minutes:
            fields["slot_minutes"] = [f"最长的一段只有 {longest} 分钟，放不下一次"]
    if not Unit.objects.filter(pk=row.unit_id, district_id=row.district_id, is_active=True).exists():
        fields["unit_id"] = ["选的单位不在本区或已停用，请重选"]
    if row.valid_to and row.valid_to < row.valid_from:
        fields["valid_to"] = ["停用日期不能早于启用日期"]
    if (
        row.receiver_id
        and not Membership.objects.filter(person_id=row.receiver_id, unit_id=row.unit_id).exists()
    ):
        fields["receiver_id"] = ["接待人不在这个单位，请重选"]
    same = Bookable.objects.filter(district_id=row.district_id, name=row.name).exclude(pk=row.pk)
    if same.exists():
        fields["name"] = [f"已经有叫“{row.name}”的"]
    return fields


@transaction.atomic
def bookable_end(*, bookable: Bookable, actor: Viewer, reason: str, now: datetime) -> int:
    """Take an offer out of use from today; who booked a later time is told, with the reason. Return how many."""
    require(actor, "bookings.offer")
    _own(actor, bookable.unit_id)
    bookable.valid_to = local_date(now) - timedelta(days=1)
    bookable.save(update_fields=["valid_to"])
    count = _cancel_all(bookable, actor, reason, now, after=now)
    noted(actor, "bookings.bookable_end", f"bookable:{bookable.pk}", bookable.district_id, now,
           name=bookable.name, reason=reason)  # fmt: skip
    return count


@transaction.atomic
def day_set(
    *,
    bookable: Bookable,
    actor: Viewer,
    day: date,
    starts: time | None,
    ends: time | None,
    reason: str,
    now: datetime,
) -> int:
    """Close one day, or give it other hours; bookings that no longer fit are cancelled and told. Return how many."""
    require(actor, "bookings.offer")
    _own(actor, bookable.unit_id)
    fields: dict[str, list[str]] = {}
    if day < local_date(now):
        fields["day"] = ["这一天已经过了"]
    if not reason.strip():
        fields["reason"] = ["请写原因，约好的企业会看到"]
    if (starts is None) != (ends is None) or (starts and ends and starts >= ends):
        fields["ends"] = ["从几点到几点要都写，结束晚于开始；整天不开就都空着"]
    refuse(fields)
    values = {"starts": starts, "ends": ends, "reason": reason.strip()}
    OtherHours.objects.update_or_create(bookable=bookable, day=day, defaults=values)
    still = {t.starts_at for t in times_of(bookable, day, day)}
    count = _cancel_all(bookable, actor, reason, now, day=day, keep=still, after=now)
    hours = f"{starts:%H:%M}-{ends:%H:%M}" if starts and ends else "不开"
    noted(actor, "bookings.day_set", f"bookable:{bookable.pk}", bookable.district_id, now,
           day=day.isoformat(), hours=hours, reason=reason, cancelled=count)  # fmt: skip
    return count


def _cancel_all(
    bookable: Bookable, actor: Viewer, reason: str, now: datetime, *, after: datetime,
    day: date | None = None, keep: set[datetime] | None = None,
) -> int:  # fmt: skip
    rows = Booking.objects.filter(
        bookable=bookable, state__in=(Booking.State.BOOKED, Booking.State.WAITING), slot__starts_at__gt=after
    ).select_related("slot", "bookable", "enterprise")
    count = 0
    for booking in rows.filter(slot__day=day) if day else rows:
        if booking.slot.starts_at not in (keep or set()):
            booking_end(booking, Booking.State.CANCELLED, actor, reason, now)
            tell(booking, "booking_cancelled", now, reason=reason)
            count += 1
    return count

"""Reading bookings: what can be booked by whom, which times are free, and whose bookings somebody sees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from qiying.kernel.audit.clock import local_date
from qiying.kernel.bookings.models import Bookable, Booking, Slot
from qiying.kernel.bookings.slots import OtherDay, SlotTime, hours_read, slots_between
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.permissions.viewer import Viewer
from qiying.statutes.workdays import SHANGHAI, CalendarRangeError, nth_workday


@dataclass(frozen=True)
class KindRules:
    """What binds every offer of a kind beside what the offer says: names of dated parameters, empty for none."""

    workdays_ahead: str = ""  # in place of the offer's days
    per_day: str = ""  # times a day for one party, over all offers of the kind
    cancel_hours: str = ""  # who comes gives it back or moves it at least so many hours before


_kinds: dict[str, str] = {"reception": "领导接待", "window": "窗口", "room": "场地"}
_rules: dict[str, KindRules] = {}


def declare_bookable_kind(code: str, label: str, rules: KindRules | None = None) -> None:
    """Add a kind of what can be booked; raise `ValueError` when the code means something else."""
    if _kinds.setdefault(code, label) != label:
        raise ValueError(f"可预约的类别 {code} 已经是“{_kinds[code]}”")
    if rules is not None:
        _rules[code] = rules


def rule_of(bookable: Bookable, name: str, today: date) -> int:
    """Return what a rule of the kind says on a day, 0 where it says nothing."""
    parameter_name = getattr(_rules.get(bookable.kind, KindRules()), name)
    if not parameter_name:
        return 0
    return int(parameter(parameter_name, district_id=bookable.district_id, on=today))


def bookable_kinds() -> dict[str, str]:
    """Return the kinds, code → label."""
    return dict(_kinds)


@dataclass(frozen=True)
class Offer:
    """A time with the places left in it; `why_not` says why it cannot be taken now, empty when it can."""

    time: SlotTime
    left: int
    why_not: str = ""

    @property
    def is_full(self) -> bool:
        return self.left <= 0


def in_use(rows: QuerySet[Bookable], today: date) -> QuerySet[Bookable]:
    """Narrow to what can be booked on a day."""
    return rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today), valid_from__lte=today)


def bookables_for(viewer: Viewer, today: date) -> QuerySet[Bookable]:
    """Return what a person may book for himself or his enterprise, or as an officer for those who call."""
    rows = in_use(Bookable.objects.select_related("unit", "receiver"), today)
    if viewer.memberships and viewer.has("bookings.receive"):
        return rows.filter(district_id=viewer.district_id or 0)
    if not viewer.is_authenticated:
        return rows.none()
    return rows.filter(district_id=viewer.district_id or 0, is_public=True)


def bookables_managed_by(viewer: Viewer) -> QuerySet[Bookable]:
    """Return what the viewer's units offer; who sees the whole district sees all of it."""
    rows = Bookable.objects.select_related("unit", "receiver")
    mine = Q(unit_id__in=viewer.unit_ids)
    if viewer.has("bookings.district"):
        mine |= Q(district_id=viewer.district_id or 0)
    return (
        rows.filter(mine) if viewer.has("bookings.offer") or viewer.has("bookings.district") else rows.none()
    )


def may_receive(viewer: Viewer, bookable: Bookable) -> bool:
    """Tell whether the viewer receives those who book it: his unit's, or he is the receiver himself."""
    if viewer.person_id is not None and bookable.receiver_id == viewer.person_id:
        return True
    return viewer.has("bookings.receive") and bookable.unit_id in viewer.unit_ids


def bookings_visible_to(viewer: Viewer) -> QuerySet[Booking]:
    """Return the bookings one made, those of one's enterprises, and those one's units receive."""
    if not viewer.is_authenticated or viewer.person_id is None:
        return Booking.objects.none()
    mine = Q(person_id=viewer.person_id) | Q(enterprise_id__in=viewer.enterprise_ids)
    mine |= Q(bookable__receiver_id=viewer.person_id)
    if viewer.has("bookings.receive"):
        mine |= Q(bookable__unit_id__in=viewer.unit_ids)
    if viewer.has("bookings.district"):
        mine |= Q(district_id=viewer.district_id or 0)
    return Booking.objects.filter(mine).select_related(
        "slot", "bookable__unit", "enterprise", "moved_to__slot"
    )


def own_bookings(viewer: Viewer) -> QuerySet[Booking]:
    """Return the bookings of the viewer and his enterprises, as who comes."""
    mine = Q(person_id=viewer.person_id or 0) | Q(enterprise_id__in=viewer.enterprise_ids)
    return Booking.objects.filter(mine).select_related("slot", "bookable__unit", "enterprise")


def day_bookings(viewer: Viewer, day: date) -> QuerySet[Booking]:
    """Return who comes on a day to those the viewer receives, in their order."""
    mine = Q(bookable__receiver_id=viewer.person_id or 0)
    if viewer.has("bookings.receive"):
        mine |= Q(bookable__unit_id__in=viewer.unit_ids)
    if viewer.has("bookings.district"):
        mine |= Q(district_id=viewer.district_id or 0)
    rows = Booking.objects.filter(mine, slot__day=day).exclude(state=Booking.State.CANCELLED)
    return rows.select_related("slot", "bookable__unit", "enterprise").order_by(
        "slot__starts_at", "bookable__name", "id"
    )


def times_of(bookable: Bookable, first: date, last: date) -> list[SlotTime]:
    """Return the times of something between two days, by its hours, its other days and the calendar."""
    week, _ = hours_read(bookable.hours)
    rows = bookable.other_hours.filter(day__range=(first, last))
    others = [OtherDay(o.day, o.starts, o.ends) for o in rows]
    first = max(first, bookable.valid_from)
    last = min(last, bookable.valid_to) if bookable.valid_to else last
    calendar = calendar_for(bookable.district_id)
    return slots_between(
        first, last, week=week, minutes=bookable.slot_minutes, calendar=calendar, others=others
    )


def offers_of(bookable: Bookable, now: datetime) -> list[Offer]:
    """Return the times that can be booked from now on, full ones included; two queries."""
    today = local_date(now)
    times = times_of(bookable, today, _last_day(bookable, today))
    taken = dict(Slot.objects.filter(bookable=bookable, day__gte=today).values_list("starts_at", "taken"))
    return [
        Offer(t, bookable.capacity - taken.get(t.starts_at, 0), too_late(bookable, t, now)) for t in times
    ]


def _last_day(bookable: Bookable, today: date) -> date:
    """Return the last day that can be booked today."""
    workdays = rule_of(bookable, "workdays_ahead", today)
    if not workdays:
        return today + timedelta(days=bookable.days_ahead)
    try:
        return nth_workday(today, workdays, calendar_for(bookable.district_id))
    except CalendarRangeError:
        return today


def too_late(bookable: Bookable, time: SlotTime, now: datetime) -> str:
    """Return why a time can no longer be booked, in words, or nothing."""
    if time.starts_at <= now:
        return "时间已经过了"
    if time.starts_at < now + timedelta(hours=bookable.notice_hours):
        return f"要提前 {bookable.notice_hours} 小时约"
    return ""


def free_words(offers: Iterable[Offer], most: int = 3) -> str:
    """Return the next free times in words, for who chose a full one."""
    free = [o.time for o in offers if not o.is_full and not o.why_not][:most]
    return "、".join(time_words(t.starts_at) for t in free)


def time_words(at: datetime) -> str:
    """Return a time as people say it: 12月3日 周四 09:30."""
    local = at.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日 周{'一二三四五六日'[local.weekday()]} {local:%H:%M}"


def place_in_queue(booking: Booking) -> int:
    """Return which one in the queue a waiting booking is, from 1."""
    ahead = Booking.objects.filter(slot_id=booking.slot_id, state=Booking.State.WAITING, pk__lt=booking.pk)
    return ahead.count() + 1

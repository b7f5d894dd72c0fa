"""What waits because of bookings, and where they stand in the navigation."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse

from qiying.kernel.bookings.models import Booking
from qiying.kernel.bookings.selectors import bookings_visible_to, own_bookings, time_words
from qiying.kernel.organisations.linked import offer_linked
from qiying.kernel.organisations.offers import offer_nav, offer_way
from qiying.kernel.organisations.waiting import Item, Source, declare_waiting
from qiying.kernel.permissions.viewer import Viewer

MARK_DAYS = 30


def _who(row: Booking) -> str:
    return row.enterprise.name if row.enterprise else row.contact_name


def _to_go(row: Booking) -> Item:
    url = reverse("bookings:booking", args=[row.code])
    return Item(row.bookable.name, url, row.bookable.place, time_words(row.slot.starts_at), day=row.slot.day)


def _to_mark(row: Booking) -> Item:
    url = reverse("bookings:booking", args=[row.code])
    return Item(
        f"{_who(row)}：{row.matter}", url, row.bookable.name, time_words(row.slot.starts_at), day=row.slot.day
    )


def to_go(viewer: Viewer, today: date) -> Source | None:
    """Return where the viewer is expected from today on."""
    rows = own_bookings(viewer).filter(state=Booking.State.BOOKED, slot__day__gte=today)
    return Source(rows, _to_go, reverse("bookings:home"), "slot__day", order=("slot__starts_at", "pk"))


def to_receive(viewer: Viewer, today: date) -> Source | None:
    """Return who comes today, and who came on earlier days without a note of it; each has its day."""
    mine = Q(bookable__receiver_id=viewer.person_id)
    if viewer.has("bookings.receive"):
        mine |= Q(bookable__unit_id__in=viewer.unit_ids, bookable__receiver__isnull=True)
    elif not viewer.memberships:
        return None
    span = (today - timedelta(days=MARK_DAYS), today)
    rows = Booking.objects.filter(mine, state=Booking.State.BOOKED, slot__day__range=span)
    rows = rows.select_related("slot", "bookable", "enterprise")
    return Source(rows, _to_mark, reverse("bookings:day"), "slot__day", order=("slot__starts_at", "pk"))


offer_way("bookings", "约时间", "bookings:home", "calendar", 30, for_all=True)
declare_waiting("bookings_to_go", "您约好的时间", to_go, order=8)
declare_waiting("bookings_to_receive", "约了您的企业", to_receive, order=22)
OFFERS = ("desk", "liaison", "leader", "utility_handler")
offer_nav("bookings", "预约接待", "bookings:day", (*OFFERS, "handler", "utility_head"), 60, group="today")
offer_nav("bookables", "可预约时间", "bookings:places", OFFERS, 60, group="service")
offer_linked(
    "booking", bookings_visible_to, "bookings:booking", lambda b: f"{b.bookable} {time_words(b.slot)}", "code"
)

"""Pages of bookings: choose a time and book it on a phone, see who comes on a desk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from qiying.kernel.bookings.calendars import calendar_of
from qiying.kernel.bookings.forms import BookingForm, ReasonForm
from qiying.kernel.bookings.models import Booking, Feed
from qiying.kernel.bookings.selectors import (
    Offer,
    bookable_kinds,
    bookables_for,
    bookings_visible_to,
    day_bookings,
    may_receive,
    offers_of,
    own_bookings,
    place_in_queue,
    time_words,
)
from qiying.kernel.bookings.services.booking import (
    booking_cancel,
    booking_make,
    booking_mark,
    booking_move,
    booking_reveal,
    feed_take,
)
from qiying.kernel.enterprises.acting import acting_enterprise_id
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.viewers import viewer_for
from qiying.kernel.organisations.models import Person
from qiying.kernel.organisations.pages import act_page, page, signed_in, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.ui.given import day as read_day

ICS = "text/calendar; charset=utf-8"
FEED_DAYS = 60


@signed_in
@require_GET
def home(request: ViewerRequest) -> HttpResponse:
    """Show one's own bookings and what can be booked."""
    mine = own_bookings(request.viewer).order_by("-slot__starts_at")[:30]
    coming = [
        b for b in mine if b.is_live and b.slot.day >= request.today
    ]  # today's wait on the home all day
    offered = bookables_for(request.viewer, request.today).order_by("kind", "unit__sort_order", "name", "id")
    labels = bookable_kinds()
    context = {
        "coming": sorted(coming, key=lambda b: b.slot.starts_at),
        "past": [b for b in mine if b not in coming],
        "kinds": [
            (labels.get(kind, kind), list(rows)) for kind, rows in groupby(offered[:200], lambda b: b.kind)
        ],
        "feed": Feed.objects.filter(person_id=request.viewer.person_id or 0).first(),
        "receives": request.viewer.has("bookings.receive"),
    }
    return page(request, "bookings/home.html", context)


def _days(offers: Iterable[Offer]) -> list[dict[str, Any]]:
    """Return the times by day, each day with how many are free."""
    found = []
    for day, rows in groupby(offers, lambda o: o.time.day):
        times = list(rows)
        free = sum(1 for o in times if not o.is_full and not o.why_not)
        found.append({"day": day, "offers": times, "free": free})
    return found


@signed_in
@require_GET
def choose(request: ViewerRequest, bookable_id: int) -> HttpResponse:
    """Show the times of something; with `?move=` the booking that moves there."""
    found = fetch_or_404(bookables_for(request.viewer, request.today), pk=bookable_id)
    moving = None
    if code := request.GET.get("move"):
        moving = fetch_or_404(bookings_visible_to(request.viewer), code=code[:12], bookable=found)
    days = _days(offers_of(found, request.now))
    context = {
        "bookable": found,
        "days": days,
        "is_free": any(d["free"] for d in days),
        "moving": moving,
        "kind": bookable_kinds().get(found.kind, found.kind),
    }
    return page(request, "bookings/choose.html", context)


@signed_in
def book(request: ViewerRequest, bookable_id: int) -> HttpResponse:
    """Ask who comes and what for, then book the time in `?at=`."""
    found = fetch_or_404(bookables_for(request.viewer, request.today), pk=bookable_id)
    at = _moment(request.GET.get("at"))
    back = reverse("bookings:choose", args=[found.pk])
    person = Person.objects.get(pk=request.viewer.person_id or 0)
    receives = may_receive(request.viewer, found)
    start = {} if receives else {"contact_name": person.name, "contact_phone": person.phone or ""}
    acting = acting_enterprise_id(request, request.viewer)
    own = Enterprise.objects.filter(pk__in=request.viewer.enterprise_ids).order_by("name")
    form = BookingForm(
        request.POST or None,
        own=list(own.values_list("pk", "name")),
        district_id=found.district_id,
        receives=receives,
        initial={**start, "enterprise_id": acting},
    )

    def run(data: dict[str, Any]) -> str:
        made = booking_make(bookable=found, starts_at=at, actor=request.viewer, now=request.now, **data)
        waits = made.state == Booking.State.WAITING
        messages.success(request, "排上候补了，轮到您会通知。" if waits else "约好了。")
        return reverse("bookings:booking", args=[made.code])

    sentence = f"{found.name} · {time_words(at)} · {found.place}"
    return act_page(
        request, form, title="填一下就约好", submit="约这个时间", back_url=back, run=run, sentence=sentence
    )


def _moment(text: object) -> datetime:
    """Return the instant in an address; anything unreadable is 404."""
    try:
        found = datetime.fromisoformat(str(text or "")[:40].replace(" ", "+"))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Http404("没有这个时间")
    return found


def _visible(request: ViewerRequest, code: str) -> Booking:
    return fetch_or_404(bookings_visible_to(request.viewer), code=code[:12])


@signed_in
@require_GET
def booking(request: ViewerRequest, code: str) -> HttpResponse:
    """Show one booking, for who comes and for who receives."""
    return _booking_page(request, _visible(request, code))


def _booking_page(request: ViewerRequest, found: Booking, number: str = "") -> HttpResponse:
    receives = may_receive(request.viewer, found.bookable)
    own = found.person_id == request.viewer.person_id or found.enterprise_id in request.viewer.enterprise_ids
    context = {
        "booking": found,
        "receives": receives,
        "own": own,
        "number": found.contact_phone if own else number,
        "may_change": found.is_live and not found.has_begun(request.now),
        "may_mark": receives and found.state in ("booked", "attended", "missed"),
        "has_begun": found.has_begun(request.now),
        "queue": place_in_queue(found) if found.state == Booking.State.WAITING else 0,
    }
    return page(request, "bookings/booking.html", context)


@signed_in
def cancel(request: ViewerRequest, code: str) -> HttpResponse:
    """Ask why, then give the place back."""
    found = _visible(request, code)

    def run(data: dict[str, Any]) -> None:
        booking_cancel(booking=found, actor=request.viewer, reason=data["reason"], now=request.now)

    return act_page(
        request,
        ReasonForm(request.POST or None),
        title="取消预约",
        submit="取消这个预约",
        back_url=reverse("bookings:booking", args=[found.code]),
        run=run,
        sentence=f"{found.bookable.name} · {time_words(found.slot.starts_at)}",
        done="取消了。",
        is_serious=True,
    )


@signed_in
@require_POST
def move(request: ViewerRequest, code: str) -> HttpResponse:
    """Take another time; when that is gone the times are shown again with the reason."""
    found = _visible(request, code)
    try:
        new = booking_move(
            booking=found, starts_at=_moment(request.POST.get("at")), actor=request.viewer, now=request.now
        )
    except GuardFailed as refused:
        messages.error(request, "；".join(refused.reasons))
        return HttpResponseRedirect(
            f"{reverse('bookings:choose', args=[found.bookable_id])}?move={found.code}"
        )
    messages.success(request, "改好了。")
    return HttpResponseRedirect(reverse("bookings:booking", args=[new.code]))


@signed_in
@require_POST
def mark(request: ViewerRequest, code: str) -> HttpResponse:
    """Note that they came or did not."""
    found = _visible(request, code)
    booking_mark(
        booking=found, actor=request.viewer, has_come=request.POST.get("come") == "yes", now=request.now
    )
    if request.POST.get("back") == "day":
        return HttpResponseRedirect(f"{reverse('bookings:day')}?on={found.slot.day:%Y-%m-%d}")
    return HttpResponseRedirect(reverse("bookings:booking", args=[found.code]))


@signed_in
@require_POST
def phone(request: ViewerRequest, code: str) -> HttpResponse:
    """Show the whole number once; the look is recorded."""
    found = _visible(request, code)
    return _booking_page(request, found, booking_reveal(booking=found, actor=request.viewer, now=request.now))


@visible_with("bookings.receive", "bookings.district")
@require_GET
def day(request: ViewerRequest) -> HttpResponse:
    """Show who comes on a day, in order, with what is left to note."""
    on = read_day(request.GET.get("on")) or request.today
    rows = list(day_bookings(request.viewer, on)[:500])
    begun = [b for b in rows if b.has_begun(request.now)]
    context = {
        "on": on,
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1),
        "rows": [(b, may_receive(request.viewer, b.bookable), b.has_begun(request.now)) for b in rows],
        "count": sum(1 for b in rows if b.state != Booking.State.WAITING),
        "unmarked": sum(1 for b in begun if b.state == Booking.State.BOOKED),
    }
    return page(request, "bookings/day.html", context)


@signed_in
@require_GET
def event_file(request: ViewerRequest, code: str) -> HttpResponse:
    """Hand out one booking as a calendar file."""
    found = _visible(request, code)
    receives = may_receive(request.viewer, found.bookable)
    body = calendar_of([found], title="预约", host=request.get_host(), receives=receives, now=request.now)
    return HttpResponse(
        body, content_type=ICS, headers={"Content-Disposition": f'attachment; filename="{found.code}.ics"'}
    )


@signed_in
@require_POST
def feed(request: ViewerRequest) -> HttpResponse:
    """Give the viewer a new calendar address; the old one stops."""
    feed_take(person_id=request.viewer.person_id or 0, now=request.now)
    messages.success(request, "日历地址换好了，以前的不能再用。")
    return HttpResponseRedirect(reverse("bookings:home") + "#calendar")


@require_GET
def feed_file(request: ViewerRequest, token: str) -> HttpResponse:
    """Return a person's calendar behind his secret address: those who come to him, and where he goes."""
    found = fetch_or_404(
        Feed.objects.select_related("person").filter(person__is_active=True), token=token[:43]
    )
    viewer = viewer_for(found.person, request.today)
    since = request.today - timedelta(days=FEED_DAYS)
    rows = bookings_visible_to(viewer).filter(slot__day__gte=since).exclude(state=Booking.State.CANCELLED)
    body = calendar_of(
        rows.order_by("slot__starts_at")[:1000],
        title=f"{found.person.name}的预约",
        host=request.get_host(),
        receives=bool(viewer.memberships),
        now=request.now,
    )
    response = HttpResponse(body, content_type=ICS)
    response["Cache-Control"] = "private, no-store"
    return response

"""Pages of who comes: the hall on a phone, one's own number, the self-service page, and the screen of the hall."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from qiying.capabilities.service_centre.forms.tickets import KioskForm, PhoneForm
from qiying.capabilities.service_centre.models import LIVE, Hall, Ticket, Zone
from qiying.capabilities.service_centre.selectors import hall as halls
from qiying.capabilities.service_centre.selectors import tickets as reads
from qiying.capabilities.service_centre.services.codes import Machine, enterprise_by_code
from qiying.capabilities.service_centre.services.tickets import ticket_arrive, ticket_leave, ticket_take
from qiying.capabilities.service_centre.views.watching import given_by, watched
from qiying.kernel.bookings.models import Bookable, Booking
from qiying.kernel.bookings.selectors import in_use, own_bookings
from qiying.kernel.documents.letter_pdf import qr_svg
from qiying.kernel.enterprises.acting import acting_enterprise_id
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.offers import provided
from qiying.kernel.organisations.pages import page, signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.throttle import Limit, attempt, keyed_digest
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.ui.given import whole

PHONE = {"base": "ui/phone.html"}
KIOSK_MOST = 600
"""Numbers a self-service page may give in an hour; more is no hall but a machine."""


# --- the hall on a phone -------------------------------------------------------------------------
def _here(request: ViewerRequest) -> Hall | None:
    """Return the hall of the viewer's district, of the district asked for, or the only one there is."""
    if (found := halls.hall_of(request.viewer.district_id)) is not None:
        return found
    rows = Hall.objects.select_related("district", "unit")
    if code := request.GET.get("district", "")[:20]:
        return rows.filter(district__code=code).first()
    only = list(rows[:2])
    return only[0] if len(only) == 1 else None


@never_cache
@require_GET
def home(plain: HttpRequest) -> HttpResponse:
    """Show how long each zone takes now, what can be booked, and whom to turn to; without sign-in."""
    request = cast(ViewerRequest, plain)
    hall = _here(request)
    if hall is None:
        return page(request, "hall/home.html", {**PHONE, "back_url": "/"})
    today, district_id = request.today, hall.district_id
    zones = list(halls.zones_of(district_id))
    offered = in_use(Bookable.objects.filter(district_id=district_id, is_public=True), today)
    times = {b.subject: b for b in offered.filter(subject__in=[z.subject for z in zones])}
    signed = request.viewer.is_authenticated
    due = own_bookings(request.viewer).filter(
        bookable__kind="hall", slot__day=today, state=Booking.State.BOOKED
    )
    context = {
        **PHONE,
        "back_url": "/",
        "hall": hall,
        "opening": halls.hall_open(hall, request.now),
        "next_words": halls.next_open_words(hall, request.now),
        "lines": [
            (line, times.get(line.zone.subject))
            for line in reads.lines_of([z for z in zones if z.kind == Zone.Kind.WINDOWS], today)
        ],
        "talks": [(z, times.get(z.subject)) for z in zones if z.kind == Zone.Kind.TALK],
        "mine": reads.own_tickets(request.viewer, today).filter(state__in=LIVE) if signed else (),
        "due": due if signed else (),
        "chiefs": halls.chiefs_on(district_id, today),
    }
    return page(request, "hall/home.html", context)


@never_cache
@signed_in
def take(request: ViewerRequest) -> HttpResponse:
    """Take a number on one's own phone, for the enterprise one acts for or for oneself."""
    hall = halls.hall_of(request.viewer.district_id)
    if hall is None:
        raise Http404("这里还没有服务大厅")
    form = PhoneForm(
        request.POST or None,
        district_id=hall.district_id,
        initial={"zone": whole(request.GET.get("zone"))},
    )
    acting = acting_enterprise_id(request, request.viewer)
    firm = Enterprise.objects.filter(pk=acting or 0, district_id=hall.district_id).first()
    given: dict[str, Any] = {
        "way": Ticket.Way.PHONE,
        "actor": request.viewer,
        "enterprise": firm,
        "now": request.now,
    }
    if taken := given_by(form, lambda data: ticket_take(**data, **given)):
        return HttpResponseRedirect(reverse("service_centre:ticket", args=[taken.token]))
    context = {
        **PHONE,
        "hall": hall,
        "form": form,
        "firm": firm,
        "items": halls.item_names(hall.district_id, request.today),
        "back_url": reverse("service_centre:home"),
    }
    return page(request, "hall/take.html", context, 422 if form.errors else None)


@require_POST
@signed_in
def arrive(request: ViewerRequest, code: str) -> HttpResponse:
    """Say on one's own phone that one is there: the booking becomes a number."""
    booking = fetch_or_404(own_bookings(request.viewer), code=code[:12])
    try:
        ticket = ticket_arrive(booking=booking, actor=request.viewer, now=request.now)
    except ActionNotAvailable as refused:
        messages.warning(request, refused.message)
        return HttpResponseRedirect(reverse("service_centre:home"))
    return HttpResponseRedirect(reverse("service_centre:ticket", args=[ticket.token]))


# --- one's own number ----------------------------------------------------------------------------
def _ticket(token: str) -> Ticket:
    return fetch_or_404(Ticket.objects.select_related("zone", "window", "district"), token=token[:22])


def _standing(ticket: Ticket, today: date) -> dict[str, Any]:
    context: dict[str, Any] = {"ticket": ticket}
    if ticket.state == Ticket.State.WAITING:
        ahead = reads.ahead_of(ticket)
        context |= {
            "ahead": ahead,
            "words": reads.paces([ticket.zone], ticket.day)[ticket.zone_id].words(ahead),
        }
    rating = provided("rating_link")
    if ticket.state == Ticket.State.DONE and rating:
        context["rating_url"] = rating(ticket.subject, ticket.party_key, today)
    return context


@never_cache
@require_GET
def ticket(plain: HttpRequest, token: str) -> HttpResponse:
    """Show one's number, who is before, and where to go; behind the secret of the ticket, without sign-in."""
    request, found = cast(ViewerRequest, plain), _ticket(token)
    if "look" in request.GET:
        version, parts = reads.version_of(found.district_id), (found.pk, found.state)
        return watched(request, version, "hall/_ticket.html", lambda: _standing(found, request.today), *parts)
    context = {**PHONE, **_standing(found, request.today), "back_url": reverse("service_centre:home")}
    return page(request, "hall/ticket.html", context)


@require_POST
def leave(plain: HttpRequest, token: str) -> HttpResponse:
    """Give one's number up, so that nobody waits for it."""
    request = cast(ViewerRequest, plain)
    found = _ticket(token)
    try:
        ticket_leave(actor=request.viewer, ticket=found, now=request.now, is_own=True)
    except ActionNotAvailable as refused:
        messages.warning(request, refused.message)
    return HttpResponseRedirect(reverse("service_centre:ticket", args=[found.token]))


# --- in the hall ---------------------------------------------------------------------------------
def kiosk_key(hall: Hall) -> str:
    """Return the secret in the address of the hall's self-service page; it opens nothing else."""
    return keyed_digest("hall_kiosk", str(hall.pk))[:20]


def _hall(code: str) -> Hall:
    return fetch_or_404(Hall.objects.select_related("district"), district__code=code)


@never_cache
def kiosk(plain: HttpRequest, code: str, key: str) -> HttpResponse:
    """Give numbers where nobody helps: choose what for, show the enterprise code or type a phone number."""
    request = cast(ViewerRequest, plain)
    hall = _hall(code)
    if key != kiosk_key(hall):
        raise Http404("没有这一页")
    zones = list(halls.zones_of(hall.district_id, Zone.Kind.WINDOWS))
    zone = next((z for z in zones if z.pk == whole(request.GET.get("zone"))), None)
    form = KioskForm(request.POST or None)
    given = given_by(form, partial(_given, request, hall, zone)) if zone is not None else None
    context: dict[str, Any] = {"hall": hall, "zone": zone, "form": form, "here": request.path}
    if given is not None:
        url = request.build_absolute_uri(reverse("service_centre:ticket", args=[given.token]))
        context |= {**_standing(given, request.today), "qr": qr_svg(url)}
    elif zone is None:
        context |= {
            "lines": reads.lines_of(zones, request.today),
            "opening": halls.hall_open(hall, request.now),
        }
        context["next_words"] = halls.next_open_words(hall, request.now)
    return page(request, "hall/kiosk.html", context, 422 if form.errors else None)


def _given(request: ViewerRequest, hall: Hall, zone: Zone, data: dict[str, Any]) -> Ticket:
    limit = Limit("hall_kiosk", str(hall.pk), KIOSK_MOST, timedelta(hours=1))
    if exceeded := attempt([limit], at=request.now):
        raise GuardFailed([f"取得太快了，过 {exceeded.words}再取，或者到导办台"])
    machine = Machine(district_id=hall.district_id)
    firm = enterprise_by_code(data["code"], viewer=machine, now=request.now)
    return ticket_take(
        zone=zone, way=Ticket.Way.SELF, actor=request.viewer, phone=data["phone"], enterprise=firm,
        by_code=firm is not None, now=request.now,
    )  # fmt: skip


@require_GET
def screen(plain: HttpRequest, code: str) -> HttpResponse:
    """Show on the wall who is called where, and how many wait; numbers only, read out when they are called."""
    request, hall = cast(ViewerRequest, plain), _hall(code)
    zone = whole(request.GET.get("zone")) or 0

    def read() -> dict[str, Any]:
        board = reads.board_of(hall, request.today, zone)
        return {"board": board, "say": board.say}

    if "look" in request.GET:
        known = (
            zone if zone == 0 or Zone.objects.filter(pk=zone, district_id=hall.district_id).exists() else -1
        )
        return watched(request, hall.version, "hall/_board.html", read, hall.pk, known, is_shared=True)
    return page(request, "hall/screen.html", {"hall": hall, "zone": zone, **read()})


urlpatterns = [
    path("hall/", home, name="home"),
    path("hall/take/", take, name="take"),
    path("hall/arrive/<str:code>/", arrive, name="arrive"),
    path("hall/t/<str:token>/", ticket, name="ticket"),
    path("hall/t/<str:token>/leave/", leave, name="leave"),
    path("hall/at/<str:code>/screen/", screen, name="screen"),
    path("hall/at/<str:code>/kiosk/<str:key>/", kiosk, name="kiosk"),
]

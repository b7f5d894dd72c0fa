"""Pages of the hall's staff: the guide desk, and the window with one key for each thing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from qiying.capabilities.service_centre.forms.tickets import DeskForm, HandForm
from qiying.capabilities.service_centre.models import LIVE, Hall, Ticket, Window, Zone
from qiying.capabilities.service_centre.selectors import hall as halls
from qiying.capabilities.service_centre.selectors import tickets as reads
from qiying.capabilities.service_centre.services import hall as seats
from qiying.capabilities.service_centre.services import tickets as queue
from qiying.capabilities.service_centre.services.codes import enterprise_by_code
from qiying.capabilities.service_centre.services.serving import window_serve
from qiying.capabilities.service_centre.views.queue import kiosk_key
from qiying.capabilities.service_centre.views.watching import given_by, watched
from qiying.kernel.bookings.models import Booking
from qiying.kernel.documents.letter_pdf import qr_svg
from qiying.kernel.enterprises.codes import just_scanned, was_scanned
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.offers import provided
from qiying.kernel.organisations.pages import page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.ui.given import whole

GUIDES, SERVES = "service_centre.guide", "service_centre.window"
SHOWN = 12
STEP_WORDS = {"recall": "又叫了一遍", "start": "开始办", "finish": "办完了", "pass": "过号了"}
State = Ticket.State


# --- the guide desk ------------------------------------------------------------------------------
def _desk_state(request: ViewerRequest, hall: Hall) -> dict[str, Any]:
    """Return what changes at the desk: queues, who was passed over, who has booked, who is on duty."""
    day = Ticket.objects.filter(district_id=hall.district_id, day=request.today)
    zones = list(halls.zones_of(hall.district_id, Zone.Kind.WINDOWS))
    due = Booking.objects.filter(
        district_id=hall.district_id,
        bookable__kind="hall",
        slot__day=request.today,
        state=Booking.State.BOOKED,
    )
    windows = list(halls.windows_of(hall.district_id))
    serving = {t.window_id: t for t in day.filter(state__in=(State.CALLED, State.SERVING))}
    return {
        "lines": reads.lines_of(zones, request.today),
        "passed": day.filter(state=State.PASSED).select_related("zone").order_by("called_at"),
        "due": due.select_related("slot", "bookable", "enterprise").order_by("slot__starts_at")[:SHOWN],
        "windows": [(w, serving.get(w.pk)) for w in windows],
        "duties": halls.on_duty(hall.district_id, request.now),
        "served": day.filter(state=State.DONE).count(),
        "taken": day.count(),
    }


@never_cache
@visible_with(GUIDES)
def desk(request: ViewerRequest) -> HttpResponse:
    """Take numbers for who comes, and see the whole hall."""
    hall = halls.hall_of(request.viewer.district_id)
    if hall is None:
        return page(request, "hall/desk.html", {"hall": None})
    if "look" in request.GET:
        return watched(request, hall.version, "hall/_desk.html", lambda: _desk_state(request, hall), "desk")
    scanned = Enterprise.objects.filter(
        district_id=hall.district_id, pk=whole(request.GET.get("enterprise")) or 0
    )
    numbered = reads.tickets_visible_to(request.viewer).filter(day=request.today)
    start = {"enterprise": scanned.values_list("name", flat=True).first() or ""}
    form = DeskForm(request.POST or None, district_id=hall.district_id, initial=start)
    if given := given_by(form, partial(_given, request)):
        messages.success(request, f"{given.number}，{given.zone.name}。")
        return HttpResponseRedirect(f"{request.path}?given={given.number}")
    context = {
        **_desk_state(request, hall),
        "hall": hall,
        "form": form,
        "items": halls.item_names(hall.district_id, request.today),
        "opening": halls.hall_open(hall, request.now),
        "next_words": halls.next_open_words(hall, request.now),
        "kiosk_url": reverse("service_centre:kiosk", args=[hall.district.code, kiosk_key(hall)]),
        "given": numbered.filter(number=request.GET.get("given", "")[:8]).first(),
    }
    return page(request, "hall/desk.html", context, 422 if form.errors else None)


def _given(request: ViewerRequest, data: dict[str, Any]) -> Ticket:
    firm = enterprise_by_code(data.pop("code"), viewer=request.viewer, now=request.now)
    named = data.pop("enterprise")
    return queue.ticket_take(
        way=Ticket.Way.DESK, actor=request.viewer, enterprise=firm or named, now=request.now,
        by_code=was_scanned(firm or named, request.viewer, request.now), **data,
    )  # fmt: skip


@require_POST
@visible_with(GUIDES)
def desk_arrive(request: ViewerRequest, code: str) -> HttpResponse:
    """Give who booked his number."""
    rows = Booking.objects.filter(district_id=request.viewer.district_id or 0)
    booking = fetch_or_404(rows.select_related("bookable", "slot"), code=code[:12])
    given: dict[str, Any] = {"booking": booking, "actor": request.viewer, "now": request.now}
    return _done(request, lambda: f"{queue.ticket_arrive(**given).number}。")


def _done(request: ViewerRequest, run: Callable[[], str], back: str = "") -> HttpResponse:
    """Do something and say what came of it, or why it could not be done."""
    try:
        messages.success(request, run())
    except (ActionNotAvailable, NotPermitted) as refused:
        messages.warning(request, refused.message)
    except GuardFailed as refused:
        messages.warning(request, "；".join(refused.reasons))
    return HttpResponseRedirect(back or reverse("service_centre:desk"))


# --- the window ----------------------------------------------------------------------------------
@never_cache
@require_GET
@visible_with(SERVES)
def windows(request: ViewerRequest) -> HttpResponse:
    """Choose the window to sit at; who sits at one goes there."""
    rows = halls.windows_served_by(request.viewer, request.now)
    if (mine := rows.filter(officer_id=request.viewer.person_id or 0).first()) and "all" not in request.GET:
        return HttpResponseRedirect(reverse("service_centre:window", args=[mine.number]))
    duties = {d.window_id for d in halls.on_duty(request.viewer.district_id or 0, request.now)
              if d.person_id == request.viewer.person_id}  # fmt: skip
    shown = sorted(((w, w.pk in duties) for w in rows), key=lambda pair: (not pair[1], pair[0].number))
    return page(request, "hall/windows.html", {"rows": shown})


def _window(request: ViewerRequest, number: int) -> Window:
    return fetch_or_404(halls.windows_served_by(request.viewer, request.now), number=number)


def _queue(request: ViewerRequest, window: Window) -> dict[str, Any]:
    """Return what changes at a window besides who stands there: who waits, who was passed over, today's count."""
    line = reads.queue_at(window, request.today).select_related("enterprise")
    day = Ticket.objects.filter(day=request.today, zone_id=window.zone_id)
    return {
        "window": window,
        "queue": list(line[:SHOWN]),
        "waiting": line.count(),
        "passed": day.filter(state=State.PASSED).order_by("called_at"),
        "done": Ticket.objects.filter(
            day=request.today, officer_id=request.viewer.person_id or 0, state=State.DONE
        ).count(),
        "sits": window.officer_id == request.viewer.person_id,
    }


@never_cache
@require_GET
@visible_with(SERVES)
def window(request: ViewerRequest, number: int) -> HttpResponse:
    """Show who stands at the window, who is next, and everything that can be done, each with its key."""
    found = _window(request, number)
    if "look" in request.GET:
        parts = (found.pk, request.viewer.person_id)
        version = reads.version_of(found.district_id)
        return watched(request, version, "hall/_queue.html", lambda: _queue(request, found), *parts)
    current = reads.current_at(found)
    context = {**_queue(request, found), "current": current, "hand": HandForm(None, window=found)}
    return page(request, "hall/window.html", context)


@never_cache
@visible_with(SERVES)
def serve(request: ViewerRequest, enterprise_id: int) -> HttpResponse:
    """Serve an enterprise that was scanned at the window one sits at; the page asks, a tap does it."""
    firm = just_scanned(request.viewer, enterprise_id, request.now)
    sits = halls.windows_served_by(request.viewer, request.now).filter(
        officer_id=request.viewer.person_id or 0
    )
    found = sits.first()
    if request.method == "POST" and found is not None:
        given: dict[str, Any] = {"actor": request.viewer, "window": found, "now": request.now}

        def run() -> str:
            served = window_serve(enterprise=firm, **given)
            return f"{served.number} {firm.label}，{served.get_state_display()}。"

        return _done(request, run, reverse("service_centre:window", args=[found.number]))
    day = Ticket.objects.filter(enterprise=firm, day=request.today, state__in=LIVE).select_related("zone")
    return page(request, "hall/serve.html", {"firm": firm, "window": found, "tickets": list(day)})


@require_POST
@visible_with(SERVES)
def window_card(request: ViewerRequest, number: int) -> HttpResponse:
    """Make the card to print and stand on the window: whoever scans it rates the window, not a person."""
    found = _window(request, number)
    place = provided("rating_place")
    where = f"{found.number} 号窗口"
    url = place(unit_id=found.unit_id, name=str(found), where=where, now=request.now) if place else ""
    qr = qr_svg(request.build_absolute_uri(url)) if url else ""
    return page(request, "hall/card.html", {"window": found, "qr": qr})


@require_POST
@visible_with(SERVES)
def window_act(request: ViewerRequest, number: int, act: str) -> HttpResponse:
    """Do one thing at the window."""
    found = _window(request, number)
    given: dict[str, Any] = {"actor": request.viewer, "window": found, "now": request.now}

    def call_next() -> str:
        called = queue.ticket_call_next(**given)
        return f"叫了 {called.number}。" if called else "没有人在等。"

    def call() -> str:
        rows = Ticket.objects.filter(zone_id=found.zone_id, state__in=LIVE)
        ticket = fetch_or_404(rows, pk=whole(request.POST.get("ticket")) or 0)
        return f"叫了 {queue.ticket_call(ticket=ticket, **given).number}。"

    def hand() -> str:
        form = HandForm(request.POST, window=found)
        if not form.is_valid():
            raise GuardFailed(["请选转到哪里"])
        moved = queue.ticket_hand(reason=form.cleaned_data["reason"], **form.target(), **given)
        return f"{moved.number} 转过去了，不用重新排队。"

    def step(words: str) -> str:
        result = str(request.POST.get("result", ""))[:200]
        return f"{queue.ticket_step(step=act, result=result, **given).number} {words}。"

    def pause() -> str:
        reason = str(request.POST.get("reason", ""))
        return "暂停了。" if seats.window_pause(reason=reason, **given).pause else "恢复叫号了。"

    acts: dict[str, Callable[[], str]] = {
        "open": lambda: f"{seats.window_open(**given).number} 号窗口开了。",
        "close": lambda: f"{seats.window_close(**given).number} 号窗口收了。",
        "pause": pause,
        "next": call_next,
        "call": call,
        "hand": hand,
        **{name: partial(step, words) for name, words in STEP_WORDS.items()},
    }
    if act not in acts:
        raise Http404("没有这个动作")
    return _done(request, acts[act], reverse("service_centre:window", args=[number]))


urlpatterns = [
    path("hall/desk/", desk, name="desk"),
    path("hall/desk/arrive/<str:code>/", desk_arrive, name="desk_arrive"),
    path("hall/window/", windows, name="my_windows"),
    path("hall/window/<int:number>/", window, name="window"),
    path("hall/serve/<int:enterprise_id>/", serve, name="serve"),
    path("hall/window/<int:number>/card/", window_card, name="window_card"),
    path("hall/window/<int:number>/<slug:act>/", window_act, name="window_act"),
]

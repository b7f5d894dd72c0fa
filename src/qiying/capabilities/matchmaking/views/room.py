"""On the phone: one's home of matchmaking, the code shown in the room, an intent made with another's code."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from qiying.capabilities.matchmaking import forms, selectors
from qiying.capabilities.matchmaking.gathering_kinds import KINDS
from qiying.capabilities.matchmaking.models import Intent, Match, Posting, Quiet
from qiying.capabilities.matchmaking.services import intents
from qiying.capabilities.matchmaking.services.postings import quiet_set
from qiying.kernel.gatherings.models import Gathering
from qiying.kernel.gatherings.selectors import gatherings_visible_to, open_to_sign_up
from qiying.kernel.organisations.pages import act_page, page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.throttle import Limit, attempt
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import Viewer
from qiying.ui.given import whole

takes_part = visible_with("matchmaking.take_part")
SHOWN = 5
TRIES_MOST, TRIES_WITHIN = 30, timedelta(minutes=10)


@require_GET
@takes_part
def home(request: ViewerRequest) -> HttpResponse:
    """Show what suits one, what one posted, one's intents, and the sessions ahead."""
    viewer, mine = request.viewer, selectors.parties_of(request.viewer)
    quiet = set(Quiet.objects.filter(pk__in=viewer.enterprise_ids).values_list("pk", flat=True))
    firms = [(key, name) for key, name in selectors.party_choices(viewer) if key[0] == "e"]
    asked = selectors.matches_visible_to(viewer).filter(asked__in=mine, state=Match.State.ASKED)
    made = selectors.intents_visible_to(viewer).filter(selectors.of_parties(viewer))
    context = {
        "suggested": selectors.suggested_to(viewer, request.today, SHOWN),
        "postings": Posting.objects.filter(owner__in=mine).exclude(state=Posting.State.ENDED)[:SHOWN],
        "asked": asked[:SHOWN],
        "confirm": _to_confirm(viewer),
        "intents": made.filter(state__in=Intent.DONE)[:SHOWN],
        "sessions": open_to_sign_up(viewer, request.today).filter(kind__in=KINDS)[:SHOWN],
        "organises": viewer.has("matchmaking.organise"),
        "held": Gathering.objects.filter(kind__in=KINDS, unit_id__in=viewer.unit_ids)[:SHOWN],
        "firms": [(key, name, int(key[2:]) in quiet) for key, name in firms],
    }
    return page(request, "matchmaking/home.html", context)


def _to_confirm(viewer: Viewer) -> QuerySet[Intent]:
    mine = selectors.parties_of(viewer)
    return Intent.objects.filter(b_key__in=mine, state=Intent.State.PROPOSED)[:SHOWN]


@require_POST
@takes_part
def quiet(request: ViewerRequest, enterprise_id: int) -> HttpResponse:
    """Let one's firm be left in peace, or be suggested again."""
    wish = request.POST.get("quiet") == "1"
    quiet_set(actor=request.viewer, enterprise_id=enterprise_id, quiet=wish, now=request.now)
    messages.success(request, "好的，不再把您推荐给别人。" if wish else "好的，合适的会推荐给您。")
    return HttpResponseRedirect(reverse("matchmaking:home"))


@require_GET
@never_cache
@takes_part
def code(request: ViewerRequest) -> HttpResponse:
    """Show one's code; the part that a phone asks for again says what waits to be confirmed."""
    choices = selectors.party_choices(request.viewer)
    wanted = request.GET.get("party", "") or (choices[0][0] if len(choices) == 1 else "")
    if wanted and wanted not in dict(choices):
        raise Http404("没有找到这一页，或者您看不到它")
    context: dict[str, Any] = {"choices": choices, "party": wanted, "confirm": _to_confirm(request.viewer)}
    if request.headers.get("HX-Request"):
        return render(request, "matchmaking/_confirm.html", context)
    if wanted:
        shown = intents.code_show(actor=request.viewer, party=wanted, now=request.now)
        base = settings.QIYING_ENV.base_url.rstrip("/")
        address = f"{base}{reverse('matchmaking:intent_new')}?with={shown.code}"
        svg = segno.make(address, error="m", micro=False).svg_inline(scale=5, border=2, omitsize=True)
        context |= {"code": shown, "qr": mark_safe(svg)}  # noqa: S308 (made of our own address)
    return page(request, "matchmaking/code.html", context)


@never_cache
@takes_part
def intent_new(request: ViewerRequest) -> HttpResponse:
    """Propose an intent to the party whose code was scanned or read out."""
    viewer = request.viewer
    text = request.GET.get("with", "")[:12]
    found = intents.code_read(text, viewer.district_id or 0, request.now) if text else None
    start = {"code": text, "key": secrets.token_hex(12)}
    form = forms.IntentForm(request.POST or None, viewer=viewer, initial=start)

    def run(data: dict[str, Any]) -> str:
        limit = Limit("matchmaking_code", str(viewer.person_id), TRIES_MOST, TRIES_WITHIN)
        if exceeded := attempt([limit], at=request.now):
            raise GuardFailed([f"试得太多了，过 {exceeded.words}再试"])
        values = {**data, "gathering": _session(request)}
        made = intents.intent_make(actor=viewer, values=values, key=data["key"], now=request.now)
        return reverse("matchmaking:intents_row", args=[made.pk])

    whom = f"和{found.party_name}签意向。" if found else ""
    return act_page(
        request, form, title="签合作意向", submit="请对方确认", run=run, back_url=reverse("matchmaking:home"),
        sentence=f"{whom}对方在自己手机上确认才算数。", done="发给对方了，请对方在自己手机上确认。",
    )  # fmt: skip


def _session(request: ViewerRequest) -> Gathering | None:
    """Return the session that is on today: the one named, else the only one the viewer sees."""
    rows = gatherings_visible_to(request.viewer).filter(kind__in=KINDS, on=request.today, phase="running")
    wanted = whole(request.GET.get("session"))
    found = list((rows.filter(pk=wanted) if wanted else rows)[:2])
    return found[0] if len(found) == 1 else None


urlpatterns = [
    path("matchmaking/", home, name="home"),
    path("matchmaking/quiet/<int:enterprise_id>/", quiet, name="quiet"),
    path("matchmaking/code/", code, name="code"),
    path("matchmaking/intents/new/", intent_new, name="intent_new"),
]

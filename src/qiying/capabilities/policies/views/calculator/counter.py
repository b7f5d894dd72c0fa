"""The calculator at the counter: choose an enterprise, ask only what is missing, print, minutes recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db.models import Avg, Count, QuerySet, Sum
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qiying.capabilities.policies.models import CounterSession
from qiying.capabilities.policies.selectors.applying import history_of
from qiying.capabilities.policies.selectors.calculating import summed
from qiying.capabilities.policies.selectors.own import told_of
from qiying.capabilities.policies.selectors.shelf import shelf
from qiying.capabilities.policies.services.calculating import counter_end, counter_start
from qiying.capabilities.policies.views.calculator.asking import step
from qiying.capabilities.policies.views.calculator.run import Run, result_context, run_of
from qiying.capabilities.policies.views.library.common import page
from qiying.kernel.enterprises.decision_facts import (
    OWN_ROW,
    KnownFact,
    facts_declare,
    known_facts,
    stored_facts,
)
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.selectors import can_see_values, enterprises_found, enterprises_visible_to
from qiying.kernel.enterprises.services.facts import facts_reveal
from qiying.kernel.organisations.listing import Column, Listing, search
from qiying.kernel.organisations.pages import visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer
from qiying.ui.given import month, whole
from qiying.ui.humanize import money_words

KEY = "policy_counter"
SUGGESTIONS = 12

SESSIONS: Listing[CounterSession] = Listing(
    name="policy_counter",
    caption="窗口替企业算政策",
    columns=(
        Column("什么时候", lambda r: r.started_at, key="at", sort=("started_at",)),
        Column("企业", lambda r: r.enterprise.name if r.enterprise else "没登记的"),
        Column("谁办的", lambda r: r.officer.name),
        Column("分钟", lambda r: float(r.minutes or 0), key="minutes", sort=("minutes",), numeric=True),
        Column("问了几个", lambda r: r.questions, key="questions", sort=("questions",), numeric=True),
        Column("能享受", lambda r: r.eligible, key="eligible", sort=("eligible",), numeric=True),
        Column("金额", lambda r: money_words(r.amount_fen), key="amount", sort=("amount_fen",), numeric=True),
    ),
    filters=(search("谁办的", "officer__name", name="officer"),),
    empty_title="这个月还没算过",
    empty_text="上面选一家企业，就可以开始。",
)


@never_cache
@visible_with("policies.counter")
def counter(request: ViewerRequest) -> HttpResponse:
    """Choose an enterprise, go on with a run, or look at the month's runs."""
    text = request.GET.get("enterprise", "").strip()[:64]
    found: list[Enterprise] = []
    if len(text) >= 2:
        found = list(enterprises_found(_mine(request), text).order_by("name")[:SUGGESTIONS])
    month = _month(request)
    rows = _sessions(request, month)
    context, book = SESSIONS.respond(request, rows)
    if book is not None:
        return book
    figures = rows.aggregate(n=Count("pk"), minutes=Avg("minutes"), fen=Sum("amount_fen"))
    running = CounterSession.objects.filter(
        officer_id=request.viewer.person_id or 0, ended_at__isnull=True, pk=_running_id(request)
    )
    context |= {
        "text": text,
        "found": found,
        "running": running.select_related("enterprise").first(),
        "month": month,
        "months": _months(request.today),
        "count": figures["n"],
        "average": figures["minutes"].quantize(Decimal("0.1")) if figures["minutes"] is not None else None,
        "amount": money_words(figures["fen"] or 0),
    }
    return page(request, "policies/calculator/counter.html", context)


def _mine(request: ViewerRequest) -> QuerySet[Enterprise]:
    return enterprises_visible_to(request.viewer).filter(district_id=request.viewer.district_id or 0)


def _sessions(request: ViewerRequest, month: date) -> QuerySet[CounterSession]:
    return (
        CounterSession.objects.filter(
            district_id=request.viewer.district_id or 0, month=month, ended_at__isnull=False
        )
        .select_related("enterprise", "officer")
        .order_by("-started_at")
    )


def _month(request: ViewerRequest) -> date:
    return month(request.GET.get("month")) or request.today.replace(day=1)


def _months(today: date) -> list[date]:
    """Return this month and the eleven before."""
    first = today.year * 12 + today.month - 1
    return [date((first - n) // 12, (first - n) % 12 + 1, 1) for n in range(12)]


def _running_id(request: ViewerRequest) -> int:
    kept = request.session.get(KEY)
    return int(kept.get("session", 0)) if isinstance(kept, dict) else 0


@require_POST
@visible_with("policies.counter")
def start(request: ViewerRequest) -> HttpResponse:
    """Begin for an enterprise of the district, or without one; looking at its figures is recorded."""
    wanted = request.POST.get("enterprise", "")
    enterprise = None
    if wanted:
        enterprise = _mine(request).filter(pk=whole(wanted) or 0).first()
        if enterprise is None:
            raise Http404("没有这家企业，或者不在您的区县")
        if not can_see_values(request.viewer, enterprise) and request.viewer.has("enterprises.reveal"):
            facts_reveal(
                actor=request.viewer, enterprise=enterprise, reason="企业到窗口算政策", at=request.now
            )
    unit = request.viewer.memberships[0].unit_id if request.viewer.memberships else None
    session = counter_start(actor=request.viewer, enterprise=enterprise, unit_id=unit, at=request.now)
    run = Run(KEY, shelf(session.district_id, request.today))
    run.extra = {"session": session.pk, "enterprise": enterprise.pk if enterprise else 0}
    run.save(request)
    return HttpResponseRedirect(reverse("policies:counter_ask"))


@dataclass(frozen=True)
class Desk:
    """The officer's own run with the session row and what is known of the enterprise."""

    row: CounterSession
    run: Run
    known: Mapping[str, KnownFact]

    def answers(self, viewer: Viewer) -> dict[str, str]:
        """Return what could be recorded as the enterprise's own declaration."""
        if self.row.enterprise_id is None or not viewer.has("enterprises.edit"):
            return {}
        return {name: value for name, value in self.run.facts.items() if name not in OWN_ROW}

    def context(self, viewer: Viewer) -> dict[str, Any]:
        """Return what every page of a run shows; what was known before only to who may see it."""
        enterprise, shelf_ = self.row.enterprise, self.run.shelf
        may_see = enterprise and (can_see_values(viewer, enterprise) or viewer.has("enterprises.reveal"))
        names = [n for n in shelf_.book.indicators if n in self.known] if may_see else []
        return {
            "enterprise": enterprise,
            "facts": [told_of(shelf_.registry[n], self.known[n]) for n in names],
            "can_keep": len(self.answers(viewer)),
            "is_counter": True,
        }


def at_the_desk(view: Callable[[ViewerRequest, Desk], HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a page the officer's run; without one he is led to where it begins."""

    @never_cache
    @visible_with("policies.counter")
    @wraps(view)
    def wrapped(request: ViewerRequest) -> HttpResponse:
        viewer = request.viewer
        rows = CounterSession.objects.filter(officer_id=viewer.person_id or 0, ended_at__isnull=True)
        row = rows.filter(pk=_running_id(request)).select_related("enterprise").first()
        run = run_of(request, KEY, shelf(viewer.district_id or 0, request.today)) if row else None
        if row is None or run is None:
            return HttpResponseRedirect(reverse("policies:counter"))
        known: Mapping[str, KnownFact] = {}
        if row.enterprise is not None:
            known = known_facts(row.enterprise)
            run.base, run.history = stored_facts(known), history_of(row.enterprise.pk)
        return view(request, Desk(row, run, known))

    return wrapped


@require_http_methods(["GET", "POST"])
@at_the_desk
def ask(request: ViewerRequest, desk: Desk) -> HttpResponse:
    """Ask the officer, who asks the enterprise."""
    places = {
        "ask_url": reverse("policies:counter_ask"),
        "result_url": reverse("policies:counter_result"),
        "back_url": reverse("policies:counter"),
    }
    return step(request, desk.run, places | desk.context(request.viewer))


@require_safe
@at_the_desk
def result(request: ViewerRequest, desk: Desk) -> HttpResponse:
    """Show what was found, and end the run."""
    places = {
        "ask_url": reverse("policies:counter_ask"),
        "print_url": reverse("policies:counter_print"),
        "back_url": reverse("policies:counter"),
    }
    context = result_context(request, desk.run) | places | desk.context(request.viewer)
    return page(request, "policies/calculator/result.html", context)


@require_safe
@at_the_desk
def paper(request: ViewerRequest, desk: Desk) -> HttpResponse:
    """Show the sheet the enterprise takes home."""
    beside = {"officer": request.viewer.name, "back_url": reverse("policies:counter_result")}
    context = result_context(request, desk.run) | desk.context(request.viewer) | beside
    return page(request, "policies/calculator/paper.html", context)


@require_POST
@at_the_desk
def end(request: ViewerRequest, desk: Desk) -> HttpResponse:
    """End the run: minutes, questions and what was found are kept, the answers only where the officer ticked it.

    They are recorded as the enterprise's own declaration, so that it is never asked again.
    """
    answers = desk.answers(request.viewer) if request.POST.get("keep") == "yes" else {}
    if answers and desk.row.enterprise is not None:
        facts_declare(
            actor=request.viewer,
            enterprise=desk.row.enterprise,
            values=answers,
            at=request.now,
            on=request.today,
            note="窗口算政策时企业说的",
        )
    found = summed(desk.run.found)
    row = counter_end(
        actor=request.viewer,
        session=desk.row,
        questions=len(desk.run.asked),
        eligible=found.count,
        fen=found.fen,
        at=request.now,
    )
    request.session.pop(KEY, None)
    words = f"记下了：用了 {row.minutes} 分钟，问了 {row.questions} 个，能享受 {row.eligible} 项。"
    more = f"企业说的 {len(answers)} 个数记进了档案，下次不用再问。" if answers else ""
    messages.success(request, f"{words}{more}")
    return HttpResponseRedirect(reverse("policies:counter"))

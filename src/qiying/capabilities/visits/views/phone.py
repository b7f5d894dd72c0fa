"""The phone page of visits, which goes on without a network: its shell, its data, what it sends, its worker."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from qiying.capabilities.visits.forms.visits import report_read
from qiying.capabilities.visits.models import Visit, VisitPromise
from qiying.capabilities.visits.selectors.visits import (
    FACTS,
    days_known,
    promises_of,
    visits_to_report,
    visits_visible_to,
)
from qiying.capabilities.visits.services.reporting import visit_report
from qiying.kernel.cases.faces.names import categories_named
from qiying.kernel.enterprises.indicators import indicator
from qiying.kernel.enterprises.selectors import CurrentFact, profiles
from qiying.kernel.organisations.offers import provided
from qiying.kernel.organisations.pages import page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404

GOES = "engagement.visits"
MOST, DAYS = 60, 120


@never_cache
@visible_with(GOES)
def phone(request: ViewerRequest) -> HttpResponse:
    """Show the shell; what it shows comes from `data` and is kept on the phone."""
    told = {
        "who": request.viewer.person_id,
        "data": reverse("visits:phone_data"),
        "send": reverse("visits:phone_send", args=[0]),
        "worker": reverse("visits:phone_worker"),
        "scope": reverse("visits:phone"),
    }
    context = {
        "base": "ui/phone.html",
        "told": told,
        "title": "走访",
        "back_url": reverse("visits:visits"),
    }
    return page(request, "visits/phone.html", context)


@never_cache
@require_GET
@visible_with(GOES)
def data(request: ViewerRequest) -> JsonResponse:
    """Return what a phone needs to make the planned visits without a network; a dozen queries whatever their number."""
    viewer, today = request.viewer, request.today
    rows = visits_to_report(viewer).filter(on__lte=today + timedelta(days=60)).order_by("on", "pk")
    visits = list(
        rows.select_related("enterprise", "campaign").prefetch_related("parts__unit", "parts__person")[:MOST]
    )
    ids = [v.enterprise_id for v in visits]
    known, promised = profiles(ids, FACTS), promises_of(ids)
    read = provided("policy_matches")
    policies = read(district_id=viewer.district_id, enterprise_ids=ids, on=today) if read and ids else {}
    return JsonResponse(
        {
            "who": viewer.person_id,
            "csrf": get_token(request),
            "today": today.isoformat(),
            "rest": [
                d.isoformat()
                for d in days_known(
                    viewer.district_id or 0, today, today + timedelta(days=DAYS - 1), rest=True
                )
            ],
            "difficulties": sorted(categories_named(viewer.district_id or 0, "service_request").items()),
            "visits": [
                _visit(
                    v,
                    known.get(v.enterprise_id, {}),
                    promised.get(v.enterprise_id, []),
                    policies.get(v.enterprise_id, []),
                )
                for v in visits
            ],
        }
    )


def _visit(
    visit: Visit, known: dict[str, CurrentFact], promised: list[VisitPromise], policies: list[Any]
) -> dict[str, Any]:
    firm = visit.enterprise
    facts = []
    for code in FACTS:
        of, fact = indicator(code), known.get(code)
        value = {"true": "是", "false": "否"}.get(fact.value, fact.value) if fact else ""
        facts.append(
            {
                "code": code,
                "label": of.label,
                "unit": of.unit,
                "value": value,
                "period": fact.period if fact else "",
            }
        )
    return {
        "id": visit.pk,
        "firm": firm.name,
        "address": firm.address,
        "on": visit.on.isoformat(),
        "purpose": visit.purpose or (visit.campaign.name if visit.campaign else ""),
        "going": [f"{p.unit.label} {p.person.name if p.person else ''}".strip() for p in visit.parts.all()],
        "facts": facts,
        "policies": [{"name": name, "words": words} for name, words in policies],
        "promises": [
            {"text": p.text, "by": p.promised_by.isoformat(), "unit": p.unit.label, "result": p.result,
             "kept": p.kept_on.isoformat() if p.kept_on else "", "on": p.visit.on.isoformat()}
            for p in promised
        ],
    }  # fmt: skip


@require_POST
@visible_with(GOES)
def send(request: ViewerRequest, pk: int) -> JsonResponse:
    """Take a visit written down on the phone; sent again it changes nothing and answers the same."""
    one = fetch_or_404(visits_visible_to(request.viewer), pk=pk)
    try:
        photos = [(f.name or "照片.jpg", f.read()) for f in request.FILES.getlist("photo")]
        made = visit_report(
            actor=request.viewer, visit=one, key=request.POST.get("key", ""), now=request.now, photos=photos,
            data=report_read(request.POST.get("report", "{}")),
        )  # fmt: skip
    except GuardFailed as error:
        return JsonResponse({"reasons": error.reasons, "fields": error.fields}, status=422)
    except ActionNotAvailable as late:
        return JsonResponse({"reasons": [late.message]}, status=409)
    cases = list(made.problems.values_list("case__number", flat=True))
    return JsonResponse({"id": made.pk, "cases": cases, "url": reverse("visits:visits_row", args=[made.pk])})


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; nothing in it is anybody's, and it reaches only the addresses below the phone page."""
    context = {"scope": reverse("visits:phone"), "data": reverse("visits:phone_data")}
    answer = page(request, "visits/worker.js", context)  # type: ignore[arg-type]
    answer["Content-Type"] = "text/javascript; charset=utf-8"
    answer["Cache-Control"] = "no-cache"
    return answer


@require_GET
def manifest(request: HttpRequest) -> JsonResponse:
    """What a phone needs to put the page on its home screen."""
    icon = {"src": static("ui/logo.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    scope = reverse("visits:phone")
    told = {
        "name": "企应走访", "short_name": "走访", "start_url": scope, "scope": scope, "id": scope, "lang": "zh-CN",
        "display": "standalone", "background_color": "#ffffff", "theme_color": "#17594f", "icons": [icon],
    }  # fmt: skip
    return JsonResponse(told, content_type="application/manifest+json")


urlpatterns = [
    path("visits/phone/", phone, name="phone"),
    path("visits/phone/data.json", data, name="phone_data"),
    path("visits/phone/send/<int:pk>/", send, name="phone_send"),
    path("visits/phone/worker.js", worker, name="phone_worker"),
    path("visits/phone/app.webmanifest", manifest, name="phone_manifest"),
]

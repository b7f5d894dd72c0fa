"""The officer's page on the phone, and the enterprise's page of who came."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from qiying.capabilities.inspections.models import Inspection
from qiying.capabilities.inspections.selectors import (
    cap_of,
    crew_wrong,
    field_of,
    others_visible_to,
    visits_to,
)
from qiying.capabilities.inspections.services.visit import records_of
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.pages import page, signed_in, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.ui.given import whole

SHOWN = 50


@require_GET
@never_cache
@visible_with("inspections.inspect")
def field(request: ViewerRequest) -> HttpResponse:
    """Show the visits an officer goes on, those of one enterprise after its code was scanned."""
    rows = field_of(request.viewer, request.today)
    wanted = whole(request.GET.get("enterprise"))
    firm = Enterprise.objects.filter(pk=wanted or 0, district_id=request.viewer.district_id or 0).first()
    if firm is not None:
        rows = rows.filter(enterprise=firm)
    found = [_line(request, one) for one in rows[:SHOWN]]
    context = {"rows": found, "firm": firm, "title": "入企检查", "scan_url": reverse("enterprises:scan")}
    return page(request, "inspections/field.html", context)


def _line(request: ViewerRequest, one: Inspection) -> dict[str, Any]:
    is_in, items = one.case.state == "entered", records_of(one)
    is_now = one.first_on <= request.today <= one.last_on
    return {
        "one": one,
        "items": items,
        "is_in": is_in,
        "is_now": is_now,
        "wrong": crew_wrong(one, request.today) if one.case.state == "approved" and is_now else [],
        "url": reverse("cases:case", args=[one.case.number]),
        "enter_url": reverse("cases:do", args=[one.case.number, "enter"]),
        "left": sum(not is_done for _, is_done, _ in items),
    }


@require_GET
@never_cache
@signed_in
def mine(request: ViewerRequest) -> HttpResponse:
    """Show an enterprise who came, when and why, and how often each body may come this year."""
    own = request.viewer.enterprise_ids
    if not own:
        raise Http404("您还没有绑定企业")
    visits = list(visits_to(own)[:SHOWN])
    others = list(others_visible_to(request.viewer).filter(enterprise_id__in=own)[:SHOWN])
    firms = []
    for firm in Enterprise.objects.filter(pk__in=own).order_by("name"):
        held = [v for v in visits if v.enterprise_id == firm.pk]
        made = [v for v in held if v.made_on and v.made_on.year == request.today.year]
        bodies = [b.body for v in made for b in v.bodies.all()]
        counted = [(b, bodies.count(b), cap_of(b, request.today).most) for b in dict.fromkeys(bodies)]
        firms.append(
            {
                "firm": firm,
                "coming": [v for v in held if v.made_on is None],
                "made": [v for v in held if v.made_on],
                "others": [o for o in others if o.enterprise_id == firm.pk],
                "year": len(made),
                "bodies": counted,
            }
        )
    return page(request, "inspections/mine.html", {"firms": firms, "title": "谁来检查过", "back_url": "/"})


urlpatterns = [
    path("inspections/field/", field, name="field"),
    path("inspections/mine/", mine, name="mine"),
]

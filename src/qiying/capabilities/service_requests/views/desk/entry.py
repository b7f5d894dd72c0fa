"""Entering what came in at the window, by telephone, on a visit: one intake, one or several cases."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.selectors import enterprises_found, enterprises_visible_to
from qiying.kernel.organisations.pages import visible_with
from qiying.kernel.organisations.requests import ViewerRequest

FOUND = 8


@require_GET
@visible_with("service_requests.desk")
def enterprises(request: ViewerRequest) -> HttpResponse:
    """Answer a typed name or code with the district's enterprises to choose from."""
    text = request.GET.get("q", "").strip()[:60]
    found = Enterprise.objects.none()
    if len(text) >= 2:
        mine = enterprises_visible_to(request.viewer).filter(district_id=request.viewer.district_id)
        found = enterprises_found(mine, text).order_by("name")[:FOUND]
    return render(
        request, "desk/_enterprises.html", {"found": list(found), "text": text if len(text) >= 2 else ""}
    )

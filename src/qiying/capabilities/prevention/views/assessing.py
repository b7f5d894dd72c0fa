"""An enterprise fills in its assessment; its page of guidance with what experts can be booked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from qiying.capabilities.prevention.services.guiding import (
    GuidanceExtras,
    assessment_hand_in,
    assessment_version,
    sectors,
)
from qiying.kernel.cases.faces.file import case_visible
from qiying.kernel.forms.filling import Filling, fill
from qiying.kernel.organisations.pages import signed_in
from qiying.kernel.organisations.requests import ViewerRequest


@require_http_methods(["GET", "POST"])
@never_cache
@signed_in
def assess(request: ViewerRequest, number: str) -> HttpResponse:
    """Fill in the assessment of a guidance's sector, alone or with the expert beside."""
    case = case_visible(request.viewer, number)
    sector = GuidanceExtras.of(case).sector if case.procedure == "guidance" else ""
    if sector not in sectors():
        raise Http404("这一件没有自评表")
    version = assessment_version(case.district_id, sector, request.now)
    own = case.enterprise_id in request.viewer.enterprise_ids
    back = reverse("mine:case" if own else "cases:case", args=[number])

    def hand_in(answers: Mapping[str, Any], key: str, session_key: str | None) -> str:
        assessment_hand_in(
            case=case, version=version, answers=answers, key=key, actor=request.viewer, now=request.now,
            session_key=session_key,
        )  # fmt: skip
        return back

    return fill(request, Filling(version, f"case:{case.pk}", hand_in, back_url=back, submit="算分"))


urlpatterns = [path("guidance/<str:number>/assess/", assess, name="assess")]

"""The enterprise shows its code and reads who looked; an officer scans it and sees what his role may see."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import segno
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from qiying.kernel.enterprises.acting import acting_enterprise_id
from qiying.kernel.enterprises.codes import (
    GOOD_FOR,
    CodeRefused,
    code_activate,
    code_uses,
    read_code,
    show_code,
)
from qiying.kernel.enterprises.models import CodeLook, Enterprise
from qiying.kernel.enterprises.selectors import can_see_values
from qiying.kernel.enterprises.views.register import industry_words
from qiying.kernel.organisations.pages import page, signed_in, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.throttle import Limit, attempt
from qiying.kernel.permissions.viewer import Viewer
from qiying.ui.given import whole

LOOKS_SHOWN = 50
WRONG_MOST, WRONG_WITHIN = 30, timedelta(minutes=10)


@require_GET
@never_cache
@signed_in
def mine(request: ViewerRequest) -> HttpResponse:
    """Show the code of the enterprise one acts for, and who looked at it last."""
    row = _own(request)
    if row is None:
        return page(request, "enterprises/my_code.html", {})
    code_activate(request.viewer, row, request.now)
    uses = code_uses()
    looks = [
        (look, uses[look.use].label if look.use in uses else look.use)
        for look in CodeLook.objects.filter(enterprise=row)[:LOOKS_SHOWN]
    ]
    return page(request, "enterprises/my_code.html", {**_code(request, row), "looks": looks})


@require_GET
@never_cache
@signed_in
def fresh(request: ViewerRequest) -> HttpResponse:
    """Give the page on the phone its next code."""
    row = _own(request)
    if row is None:
        raise Http404("没有找到这家企业，或者您不代表它")
    return render(request, "enterprises/_code.html", _code(request, row))


def _own(request: ViewerRequest) -> Enterprise | None:
    """Return the enterprise asked for if it is one's own, else the one acted for."""
    wanted = whole(request.GET.get("enterprise")) or acting_enterprise_id(request, request.viewer)
    if wanted is None:
        return None
    if wanted not in request.viewer.enterprise_ids:
        raise Http404("没有找到这家企业，或者您不代表它")
    return Enterprise.objects.get(pk=wanted)


def _code(request: ViewerRequest, row: Enterprise) -> dict[str, Any]:
    text = show_code(request.viewer, row, request.now)
    address = f"{settings.QIYING_ENV.base_url.rstrip('/')}{reverse('enterprises:scan')}?c={text}"
    svg = segno.make(address, error="m", micro=False).svg_inline(scale=4, border=2, omitsize=True)
    return {
        "enterprise": row,
        "code": text,
        "qr": mark_safe(svg),  # noqa: S308 (made of our own address)
        "fresh_after": int(GOOD_FOR.total_seconds()) - 15,
    }


@require_http_methods(["GET", "POST"])
@never_cache
@visible_with("enterprises.scan")
def scan(request: ViewerRequest) -> HttpResponse:
    """Take a code from the camera, a scanner or a hand; answer with the enterprise or with why not."""
    text = (request.POST if request.method == "POST" else request.GET).get("c", "")[:400]
    context: dict[str, Any] = {"text": text}
    status = 200
    if request.method == "POST":
        try:
            row = read_code(text, viewer=request.viewer, now=request.now)
            context = {"enterprise": row, "told": looked_at(request.viewer, row), "uses": _uses(request, row)}
        except CodeRefused as refused:
            context["refused"] = _slowed(request) if refused.why == "forged" else refused.reasons
            status = 422
    template = "enterprises/_scanned.html" if request.headers.get("HX-Request") else "enterprises/scan.html"
    if template.endswith("_scanned.html"):
        return render(request, template, context, status=status)
    return page(request, template, context, status=status)


def _slowed(request: ViewerRequest) -> list[str]:
    """Return why a code that is none of ours is refused; who tries many is told to stop."""
    limit = Limit("enterprise_code", str(request.viewer.person_id), WRONG_MOST, WRONG_WITHIN)
    if (stopped := attempt([limit], at=request.now)) is not None:
        return [f"认不出的码输得太多了，请过 {stopped.words}再试。"]
    return ["这不是系统发的企业码，可能是假的或没输全。请企业打开手机上的企业码再扫。"]


def _uses(request: ViewerRequest, row: Enterprise) -> list[tuple[str, str]]:
    return [(use.label, use.url(row)) for use in code_uses().values() if use.url and use.may(request.viewer)]


def looked_at(viewer: Viewer, row: Enterprise) -> list[tuple[str, str]]:
    """Return what somebody's role may see of an enterprise that stands before him."""
    told = [
        ("统一社会信用代码", row.credit_code or "还没有"),
        ("状态", row.get_status_display()),
        ("主体类型", row.get_body_kind_display()),
        ("镇街", row.region_unit.name if row.region_unit else ""),
    ]
    if viewer.has("enterprises.view"):
        told += [
            ("行业", industry_words(row.industry)),
            ("地址", row.address),
            ("法定代表人", row.legal_representative),
        ]
    if can_see_values(viewer, row):
        told.append(("规模", row.get_size_class_display() if row.size_class else ""))
    return [(label, text) for label, text in told if text]

"""Finding one's request again without an account: by its number and the phone that was left."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from qiying.kernel.audit.personal import personal_get
from qiying.kernel.cases.links import link_make
from qiying.kernel.cases.models import CaseIntake
from qiying.kernel.organisations.phones import normalise_phone
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.throttle import Limit, attempt, client_ip
from qiying.kernel.permissions.errors import GuardFailed

UNKNOWN = "没有找到：办件号和手机号要和提交时一样。当时没留手机号的，用保存的链接看。"


@never_cache
@require_http_methods(["GET", "POST"])
def track(plain: HttpRequest) -> HttpResponse:
    """Ask for number and phone; both right lead to the request."""
    request = cast(ViewerRequest, plain)
    context = {"now": request.now, "today": request.today, "number": request.POST.get("number", "")}
    if request.method != "POST":
        return render(request, "enterprise/track.html", context)
    try:
        token = _token(request)
    except GuardFailed as refused:
        return render(request, "enterprise/track.html", {**context, "reasons": refused.reasons}, status=422)
    return HttpResponseRedirect(reverse("mine:link", args=[token]))


def _token(request: ViewerRequest) -> str:
    """Return the link of the intake that was made with this phone; counted before it is looked at."""
    number = request.POST.get("number", "").strip().upper()
    phone = normalise_phone(request.POST.get("phone", ""))
    limits = [
        Limit("track_ip", client_ip(request), 20, timedelta(minutes=15)),
        Limit("track_number", number[:32], 10, timedelta(hours=1)),
    ]
    if exceeded := attempt(limits, at=request.now):
        raise GuardFailed([f"查得太多次了，过 {exceeded.words}再查。"])
    links = CaseIntake.objects.filter(case__number=number, until__isnull=True).exclude(
        intake__contact_phone_ref=""
    )
    rows = {link.intake.contact_phone_ref: link for link in links.select_related("intake", "case")}
    known = personal_get(list(rows))
    for ref, link in rows.items():
        if phone and known.get(ref) and normalise_phone(known[ref] or "") == phone:
            return link_make(case_number=number, intake_id=link.intake_id, district_id=link.case.district_id)
    raise GuardFailed([UNKNOWN])

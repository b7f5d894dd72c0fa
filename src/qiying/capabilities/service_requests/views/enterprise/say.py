"""Say a problem: three fields and photos, with or without signing in; nothing typed is ever lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

import segno
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiying.capabilities.service_requests.forms.enterprise import KINDS, SIGNING, say_fields, submission
from qiying.capabilities.service_requests.services.desk import request_submit
from qiying.capabilities.service_requests.services.qr_codes import QrPlace, qr_code_read
from qiying.capabilities.service_requests.services.telling import link_url
from qiying.capabilities.service_requests.views.enterprise import likeness
from qiying.capabilities.service_requests.views.enterprise.people import (
    Asker,
    asker_of,
    channel_of,
    chosen_enterprise,
    open_districts,
)
from qiying.kernel.cases.links import link_make
from qiying.kernel.cases.models import Case, CaseIntake
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.cases.views.asker_case import gone, sent_documents
from qiying.kernel.cases.views.asker_door import Door, link_door, open_file, own_door
from qiying.kernel.documents.selectors import own_drafts
from qiying.kernel.documents.uploads import draft_session
from qiying.kernel.organisations.pages import signed_in
from qiying.kernel.organisations.repeats import sent_once
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.throttle import Limit, attempt, client_ip
from qiying.kernel.permissions.errors import GuardFailed
from qiying.ui.humanize import day_dated_words

UPLOAD_TOKEN = "say"  # noqa: S105  names the unsent form; the owner of its drafts is the person or the browser
TRAP = "homepage"
EXPIRED = "登录过期了，还没交。写的都在：先登录再交，或者直接再点一次，就不用账号交。"


@never_cache
@require_http_methods(["GET", "POST"])
def say(plain: HttpRequest) -> HttpResponse:
    """Show the form, or take what was said."""
    request = cast(ViewerRequest, plain)
    code = request.POST.get("qr", "")
    return _say(request, qr_code_read(code) if code else None, code)


@never_cache
@require_GET
def by_qr(plain: HttpRequest, code: str) -> HttpResponse:
    """Show the form to who scanned a code; the place is filled in."""
    place = qr_code_read(code)
    if place is None:
        raise Http404("这个二维码不是我们发的，或者印坏了")
    return _say(cast(ViewerRequest, plain), place, code)


def _say(request: ViewerRequest, place: QrPlace | None, code: str) -> HttpResponse:
    if request.method != "POST":
        asker = asker_of(request)
        return _form(request, asker, place, code, values=_first_values(request, asker, place))
    try:
        if request.POST.get("signing") == "anonymous":  # nothing ties what is said so to the browser
            return HttpResponseRedirect(_take(request, place))
        return sent_once(request, request.now, lambda: _take(request, place))
    except GuardFailed as refused:
        values = request.POST.dict()
        context: dict[str, Any] = {"reasons": refused.reasons, "errors": refused.fields}
        return _form(request, asker_of(request), place, code, values=values, status=422, **context)


def _first_values(request: ViewerRequest, asker: Asker, place: QrPlace | None) -> dict[str, Any]:
    about = _about(request, request.GET.get("about", ""))
    first = f"{about} 这件事办得不满意：" if about else request.GET.get("text", "")[:5000]
    return {
        "kind": request.GET.get("kind", "problem"),
        "text": first,
        "about": about,
        "enterprise_id": asker.enterprise_id,
        "contact_name": asker.name,
        "contact_phone": asker.phone,
        "signing": SIGNING[0][0],
        "place": place.place if place else "",
        "district": str(place.district_id) if place else "",
    }


def _about(request: ViewerRequest, number: str) -> str:
    """Return the number of the case somebody complains of, if he takes part in it."""
    cases = cases_visible_to(request.viewer) if request.viewer.is_authenticated else Case.objects.none()
    return number if number and cases.filter(number=number).exists() else ""


def _form(
    request: ViewerRequest,
    asker: Asker,
    place: QrPlace | None,
    code: str,
    *,
    values: dict[str, Any],
    status: int = 200,
    reasons: list[str] | None = None,
    errors: dict[str, list[str]] | None = None,
) -> HttpResponse:
    known = request.viewer.is_authenticated
    fields = say_fields(values, errors or {}, known=known)
    ids = {name: f"id_{name}" for name in fields}
    told = [{"text": w, "field_id": ids.get(n, "")} for n, found in (errors or {}).items() for w in found]
    rest = [{"text": r, "field_id": ""} for r in reasons or [] if r not in {t["text"] for t in told}]
    context = {
        "now": request.now,
        "today": request.today,
        "asker": asker,
        "fields": fields,
        "values": values,
        "kinds": KINDS,
        "signing": SIGNING,
        "problems": [*rest, *told],
        "place": place,
        "qr": code,
        "districts": [] if known or place else open_districts(),
        "person_key": request.viewer.person_id or "guest",
        "drafts": own_drafts(request.viewer, UPLOAD_TOKEN, draft_session(request)),
        "upload_token": UPLOAD_TOKEN,
        "trap": TRAP,
        "back_url": reverse("portal:home"),
    }
    return render(request, "enterprise/say.html", context, status=status)


def _take(request: ViewerRequest, place: QrPlace | None) -> str:
    """Submit what was posted and return where to go on; raise `GuardFailed` with every reason."""
    if request.POST.get("person", "") != str(request.viewer.person_id or ""):
        raise GuardFailed([EXPIRED])
    if request.POST.get(TRAP):
        raise GuardFailed(["有一格是防机器填的，请清空它再交。写的内容还在。"])
    _throttle(request)
    own = chosen_enterprise(request, request.POST.get("enterprise_id", ""))
    data = submission(request.POST, enterprise_id=own.enterprise_id, documents=sent_documents(request))
    named = request.POST.get("enterprise_name", "").strip()[:100]
    extras = {
        "enterprise_name": named if own.enterprise_id is None else "",
        "about": "" if data.get("is_anonymous") else _about(request, request.POST.get("about", "")),
    }
    case = request_submit(
        actor=request.viewer,
        district_id=own.district_id or _district(request, place),
        channel=channel_of(request, by_qr=place is not None),
        data=data,
        now=request.now,
        session_key=draft_session(request),
        intake_extras={k: v for k, v in extras.items() if v} or None,
    )
    if request.viewer.is_authenticated and not data.get("is_anonymous"):
        return reverse("service_requests:request_said", args=[case.number])
    return reverse("service_requests:said", args=[token_of(case)])


def _throttle(request: ViewerRequest) -> None:
    """Count who is not accountable to anybody; many enterprises share one address behind a town's gateway."""
    viewer = request.viewer
    if viewer.enterprise_ids or viewer.memberships:
        return
    who = Limit("say_person", str(viewer.person_id), 20, timedelta(hours=1))
    address = Limit("say_ip", client_ip(request), 20, timedelta(hours=1))
    if exceeded := attempt([address if viewer.person_id is None else who], at=request.now):
        words = f"这里一小时内交得太多了，过 {exceeded.words}再交。写的内容还在。急事请打受理台的电话。"
        raise GuardFailed([words])


def _district(request: ViewerRequest, place: QrPlace | None) -> int:
    if place is not None:
        return place.district_id
    open_ones = {str(d.pk): d.pk for d in open_districts()}
    chosen = open_ones.get(request.POST.get("district", ""))
    if chosen is None and len(open_ones) == 1:
        chosen = next(iter(open_ones.values()))
    if chosen is None:
        raise GuardFailed(["请选企业所在的区县"], {"district": ["请选企业所在的区县"]})
    return chosen


def token_of(case: Case) -> str:
    """Return the token of the asker's own link to a case just opened."""
    intake_id = CaseIntake.objects.filter(case=case, is_primary=True).values_list("intake_id", flat=True)[0]
    return link_make(case_number=case.number, intake_id=intake_id, district_id=case.district_id)


@never_cache
@require_GET
def done(plain: HttpRequest, token: str) -> HttpResponse:
    """Say that it arrived, to whoever holds the link: he has to keep it."""
    request = cast(ViewerRequest, plain)
    door = link_door(token)
    return _done(request, door) if door else gone(request)


@never_cache
@require_GET
@signed_in
def done_own(request: ViewerRequest, number: str) -> HttpResponse:
    """Say that it arrived, to who signed in."""
    return _done(request, own_door(request, number))


def _done(request: ViewerRequest, door: Door) -> HttpResponse:
    """Show the number, what happens next and until when."""
    found = open_file(request, door)
    case, context = found.case, found.context
    if not found.is_asker or not found.links:
        return HttpResponseRedirect(reverse("cases:case", args=[case.number]))
    clock = context.clock("accept") or next(iter(context.clocks), None)
    intake = found.links[0].intake
    shown = {
        "now": request.now,
        "today": request.today,
        "case": case,
        "door": door,
        "is_anonymous": intake.is_anonymous,
        "has_phone": bool(intake.contact_phone_ref),
        "clock": clock,
        "until": day_dated_words(clock.due_by, request.today) if clock else "",
        "link": link_url(door.token),
        "qr": qr_svg(link_url(door.token)) if door.token else "",
        "is_problem": case.kind == "problem",
    }
    return render(request, "enterprise/said.html", shown)


def qr_svg(text: str, border: int = 1) -> SafeString:
    """Return a QR code as inline SVG."""
    code = segno.make(text, error="m")
    return mark_safe(code.svg_inline(scale=4, border=border, omitsize=True))  # noqa: S308 (made of our own address)


@require_POST
def similar(plain: HttpRequest) -> HttpResponse:
    """Show, while somebody writes, what his enterprise already said and is still open."""
    request = cast(ViewerRequest, plain)
    found = likeness.similar_open(request, request.POST.get("text", ""))
    return render(
        request, "enterprise/_similar.html", {"found": found, "now": request.now, "today": request.today}
    )

"""The phone of who was invited: confirm, send somebody else, check in by the code in the hall, tasks in the room."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from qiying.kernel.gatherings.forms import SubstituteForm
from qiying.kernel.gatherings.kinds import ANSWER
from qiying.kernel.gatherings.models import Attendee, Gathering
from qiying.kernel.gatherings.selectors import GONE, invitation, items_of, open_to_sign_up, own_place
from qiying.kernel.gatherings.services.people import (
    attendee_answer,
    attendee_substitute,
    check_in,
    gathering_of_code,
    sign_up,
)
from qiying.kernel.organisations.pages import page, signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.throttle import Limit, attempt, client_ip
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, KernelError

WRONG_CODES = 30
"""Wrong invitation codes from one address in a quarter of an hour; right ones are not counted, a hall shares one."""


@never_cache
@require_http_methods(["GET", "POST"])
def invited(request: ViewerRequest, token: str) -> HttpResponse:
    """Show an invitation to whoever holds its link; answer it."""
    place = _by_token(request, token)
    form = SubstituteForm()
    if request.method == "POST":
        answer = request.POST.get("answer", "")
        form = SubstituteForm(request.POST if answer == "substitute" else None)
        try:
            if answer != "substitute":
                attendee_answer(
                    attendee=place,
                    actor=request.viewer,
                    answer=answer,
                    now=request.now,
                    words=request.POST.get("note", ""),
                )
            elif form.is_valid():
                place = attendee_substitute(
                    attendee=place, actor=request.viewer, now=request.now, **form.cleaned_data
                )
        except KernelError as error:
            messages.warning(
                request, "；".join(error.reasons) if isinstance(error, GuardFailed) else error.message
            )
        if not form.errors:
            return HttpResponseRedirect(reverse("gatherings:invited", args=[place.token]))
    return _phone(request, place.gathering, place, form)


def open_list(request: ViewerRequest) -> HttpResponse:
    """List what anybody may sign up for, signed in or not."""
    rows = list(open_to_sign_up(request.viewer, request.today)[:60])
    context = {"rows": rows, "title": "可以报名的活动", "base": "ui/phone.html", "back_url": "/"}
    return page(request, "gatherings/open.html", context)


@never_cache
@signed_in
def mine(request: ViewerRequest, pk: int) -> HttpResponse:
    """Show a gathering to somebody who comes for his unit, his enterprise or himself."""
    one = (
        Gathering.objects.select_related("unit")
        .filter(pk=pk, district_id=request.viewer.district_id or 0)
        .first()
    )
    place = own_place(request.viewer, one) if one else None
    has_tasks = one is not None and items_of(one).filter(unit_id__in=request.viewer.unit_ids).exists()
    can_sign_up = one is not None and any(r.signs_up for r in one.of_kind.roles) and one.allows(ANSWER)
    if one is None or not (place or has_tasks or can_sign_up):
        raise Http404("没有找到这一页，或者您看不到它")
    if request.method == "POST" and place is None:
        try:
            sign_up(gathering=one, actor=request.viewer, now=request.now)
        except ActionNotAvailable as error:
            messages.warning(request, error.message)
        return HttpResponseRedirect(reverse("gatherings:mine", args=[pk]))
    return _phone(request, one, place, SubstituteForm())


def _phone(
    request: ViewerRequest, one: Gathering, place: Attendee | None, form: SubstituteForm
) -> HttpResponse:
    tasks = (
        items_of(one).filter(unit_id__in=request.viewer.unit_ids)
        if request.viewer.unit_ids
        else items_of(one).none()
    )
    said = items_of(one).filter(speaker=place) if place else items_of(one).none()
    part = one.of_kind.role(place.role) if place else None
    context: dict[str, Any] = {
        "one": one,
        "phase": one.of_phase,
        "place": place,
        "english": place is not None and bool(place.language),
        "form": form,
        "tasks": list(tasks),
        "said": list(said),
        "may_answer": place is not None
        and one.allows(ANSWER)
        and place.state != "replaced"
        and not place.checked_in_at,
        "may_substitute": part is not None and part.has_substitutes,
        "queue": _before(place) if place and place.state == "waiting" else 0,
        "back_url": reverse("portal:home") if request.viewer.is_authenticated else "",
        "title": one.of_kind.label,
    }
    if request.headers.get("HX-Request"):
        return page(request, "gatherings/_tasks.html", context)
    response = page(
        request, "gatherings/phone.html", {**context, "base": "ui/phone.html"}, 422 if form.errors else None
    )
    response["Referrer-Policy"] = "same-origin"
    return response


def _before(place: Attendee) -> int:
    rows = place.gathering.attendees.filter(state="waiting", answered_at__lte=place.answered_at)
    return rows.count()


def _by_token(request: ViewerRequest, token: str) -> Attendee:
    """Return whose invitation it is; who guesses is counted by his address, who is right is not."""
    try:
        return invitation(token)
    except Http404:
        limit = Limit("invitation", client_ip(request), WRONG_CODES, timedelta(minutes=15))
        if exceeded := attempt([limit], at=request.now):
            raise ActionNotAvailable(f"试错太多次了，过 {exceeded.words}再试，或者找工作人员签到") from None
        raise


@never_cache
@require_http_methods(["GET", "POST"])
def scan(request: ViewerRequest, code: str) -> HttpResponse:
    """Check in by the code on the wall: who is signed in by one tap, others with the code of their invitation."""
    one = gathering_of_code(code, request.now)
    place, wrong = own_place(request.viewer, one), ""
    if request.method == "POST" and request.POST.get("token"):
        try:
            given = _by_token(request, request.POST["token"].strip().replace("-", "").replace(" ", ""))
            place = given if given.gathering_id == one.pk else None
        except Http404:
            place = None
        wrong = "" if place else "没有这个邀请码，请核对短信或邀请函里的 12 位码"
    context: dict[str, Any] = {
        "one": one,
        "place": place,
        "english": bool(place.language) if place else one.attendees.exclude(language="").exists(),
        "wrong": wrong,
        "token": request.POST.get("token", ""),
    }
    if request.method == "POST" and place is not None and place.state not in GONE:
        context["is_new"] = check_in(attendee=place, actor=request.viewer, how="code", now=request.now)
        place.refresh_from_db()
        context["is_done"] = True
    return page(request, "gatherings/scan.html", {**context, "base": "ui/phone.html"}, 422 if wrong else None)

"""请假代办: who acts for whom in one's units, arranged and ended here, and shown on both homes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import F, Max
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiying.kernel.organisations.forms import LeaveForm
from qiying.kernel.organisations.models import Membership
from qiying.kernel.organisations.offers import Tile
from qiying.kernel.organisations.pages import page, signed_in, tell_form
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.organisations.services import delegation_end, delegation_start
from qiying.kernel.organisations.services.delegations import ARRANGES
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import Viewer


def leaves_visible_to(viewer: Viewer, today: date) -> list[dict[str, Any]]:
    """Return the leaves of the viewer's units that are not over, each once; one query."""
    rows = Membership.objects.filter(
        unit_id__in=viewer.unit_ids, stands_in_for__isnull=False, valid_to__gte=today
    )
    names = {"office": F("unit__name"), "away": F("stands_in_for__name"), "deputy": F("person__name")}
    keys = ("unit_id", "stands_in_for_id", "person_id", "valid_from")
    found = rows.order_by().values(*keys, **names).annotate(until=Max("valid_to"))
    return list(found.order_by("valid_from", "unit_id", "stands_in_for_id"))


def _arranged_by(viewer: Viewer) -> set[int]:
    return {m.unit_id for m in viewer.memberships if m.role in ARRANGES and m.for_id is None}


def _people(request: ViewerRequest) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return whose leave the viewer may arrange, and everybody of his units, as (unit:person, words)."""
    arranged, me = _arranged_by(request.viewer), request.viewer.person_id
    rows = Membership.objects.filter(
        in_force(request.today), unit_id__in=request.viewer.unit_ids, stands_in_for__isnull=True
    ).filter(person__is_active=True)
    named = rows.order_by("unit__path", "person__name").values_list(
        "unit_id", "person_id", "person__name", "unit__name"
    )
    all_of = list(dict.fromkeys(named))
    away = [r for r in all_of if r[1] == me or r[0] in arranged]
    away.sort(key=lambda r: r[1] != me)
    return (
        [(f"{u}:{p}", f"{name}（{unit}）") for u, p, name, unit in away],
        [(f"{u}:{p}", f"{name}（{unit}）") for u, p, name, unit in all_of if p != me],
    )


@signed_in
def leave(request: ViewerRequest) -> HttpResponse:
    """Show the leaves of one's units; a POST arranges one."""
    if not request.viewer.memberships:
        raise Http404("没有找到这一页")
    people, deputies = _people(request)
    form = LeaveForm(request.POST or None, people=people, deputies=deputies)
    if request.method == "POST" and form.is_valid():
        try:
            return _arrange(request, form.cleaned_data)
        except GuardFailed as refused:
            tell_form(form, refused)
    arranged, me = _arranged_by(request.viewer), request.viewer.person_id
    leaves = leaves_visible_to(request.viewer, request.today)
    for one in leaves:
        one["can_end"] = one["stands_in_for_id"] == me or one["unit_id"] in arranged
    context = {"form": form, "leaves": leaves, "back_url": reverse("organisations:mine")}
    return page(request, "organisations/leave.html", context, status=422 if form.errors else None)


def _arrange(request: ViewerRequest, data: dict[str, Any]) -> HttpResponse:
    unit_id, _, person_id = data["person"].partition(":")
    deputy_unit, _, deputy_id = data["deputy"].partition(":")
    if unit_id != deputy_unit:
        raise GuardFailed([], {"deputy": ["代办的人要在同一个单位任职"]})
    rows = Membership.objects.filter(unit_id=unit_id).select_related("person", "unit")
    away = rows.filter(person_id=person_id)[0]
    deputy = rows.filter(person_id=deputy_id)[0].person
    delegation_start(
        actor=request.viewer,
        person=away.person,
        deputy=deputy,
        unit=away.unit,
        valid_from=data["valid_from"],
        valid_to=data["valid_to"],
        at=request.now,
    )
    messages.success(request, f"安排好了：{away.person.name}请假，由{deputy.name}代办，到期自己结束。")
    return HttpResponseRedirect(reverse("organisations:leave"))


@require_POST
@signed_in
def leave_end(request: ViewerRequest, unit_id: int, person_id: int, first: str) -> HttpResponse:
    """End a leave early."""
    rows = Membership.objects.filter(unit_id__in=request.viewer.unit_ids & {unit_id})
    row = rows.filter(stands_in_for_id=person_id).select_related("stands_in_for", "unit").first()
    if row is None or row.stands_in_for is None:
        raise Http404("没有找到这段代办")
    try:
        delegation_end(
            actor=request.viewer,
            person=row.stands_in_for,
            unit=row.unit,
            valid_from=date.fromisoformat(first),
            at=request.now,
        )
        messages.success(request, "代办结束了。")
    except (GuardFailed, ValueError):
        messages.error(request, "没办成：这段代办已经结束了。")
    return HttpResponseRedirect(reverse("organisations:leave"))


def leave_tile(request: ViewerRequest) -> Tile | None:
    """Say on both homes who acts for whom from the day before on; nothing while nobody is away."""
    me = request.viewer.person_id
    near = request.today + timedelta(days=1)
    mine = [
        one
        for one in leaves_visible_to(request.viewer, request.today)
        if me in (one["person_id"], one["stands_in_for_id"]) and one["valid_from"] <= near
    ]
    context = {"leaves": mine, "me": me, "today": request.today}
    return Tile("organisations/_leave_tile.html", context) if mine else None

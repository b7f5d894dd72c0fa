"""The recorder's live page and the wall: what they show, and the small edits that come in."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from qiying.kernel.gatherings.models import Gathering
from qiying.kernel.gatherings.selectors import (
    GONE,
    attendees_of,
    gathering_for,
    gathering_to,
    items_of,
    may_organise,
    may_record,
)
from qiying.kernel.gatherings.services.editing import Change, edits_apply, live_state
from qiying.kernel.gatherings.services.people import check_in_code
from qiying.kernel.gatherings.views.office import qr_svg
from qiying.kernel.organisations.pages import page, signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.permissions.errors import GuardFailed
from qiying.ui.given import whole


@signed_in
def live(request: ViewerRequest, pk: int) -> HttpResponse:
    """Show the page on which a recorder writes; it goes on without a network."""
    one = gathering_to(may_record, request.viewer, pk)
    speaks = {r.code for r in one.of_kind.roles if r.speaks}
    speakers = [a for a in attendees_of(one).exclude(state__in=GONE) if a.role in speaks]
    told = {
        "state": live_state(one),
        "who": request.viewer.person_id,
        "urls": {n: reverse(f"gatherings:{n}", args=[pk]) for n in ("edits", "state")},
        "kinds": {
            i.code: [{"code": a.code, "label": a.label, "promises": a.promises} for a in i.answers]
            for i in one.of_kind.items
        },
        "first": one.of_kind.items[0].code if one.of_kind.items else "",
        "speakers": [[str(a.pk), a.label, a.language] for a in speakers],
        "units": [[str(pk), words] for pk, words in unit_choices(one.district_id)],
        "on": one.on.isoformat(),
    }
    return page(
        request,
        "gatherings/live.html",
        {"one": one, "told": told, "back_url": reverse("gatherings:gathering", args=[pk])},
    )


@require_POST
@signed_in
def edits(request: ViewerRequest, pk: int) -> HttpResponse:
    """Take edits from a live page and answer each by its key."""
    one = gathering_to(may_record, request.viewer, pk)
    try:
        given = json.loads(request.body)
        changes = [change_of(row) for row in given["edits"]]
    except (ValueError, KeyError, TypeError):
        raise GuardFailed(["这页发来的内容读不懂，请刷新；写过的都还在"]) from None
    answers = edits_apply(gathering=one, actor=request.viewer, changes=changes, now=request.now)
    one.refresh_from_db()
    return JsonResponse({"answers": answers, "state": live_state(one, since=int(given.get("since", -1)))})


def change_of(row: dict[str, Any]) -> Change:
    """Read one edit; raise `KeyError`, `ValueError` or `TypeError` on what is none."""
    key, item = str(row["key"])[:40], str(row.get("item") or "")[:40]
    if not key:
        raise ValueError
    return Change(
        key=key, item=item, field=str(row["field"])[:16], base=int(row["base"]), value=str(row["value"]),
        kind=str(row.get("kind") or "")[:16], settles=whole(row.get("settles")),
    )  # fmt: skip


@never_cache
@require_GET
@signed_in
def state(request: ViewerRequest, pk: int) -> HttpResponse:
    """Return what changed since a page looked last."""
    one = gathering_to(may_record, request.viewer, pk)
    since = whole(request.GET.get("since"))
    return JsonResponse(live_state(one, since=-1 if since is None else since))


@never_cache
@require_GET
@signed_in
def wall(request: ViewerRequest, pk: int) -> HttpResponse:
    """Show the running gathering on the wall of the hall; a part of it is fetched again every few seconds."""
    one = gathering_for(request.viewer, pk)
    template = "gatherings/_wall.html" if request.headers.get("HX-Request") else "gatherings/wall.html"
    return page(request, template, wall_context(request, one))


def wall_context(request: ViewerRequest, one: Gathering) -> dict[str, Any]:
    """Return what the wall says: how many are there, what was raised, how it was answered; no names of firms."""
    items = list(items_of(one).exclude(text=""))
    answers = [a for i in one.of_kind.items[:1] for a in i.answers]
    code = reverse("gatherings:scan", args=[check_in_code(one)]) if may_organise(request.viewer, one) else ""
    people = list(one.attendees.exclude(state__in=GONE).values_list("checked_in_at", flat=True))
    return {
        "one": one,
        "phase": one.of_phase,
        "present": sum(at is not None for at in people),
        "listed": len(people),
        "counts": [(a.label, sum(i.answer == a.code for i in items)) for a in answers],
        "open": sum(not i.answer for i in items),
        "raised": len(items),
        "taken": sum(i.taken_at is not None for i in items),
        "latest": sorted(items, key=lambda i: -i.seq)[:4],
        "qr": qr_svg(request.build_absolute_uri(code)) if code and one.allows("check_in") else "",
    }

"""Entering what came in at the window, by telephone, on a visit: one intake, one or several cases."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from qiying.capabilities.service_requests.forms.desk import EntryTyped, entry_typed, received_at
from qiying.capabilities.service_requests.services.desk import request_enter
from qiying.capabilities.service_requests.services.duplicates import similar_open
from qiying.capabilities.service_requests.services.entries import KINDS
from qiying.kernel.audit.clock import local_time
from qiying.kernel.cases.models import Channel
from qiying.kernel.documents.models import Document
from qiying.kernel.documents.selectors import own_drafts
from qiying.kernel.documents.uploads import draft_session, draft_store, new_token, uploaded_ids
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.selectors import enterprises_found, enterprises_visible_to
from qiying.kernel.organisations.pages import visible_with
from qiying.kernel.organisations.repeats import sent_once
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import GuardFailed
from qiying.ui.given import whole

FOUND = 8
MOST_ITEMS, LEAST_WRITTEN = 5, 6
"""Items of one intake that are compared while they are written, and characters from which one is."""
ONLINE = "线上"
NOT_BY_HAND = frozenset({"ledger", "api"})


@require_GET
@visible_with("service_requests.desk")
def enterprises(request: ViewerRequest) -> HttpResponse:
    """Answer a typed name or code with the district's enterprises to choose from."""
    text = request.GET.get("q", "").strip()[:60]
    found = Enterprise.objects.none()
    if len(text) >= 2:
        mine = enterprises_visible_to(request.viewer).filter(district_id=request.viewer.district_id or 0)
        found = enterprises_found(mine, text).order_by("name")[:FOUND]
    context = {"found": list(found), "text": text if len(text) >= 2 else ""}
    return render(request, "desk/_enterprises.html", context)


@require_POST
@visible_with("service_requests.desk")
def alike(request: ViewerRequest) -> HttpResponse:
    """Show, while something is written down, what is open already and may be the same."""
    enterprise_id = whole(request.POST.get("enterprise_id"))
    shown: dict[int, dict[str, Any]] = {}
    for text in request.POST.getlist("items")[:MOST_ITEMS]:
        if len(text.strip()) < LEAST_WRITTEN:
            continue
        pairs = similar_open(
            text[:5000],
            request.viewer,
            district_id=request.viewer.district_id or 0,
            enterprise_id=enterprise_id,
            on=request.today,
        )
        shown |= {case.pk: {"case": case, "why": likeness.why} for likeness, case in pairs}
    context = {"found": list(shown.values())[:FOUND], "now": request.now, "today": request.today}
    return render(request, "desk/_alike.html", context)


@visible_with("service_requests.desk")
def entry(request: ViewerRequest) -> HttpResponse:
    """Show the entry form, or register what it holds; a refusal keeps everything that was typed."""
    district_id = request.viewer.district_id
    if district_id is None:
        raise Http404("您还不属于任何区县")
    if request.method != "POST":
        local = local_time(request.now)
        values = {
            "received_on": local.date().isoformat(),
            "received_time": f"{local:%H:%M}",
            "kind": "problem",
        }
        return _show(request, district_id, EntryTyped(values), new_token(), [])
    typed = entry_typed(request.POST)
    token = request.POST.get("upload_token", "") or new_token()
    try:
        return sent_once(request, request.now, lambda: _register(request, district_id, typed, token))
    except GuardFailed as refused:
        typed.refuse(refused.reasons, refused.fields)
    drafts = own_drafts(request.viewer, token, draft_session(request))
    return _show(request, district_id, typed, token, drafts, status=422)


def _register(request: ViewerRequest, district_id: int, typed: EntryTyped, token: str) -> str:
    came = received_at(typed, request.now)
    if typed.errors:
        raise GuardFailed([w for words in typed.errors.values() for w in words], typed.errors)
    files = [draft_store(request, f, kind="material", token=token).pk for f in request.FILES.getlist("files")]
    names = ("kind", "contact_name", "contact_phone", "place", "source_id", "is_anonymous", "hide_asker")
    data: dict[str, Any] = {n: typed.values[n] for n in names if typed.values[n] != ""}
    if typed.values["enterprise_id"]:
        data["enterprise_id"] = typed.values["enterprise_id"]
    data["documents"] = [*uploaded_ids(request), *files]
    cases = request_enter(
        actor=request.viewer,
        district_id=district_id,
        channel=typed.values["channel"],
        data=data,
        items=typed.items,
        now=request.now,
        received_at=came,
        session_key=draft_session(request),
    )
    numbers = "、".join(c.number for c in cases)
    if cases[0].opened_at != request.now:
        messages.info(request, f"来源编号 {typed.values['source_id']} 登记过了，没有再立件：{numbers}。")
    else:
        messages.success(request, f"登记好了，立了 {len(cases)} 件：{numbers}。")
    return reverse("service_requests:triage", args=[cases[0].number])


def _show(
    request: ViewerRequest,
    district_id: int,
    typed: EntryTyped,
    token: str,
    drafts: list[Document],
    status: int = 200,
) -> HttpResponse:
    channels = Channel.objects.filter(district_id=district_id, is_active=True)
    groups: dict[str, list[tuple[str, str]]] = {}
    for c in channels.exclude(code__in=NOT_BY_HAND).exclude(group=ONLINE):
        groups.setdefault(c.group, []).append((c.code, c.name))
    name = typed.values.get("enterprise_name", "")
    if (enterprise_id := whole(typed.values.get("enterprise_id"))) is not None:
        chosen = enterprises_visible_to(request.viewer).filter(pk=enterprise_id).first()
        name = chosen.name if chosen else name
    context = {
        "typed": typed,
        "values": {**typed.values, "enterprise_name": name},
        "items": [*typed.items, *[""] * max(0, 1 - len(typed.items))],
        "errors": typed.errors,
        "error_list": typed.error_list if typed.errors or typed.reasons else [],
        "channels": list(groups.items()),
        "kinds": list(KINDS.items()),
        "upload_token": token,
        "drafts": drafts,
        "draft_key": f"desk-entry-{request.viewer.person_id}",
        "now": request.now,
        "today": request.today,
    }
    return render(request, "desk/entry.html", context, status=status)

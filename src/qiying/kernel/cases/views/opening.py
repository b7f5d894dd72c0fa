"""Opening a case of any procedure from its declared input; a procedure with a richer page of its own leads there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from qiying.kernel.cases.context import CaseContext, Rows
from qiying.kernel.cases.faces.names import field_extra
from qiying.kernel.cases.faces.registry import face_of, source
from qiying.kernel.cases.forms import ActionForm, action_form, posted
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.opening import case_start, opening_of, openings_for
from qiying.kernel.cases.views.acting import after_url, sent_files
from qiying.kernel.cases.vocabulary import Procedure
from qiying.kernel.documents.selectors import own_drafts
from qiying.kernel.documents.uploads import draft_session, new_token
from qiying.kernel.organisations.pages import signed_in
from qiying.kernel.organisations.repeats import sent_once
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import GuardFailed


@require_GET
@signed_in
def openings(request: ViewerRequest) -> HttpResponse:
    """List what the viewer may open."""
    rows = [{"label": m.label, "purpose": m.purpose, "url": _url(m)} for m in openings_for(request.viewer)]
    return render(request, "cases/openings.html", {**_base(request), "rows": rows})


@require_http_methods(["GET", "POST"])
@signed_in
def open_case(request: ViewerRequest, procedure: str) -> HttpResponse:
    """Show a procedure's opening form, or open a case; a refusal keeps what was typed."""
    machine = opening_of(request.viewer, procedure)
    if request.method != "POST":
        own = face_of(procedure).opening_url
        return HttpResponseRedirect(own()) if own else _show(request, machine, _form(request, machine))
    data = posted(machine.opening, request.POST)

    def send() -> str:
        if "documents" in machine.opening.input.model_fields:
            data["documents"] = [*data.get("documents", []), *sent_files(request)]
        case = case_start(
            procedure=procedure,
            actor=request.viewer,
            data={k: v for k, v in data.items() if k not in machine.opening.internal},
            now=request.now,
            session_key=draft_session(request),
        )
        messages.success(request, f"{machine.label} {case.number} 提交了。")
        return after_url(request, case)

    try:
        return sent_once(request, request.now, send)
    except GuardFailed as refused:
        typed = {n: data.get(n, request.POST.get(n, "")) for n in machine.opening.input.model_fields}
        form = _form(request, machine, values=typed, reasons=refused.reasons, errors=refused.fields)
        return _show(request, machine, form, status=422)


@require_GET
@signed_in
def choices(request: ViewerRequest, procedure: str, name: str) -> HttpResponse:
    """Answer a typed search of one field with choices to pick from."""
    machine = opening_of(request.viewer, procedure)
    found = source(str(field_extra(machine.opening, name).get("source", "")))
    if found is None or found.search is None:
        raise Http404("没有这一项")
    text = request.GET.get("q", "").strip()[:60]
    shown = found.search(_context(request, machine), text)
    return render(request, "cases/_choices.html", {"name": name, "text": text, "found": shown})


def _url(machine: Procedure) -> str:
    own = face_of(machine.code).opening_url
    return own() if own else reverse("cases:open", args=[machine.code])


def _context(request: ViewerRequest, machine: Procedure) -> CaseContext:
    """Return what choices are made from before there is a case."""
    if request.viewer.district_id is None:
        raise Http404("您的账号还没有归属区县")
    case = Case(
        district_id=request.viewer.district_id,
        procedure=machine.code,
        version=machine.version,
        state=machine.initial,
    )
    return CaseContext(case, request.viewer, request.now, rows=Rows(case, is_new=True))


def _form(request: ViewerRequest, machine: Procedure, **typed: Any) -> ActionForm:
    form = action_form(machine.opening, _context(request, machine), **typed)
    left_out = machine.opening.internal | _known(request, machine) | _of_others(request, machine)
    form.specs = [s for s in form.specs if s["name"] not in left_out]
    return form


def _known(request: ViewerRequest, machine: Procedure) -> set[str]:
    """Return the question whose enterprise it is, where a clerk speaks for one only and may leave it out."""
    info = machine.opening.input.model_fields.get("enterprise_id")
    speaks_for_one = len(request.viewer.enterprise_ids) == 1 and not request.viewer.memberships
    return {"enterprise_id"} if info is not None and not info.is_required() and speaks_for_one else set()


def _of_others(request: ViewerRequest, machine: Procedure) -> set[str]:
    """Return the questions that are asked of other roles."""
    roles = request.viewer.roles
    asked = {n: field_extra(machine.opening, n).get("asked_of") for n in machine.opening.input.model_fields}
    return {name for name, wanted in asked.items() if wanted and not roles & set(wanted)}


def _base(request: ViewerRequest) -> dict[str, Any]:
    base = "ui/office.html" if request.viewer.memberships else "ui/phone.html"
    return {"now": request.now, "today": request.today, "base": base}


def _show(request: ViewerRequest, machine: Procedure, form: ActionForm, *, status: int = 200) -> HttpResponse:
    token = request.POST.get("upload_token", "") or new_token()
    drafts = own_drafts(request.viewer, token, draft_session(request)) if request.method == "POST" else []
    context = {
        **_base(request),
        "machine": machine,
        "action": machine.opening,
        "form": form,
        "upload_token": token,
        "drafts": list(drafts) if form.has_documents else [],
        "draft_key": f"open-{machine.code}-{request.viewer.person_id}",
        "choices_url": f"{reverse('cases:open', args=[machine.code])}choices/",
    }
    return render(request, "cases/open.html", context, status=status)

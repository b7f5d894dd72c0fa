"""Doing an action from a generated form; a refusal keeps what was typed and says every reason."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from qiying.kernel.cases import faces
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.engine import case_do, permission_reason, state_reason
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.faces.names import field_extra
from qiying.kernel.cases.faces.registry import source
from qiying.kernel.cases.forms import ActionForm, action_form, posted
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.selectors import cases_visible_to, live_number
from qiying.kernel.cases.views.case import base_context, draft_key
from qiying.kernel.cases.vocabulary import PROCEDURES, Action
from qiying.kernel.documents.selectors import own_drafts
from qiying.kernel.documents.uploads import draft_session, draft_store, new_token
from qiying.kernel.organisations.pages import signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted
from qiying.kernel.permissions.fetch import fetch_kept_or_404
from qiying.ui.given import whole


@require_http_methods(["GET", "POST"])
@signed_in
def do(request: ViewerRequest, number: str, code: str) -> HttpResponse:
    """Show an action's form, or do it."""
    if request.method == "POST":
        return _post(request, number, code)
    case = faces.case_visible(request.viewer, number)
    file = faces.case_file(case, request.viewer, request.now)
    action = _action(case, code)
    reason = permission_reason(action, file.context)
    if reason:
        raise NotPermitted(reason)
    if case.state not in action.states:
        return _moved(request, file, action, state_reason(action, file.context), {})
    guards = action.refusals(file.context)
    form = action_form(action, file.context, values=_given(request, action), reasons=guards)
    return _show(request, file, form, blocked=bool(guards))


def _action(case: Case, code: str) -> Action:
    machine = PROCEDURES.get(case.procedure, case.version)
    if code == machine.opening.code or not machine.has_action(code) or not machine.action(code).is_offered:
        raise Http404("没有这一步")
    return machine.action(code)


def _given(request: ViewerRequest, action: Action) -> dict[str, Any] | None:
    """Return values a link brings along, as a suggestion does; only declared single fields."""
    names = set(action.input.model_fields)
    found: dict[str, Any] = {k: v for k, v in request.GET.items() if k in names and len(v) <= 2000}
    return found or None


def _post(request: ViewerRequest, number: str, code: str) -> HttpResponse:
    """Do the act; what the page shows is read only when it was refused."""
    case = fetch_kept_or_404(cases_visible_to, request.viewer, number=number)
    action = _action(case, code)
    data = posted(action, request.POST)
    try:
        if "documents" in action.input.model_fields:
            data["documents"] = [*data.get("documents", []), *sent_files(request)]
        done = case_do(
            case=case,
            action=action.code,
            actor=request.viewer,
            data=data,
            now=request.now,
            seen_seq=_seen(request),
            session_key=draft_session(request),
        )
    except GuardFailed as refused:
        file = _fresh(request, number)
        form = action_form(
            action,
            file.context,
            values=_typed(request, action, data),
            reasons=refused.reasons,
            errors=refused.fields,
        )
        return _show(request, file, form, status=422)
    except ActionNotAvailable as late:
        return _late(request, _fresh(request, number), action, late, data)
    words = faces.next_words(CaseContext(done, request.viewer, request.now))
    messages.success(request, f"{action.label}：办好了。{words}")
    return HttpResponseRedirect(after_url(request, done))


def _fresh(request: ViewerRequest, number: str) -> CaseFile:
    """Return the file of a case as it is now."""
    return faces.case_file(faces.case_visible(request.viewer, number), request.viewer, request.now)


def sent_files(request: ViewerRequest) -> list[int]:
    """Store files sent with the form itself, as browsers without scripts do."""
    token = request.POST.get("upload_token", "") or new_token()
    return [draft_store(request, f, kind="material", token=token).pk for f in request.FILES.getlist("files")]


def _seen(request: ViewerRequest) -> int | None:
    return whole(request.POST.get("seen_seq"))


def _typed(request: ViewerRequest, action: Action, data: dict[str, Any]) -> dict[str, Any]:
    """Return what was typed, the words that were refused included."""
    return {name: data.get(name, request.POST.get(name, "")) for name in action.input.model_fields}


def _late(
    request: ViewerRequest, fresh: CaseFile, action: Action, late: ActionNotAvailable, data: dict[str, Any]
) -> HttpResponse:
    """Say who was faster. If the act is still possible, the form stays and may be sent again."""
    typed = _typed(request, action, data)
    if fresh.case.state in action.states and permission_reason(action, fresh.context) is None:
        items = faces.timeline(fresh)
        who = f"{items[0].actor}刚才“{_label(fresh, items[0].action)}”。" if items else ""
        form = action_form(action, fresh.context, values=typed)
        words = f"{who}写的内容还在，看过上面的变化，再点一次就提交。"
        return _show(request, fresh, form, status=409, note=words)
    return _moved(request, fresh, action, late.message, typed)


def _label(file: CaseFile, code: str) -> str:
    machine = file.context.procedure
    return machine.action(code).label if machine.has_action(code) else code


def _moved(
    request: ViewerRequest, file: CaseFile, action: Action, reason: str, typed: dict[str, Any]
) -> HttpResponse:
    """Show that the case went on: who did what, and what was typed so that it can be copied."""
    kept = [
        {"label": info.title, "text": typed[name]}
        for name, info in action.input.model_fields.items()
        if isinstance(typed.get(name), str) and typed[name]
    ]
    context = {
        **base_context(request, file),
        "action": action,
        "reason": reason,
        "kept": kept,
        "last": faces.timeline(file)[:3],
        "live": live_number(file.case, request.viewer),
    }
    return render(request, "cases/moved.html", context, status=409)


def _show(
    request: ViewerRequest,
    file: CaseFile,
    form: ActionForm,
    *,
    status: int = 200,
    note: str = "",
    blocked: bool = False,
) -> HttpResponse:
    token = request.POST.get("upload_token", "") or new_token()
    drafts = own_drafts(request.viewer, token, draft_session(request)) if request.method == "POST" else []
    context = {
        **base_context(request, file),
        "intakes": faces.intake_faces(file),
        "answers": faces.answer_faces(file),
        "action": form.action,
        "form": form,
        "note": note,
        "blocked": blocked,
        "shown": [fact for show in form.action.shows for fact in show(file.context)],
        "seen_seq": file.case.seq,
        "upload_token": token,
        "drafts": list(drafts) if form.has_documents else [],
        "draft_key": draft_key(request, file.case, form.action.code),
    }
    inline = request.headers.get("HX-Request") and request.method == "GET"
    template = "cases/_act_panel.html" if inline else "cases/act.html"
    return render(request, template, context, status=status)


def after_url(request: ViewerRequest, case: Case) -> str:
    """Return the case, or the worklist when the act ended the viewer's part in it."""
    if cases_visible_to(request.viewer).filter(pk=case.pk).exists():
        return reverse("cases:case", args=[case.number])
    return reverse("cases:worklist")


@require_GET
@signed_in
def choices(request: ViewerRequest, number: str, code: str, name: str) -> HttpResponse:
    """Answer a typed search of one field with choices to pick from."""
    case = faces.case_visible(request.viewer, number)
    file = faces.case_file(case, request.viewer, request.now)
    action = _action(case, code)
    if permission_reason(action, file.context):
        raise Http404("没有这一步")
    found = source(str(field_extra(action, name).get("source", "")))
    if found is None or found.search is None:
        raise Http404("没有这一项")
    text = request.GET.get("q", "").strip()[:60]
    context = {"name": name, "text": text, "found": found.search(file.context, text)}
    return render(request, "cases/_choices.html", context)

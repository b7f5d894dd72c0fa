"""The call-back desk: answers that wait for the asker's word, the oldest first, each tried and asked in place."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from qiying.capabilities.service_requests.selectors.common import followed_cases
from qiying.capabilities.service_requests.selectors.waiting import (
    Waiting,
    own_waiting_count,
    waiting_cases,
    waiting_rows,
)
from qiying.capabilities.service_requests.views.learning.common import (
    EXPORT_ROWS,
    cover,
    export,
    export_url,
    paged,
    wants_export,
)
from qiying.kernel.cases import faces
from qiying.kernel.cases.engine import case_act, permission_reason
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.forms import ActionForm, action_form, posted
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.vocabulary import Action
from qiying.kernel.organisations.pages import page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.tables.workbooks import Column
from qiying.ui.given import whole

STEPS = {"callback": ("record_verdict", "contact", "ask_unconfirmed"), "desk": ("contact",)}
"""What each role does here; the engine asks again."""
LABELS = {"record_verdict": "记下评价", "contact": "记一次联系", "ask_unconfirmed": "申请未确认办结"}


def steps_of(viewer: Viewer) -> list[str]:
    """Return the acts the viewer's roles do on this desk, in order."""
    mine = [c for role, codes in STEPS.items() if role in viewer.roles for c in codes]
    return list(dict.fromkeys(mine))


@require_GET
@visible_with("service_requests.callback")
def waiting(request: ViewerRequest) -> HttpResponse:
    """Show the answers that wait for a verdict."""
    cases = waiting_cases(request.viewer)
    if wants_export(request):
        return _export(request, waiting_rows(cover(request, cases[:EXPORT_ROWS]), request.today))
    current = paged(request, cases)
    rows = waiting_rows(list(current.object_list), request.today)
    context = {
        "rows": rows,
        "page": current,
        "total": current.paginator.count,
        "ready": sum(1 for r in rows if not r.left and not r.is_asked),
        "own": own_waiting_count(request.viewer),
        "steps": [(c, LABELS[c]) for c in steps_of(request.viewer)],
        "export_url": export_url(request),
    }
    return page(request, "learning/callback.html", context)


def _export(request: ViewerRequest, rows: list[Waiting]) -> HttpResponse:
    columns = [
        Column("办件号"),
        Column("事项"),
        Column("企业"),
        Column("主办单位"),
        Column("答复日期", "date"),
        Column("等了几个工作日", "number"),
        Column("联系过几天", "number"),
        Column("还要联系几天", "number"),
        Column("情况"),
    ]
    lines = (
        (
            r.case.number,
            r.case.title,
            r.case.asker_name,
            r.case.lead_unit.name if r.case.lead_unit else "",
            r.case.answered_on,
            r.waited,
            len(r.tried),
            r.left,
            "等督查决定" if r.is_asked else "",
        )
        for r in rows
    )
    return export(request, "callback", "等评价的答复", columns, lines)


@require_http_methods(["GET", "POST"])
@visible_with("service_requests.callback")
def do(request: ViewerRequest, number: str, code: str) -> HttpResponse:
    """Show one act's form in the row it was asked from, or do it and return to the list."""
    if code not in steps_of(request.viewer):
        raise Http404("没有这一步")
    case = fetch_or_404(
        followed_cases(request.viewer).select_related("enterprise", "lead_unit"), number=number
    )
    if case.state != "answered":
        messages.info(request, f"{case.title}：已经有结果了。")
        return HttpResponseRedirect(reverse("service_requests:callback"))
    file = faces.case_file(case, request.viewer, request.now)
    action = file.context.procedure.action(code)
    if permission_reason(action, file.context):
        raise Http404("没有这一步")
    if request.method == "POST":
        return _post(request, file, action)
    guards = [r for r in (g(file.context) for g in action.guards) if r]
    return _show(request, file, _form(file, action, reasons=guards), is_blocked=bool(guards))


def _form(file: CaseFile, action: Action, **more: Any) -> ActionForm:
    form = action_form(action, file.context, prefix=f"{file.case.pk}_{action.code}_", **more)
    if len([link for link in file.links if link.until is None]) < 2:
        form.specs = [s for s in form.specs if s["name"] != "intake_id"]  # nothing to choose from
    return form


def _post(request: ViewerRequest, file: CaseFile, action: Action) -> HttpResponse:
    data = posted(action, request.POST)
    try:
        done = case_act(
            case=file.case,
            action=action.code,
            actor=request.viewer,
            data=data,
            now=request.now,
            seen_seq=whole(request.POST.get("seen_seq")),
        )
    except GuardFailed as refused:
        typed = {name: data.get(name, request.POST.get(name, "")) for name in action.input.model_fields}
        form = _form(file, action, values=typed, reasons=refused.reasons, errors=refused.fields)
        return _show(request, file, form, status=422)
    except ActionNotAvailable as late:
        messages.warning(request, late.message)
        return HttpResponseRedirect(reverse("service_requests:callback"))
    messages.success(request, f"{done.title}：{_told(done, action)}")
    return HttpResponseRedirect(reverse("service_requests:callback"))


def _told(case: Case, action: Action) -> str:
    """Say what became of it."""
    if action.code == "contact":
        return "记下了这次联系。"
    if action.code == "ask_unconfirmed":
        return "已请督查决定按“未确认”办结。"
    words = {
        "written_off": "记下了，这件办结。",
        "escalated": "记下了，企业第二次说没解决，督查来管。",
        "answered": "记下了，还等别的来件人评价。",
    }
    return words.get(case.state, "记下了，退回承办单位接着办。")


def _show(
    request: ViewerRequest, file: CaseFile, form: ActionForm, *, status: int = 200, is_blocked: bool = False
) -> HttpResponse:
    intakes = faces.intake_faces(file)
    answers = [a for a in faces.answer_faces(file) if a.is_current]
    context = {
        "file": file,
        "case": file.case,
        "action": form.action,
        "form": form,
        "is_blocked": is_blocked,
        "seen_seq": file.case.seq,
        "intakes": intakes,
        "answers": answers[:1],
        "back_url": reverse("service_requests:callback"),
    }
    inline = request.headers.get("HX-Request") and request.method == "GET"
    return page(request, "learning/_do.html" if inline else "learning/do.html", context, status=status)

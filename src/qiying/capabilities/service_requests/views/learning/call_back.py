"""The call-back desk: answers that wait for the asker's word, the oldest first, each tried and asked in place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from qiying.capabilities.service_requests.selectors.common import followed_cases
from qiying.capabilities.service_requests.selectors.waiting import (
    Waiting,
    own_waiting_count,
    waiting_cases,
    waiting_rows,
)
from qiying.capabilities.service_requests.views.learning.common import STYLES, case_columns, cover
from qiying.kernel.cases import faces
from qiying.kernel.cases.engine import case_act, permission_reason
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.forms import ActionForm, action_form, posted
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.vocabulary import Action
from qiying.kernel.organisations.listing import Column, Listed, Listing
from qiying.kernel.organisations.pages import page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Register, declare_register
from qiying.ui.given import whole

STEPS = {"callback": ("record_verdict", "contact", "ask_unconfirmed"), "desk": ("contact",)}
"""What each role does here; the engine asks again."""
LABELS = {"record_verdict": "记下评价", "contact": "记一次联系", "ask_unconfirmed": "申请未确认办结"}


def steps_of(viewer: Viewer) -> list[str]:
    """Return the acts the viewer's roles do on this desk, in order."""
    mine = [c for role, codes in STEPS.items() if role in viewer.roles for c in codes]
    return list(dict.fromkeys(mine))


def _prepare(request: ViewerRequest, rows: Sequence[Case]) -> None:
    cover(request.viewer, rows)
    for row, waits in zip(rows, waiting_rows(list(rows), request.today), strict=True):
        row.__dict__["waits"] = waits


def _waits(case: Any) -> Waiting:
    found: Waiting = case.waits
    return found


def _lead(request: ViewerRequest, listed: Listed[Case]) -> str:
    if not listed.total:
        return "答复过的企业都说了话，没有要打的电话。"
    words = f"{listed.total} 件已经答复、企业还没说话，等得最久的在前。"
    ready = sum(1 for c in listed.on_page if not _waits(c).left and not _waits(c).is_asked)
    return words + (f"这一页有 {ready} 件联系够了，可以申请按“未确认”办结。" if ready else "")


CALL_BACK: Register[Case] = declare_register(
    Register(
        name="callback",
        title="等评价的答复",
        noun="答复",
        listing=Listing(
            columns=[
                *case_columns(lambda c: c, lambda c: reverse("cases:case", args=[c.number]), sort=""),
                Column("答复日期", lambda c: c.answered_on, "answered", ("answered_on",), kind="date"),
                Column("等了几个工作日", lambda c: _waits(c).waited, numeric=True),
                Column("联系过几天", lambda c: len(_waits(c).tried), numeric=True),
                Column("还要联系几天", lambda c: _waits(c).left, numeric=True),
                Column("情况", lambda c: "等督查决定" if _waits(c).is_asked else ""),
            ],
            prepare=_prepare,
        ),
        rows=lambda viewer, today: waiting_cases(viewer),
        sees=("service_requests.callback",),
        edits=(),
        url="service_requests:callback",
        subject=lambda c: f"case:{c.number}",
        label=lambda c: c.title,
        lead=_lead,
        hint="没有回音不等于满意：联系不上，只能按“未确认”办结，还要别人批。",
        styles=STYLES,
        template="learning/callback.html",
        more=lambda request, listed: {
            "waiting": [_waits(c) for c in listed.on_page],
            "own": own_waiting_count(request.viewer),
            "steps": [(c, LABELS[c]) for c in steps_of(request.viewer)],
        },
    )
)


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
    guards = action.refusals(file.context)
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

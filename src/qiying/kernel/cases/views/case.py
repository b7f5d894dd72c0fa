"""The case page: one sentence, the days, what can be done, what was said and done, who else has a part."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import segno
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET, require_POST

from qiying.kernel.audit.services import reveal as audit_reveal
from qiying.kernel.cases import faces
from qiying.kernel.cases.engine import Available, available_actions
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.faces.registry import case_panels
from qiying.kernel.cases.forms import ActionForm, action_form
from qiying.kernel.cases.models import Case, Intake
from qiying.kernel.documents.uploads import new_token
from qiying.kernel.organisations.pages import signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted
from qiying.ui.given import page_of

FILTERS = (("", "全部"), ("key", "只看要紧的"), ("files", "只看文件"))


@require_GET
@signed_in
def case_page(request: ViewerRequest, number: str) -> HttpResponse:
    """Show a case to an office that takes part; an asker is sent to his own page."""
    case = faces.case_visible(request.viewer, number)
    file = faces.case_file(case, request.viewer, request.now, page=page_of(request.GET))
    if file.is_asker:
        return HttpResponseRedirect(reverse("mine:case", args=[case.number]))
    if request.headers.get("HX-Request") and request.GET.get("part") == "history":
        return render(request, "cases/_history.html", history_context(request, file))
    return render(request, "cases/case.html", case_context_of(request, file))


def base_context(request: ViewerRequest, file: CaseFile) -> dict[str, Any]:
    """Return what the head of every page about a case needs."""
    case = file.case
    clocks = faces.clock_faces(file.context, file.names)
    return {
        "now": request.now,
        "today": request.today,
        "file": file,
        "case": case,
        "state": file.context.state,
        "sentence": faces.status_sentence(file),
        "clocks": clocks,
        "main_clock": faces.main_clock(clocks),
        "level": faces.label(case.procedure, "level", case.level) if case.level else "",
        "kind": file.context.procedure.kinds.get(case.kind, ""),
        "category": (
            faces.category_label(case.district_id, case.category, case.procedure)
            if case.category != case.kind
            else ""
        ),
        "enterprise_name": case.enterprise.name if case.enterprise else "",
        "asks_firms": file.context.procedure.asks_firms,
        "hides_asker": case.is_covered,
        "is_office": bool(request.viewer.memberships),
        "base": "ui/office.html" if request.viewer.memberships else "ui/phone.html",
        "side_templates": [f"{case.procedure}/_side.html", "cases/_nothing.html"],
        "main_templates": [f"{case.procedure}/_main.html", "cases/_nothing.html"],
        "summary_templates": [f"{case.procedure}/_summary.html", "cases/_nothing.html"],
        "letters_allowed": bool(file.context.procedure.letters),
    }


def case_context_of(request: ViewerRequest, file: CaseFile) -> dict[str, Any]:
    """Return everything of the case page."""
    available = available_actions(file.context)
    actions = faces.action_faces(available, file.context)
    intakes = faces.intake_faces(file)
    documents = faces.split_documents(file)
    return {
        **base_context(request, file),
        **history_context(request, file),
        **write_context(request, file, available),
        "actions_now": [a for a in actions if not a.is_later],
        "actions_later": [a for a in actions if a.is_later],
        "intakes": intakes,
        "parties": faces.party_faces(file),
        **faces.family_of(file),
        "contact": next((i for i in intakes if i.is_primary), intakes[0] if intakes else None),
        "assignments": faces.assignment_faces(file),
        "answers": faces.answer_faces(file),
        "wants_verdict": file.context.procedure.closes_by == "verdict" and not file.context.state.is_final,
        "supervisions": faces.supervision_faces(file),
        "approvals": faces.approval_faces(file),
        **documents,
        "qr": qr_svg(request.build_absolute_uri(f"/cases/{file.case.number}/")),
        "can_letter": _can_letter(file, available),
        "tiles": case_panels(file.case, request.viewer, request.today),
    }


def _can_letter(file: CaseFile, available: list[Available]) -> bool:
    machine = file.context.procedure
    if not machine.letters or not machine.has_action("issue_letter"):
        return False
    action = machine.action("issue_letter")
    return file.case.state in action.states and bool(set(action.by) & file.context.standings)


def history_context(request: ViewerRequest, file: CaseFile) -> dict[str, Any]:
    """Return one page of the history under the chosen filter."""
    which = request.GET.get("show", "")
    items = faces.timeline(file)
    return {
        "now": request.now,
        "today": request.today,
        "case": file.case,
        "history": faces.chosen(items, which),
        "history_filters": [{"code": c, "label": w, "current": c == which} for c, w in FILTERS],
        "history_page": file.page,
        "history_pages": file.pages,
        "show": which,
    }


def write_context(request: ViewerRequest, file: CaseFile, available: list[Available]) -> dict[str, Any]:
    """Return the writing panels: those of the procedure that the state allows, one of them open."""
    wanted = faces.face_of(file.case.procedure).write_panels
    by_code = {a.action.code: a for a in available}
    now = [by_code[c] for c in wanted if c in by_code and file.case.state in by_code[c].action.states]
    asked = request.GET.get("write", "")
    can = [a for a in now if a.is_enabled] or now
    shown = next((a for a in now if a.action.code == asked), can[0] if can else None)
    if shown is None:
        return {"write_tabs": [], "write": None, "write_codes": []}
    return {
        "write_tabs": [
            {
                "label": a.action.label,
                "url": f"?write={a.action.code}#write",
                "current": a is shown,
                "count": "",
            }
            for a in now
        ],
        "write": panel(request, file, shown),
        "write_codes": [a.action.code for a in now],
    }


def panel(request: ViewerRequest, file: CaseFile, found: Available) -> dict[str, Any]:
    """Return a form that stands in the page, with the reason when it cannot be sent yet."""
    form: ActionForm = action_form(found.action, file.context, prefix=f"{found.action.code}_")
    return {
        "form": form,
        "face": faces.action_faces([found], file.context)[0],
        "seen_seq": file.case.seq,
        "upload_token": new_token() if form.has_documents else "",
        "draft_key": draft_key(request, file.case, found.action.code),
    }


def draft_key(request: ViewerRequest, case: Case, code: str) -> str:
    """Return the name under which a draft is kept on the device: case, action and person."""
    return f"case-{case.number}-{code}-{request.viewer.person_id}"


@lru_cache(maxsize=1024)
def qr_svg(text: str) -> SafeString:
    """Return a QR code as inline SVG, for paper."""
    code = segno.make(text, error="m")
    return mark_safe(code.svg_inline(scale=2, border=0, omitsize=True))  # noqa: S308 (made of our own address)


@require_POST
@signed_in
def reveal(request: ViewerRequest, number: str, intake_id: int) -> HttpResponse:
    """Show one contact in full, after writing down who looked and why."""
    case = faces.case_visible(request.viewer, number)
    file = faces.case_file(case, request.viewer, request.now)
    intake = next((link.intake for link in file.links if link.intake_id == intake_id), None)
    if intake is None or not faces.may_reveal(file):
        raise NotPermitted("您不能看这份来件的联系人。要联系企业，请找受理台。")
    reason = request.POST.get("reason", "").strip()
    context: dict[str, Any] = {"case": case, "intake_id": intake_id}
    try:
        audit_reveal(
            viewer=request.viewer,
            subject=f"intake:{intake_id}",
            field="contact",
            reason=reason,
            at=request.now,
            district_id=case.district_id,
        )
    except GuardFailed as refused:
        return render(request, "cases/_contact.html", {**context, "reasons": refused.reasons}, status=422)
    context |= {
        "name": _full(file, intake, "contact_name_ref"),
        "phone": _full(file, intake, "contact_phone_ref"),
    }
    return render(request, "cases/_contact.html", context)


def _full(file: CaseFile, intake: Intake, ref: str) -> str:
    return file.personal.get(getattr(intake, ref)) or ""

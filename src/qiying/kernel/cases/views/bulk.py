"""One act on several cases, through the same engine, with the result of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.engine import case_do
from qiying.kernel.cases.faces.registry import face_of
from qiying.kernel.cases.forms import action_form, posted
from qiying.kernel.cases.inputs import read_input
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.reading_lists import cases_cover
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.cases.views.worklist import office_only
from qiying.kernel.cases.vocabulary import PROCEDURES, Action
from qiying.kernel.organisations.pages import signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import GuardFailed, KernelError
from qiying.ui.given import wholes

MOST = 50


@dataclass(frozen=True)
class Result:
    """What became of one case."""

    case: Case
    is_done: bool
    words: str


@require_POST
@signed_in
def bulk(request: ViewerRequest) -> HttpResponse:
    """Ask what the act needs, then do it on each case and say what became of each."""
    office_only(request)
    ids = wholes(request.POST.getlist("case"))
    if not ids:
        messages.error(request, "没办成：还没选办件。先在左边勾上要办的。")
        return HttpResponseRedirect(reverse("cases:worklist"))
    found = cases_visible_to(request.viewer).filter(pk__in=ids[:MOST]).order_by("due_by", "pk")
    cases = list(found)
    cases_cover(request.viewer, cases)
    if not cases:
        raise Http404("没有找到这些办件")
    action = _action(cases[0], request.POST.get("action", ""))
    if request.POST.get("confirmed") != "1":
        return _ask(request, action, cases, too_many=len(ids) > MOST)
    data = posted(action, request.POST)
    try:
        read_input(action, data)
    except GuardFailed as refused:
        return _ask(request, action, cases, too_many=False, data=data, refused=refused)
    results = [_do(request, case, action, data) for case in cases]
    if len(results) == 1 and results[0].is_done:
        messages.success(request, f"{action.label}：办好了。")
        return HttpResponseRedirect(reverse("cases:worklist"))
    context = {"now": request.now, "today": request.today, "action": action, "results": results}
    context["done"] = sum(r.is_done for r in results)
    return render(request, "cases/bulk_done.html", context, status=200 if context["done"] else 422)


def _action(case: Case, code: str) -> Action:
    if code not in face_of(case.procedure).bulk_actions:
        raise Http404("没有这一步")
    return PROCEDURES.get(case.procedure, case.version).action(code)


def _ask(
    request: ViewerRequest,
    action: Action,
    cases: list[Case],
    *,
    too_many: bool,
    data: dict[str, Any] | None = None,
    refused: GuardFailed | None = None,
) -> HttpResponse:
    """Ask what the act needs; what was refused for all alike is said once, with what was typed kept."""
    context: dict[str, Any] = {
        "now": request.now,
        "today": request.today,
        "action": action,
        "cases": cases,
        "too_many": too_many,
        "most": MOST,
        "form": action_form(
            action,
            CaseContext(cases[0], request.viewer, request.now),
            values=data,
            reasons=refused.reasons if refused else None,
            errors=refused.fields if refused else None,
        ),
    }
    return render(request, "cases/bulk.html", context, status=refused.status if refused else 200)


def _do(request: ViewerRequest, case: Case, action: Action, data: dict[str, Any]) -> Result:
    try:
        case_do(case=case, action=action.code, actor=request.viewer, data=data, now=request.now)
    except KernelError as refused:
        return Result(case, False, refused.message)
    except Http404:
        return Result(case, False, "这件已经不归您看了")
    return Result(case, True, "办好了")

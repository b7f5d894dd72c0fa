"""Hot issues: found by rule, confirmed by a person, solved as one; and how many of a case's kind there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from qiying.capabilities.service_requests.forms.learning import (
    HotBecomeForm,
    HotConfirmForm,
    HotDismissForm,
    HotSolveForm,
    offer,
)
from qiying.capabilities.service_requests.models import HotIssue
from qiying.capabilities.service_requests.selectors import category_names
from qiying.capabilities.service_requests.selectors.hot import (
    TABS,
    alike_of,
    hot_counts,
    hot_issues_visible_to,
    hot_list,
    issue_cases,
    issue_span,
)
from qiying.capabilities.service_requests.services import hot_issues as services
from qiying.capabilities.service_requests.views.learning.common import (
    EXPORT_ROWS,
    chosen,
    cover,
    export,
    export_url,
    paged,
    sent,
    tab_links,
    wants_export,
)
from qiying.kernel.cases.faces import case_visible
from qiying.kernel.cases.reading import case_reading
from qiying.kernel.organisations.pages import act_page, page, signed_in, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.permissions.errors import ActionNotAvailable
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.tables.workbooks import Column

STEPS = {
    "confirm": ("认定热点", "认定", ("found", "open")),
    "dismiss": ("不成立", "定为不成立", ("found",)),
    "become": ("转为政策或改革任务", "转出", ("open",)),
    "solve": ("登记结果", "登记，结束这个热点", ("open",)),
}
"""Title, button and the states in which a step is offered."""


@require_GET
@visible_with("service_requests.hot")
def hot_issues(request: ViewerRequest) -> HttpResponse:
    """Show the hot issues of a state."""
    show = chosen(request, TABS)
    rows = hot_list(request.viewer, show)
    names = category_names(request.viewer.district_id or 0)
    if wants_export(request):
        return _export(request, cover(request, rows[:EXPORT_ROWS]), names)
    counts = hot_counts(request.viewer)
    current = paged(request, rows, counts[show])
    context = {
        "tabs": tab_links(TABS, counts, show),
        "counts": counts,
        "show": show,
        "rows": [{"row": r, "category": names.get(r.category, r.category)} for r in current.object_list],
        "page": current,
        "export_url": export_url(request),
    }
    return page(request, "learning/hot_issues.html", context)


def _export(request: ViewerRequest, rows: list[HotIssue], names: dict[str, str]) -> HttpResponse:
    columns = [
        Column("热点"),
        Column("类别"),
        Column("件数", "number"),
        Column("发现日期", "date"),
        Column("情况"),
        Column("牵头单位"),
        Column("措施", "long"),
        Column("转为"),
        Column("结果", "long"),
    ]
    lines = (
        (
            r.title,
            names.get(r.category, r.category),
            r.case_count,  # type: ignore[attr-defined]
            r.found_on,
            r.get_state_display(),
            r.unit.name if r.unit else "",
            r.measure or r.reason,
            r.get_becomes_display(),
            r.result,
        )
        for r in rows
    )
    return export(request, "hot_issues", "热点", columns, lines)


@require_GET
@visible_with("service_requests.hot")
def issue(request: ViewerRequest, issue_id: int) -> HttpResponse:
    """Show one hot issue with those of its cases the viewer may see."""
    rows = hot_issues_visible_to(request.viewer).select_related("unit", "decided_by")
    row = fetch_or_404(rows, pk=issue_id)
    cases = issue_cases(row, request.viewer)
    current = paged(request, cases)
    may = request.viewer.has("service_requests.hot_decide")
    steps = [
        {
            "label": label,
            "url": reverse("service_requests:hot_decide", args=[row.pk, code]),
            "is_first": not i,
        }
        for i, (code, (label, _, states)) in enumerate(STEPS.items())
        if may and row.state in states and not (code == "confirm" and row.state == "open")
    ]
    context = {
        "issue": row,
        "category": category_names(row.district_id).get(row.category, row.category),
        "total": row.cases.count(),
        "span": {"days": issue_span(row)},
        "typical": cases.filter(pk__in=row.examples),
        "cases": [{"case": c, "asker": c.asker_name} for c in current.object_list],
        "page": current,
        "shown": current.paginator.count,
        "steps": steps,
        "edit_url": reverse("service_requests:hot_decide", args=[row.pk, "confirm"])
        if may and row.state == "open"
        else "",
    }
    return page(request, "learning/hot_issue.html", context)


@require_http_methods(["GET", "POST"])
@visible_with("service_requests.hot_decide")
def decide(request: ViewerRequest, issue_id: int, step: str) -> HttpResponse:
    """Show a step's form, or take it."""
    row = fetch_or_404(hot_issues_visible_to(request.viewer), pk=issue_id)
    if step not in STEPS:
        raise Http404("没有这一步")
    title, submit, states = STEPS[step]
    back = reverse("service_requests:hot_issue", args=[row.pk])
    if row.state not in states:
        messages.warning(request, f"这个热点现在是“{row.get_state_display()}”，不能再{title}。")
        return HttpResponseRedirect(back)
    form, act = _step(request, row, step)

    def run(data: dict[str, Any]) -> str:
        try:
            act(data)
        except ActionNotAvailable as late:
            messages.warning(request, late.message)
        else:
            messages.success(request, f"{title}：办好了。")
        return back

    sentence = f"{row.title}，同类 {row.cases.count()} 件。"
    return act_page(request, form, title=title, submit=submit, back_url=back, run=run, sentence=sentence)


def _step(
    request: ViewerRequest, row: HotIssue, step: str
) -> tuple[Form, Callable[[dict[str, Any]], HotIssue]]:
    """Return a step's form and what it does."""
    who: dict[str, Any] = {"issue": row, "actor": request.viewer, "now": request.now}
    post = sent(request)
    if step == "dismiss":
        return HotDismissForm(post), lambda d: services.hot_dismiss(reason=d["reason"], **who)
    if step == "become":
        return HotBecomeForm(post), lambda d: services.hot_become(becomes=d["becomes"], **who)
    if step == "solve":
        return HotSolveForm(post), lambda d: services.hot_solve(result=d["result"], **who)
    given = {"title": row.title, "unit": row.unit_id, "measure": row.measure}
    form = HotConfirmForm(post, initial=given)
    offer(form, "unit", [("", "请选一个单位"), *unit_choices(row.district_id)])
    return form, lambda d: services.hot_confirm(
        title=d["title"], unit_id=d["unit"], measure=d["measure"], **who
    )


@require_GET
@signed_in
def alike(request: ViewerRequest, number: str) -> HttpResponse:
    """Answer the case page's panel: how many of this kind came lately, and the hot issue they belong to."""
    if not request.viewer.memberships:
        raise Http404("没有找到这一页，或者您看不到它")
    case = case_visible(request.viewer, number)
    case = case_reading(case, request.viewer, request.now).context.case
    found = alike_of(case, request.today)
    seen = bool(found.issue and hot_issues_visible_to(request.viewer).filter(pk=found.issue.pk).exists())
    context = {
        "case": case,
        "alike": found,
        "may_open": seen,
        "is_panel": bool(request.headers.get("HX-Request")),
    }
    if context["is_panel"]:
        return render(request, "learning/_alike.html", context)
    return page(request, "learning/alike.html", context)

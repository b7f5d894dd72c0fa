"""Hot issues as a register: found by rule, confirmed by a person, solved as one; and how many cases are alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

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
    alike_of,
    hot_issues_visible_to,
    hot_list,
    issue_cases,
    issue_span,
)
from qiying.capabilities.service_requests.services import hot_issues as services
from qiying.capabilities.service_requests.views.learning.common import case_columns, cover
from qiying.kernel.cases.faces import case_visible
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.reading import case_reading
from qiying.kernel.organisations.listing import Column, Listed, Listing, state_tabs
from qiying.kernel.organisations.pages import page, signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Panel, Register, declare_register
from qiying.ui.humanize import day_dated_words

State = HotIssue.State
DECIDES = ("service_requests.hot_decide",)


def _prepare(request: ViewerRequest, rows: Sequence[HotIssue]) -> None:
    names = category_names(request.viewer.district_id or 0)
    for row in rows:
        row.__dict__["category_name"] = names.get(row.category, row.category)


def _about(row: Any) -> str:
    words = [row.category_name]
    words += [f"{row.askers} 家说到"] if row.askers else []
    words += [f"已转为{row.get_becomes_display()}"] if row.becomes else []
    return " · ".join(words)


def _what(row: HotIssue) -> str:
    """Return what matters in the state a hot issue is in: the measure, why not, the result."""
    words = {State.DISMISSED: row.reason, State.SOLVED: row.result}.get(State(row.state), row.measure)
    return words if len(words) <= 60 else f"{words[:60]}…"


def _lead(request: ViewerRequest, listed: Listed[HotIssue]) -> str:
    if listed.counts["found"]:
        return f"{listed.counts['found']} 类问题反复来，等人认定。"
    if listed.counts["open"]:
        return f"{listed.counts['open']} 个热点在办。"
    return "现在没有聚成一类的问题。"


def _row_lead(request: ViewerRequest, row: Any) -> str:
    if row.state == State.FOUND:
        return f"{row.window_days} 天里来了 {row.case_count} 件同类的，等认定是不是一类问题。"
    if row.state == State.OPEN:
        return f"{row.unit.name}牵头解决这一类，已有 {row.case_count} 件。"
    words = "解决了这一类" if row.state == State.SOLVED else "认定不成立"
    return f"{day_dated_words(row.closed_on, request.today)}{words}。"


# --- acts -------------------------------------------------------------------------
def _confirm_form(
    data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: HotIssue
) -> HotConfirmForm:
    first = {"title": row.title, "unit": row.unit_id, "measure": row.measure}
    form = HotConfirmForm(data, initial=first)
    offer(form, "unit", [("", "请选一个单位"), *unit_choices(row.district_id)])
    return form


def _does(service: Callable[..., HotIssue], words: str) -> Callable[..., str]:
    def run(actor: Viewer, row: HotIssue, data: dict[str, Any], now: datetime) -> str:
        if "unit" in data:
            data["unit_id"] = data.pop("unit")
        service(issue=row, actor=actor, now=now, **data)
        return f"{words}：办好了。"

    return run


def _act(
    code: str, label: str, submit: str, form: Any, service: Callable[..., HotIssue], *states: str
) -> Act[HotIssue]:
    run, applies = _does(service, label), lambda viewer, row: row.state in states
    return Act(code, label, run, form=form, needs=DECIDES, applies=applies, submit=submit)


# --- its cases --------------------------------------------------------------------
CASES: Listing[Case] = Listing(
    name="hot_issue_cases",
    caption="同类的件",
    columns=[
        *case_columns(lambda c: c, lambda c: reverse("cases:case", args=[c.number]), sort=""),
        Column("收件", lambda c: c.received_on, "received", ("received_on",), kind="date"),
        Column("在办", lambda c: c.is_open),
    ],
    empty_title="这些件您都看不到",
    empty_text="它们由别的单位办。",
    prepare=lambda request, rows: cover(request.viewer, rows),
)


def _cases(request: ViewerRequest, row: Any) -> dict[str, Any]:
    context, _ = CASES.respond(request, issue_cases(row, request.viewer))
    context["table"].pop("export_url")
    return {"table": context["table"], "shown": context["total"], "total": row.case_count}


def _heat(request: ViewerRequest, row: HotIssue) -> dict[str, Any]:
    typical = issue_cases(row, request.viewer).filter(pk__in=row.examples)
    return {"issue": row, "days": issue_span(row), "typical": typical}


HOT_ISSUES: Register[HotIssue] = declare_register(
    Register(
        name="hot_issues",
        title="热点",
        noun="热点",
        listing=Listing(
            columns=[
                Column("热点", lambda r: r.title, url=lambda r: HOT_ISSUES.row_url(r), sub=_about),
                Column("类别", lambda r: getattr(r, "category_name", r.category), in_page=False),
                Column(
                    "件数",
                    lambda r: getattr(r, "case_count", 0),
                    "cases",
                    ("case_count",),
                    numeric=True,
                    sub=lambda r: f"在办 {n}" if (n := getattr(r, "open_count", 0)) else "",
                ),
                Column("发现日期", lambda r: r.found_on, "found", ("found_on",), kind="date"),
                Column("情况", lambda r: r.get_state_display(), in_page=False),
                Column("牵头单位", lambda r: r.unit.name if r.unit else "还没定"),
                Column("怎么办", _what),
                Column("措施", lambda r: r.measure, in_page=False, kind="long"),
                Column("不成立的理由", lambda r: r.reason, in_page=False, kind="long"),
                Column("转为", lambda r: r.get_becomes_display(), in_page=False),
                Column("结果", lambda r: r.result, in_page=False, kind="long"),
                Column("谁定的", lambda r: r.decided_by.name if r.decided_by else "", in_page=False),
                Column("哪天定的", lambda r: r.decided_on, in_page=False, kind="date"),
            ],
            prepare=_prepare,
            tabs=state_tabs(
                ("found", "待认定", "没有等认定的热点", "每天自动看一遍最近的来件；够数了就列在这里。"),
                ("open", "在办", "没有在办的热点", "认定成立后，由牵头单位办，列在这里。"),
                ("solved", "已解决", "还没有解决的热点", "登记了结果的热点列在这里。"),
                ("dismissed", "不成立", "没有不成立的", "认定不成立的，连同理由留在这里。"),
            ),
        ),
        rows=lambda viewer, today: hot_list(viewer),
        sees=("service_requests.hot",),
        edits=(),
        opens=("service_requests.hot",),
        url="service_requests:hot_issues",
        subject=lambda r: f"hot:{r.pk}",
        label=lambda r: r.title,
        row_lead=_row_lead,
        lead=_lead,
        hint="同类问题在一段时间里来够几件，就列成热点，从办一件到办一类。",
        acts=(
            _act("confirm", "认定热点", "认定", _confirm_form, services.hot_confirm, "found"),
            _act("dismiss", "不成立", "定为不成立", HotDismissForm, services.hot_dismiss, "found"),
            _act("become", "转为政策或改革任务", "转出", HotBecomeForm, services.hot_become, "open"),
            _act("solve", "登记结果", "登记，结束这个热点", HotSolveForm, services.hot_solve, "open"),
            _act("correct", "改", "存好", _confirm_form, services.hot_confirm, "open"),
        ),
        panels=(
            Panel("learning/_issue_cases.html", _cases),
            Panel("learning/_issue_heat.html", _heat, beside=True),
        ),
    )
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

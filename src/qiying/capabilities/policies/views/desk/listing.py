"""The desk's list: every policy of the district, where it stands, its money and its reach."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import reverse

from qiying.capabilities.policies.models import Policy, PolicyState, Theme, VersionState
from qiying.capabilities.policies.selectors.catalogue import (
    SORTS,
    TABS,
    DeskRow,
    desk_rows,
    in_tab,
    policies_visible_to,
    state_words,
    tab_counts,
)
from qiying.capabilities.policies.views.desk.common import STATUS, VERSION_STATUS, wan
from qiying.kernel.audit.services import record_act
from qiying.kernel.organisations.listing import xlsx_response
from qiying.kernel.organisations.pages import page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.tables.workbooks import Column, Sheet, workbook_bytes
from qiying.ui.given import whole

PER_PAGE = 25
EXPORT_ROWS = 5000
SEEING = ("policies.edit", "policies.review")
SHEET: tuple[Column[Any], ...] = (
    Column("代号"), Column("政策"), Column("主题"), Column("主办部门"), Column("状态"), Column("等着的版本"),
    Column("生效", kind="date"), Column("失效", kind="date"), Column("本年余额（元）", kind="money"),
    *(Column(words, kind="number") for words in ("符合", "差一点", "看过", "申请", "兑现")),
    Column("兑现金额（元）", kind="money"),
)  # fmt: skip


@visible_with(*SEEING)
def desk(request: ViewerRequest) -> HttpResponse:
    """List the policies of a tab, filtered and sorted; as a workbook when asked for."""
    everything = policies_visible_to(request.viewer)
    narrowed = _narrowed(request, everything)
    counts = tab_counts(narrowed, request.viewer, request.today)
    tab = _tab(request, counts)
    rows = in_tab(narrowed, tab, request.viewer, request.today).order_by(*_order(request))
    if request.GET.get("export") == "xlsx":
        return _exported(request, list(rows[:EXPORT_ROWS]))
    pages = Paginator(rows, PER_PAGE)
    pages.count = counts[tab]
    current = pages.get_page(request.GET.get("page"))
    found = desk_rows(list(current.object_list), request.viewer.district_id or 0, request.today.year)
    units = dict(everything.order_by("lead_unit__name").values_list("lead_unit_id", "lead_unit__name"))
    context = {
        "rows": [_row(one, request.today) for one in found],
        "page": current,
        "tabs": _tabs(request, counts, tab),
        "tab": tab,
        "counts": counts,
        "units": list(units.items()),
        "themes": Theme.choices,
        "given": request.GET,
        "export_url": _export_url(request, tab),
        "can_edit": request.viewer.has("policies.edit"),
        "is_filtered": any(request.GET.get(key) for key in ("q", "unit", "theme")),
    }
    return page(request, "policies/desk/list.html", context)


def _narrowed(request: ViewerRequest, rows: Any) -> Any:
    text = request.GET.get("q", "").strip()[:100]
    for word in text.split():
        rows = rows.filter(name__icontains=word) | rows.filter(code__icontains=word)
    unit, theme = request.GET.get("unit", ""), request.GET.get("theme", "")
    if (unit_id := whole(unit)) is not None:
        rows = rows.filter(lead_unit_id=unit_id)
    return rows.filter(theme=theme) if theme in Theme.values else rows


def _tab(request: ViewerRequest, counts: dict[str, int]) -> str:
    """The tab asked for; a reviewer begins with what waits for him."""
    wanted = request.GET.get("tab", "")
    if wanted in counts:
        return wanted
    if counts["review"] and not request.viewer.has("policies.edit"):
        return "review"
    return "used" if counts["used"] or not counts["draft"] else "draft"


def _order(request: ViewerRequest) -> tuple[str, ...]:
    wanted = request.GET.get("sort", "")
    fields = SORTS.get(wanted.removeprefix("-"))
    if fields is None:
        return ("lead_unit__name", "name", "pk")
    sign = "-" if wanted.startswith("-") else ""
    return (*(f"{sign}{field}" for field in fields), "pk")


def _tabs(request: ViewerRequest, counts: dict[str, int], tab: str) -> list[dict[str, Any]]:
    query = request.GET.copy()
    found = []
    for code, label in TABS:
        if code == "review" and not request.viewer.has("policies.review"):
            continue
        query["tab"] = code
        query.pop("page", None)
        url = f"?{query.urlencode()}"
        found.append({"label": label, "url": url, "count": counts[code], "current": code == tab})
    return found


def _export_url(request: ViewerRequest, tab: str) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    query["tab"], query["export"] = tab, "xlsx"
    return f"?{query.urlencode()}"


def _row(one: DeskRow, today: date) -> dict[str, Any]:
    waiting = one.waiting
    return {
        "policy": one.policy,
        "url": reverse("policies:desk_policy", args=[one.policy.code]),
        "status": STATUS[PolicyState(one.policy.state)],
        "state": state_words(one.policy, today),
        "waiting": waiting,
        "waiting_status": VERSION_STATUS[VersionState(waiting.state)] if waiting else "",
        "waiting_label": f"第 {waiting.no} 版{VersionState(waiting.state).label}" if waiting else "",
        "left": None if one.left_fen is None else wan(one.left_fen),
        "reach": one.reach,
        "paid": wan(one.reach.paid_fen),
    }


def _exported(request: ViewerRequest, policies: list[Policy]) -> HttpResponse:
    rows = desk_rows(policies, request.viewer.district_id or 0, request.today.year)
    record_act(
        actor=request.viewer, action="list_export", subject="list:policies",
        data={"query": request.GET.urlencode()[:500], "rows": len(rows)}, at=request.now,
    )  # fmt: skip
    cells = (
        (
            r.policy.code, r.policy.name, r.policy.get_theme_display(), r.policy.lead_unit.name,
            state_words(r.policy, request.today), f"第 {r.waiting.no} 版" if r.waiting else "", r.policy.valid_from,
            r.policy.valid_to, "" if r.left_fen is None else r.left_fen / 100, r.reach.matched, r.reach.nearly,
            r.reach.seen, r.reach.applied, r.reach.paid, r.reach.paid_fen / 100,
        )
        for r in rows
    )  # fmt: skip
    name = f"政策清单-{request.today:%Y%m%d}.xlsx"
    return xlsx_response(workbook_bytes([Sheet("政策清单", SHEET, cells)]), name)

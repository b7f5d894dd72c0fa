"""The desk's list: every policy of the district, where it stands, its money and its reach."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse

from qiying.capabilities.policies.models import Policy, PolicyState, Theme, VersionState
from qiying.capabilities.policies.selectors.catalogue import (
    TABS,
    DeskRow,
    desk_rows,
    in_tab,
    policies_visible_to,
    state_words,
    tab_counts,
)
from qiying.capabilities.policies.views.desk.common import STATUS, wan
from qiying.kernel.organisations.listing import Column, Filter, Listing, choice
from qiying.kernel.organisations.pages import page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest

SEEING = ("policies.edit", "policies.review")
EMPTY = {
    "used": ("还没有在用的政策", "贴一份政策原文起草，或导入政策文件；审核通过后就在这里。"),
    "coming": ("没有等着起用的", "发布了、还没到起用那天的列在这里。"),
    "draft": ("没有在改的草稿", "新建一项，或者从在用的政策起草新版。"),
    "review": ("没有等您审核的", "别人送审的政策会列在这里；自己起草的由另一个人审。"),
    "soon": ("60 天内没有到期的", "快到期的会提前列在这里，好起草接着用的新版。"),
    "ended": ("没有停用的", "到期、停用、被替代的政策留在这里。"),
}


@visible_with(*SEEING)
def desk(request: ViewerRequest) -> HttpResponse:
    """List the policies of a tab, filtered and sorted; as a workbook when asked for."""
    everything = policies_visible_to(request.viewer).order_by("lead_unit__name", "name", "pk")
    wanted = request.GET.get("tab", "")
    listing = _listing(everything, request.today, wanted)
    counts = tab_counts(listing.listed(request, everything).rows, request.viewer, request.today)
    tab = _tab(request, counts, wanted)
    context, book = listing.respond(request, in_tab(everything, tab, request.viewer, request.today))
    if book is not None:
        return book
    context |= {
        "tabs": _tabs(request, counts, tab),
        "hidden": [("tab", tab)],
        "counts": counts,
        "can_edit": request.viewer.has("policies.edit"),
    }
    return page(request, "policies/desk/list.html", context)


def _listing(everything: QuerySet[Policy], today: date, tab: str) -> Listing[Policy]:
    known: dict[int, DeskRow] = {}

    def prepare(request: ViewerRequest, rows: Sequence[Policy]) -> None:
        found = desk_rows(rows, request.viewer.district_id or 0, today.year)
        known.update({one.policy.pk: one for one in found})

    def left(p: Policy) -> str:
        fen = known[p.pk].left_fen
        return "没有" if fen is None else wan(fen)

    def waits(p: Policy) -> str:
        version = known[p.pk].waiting
        return f"第 {version.no} 版{VersionState(version.state).label}" if version else ""

    units = everything.order_by("lead_unit__name").values_list("lead_unit_id", "lead_unit__name")
    return Listing(
        name="policies",
        caption="政策清单",
        columns=[
            Column("代号", lambda p: p.code, in_page=False),
            Column(
                "政策", lambda p: p.name, "name", ("name",),
                url=lambda p: reverse("policies:desk_policy", args=[p.code]),
                sub=lambda p: " · ".join(
                    [p.get_theme_display(), p.code, *([] if p.is_paid_here else ["在别处享受"])]
                ),
            ),
            Column("主题", lambda p: p.get_theme_display(), in_page=False),
            Column("主办部门", lambda p: p.lead_unit.label, "unit", ("lead_unit__name", "name")),
            Column(
                "状态", lambda p: state_words(p, today), status=lambda p: STATUS[PolicyState(p.state)], sub=waits
            ),
            Column("等着的版本", waits, in_page=False),
            Column("生效", lambda p: p.valid_from, "from", ("valid_from", "name"), in_page=False),
            Column("有效期到", lambda p: p.valid_to or "长期", "until", ("valid_to", "name")),
            Column("余额（万元）", left, numeric=True),
            Column("本年余额（元）", lambda p: (fen := known[p.pk].left_fen) and fen / 100, in_page=False),
            Column(
                "符合", lambda p: known[p.pk].reach.matched, numeric=True,
                url=lambda p: reverse("policies:desk_reach", args=[p.code]),
            ),
            Column("差一点", lambda p: known[p.pk].reach.nearly, in_page=False),
            Column("看过", lambda p: known[p.pk].reach.seen, numeric=True),
            Column("申请", lambda p: known[p.pk].reach.applied, numeric=True),
            Column("兑现", lambda p: known[p.pk].reach.paid, numeric=True),
            Column("兑现（万元）", lambda p: wan(known[p.pk].reach.paid_fen), numeric=True),
            Column("兑现金额（元）", lambda p: known[p.pk].reach.paid_fen / 100, in_page=False),
        ],
        filters=[
            Filter("q", "名称或代号", _found),
            Filter("unit", "主办部门", lambda rows, v: rows.filter(lead_unit_id=int(v)), list(units.distinct())),
            choice("theme", "主题", Theme.choices),
        ],
        empty_title=EMPTY.get(tab, EMPTY["used"])[0],
        empty_text=EMPTY.get(tab, EMPTY["used"])[1],
        prepare=prepare,
    )  # fmt: skip


def _found(rows: QuerySet[Policy], text: str) -> QuerySet[Policy]:
    for word in text.split():
        rows = rows.filter(Q(name__icontains=word) | Q(code__icontains=word))
    return rows


def _tab(request: ViewerRequest, counts: dict[str, int], wanted: str) -> str:
    """The tab asked for; a reviewer begins with what waits for him."""
    if wanted in counts:
        return wanted
    if counts["review"] and not request.viewer.has("policies.edit"):
        return "review"
    return "used" if counts["used"] or not counts["draft"] else "draft"


def _tabs(request: ViewerRequest, counts: dict[str, int], tab: str) -> list[dict[str, Any]]:
    query = request.GET.copy()
    query.pop("page", None)
    found = []
    for code, label in TABS:
        if code == "review" and not request.viewer.has("policies.review"):
            continue
        query["tab"] = code
        url = f"?{query.urlencode()}"
        found.append({"label": label, "url": url, "count": counts[code], "current": code == tab})
    return found

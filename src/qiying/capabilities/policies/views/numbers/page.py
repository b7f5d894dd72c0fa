"""The page of the numbers, the rows behind each of them, and the leader's tile on the office home."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from qiying.capabilities.policies.selectors.numbers import (
    Figures,
    policy_figures,
    with_sums,
    year_total,
    years_counted,
)
from qiying.capabilities.policies.selectors.numbers_scope import (
    Wanted,
    applications,
    conditions,
    figure_rows,
    may_open,
    themes,
    wanted_read,
)
from qiying.capabilities.policies.views.numbers.board import board
from qiying.capabilities.policies.views.numbers.export import numbers_workbook
from qiying.kernel.audit.services import record_act
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.organisations.listing import Column, Filter, Listing, xlsx_response
from qiying.kernel.organisations.offers import Tile
from qiying.kernel.organisations.pages import page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.ui.humanize import money_words, percent_words

VIEW = "policies.numbers"
TITLES = {
    "applied": "申请", "paid": "到账的申请", "by_application": "一键申报到账的", "automatic": "免申即享到账的",
    "instant": "即申即享到账的", "counter": "窗口代报到账的", "without": "不用申报或一次确认就到账的",
    "delivered": "服务和权益兑现的", "services": "服务兑现的", "rights": "权益兑现的", "waiting": "等兑现的",
    "timed": "到账或兑现的", "decided": "出结果的", "refused": "不予兑现的", "ended": "办完的", "rated": "打了分的",
    "satisfied": "基本满意及以上的", "money": "有钱到账的", "bounced": "退汇的", "clawed": "追回的",
}  # fmt: skip


@require_GET
@visible_with(VIEW)
def numbers(request: ViewerRequest) -> HttpResponse:
    """Show a year's numbers, or hand them out as a workbook."""
    wanted = _wanted(request)
    found = policy_figures(request.viewer, wanted)
    narrowed = _narrowed(found)
    if request.GET.get("export") == "xlsx":
        return _export(request, found, "".join(f"，{p['text']}" for p in narrowed))
    is_now = wanted.year == request.today.year
    upto = request.today.month if is_now else 12
    context = {
        **board(found, request.viewer, upto, is_now),
        "wanted": wanted,
        "query": wanted.query(),
        "pickers": _pickers(request, found),
        "narrowed": narrowed,
        "now": request.now,
        "today": request.today,
        "is_now": is_now,
    }
    return render(request, "policies/numbers/numbers.html", context)


def _wanted(request: ViewerRequest) -> Wanted:
    """Read the filters of the page; the narrower ones belong to the rows."""
    asked = wanted_read(request.GET, request.today)
    return Wanted(asked.year, department=asked.department, theme=asked.theme)


def _pickers(request: ViewerRequest, f: Figures) -> list[dict[str, Any]]:
    years = years_counted(request.viewer, request.today.year)
    departments = {p.lead_unit_id: p.lead_unit.label for p in f.names.values()}
    w = f.wanted
    return [
        _picker("year", "年份", w.year, [(y, f"{y} 年") for y in sorted({*years, w.year}, reverse=True)]),
        _picker("department", "主办部门", w.department or "", [("", "全部部门"), *departments.items()]),
        _picker("theme", "主题", w.theme, [("", "全部主题"), *themes()]),
    ]


def _picker(name: str, label: str, value: object, choices: list[tuple[Any, str]]) -> dict[str, Any]:
    return {
        "name": name,
        "label": label,
        "value": str(value),
        "choices": [(str(key), words) for key, words in choices],
    }


def _narrowed(f: Figures) -> list[dict[str, str]]:
    """Return the filters in words, each with the address without it."""
    w, base = f.wanted, reverse("policies:numbers")
    units = {p.lead_unit_id: p.lead_unit.label for p in f.names.values()}
    parts = [
        ("department", units.get(w.department, "没有这个部门") if w.department else ""),
        ("theme", dict(themes()).get(w.theme, "")),
    ]
    return [{"text": words, "url": f"{base}?{w.query(**{name: ''})}"} for name, words in parts if words]


def _export(request: ViewerRequest, found: Figures, narrowed: str) -> HttpResponse:
    record_act(
        actor=request.viewer,
        action="policies.numbers_export",
        subject=f"policy_numbers:{found.wanted.year}",
        data={"query": found.wanted.query()},
        at=request.now,
        district_id=request.viewer.district_id,
    )
    return xlsx_response(numbers_workbook(found, request.now, narrowed), f"政策兑现-{found.wanted.year}.xlsx")


@require_GET
@visible_with(VIEW)
def rows(request: ViewerRequest) -> HttpResponse:
    """List the applications a figure counts: filter, sort, export."""
    wanted, figure = wanted_read(request.GET, request.today), request.GET.get("figure", "")
    if figure not in conditions(wanted) or not may_open(request.viewer, figure):
        raise Http404("没有这个数，或者您看不到它")
    sums = with_sums(applications(request.viewer, wanted), wanted)
    found = figure_rows(request.viewer, wanted, figure, sums).order_by("-case__received_on", "-pk")
    title = f"{_when(wanted)}{TITLES[figure]}"
    context, workbook = _listing(title).respond(request, found)
    if workbook is not None:
        return workbook
    back = Wanted(wanted.year, department=wanted.department, theme=wanted.theme)
    context |= {
        "title": title,
        "query": wanted.query(),
        "figure": figure,
        "back_url": f"{reverse('policies:numbers')}?{back.query()}",
        "hidden": [(k, v) for k, v in request.GET.items() if k not in ("q", "page", "sort", "export")],
    }
    return page(request, "policies/numbers/rows.html", context)


def _when(wanted: Wanted) -> str:
    return f"{wanted.year} 年" + (f"{wanted.month} 月" if wanted.month else "")


def _listing(title: str) -> Listing[Any]:
    return Listing(
        "policy_numbers",
        title,
        (
            Column("企业", lambda a: a.enterprise.name, "name", ("enterprise__name",), url=_case_url),
            Column("政策", lambda a: a.policy.name, "policy", ("policy__name",)),
            Column("编号", lambda a: a.case.number, in_page=False),
            Column(
                "主办部门",
                lambda a: a.policy.lead_unit.label,
                "unit",
                ("policy__lead_unit__name",),
                in_page=False,
            ),
            Column("怎么办的", lambda a: a.get_way_display(), "way", ("way",)),
            Column("申报", lambda a: a.case.received_on, "applied", ("case__received_on",)),
            Column("到账或兑现", lambda a: a.paid_on, "paid", ("paid_on",)),
            Column("工作日", lambda a: a.workdays, "days", ("workdays",), numeric=True),
            Column(
                "净额",
                lambda a: money_words(a.net) if a.net or a.gross else "",
                "net",
                ("net",),
                numeric=True,
            ),
            Column("净额（元）", lambda a: a.net / 100, in_page=False),
            Column("现在", lambda a: _state(a.case)),
        ),
        (Filter("q", "企业或政策", _search, placeholder="企业名称、政策名称或编号"),),
        "没有这样的申请",
        "换一个年份或者去掉筛选再看。",
    )


def _search(found: Any, text: str) -> Any:
    return found.filter(
        Q(enterprise__name__icontains=text) | Q(policy__name__icontains=text) | Q(case__number__iexact=text)
    )


def _case_url(row: Any) -> str:
    return reverse("cases:case", args=[row.case.number]) if row.is_open_to else ""


def _state(case: Case) -> str:
    return PROCEDURES.get(case.procedure, case.version).state(case.state).label


def tile(request: ViewerRequest) -> Tile | None:
    """Return the leader's figures of this year in three lines."""
    viewer = request.viewer
    if not viewer.has(VIEW) or not (viewer.has_role("leader") or viewer.has_role("district_leader")):
        return None
    today = request.today
    year, month = (year_total(viewer, w) for w in (Wanted(today.year), Wanted(today.year, today.month)))
    if not year.n["applied"] and not year.n["paid"]:
        return None
    return Tile(
        "policies/tiles/numbers.html",
        {
            "money": money_words(year.net_fen),
            "enterprises": year.n["enterprises"],
            "month_no": today.month,
            "month": money_words(month.net_fen),
            "month_paid": month.n["paid"],
            "days": f"{year.mean_days:.1f}" if year.mean_days is not None else "",
            "without": percent_words(year.without, year.n["paid"]),
            "without_of": f"{year.without:,} / {year.n['paid']:,}",
            "refused": year.n["refused"],
        },
    )

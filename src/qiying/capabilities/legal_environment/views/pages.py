"""Pages that are no register: the monthly analysis of complaints, and the handbook for whoever reads it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET

from qiying.capabilities.legal_environment.models import Manual
from qiying.capabilities.legal_environment.selectors import (
    analysis,
    manuals_in_force,
    manuals_of,
    may_analyse,
    meaning,
    readers,
)
from qiying.capabilities.legal_environment.services import manuals
from qiying.capabilities.legal_environment.views.kept import kept_register
from qiying.kernel.audit.services import record_act
from qiying.kernel.figures.periods import month_words
from qiying.kernel.organisations.listing import Column, search, xlsx_response
from qiying.kernel.organisations.pages import page, signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.terms import TERM_TABS
from qiying.kernel.registers.views import register_urls
from qiying.kernel.tables.workbooks import Sheet, workbook_bytes

MONTHS = 6


@require_GET
@signed_in
def monthly(request: ViewerRequest) -> HttpResponse:
    """Show or export what firms complained of by kind and month; nobody is named."""
    if not may_analyse(request.viewer):
        raise Http404("没有找到这一页，或者您看不到它")
    months, lines = analysis(request.viewer.district_id or 0, request.today, MONTHS)
    heads = [month_words(month, request.today) for month in months]
    if request.GET.get("export") == "xlsx":
        return _exported(request, heads, lines)
    rows = [(line, list(zip(heads, line.months, strict=True))) for line in lines]
    context = {"heads": heads, "rows": rows, "meaning": meaning(lines), "title": "执法堵点每月分析"}
    return page(request, "legal/analysis.html", context)


def _exported(request: ViewerRequest, heads: Sequence[str], lines: Sequence[Any]) -> HttpResponse:
    columns: list[Column[Any]] = [Column(h) for h in ("种类", *heads, "合计", "属实", "有结论", "已改正")]
    rows = [[x.label, *x.months, x.total, x.founded, x.concluded, x.corrected] for x in lines]
    told: dict[str, Any] = {"subject": "list:legal_analysis", "data": {}, "at": request.now}
    record_act(actor=request.viewer, action="list_export", **told)
    body = workbook_bytes([Sheet("执法堵点每月分析", columns, rows)])
    return xlsx_response(body, f"执法堵点每月分析-{request.today:%Y%m%d}.xlsx")


def _read(request: ViewerRequest, rows: Sequence[Manual]) -> None:
    found = readers(rows)
    for row in rows:
        row.read = found[row.pk]  # type: ignore[attr-defined]


def _manuals(viewer: Viewer, today: date) -> QuerySet[Manual]:
    return manuals_of(viewer)


MANUALS = kept_register(
    "manuals",
    Manual,
    ["title", "edition", "region", "unit", "valid_from", "valid_to",
     Column("读过", lambda m: f"{m.read['people']} 人、{m.read['firms']} 家企业"),
     Column("帮上了", lambda m: f"{m.read['said']} / {m.read['firms']} 家")],
    fields=("title", "edition", "region", "about", "text", "unit", "valid_from", "valid_to"),
    hints={"text": "空一行就是一段；一行以“# ”开头是小标题"},
    rows=_manuals,
    listing={
        "filters": [search("手册", "title")],
        "tabs": TERM_TABS, "prepare": _read,
        "empty_title": "还没有手册", "empty_text": "登记一版，企业在“维权手册”里看，读过几家、帮了几家这里都有。",
    },
    sees=("legal.manual", "legal.fair"), opens=("legal.manual", "legal.fair"), edits=("legal.manual",), imports=False,
)  # fmt: skip


@require_GET
@signed_in
def handbooks(request: ViewerRequest) -> HttpResponse:
    """List the editions in force, to everybody of the district."""
    rows = manuals_in_force(request.viewer, request.today)
    return page(request, "legal/handbooks.html", {"manuals": rows, "title": "维权手册"})


@signed_in
def handbook(request: ViewerRequest, pk: int) -> HttpResponse:
    """Show an edition and count its reader once; on POST a firm says that it helped."""
    row = fetch_or_404(manuals_in_force(request.viewer, request.today), pk=pk)
    errors, typed, status = {}, "", None
    if request.method == "POST":
        typed = request.POST.get("text", "")[:1000]
        try:
            manuals.helped(actor=request.viewer, manual=row, text=typed, now=request.now)
        except GuardFailed as refused:
            errors, status = refused.fields, 422
        else:
            messages.success(request, "谢谢，记下了。")
            return HttpResponseRedirect(reverse("legal:handbook", args=[pk]))
    mine = manuals.read(viewer=request.viewer, manual=row, now=request.now)
    lines = [(x[2:], True) if x.startswith("# ") else (x, False) for x in row.text.splitlines() if x.strip()]
    context = {
        "manual": row,
        "lines": lines,
        "mine": mine,
        "errors": errors,
        "typed": typed,
        "title": row.title,
    }
    context |= {"may_say": bool(request.viewer.enterprise_ids), "read": readers([row])[row.pk]}
    return page(request, "legal/handbook.html", context, status=status)


urlpatterns = [
    path("legal/analysis/", monthly, name="analysis"),
    path("legal/handbooks/", handbooks, name="handbooks"),
    path("legal/handbooks/<int:pk>/", handbook, name="handbook"),
    *register_urls(MANUALS, "legal/manuals/"),
]

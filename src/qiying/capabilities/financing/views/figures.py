"""What financing came to: lines agreed here by institution, what institutions report besides; a page and a workbook."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from qiying.capabilities.financing.models import Line, LinePosting, Report, choices_of
from qiying.capabilities.financing.selectors import (
    AGREED,
    institutions_of,
    kept_institutions,
    summed,
    watches,
)
from qiying.kernel.audit.services import record_act
from qiying.kernel.organisations.listing import Column, xlsx_response
from qiying.kernel.organisations.pages import page, signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.tables.workbooks import Sheet, workbook_bytes
from qiying.ui.humanize import money_words, percent_words

FACTS = (
    "enterprise_id",
    "institution_id",
    "fen",
    "used_fen",
    "drawn",
    "security",
    "agreed_on",
    "asked_on",
    "part_id",
)

WAN = 1_000_000


def _facts(lines: QuerySet[Line]) -> list[dict[str, Any]]:
    """Return agreed lines with what was ever drawn on each; one query."""
    drawn = LinePosting.objects.filter(entry__line=OuterRef("pk"), entry__kind="draw", account="used")
    total = drawn.order_by().values("entry__line").annotate(n=Sum("amount")).values("n")
    rows = lines.filter(state__in=AGREED).annotate(drawn=Coalesce(Subquery(total), Value(0)))
    return list(rows.values(*FACTS))


@require_GET
@signed_in
def figures(request: ViewerRequest) -> HttpResponse:
    """Show or export the sums: by name to who coordinates or supervises, each institution its own, others no names."""
    viewer = request.viewer
    if not viewer.has("financing.view"):
        raise Http404("没有找到这一页，或者您看不到它")
    shown = kept_institutions(viewer)
    is_named = watches(viewer) or shown.exists()
    shown = shown if is_named else institutions_of(viewer)
    lines = Line.objects.filter(institution__in=shown)
    reports = Report.objects.filter(institution__in=shown)
    facts, names = _facts(lines), dict(shown.values_list("pk", "name")) if is_named else {}
    table = [(name, summed([f for f in facts if f["institution_id"] == pk])) for pk, name in names.items()]
    table = [x for x in table if x[1]["lines"]]
    told = [_reported(reports, kind, words) for kind, words in choices_of("reports")]
    told = [x for x in told if x["rows"]]
    whole = summed(facts)
    if request.GET.get("export") == "xlsx":
        return _exported(request, table, whole, told)
    silent = [f for f in facts if not f["part_id"]]
    context = {
        "whole": whole, "silent": summed(silent), "table": table, "reported": told, "meaning": meaning(whole),
        "unsecured": percent_words(whole["unsecured"], whole["fen"]), "title": "融资成效",
    }  # fmt: skip
    return page(request, "financing/figures.html", context)


def _reported(reports: QuerySet[Report], kind: str, words: str) -> dict[str, Any]:
    """Return the newest report of each institution of a kind with their sums."""
    newest: dict[int, Report] = {}
    for row in reports.filter(kind=kind).select_related("institution").order_by("until", "pk"):
        newest[row.institution_id] = row
    rows = sorted(newest.values(), key=lambda r: -r.lines)
    sums = {name: sum(getattr(r, name) for r in rows) for name in ("firms", "lines", "drawn", "unsecured")}
    said = money_words(sums["lines"] * WAN)
    return {"words": words, "rows": rows, "institutions": len(rows), "lines_words": said, **sums}


def meaning(whole: dict[str, Any]) -> str:
    """Return the page in a sentence."""
    if not whole["lines"]:
        return "平台上还没有谈成的授信。"
    days = f"，从申请到谈成中位 {whole['days']} 天" if whole["days"] is not None else ""
    lent, drawn = f"{money_words(whole['fen'])}（{whole['lines']} 笔）", money_words(whole["drawn"])
    return f"{whole['institutions']} 家机构给 {whole['firms']} 家企业授信 {lent}，放款 {drawn}{days}。"


def _exported(
    request: ViewerRequest, table: list[Any], whole: dict[str, Any], told: list[dict[str, Any]]
) -> HttpResponse:
    heads = ("机构", "企业", "笔数", "授信（元）", "放款（元）", "在用（元）", "其中信用（元）", "中位天数")
    rows = [_line(name, sums) for name, sums in (*table, ("合计（企业不重复数）", whole))]
    sheets = [Sheet("平台上谈成的", [Column[Any](h) for h in heads], rows)]
    heads = ("哪一类", "机构", "截至", "企业", "授信（万元）", "放款（万元）", "其中信用（万元）", "来源")
    kept = [
        [one["words"], r.institution.name, r.until, r.firms, r.lines, r.drawn, r.unsecured, r.source]
        for one in told
        for r in one["rows"]
    ]
    sheets.append(Sheet("机构报送的", [Column[Any](h) for h in heads], kept))
    about: dict[str, Any] = {"subject": "list:financing_figures", "data": {}, "at": request.now}
    record_act(actor=request.viewer, action="list_export", **about)
    return xlsx_response(workbook_bytes(sheets), f"融资成效-{request.today:%Y%m%d}.xlsx")


def _line(name: str, sums: dict[str, Any]) -> list[Any]:
    money = (sums[n] / 100 for n in ("fen", "drawn", "used_fen", "unsecured"))
    return [name, sums["firms"], sums["lines"], *money, sums["days"]]


urlpatterns = [path("financing/figures/", figures, name="figures")]

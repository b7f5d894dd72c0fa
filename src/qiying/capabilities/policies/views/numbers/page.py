"""The page of policies' numbers in the common frame, the rows behind each of them, and the leader's tile."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_GET

from qiying.capabilities.policies.models import Application
from qiying.capabilities.policies.selectors.numbers import row_of, year_of
from qiying.capabilities.policies.selectors.numbers_scope import (
    PROCEDURE,
    Wanted,
    applications,
    may_open,
    units_below,
)
from qiying.capabilities.policies.selectors.numbers_tally import Tally, tallies, with_money
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.figures.asking import Asked, asked
from qiying.kernel.figures.boards import boards
from qiying.kernel.figures.definitions import measures_of
from qiying.kernel.figures.selectors import facts_behind
from qiying.kernel.organisations.listing import Column, Filter, Listing
from qiying.kernel.organisations.offers import Tile, provided
from qiying.kernel.organisations.pages import page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.ui.given import whole
from qiying.ui.humanize import money_words, percent_words

VIEW = "policies.numbers"
TITLES = {
    "applied": "申请", "paid": "到账的申请", "by_application": "一键申报到账的", "automatic": "免申即享到账的",
    "instant": "即申即享到账的", "counter": "窗口代报到账的", "without": "不用申报或一次确认就到账的",
    "delivered": "服务和权益兑现的", "services": "服务兑现的", "rights": "权益兑现的", "waiting": "等兑现的",
    "timed": "到账或兑现的", "decided": "出结果的", "refused": "不予兑现的", "ended": "办完的", "rated": "打了分的",
    "satisfied": "基本满意及以上的", "gross_fen": "有钱到账的", "bounced_fen": "退汇的", "clawed_fen": "追回的",
}  # fmt: skip
OLDER = {"money": "gross_fen", "bounced": "bounced_fen", "clawed": "clawed_fen"}
"""Names of figures in addresses that people saved."""
MOST_ROWS = 20_000


@require_GET
@visible_with(VIEW)
def numbers(request: ViewerRequest) -> HttpResponse:
    """Show the numbers of applications and of their money; the frame is the one every procedure has."""
    shown = provided("numbers_page")
    if shown is None:
        raise Http404("没有找到这一页")
    answer: HttpResponse = shown(request, PROCEDURE, **_older(request.GET))
    return answer


def _older(get: QueryDict) -> dict[str, str]:
    """Return the filters of addresses from before the common frame: year, department, theme."""
    year, no = get.get("year", ""), get.get("month", "")
    number = whole(no, least=1, most=12)
    month = f"{year}-{number:02d}" if number else year
    names = {"month": month, "unit": get.get("department", ""), "category": get.get("theme", "")}
    return {k: v for k, v in names.items() if v}


@require_GET
@visible_with(VIEW)
def rows(request: ViewerRequest) -> HttpResponse:
    """List the applications a figure counts: filter, sort, export."""
    wanted, asked_for = _wanted(request)
    figure = request.GET.get("figure", "")
    figure = OLDER.get(figure, figure)
    measures = [m for m in request.GET.get("measure", "").split(",")[:8] if m]
    known = {m.code: m.label for m in measures_of(PROCEDURE)}
    if not may_open(request.viewer, figure) or not (
        figure in TITLES or (measures and set(measures) <= set(known))
    ):
        raise Http404("没有这个数，或者您看不到它")
    found = [t for t in tallies(request.viewer, wanted) if _is_behind(request, t, figure)]
    if measures:
        found = _counted(request, wanted, measures, found)
    title = (
        f"{wanted.period.words(date(1, 1, 1))}{TITLES.get(figure) or '、'.join(known[m] for m in measures)}"
    )
    mine = cases_visible_to(request.viewer).filter(pk=OuterRef("case_id"))
    chosen = applications(request.viewer, wanted).filter(pk__in=[t.pk for t in found][:MOST_ROWS])
    listed = with_money(chosen, wanted).annotate(is_open_to=Exists(mine))
    listed = listed.select_related("case", "enterprise", "policy__lead_unit").order_by(
        "-case__received_on", "-pk"
    )
    context, workbook = _listing(title).respond(request, listed)
    if workbook is not None:
        return workbook
    context |= {
        "title": title,
        "figure": figure,
        "back_url": f"{reverse('policies:numbers')}?{asked_for.query(procedure='', kind='')}",
        "hidden": [(k, v) for k, v in request.GET.items() if k not in ("q", "page", "sort", "export")],
    }
    return page(request, "policies/numbers/rows.html", context)


def _wanted(request: ViewerRequest) -> tuple[Wanted, Asked]:
    """Read the filters of the address, those of addresses from before the common frame included."""
    board = next(b for b in boards() if b.procedure == PROCEDURE)
    a = asked({**request.GET.dict(), **_older(request.GET)}, board, request.today)
    units = None if a.unit is None else units_below(request.viewer, a.unit)
    return Wanted(a.period, units, a.category, request.GET.get("policy", "")[:60]), a


def _is_behind(request: ViewerRequest, tally: Tally, figure: str) -> bool:
    """Tell whether an application is one of those a figure counts, of the town and size asked for."""
    town, size = request.GET.get("town", ""), request.GET.get("size", "")
    if town and town != str(tally.town_id or "none"):
        return False
    if size and size != (tally.size or "none"):
        return False
    return not figure or tally.n[figure] > 0


def _counted(request: ViewerRequest, wanted: Wanted, measures: list[str], found: list[Tally]) -> list[Tally]:
    """Return the applications of which one of the measures was counted, in the buckets asked for."""
    facts = facts_behind(
        district_id=request.viewer.district_id or 0, procedure=PROCEDURE, measures=measures,
        months=wanted.period.months, where={},
    )  # fmt: skip
    for name, lookup in (("at_least", "bucket__gte"), ("at_most", "bucket__lte")):
        if (number := whole(request.GET.get(name), most=9999)) is not None:
            facts = facts.filter(**{lookup: number})
    kind = request.GET.get("kind", "")
    facts = facts.filter(kind=kind[:16]) if kind else facts
    cases = set(facts.values_list("case_id", flat=True))
    owners = set(Application.objects.filter(case_id__in=cases).values_list("pk", flat=True))
    return [t for t in found if t.pk in owners]


def _listing(title: str) -> Listing[Any]:
    return Listing(
        name="policy_numbers",
        caption=title,
        columns=(
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
            Column("现在", lambda a: a.state_label),
        ),
        filters=(Filter("q", "企业或政策", _search, placeholder="企业名称、政策名称或编号"),),
        empty_title="没有这样的申请",
        empty_text="换一个年份或者去掉筛选再看。",
    )


def _search(found: Any, text: str) -> Any:
    return found.filter(
        Q(enterprise__name__icontains=text) | Q(policy__name__icontains=text) | Q(case__number__iexact=text)
    )


def _case_url(row: Any) -> str:
    return reverse("cases:case", args=[row.case.number]) if row.is_open_to else ""


def tile(request: ViewerRequest) -> Tile | None:
    """Return the leader's figures of this year in three lines."""
    viewer, today = request.viewer, request.today
    if not viewer.has(VIEW) or not (viewer.has_role("leader") or viewer.has_role("district_leader")):
        return None
    found = tallies(viewer, Wanted(year_of(today.year)))
    year, month = row_of(found), row_of(found, today.replace(day=1))
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
            "without": percent_words(year.n["without"], year.n["paid"]),
            "without_of": f"{year.n['without']:,} / {year.n['paid']:,}",
            "refused": year.n["refused"],
        },
    )

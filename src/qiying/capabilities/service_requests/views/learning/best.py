"""Ten best cases of a year as a register: chosen from nominated reviews, ordered, told, published."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from qiying.capabilities.service_requests.forms.learning import BestEditForm, BestForm
from qiying.capabilities.service_requests.models import BestCase, Category, Review
from qiying.capabilities.service_requests.selectors.best import (
    best_cases_visible_to,
    candidates,
    public_cases,
    published,
    years_of,
)
from qiying.capabilities.service_requests.services import best_cases as services
from qiying.capabilities.service_requests.services.reviews import why_words
from qiying.capabilities.service_requests.views.learning.common import (
    STYLES,
    brief_of,
    case_columns,
    cover,
)
from qiying.kernel.organisations.listing import Column, Filter, Listed, Listing
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Panel, Register, declare_register, does

CHOOSES = ("service_requests.best_choose",)
SEES = ("service_requests.best",)
SHOWN = 100


def _year(narrow: Callable[[Any, int], Any]) -> Filter[Any]:
    return Filter(
        "year",
        "年份",
        lambda rows, text: narrow(rows, int(text)),
        lambda request: [(y, f"{y} 年") for y in years_of(request.viewer, request.today)],
        default=lambda request: str(request.today.year),
    )


def _review_panel(of: Callable[[Any], Review]) -> Panel[Any]:
    return Panel("learning/_review.html", lambda request, row: {"review": of(row)}, beside=True)


# --- who is nominated -------------------------------------------------------------
def _prepare_candidates(request: ViewerRequest, rows: Sequence[Review]) -> None:
    cover(request.viewer, (r.case for r in rows))
    may = any(request.viewer.has(code) for code in CHOOSES)
    for row in rows:
        row.__dict__["may_choose"] = may


def _choose_form(data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Review) -> BestForm:
    return BestForm(data, initial={"title": row.case.title})


_choose = does(
    services.best_case_choose,
    "review",
    lambda best: f"{best.title}：入选 {best.year} 年最佳案例，排第 {best.rank}。",
)


CANDIDATES: Register[Review] = declare_register(
    Register(
        name="best_candidates",
        title="推荐的",
        noun="推荐",
        listing=Listing(
            caption="推荐为最佳案例的",
            columns=[
                *case_columns(lambda r: r.case, lambda r: CANDIDATES.row_url(r) if r.may_choose else ""),
                Column("为什么复盘", lambda r: why_words(r.why)),
                Column("改了什么", lambda r: r.measure, kind="long"),
            ],
            filters=[_year(lambda rows, year: rows.filter(month__year=year))],
            empty_title="没有等选的推荐",
            empty_text="写复盘时勾上“推荐为最佳案例”，就会列在这里。",
            prepare=_prepare_candidates,
        ),
        rows=lambda viewer, today: candidates(viewer),
        sees=SEES,
        edits=(),
        opens=CHOOSES,
        url="service_requests:best_choose",
        subject=lambda r: f"case:{r.case.number}",
        noted=("review_written",),
        label=lambda r: r.case.title,
        row_title=lambda r: f"选为最佳案例：{r.case.title}",
        home=lambda r: f"year={r.month.year}",
        acts=(
            Act(
                "choose",
                "选上",
                _choose,
                form=_choose_form,
                needs=CHOOSES,
                title="选为最佳案例",
                on_page=True,
                keeps_draft=True,
                goes_to=lambda r: f"{reverse('service_requests:best_cases')}?year={r.month.year}",
            ),
        ),
        panels=(_review_panel(lambda r: r), brief_of(lambda r: r.case)),
        links=(("service_requests.best", "service_requests:best_cases", "十佳案例"),),
        styles=STYLES,
    )
)


# --- who is chosen ----------------------------------------------------------------
def _prepare(request: ViewerRequest, rows: Sequence[BestCase]) -> None:
    cover(request.viewer, (b.review.case for b in rows))


def _lead(request: ViewerRequest, listed: Listed[BestCase]) -> str:
    most = services.most_a_year(request.viewer.district_id or 0, request.now)
    shown = sum(b.is_published for b in listed.on_page)
    return f"{listed.value('year')} 年选了 {listed.total} 件，最多 {most} 件，公开了 {shown} 件。"


def _more(request: ViewerRequest, listed: Listed[BestCase]) -> dict[str, Any]:
    """Return what stands around the list: its acts, and who may still be chosen."""
    found = list(candidates(request.viewer, int(listed.value("year")))[:SHOWN])
    CANDIDATES.listing.prepared(request, found)
    table = CANDIDATES.listing.table(request, found)
    empty = {"title": CANDIDATES.listing.empty_title, "text": CANDIDATES.listing.empty_text}
    more = {"url": reverse("service_requests:reviews"), "action": "看复盘"}
    return {
        "may_choose": any(request.viewer.has(code) for code in CHOOSES),
        "candidates": table | {"empty": empty | more},
        "year": listed.value("year"),
        "here": request.get_full_path(),
    }


def _edit_form(data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: BestCase) -> BestEditForm:
    first = {n: getattr(row, n) for n in ("title", "story", "names_enterprise", "consent")}
    return BestEditForm(data, initial=first)


def _edit(actor: Viewer, row: BestCase, data: dict[str, Any], now: datetime) -> str:
    services.best_case_save(best=row, actor=actor, now=now, **data)
    return f"{data['title']}：改好了。"


def _move(is_up: bool, actor: Viewer, row: BestCase, data: dict[str, Any], now: datetime) -> str:
    return (
        f"{row.title}：排到第 {services.best_case_move(best=row, actor=actor, is_up=is_up, now=now).rank}。"
    )


def _publish(shown: bool, actor: Viewer, row: BestCase, data: dict[str, Any], now: datetime) -> str:
    services.best_case_publish(best=row, actor=actor, is_published=shown, now=now)
    return f"{row.title}：{'已公开。' if shown else '已收回，外面看不到了。'}"


def _remove(actor: Viewer, row: BestCase, data: dict[str, Any], now: datetime) -> str:
    services.best_case_remove(best=row, actor=actor, now=now)
    return f"{row.title}：已取消入选，推荐还在。"


BEST_CASES: Register[BestCase] = declare_register(
    Register(
        name="best_cases",
        title="十佳案例",
        noun="案例",
        listing=Listing(
            columns=[
                Column("名次", lambda b: b.rank, "rank", ("-year", "rank"), numeric=True),
                Column("标题", lambda b: b.title, url=lambda b: BEST_CASES.row_url(b)),
                Column("办件号", lambda b: b.review.case.number),
                Column("承办单位", lambda b: u.label if (u := b.review.case.lead_unit) else ""),
                Column("公开", lambda b: b.is_published),
                Column("写企业名字", lambda b: b.names_enterprise),
                Column("故事", lambda b: b.story, in_page=False, kind="long"),
            ],
            filters=[_year(lambda rows, year: rows.filter(year=year))],
            empty_title="今年还没有选",
            empty_text="从下面推荐的里面选。",
            prepare=_prepare,
        ),
        rows=lambda viewer, today: best_cases_visible_to(viewer),
        sees=SEES,
        edits=(),
        opens=SEES,
        url="service_requests:best_cases",
        subject=lambda b: f"best_case:{b.pk}",
        label=lambda b: b.title,
        row_lead=lambda request, b: (
            f"{b.year} 年第 {b.rank} 件，{'已公开' if b.is_published else '还没公开'}。"
        ),
        lead=_lead,
        hint="从写好复盘、被推荐的件里选。",
        home=lambda b: f"year={b.year}",
        acts=(
            Act(
                "edit",
                "改好",
                _edit,
                form=_edit_form,
                needs=CHOOSES,
                title="标题和故事",
                on_page=True,
                keeps_draft=True,
            ),
            Act("up", "上移", partial(_move, True), needs=CHOOSES),
            Act("down", "下移", partial(_move, False), needs=CHOOSES),
            Act(
                "publish",
                "公开",
                partial(_publish, True),
                needs=CHOOSES,
                applies=lambda v, b: not b.is_published,
            ),
            Act(
                "withdraw",
                "收回",
                partial(_publish, False),
                needs=CHOOSES,
                applies=lambda v, b: b.is_published,
            ),
            Act("remove", "取消入选", _remove, needs=CHOOSES, sentence="取消入选？推荐还在，可以再选。"),
        ),
        panels=(_review_panel(lambda b: b.review), brief_of(lambda b: b.review.case)),
        styles=STYLES,
        template="learning/best_cases.html",
        more=_more,
    )
)


@require_GET
def public(request: HttpRequest) -> HttpResponse:
    """Show everybody the published best cases of a year; nothing that names a person is in them."""
    years = sorted(set(published().order_by().values_list("year", flat=True)), reverse=True)
    asked = request.GET.get("year", "")
    year = int(asked) if asked in map(str, years) else (years[0] if years else 0)
    rows = (
        published()
        .filter(year=year)
        .select_related("review__case__enterprise", "review__case__lead_unit", "district")
    )
    found = list(rows)
    matters = dict(
        Category.objects.filter(district_id__in={b.district_id for b in found}).values_list("code", "name")
    )
    context = {
        "year": year,
        "years": [{"label": f"{y} 年", "url": f"?year={y}", "current": y == year} for y in years],
        "cases": public_cases(found, matters),
    }
    return render(request, "learning/public_best.html", context)

"""Ten best cases of a year: chosen from nominated reviews, ordered, told, published."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiying.capabilities.service_requests.forms.learning import BestEditForm, BestForm
from qiying.capabilities.service_requests.models import BestCase, Category
from qiying.capabilities.service_requests.selectors.best import (
    best_cases_visible_to,
    candidates,
    public_cases,
    published,
    years_of,
)
from qiying.capabilities.service_requests.services import best_cases as services
from qiying.capabilities.service_requests.services.reviews import why_words
from qiying.capabilities.service_requests.views.learning.common import brief, case_form, cover, sent
from qiying.kernel.organisations.pages import page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404

CANDIDATES = 100


@require_GET
@visible_with("service_requests.best")
def best_cases(request: ViewerRequest) -> HttpResponse:
    """Show a year's best cases and who is nominated."""
    years = years_of(request.viewer, request.today)
    asked = request.GET.get("year", "")
    year = int(asked) if asked in map(str, years) else years[0]
    rows = list(best_cases_visible_to(request.viewer).filter(year=year))
    found = cover(request, candidates(request.viewer, year)[:CANDIDATES])
    most = services.most_a_year(request.viewer.district_id or 0, request.now)
    context = {
        "year": year,
        "years": [{"label": f"{y} 年", "url": f"?year={y}", "current": y == year} for y in years],
        "rows": rows,
        "candidates": [{"row": r, "why": why_words(r.why), "asker": r.case.asker_name} for r in found],
        "most": most,
        "left": max(0, most - len(rows)),
        "may_choose": request.viewer.has("service_requests.best_choose"),
        "shown": sum(b.is_published for b in rows),
    }
    return page(request, "learning/best_cases.html", context)


@require_http_methods(["GET", "POST"])
@visible_with("service_requests.best_choose")
def choose(request: ViewerRequest, review_id: int) -> HttpResponse:
    """Choose a nominated review and tell its story."""
    row = fetch_or_404(candidates(request.viewer), pk=review_id)
    form = BestForm(sent(request), initial={"title": row.case.title})
    back = reverse("service_requests:best_cases") + f"?year={row.month.year}"

    def run() -> str:
        best = services.best_case_choose(
            review=row,
            actor=request.viewer,
            title=form.cleaned_data["title"],
            story=form.cleaned_data["story"],
            now=request.now,
        )
        return f"{best.title}：入选 {best.year} 年最佳案例，排第 {best.rank}。"

    context = {
        **brief(request, row.case),
        "review": row,
        "back_url": back,
        "title": "选为最佳案例",
        "submit": "选上",
    }
    return case_form(
        request, form, template="learning/best_case.html", run=run, done_url=back, context=context
    )


@require_http_methods(["GET", "POST"])
@visible_with("service_requests.best")
def edit(request: ViewerRequest, best_id: int) -> HttpResponse:
    """Show a best case and, for who chooses, its form."""
    row = fetch_or_404(best_cases_visible_to(request.viewer), pk=best_id)
    given = {n: getattr(row, n) for n in ("title", "story", "names_enterprise", "consent")}
    form = BestEditForm(sent(request), initial=given)
    back = reverse("service_requests:best_cases") + f"?year={row.year}"
    may = request.viewer.has("service_requests.best_choose")
    if request.method == "POST" and not may:
        raise Http404("没有这一步")

    def run() -> str:
        services.best_case_save(best=row, actor=request.viewer, now=request.now, **form.cleaned_data)
        return f"{form.cleaned_data['title']}：改好了。"

    context: dict[str, Any] = {
        **brief(request, row.review.case),
        "review": row.review,
        "best": row,
        "may_choose": may,
        "back_url": back,
        "title": f"第 {row.rank} 件",
        "submit": "改好",
    }
    return case_form(
        request, form, template="learning/best_case.html", run=run, done_url=back, context=context
    )


@require_POST
@visible_with("service_requests.best_choose")
def change(request: ViewerRequest, best_id: int, step: str) -> HttpResponse:
    """Move a best case up or down, publish it or take it back, or take it out of the list."""
    row = fetch_or_404(best_cases_visible_to(request.viewer), pk=best_id)
    back = reverse("service_requests:best_cases") + f"?year={row.year}"
    try:
        words = _change(request, row, step)
    except (GuardFailed, ActionNotAvailable) as refused:
        reasons = refused.reasons if isinstance(refused, GuardFailed) else [refused.message]
        messages.error(request, f"{row.title}：{'；'.join(reasons)}")
    else:
        messages.success(request, f"{row.title}：{words}")
    return HttpResponseRedirect(back)


def _change(request: ViewerRequest, row: BestCase, step: str) -> str:
    who: dict[str, Any] = {"best": row, "actor": request.viewer, "now": request.now}
    if step in {"up", "down"}:
        return f"排到第 {services.best_case_move(is_up=step == 'up', **who).rank}。"
    if step in {"publish", "withdraw"}:
        services.best_case_publish(is_published=step == "publish", **who)
        return "已公开。" if step == "publish" else "已收回，外面看不到了。"
    if step == "remove":
        services.best_case_remove(**who)
        return "已取消入选，推荐还在。"
    raise Http404("没有这一步")


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

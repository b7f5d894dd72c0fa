"""Reviews of a month: which cases, why, and what was found."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from qiying.capabilities.service_requests.forms.learning import ReviewForm
from qiying.capabilities.service_requests.models import Review
from qiying.capabilities.service_requests.selectors.common import (
    month_asked,
)
from qiying.capabilities.service_requests.selectors.reviews import (
    TABS,
    month_reviews,
    months_with_reviews,
    review_counts,
    reviews_visible_to,
)
from qiying.capabilities.service_requests.services.reviews import may_nominate, review_write, why_words
from qiying.capabilities.service_requests.views.learning.common import (
    EXPORT_ROWS,
    brief,
    case_form,
    chosen,
    cover,
    export,
    export_url,
    month_links,
    paged,
    sent,
    tab_links,
    wants_export,
)
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.figures.periods import month_of, months_later
from qiying.kernel.organisations.pages import page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.tables.workbooks import Column
from qiying.statutes.workdays import workdays_between

COLUMNS = (
    Column("办件号"),
    Column("事项"),
    Column("企业"),
    Column("承办单位"),
    Column("为什么复盘"),
    Column("办结日期", "date"),
    Column("办了几个工作日", "number"),
    Column("情况"),
    Column("原因", "long"),
    Column("教训", "long"),
    Column("措施", "long"),
    Column("推荐"),
    Column("谁写的"),
)


def took(row: Review) -> int:
    """Return in how many workdays the case was answered."""
    case = row.case
    end = case.answered_on or case.closed_on or case.received_on
    return workdays_between(case.received_on, end, calendar_for(case.district_id))


@require_GET
@visible_with("service_requests.reviews")
def month_list(request: ViewerRequest) -> HttpResponse:
    """Show one month's reviews by state; the workbook holds both."""
    month = month_asked(request.GET.get("month", ""), months_later(month_of(request.today), -1))
    if wants_export(request):
        return _export(request, cover(request, month_reviews(request.viewer, month, "")[:EXPORT_ROWS]))
    show = chosen(request, TABS)
    counts = review_counts(request.viewer, month)
    months = sorted({*months_with_reviews(request.viewer), month}, reverse=True)
    current = paged(request, month_reviews(request.viewer, month, show), counts[show])
    rows = [
        {"row": r, "why": why_words(r.why), "took": took(r), "asker": r.case.asker_name}
        for r in current.object_list
    ]
    context = {
        "month": month,
        "months": month_links(months, month, show=show),
        "tabs": tab_links(TABS, counts, show, month=f"{month:%Y-%m}"),
        "counts": counts,
        "total": sum(counts.values()),
        "show": show,
        "rows": rows,
        "page": current,
        "export_url": export_url(request),
    }
    return page(request, "learning/reviews.html", context)


def _export(request: ViewerRequest, rows: list[Review]) -> HttpResponse:
    lines = (
        (
            r.case.number,
            r.case.title,
            r.case.asker_name,
            r.case.lead_unit.name if r.case.lead_unit else "",
            why_words(r.why),
            r.case.closed_on,
            took(r),
            r.get_state_display(),
            r.cause,
            r.lesson,
            r.measure,
            "是" if r.is_nominated else "",
            r.done_by.name if r.done_by else "",
        )
        for r in rows
    )
    return export(request, "reviews", "复盘清单", COLUMNS, lines)


@require_http_methods(["GET", "POST"])
@visible_with("service_requests.reviews")
def write(request: ViewerRequest, review_id: int) -> HttpResponse:
    """Show a review and, for who may write it, its form."""
    rows = reviews_visible_to(request.viewer).select_related(
        "case__enterprise", "case__lead_unit", "done_by", "best_case"
    )
    row = fetch_or_404(rows, pk=review_id)
    may = may_nominate(request.viewer, row.case)
    given = {
        "cause": row.cause,
        "lesson": row.lesson,
        "measure": row.measure,
        "is_nominated": row.is_nominated,
    }
    form = ReviewForm(sent(request), initial=given, may_nominate=may)
    back = reverse("service_requests:reviews") + f"?month={row.month:%Y-%m}"

    def run() -> str:
        data = {**form.cleaned_data}
        data.setdefault("is_nominated", row.is_nominated)
        done = review_write(review=row, actor=request.viewer, now=request.now, **data)
        return f"{row.case.title}：复盘写好了{'，已推荐为最佳案例' if done.is_nominated else ''}。"

    is_chosen = hasattr(row, "best_case")
    may_write = request.viewer.has("service_requests.review_write") and not is_chosen
    context = {
        **brief(request, row.case),
        "row": row,
        "why": why_words(row.why),
        "took": took(row),
        "may_write": may_write,
        "is_chosen": is_chosen,
        "back_url": back,
    }
    return case_form(request, form, template="learning/review.html", run=run, done_url=back, context=context)

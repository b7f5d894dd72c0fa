"""My requests: open, waiting for me, done; searched and paged."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from qiying.capabilities.service_requests.views.enterprise.rows import (
    WAITING,
    case_rows,
    own_cases,
    own_first,
)
from qiying.kernel.cases.reading_lists import text_condition
from qiying.kernel.organisations.pages import signed_in
from qiying.kernel.organisations.requests import ViewerRequest

PER_PAGE = 20
TABS = (("open", "在办", Q(is_open=True)), ("turn", "等我", WAITING), ("done", "办完的", Q(is_open=False)))


@require_GET
@signed_in
def requests(request: ViewerRequest) -> HttpResponse:
    """List what the person or his enterprise asked."""
    show = request.GET.get("show", "open")
    text = request.GET.get("q", "").strip()[:60]
    found = own_cases(request).filter(text_condition(request.viewer, text))
    counts = found.aggregate(**{code: Count("pk", filter=rule) for code, _, rule in TABS})
    rule = next((r for code, _, r in TABS if code == show), TABS[0][2])
    ordered = own_first(found.filter(rule))
    if show == "done":
        ordered = ordered.order_by("-closed_on", "-id")
    pages = Paginator(ordered, PER_PAGE)
    pages.count = counts.get(show, counts["open"])
    page = pages.get_page(request.GET.get("page"))
    here = reverse("service_requests:requests")
    keep = f"&q={text}" if text else ""
    context = {
        "now": request.now,
        "today": request.today,
        "rows": case_rows(request, list(page)),
        "page": page,
        "text": text,
        "show": show,
        "tabs": [
            {"label": w, "url": f"{here}?show={c}{keep}", "count": counts[c], "current": c == show}
            for c, w, _ in TABS
        ],
        "back_url": reverse("portal:home"),
    }
    return render(request, "enterprise/requests.html", context)

"""My cases of every procedure: open, waiting for me, done; searched and paged."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from qiying.kernel.cases.faces.asker_rows import case_rows, own_cases, own_first, waits_for
from qiying.kernel.cases.reading_lists import text_condition
from qiying.kernel.cases.views.asker_case import address
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.organisations.pages import signed_in
from qiying.kernel.organisations.requests import ViewerRequest

PER_PAGE = 20
LABELS = (("open", "在办"), ("turn", "等我"), ("done", "办完的"))


@require_GET
@signed_in
def cases(request: ViewerRequest) -> HttpResponse:
    """List what the person or his enterprise asked."""
    rules = {"open": Q(is_open=True), "turn": waits_for(request.viewer), "done": Q(is_open=False)}
    show = request.GET.get("show", "open")
    show = show if show in rules else "open"
    text = request.GET.get("q", "").strip()[:60]
    kinds = {m.code: m.label for m in PROCEDURES.all()}
    kind = request.GET.get("procedure", "")
    found = own_cases(request).filter(text_condition(request.viewer, text))
    if kind in kinds:
        found = found.filter(procedure=kind)
    counts = found.aggregate(**{code: Count("pk", filter=rule) for code, rule in rules.items()})
    ordered = own_first(found.filter(rules[show]), request.viewer)
    if show == "done":
        ordered = ordered.order_by("-closed_on", "-id")
    pages = Paginator(ordered, PER_PAGE)
    pages.count = counts[show]
    page = pages.get_page(request.GET.get("page"))
    context = {
        "now": request.now,
        "today": request.today,
        "rows": case_rows(request, list(page)),
        "page": page,
        "text": text,
        "show": show,
        "kind": kind if kind in kinds else "",
        "kind_label": kinds.get(kind, ""),
        "tabs": [
            _tab(code, label, counts[code], show, text, kind if kind in kinds else "")
            for code, label in LABELS
        ],
        "say_url": address("say_url"),
        "back_url": "/",
    }
    return render(request, "asker/cases.html", context)


def _tab(code: str, label: str, count: int, show: str, text: str, kind: str) -> dict[str, Any]:
    keep = (f"&q={text}" if text else "") + (f"&procedure={kind}" if kind else "")
    url = f"{reverse('mine:cases')}?show={code}{keep}"
    return {"label": label, "url": url, "count": count, "current": code == show}

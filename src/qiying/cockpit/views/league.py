"""Units beside each other (晾晒), only with error ranges: chance is never shown as rank."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from qiying.cockpit.addresses import page_url
from qiying.cockpit.board import unit_chart
from qiying.cockpit.views.numbers import frame, read
from qiying.kernel.figures.definitions import rate_of
from qiying.kernel.organisations.pages import signed_in
from qiying.kernel.organisations.requests import ViewerRequest


@require_GET
@signed_in
def league(request: ViewerRequest) -> HttpResponse:
    """Show every unit's rate with its range; those that chance may explain keep the register's order."""
    n = read(request)
    shown = n.board.unit_rates
    if not n.scope.is_district or not shown:
        raise Http404("没有找到这一页")
    code = request.GET.get("rate", "")
    code = code if code in shown else next(iter(shown))
    span = "month" if request.GET.get("span") == "month" else "year"
    period = n.asked.period.words(request.today)
    chart, below, _ = unit_chart(n, period, code, is_year=span == "year")
    own, procedure = n.asked.query(), n.board.procedure
    spans = {"year": "12 个月", "month": n.asked.period.own_word}
    context = {
        **frame(request, n),
        "chart": chart,
        "below": below,
        "rate": rate_of(procedure, code),
        "tabs": [
            {
                "label": rate_of(procedure, c).label,
                "url": f"?{own}&rate={c}&span={span}",
                "current": c == code,
            }
            for c in shown
        ],
        "spans": [
            {"label": w, "url": f"?{own}&rate={code}&span={s}", "current": s == span}
            for s, w in spans.items()
        ],
        "back_url": page_url(n.asked),
    }
    return render(request, "cockpit/league.html", context)

"""Units beside each other (晾晒), only with error ranges: chance is never shown as rank."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from qiying.cockpit import drawing
from qiying.cockpit.months import month_words
from qiying.cockpit.scope import VIEW
from qiying.cockpit.sums import PROCEDURE, Sums
from qiying.cockpit.views.numbers import frame, read
from qiying.kernel.figures.definitions import rate_of
from qiying.kernel.organisations.pages import visible_with
from qiying.kernel.organisations.requests import ViewerRequest

SHOWN = {"solved": "解决 / 有评价", "on_time": "按时 / 答复"}
SPANS = {"year": "12 个月", "month": "一个月"}


@require_GET
@visible_with(VIEW)
def league(request: ViewerRequest) -> HttpResponse:
    """Show every unit's rate with its range; those that chance may explain keep the register's order."""
    n = read(request)
    if not n.scope.is_district:
        raise Http404("没有找到这一页")
    code = request.GET.get("rate", "solved")
    code = code if code in SHOWN else "solved"
    span = request.GET.get("span", "year")
    span = span if span in SPANS else "year"
    month = month_words(n.wanted.month, request.today)
    of_month = n.units.by("month").get(n.wanted.month, Sums([], n.units.group_by))
    chosen = of_month if span == "month" else n.units
    rate = rate_of(PROCEDURE, code)
    chart, below = drawing.units(
        chosen.by("unit_id"),
        labels=n.names.units,
        urls={u: f"{reverse('cockpit:numbers')}?{n.wanted.query(unit=u)}" for u in n.names.units},
        whole=chosen.rate(code),
        rate=code,
        title=f"各单位：{rate.label}的占多少",
        part_label=SHOWN[code],
        note=month if span == "month" else f"到{month}的 12 个月",
        order=list(n.names.units),
    )
    own = n.wanted.query()
    context = {
        **frame(request, n),
        "chart": chart,
        "below": below,
        "rate": rate,
        "tabs": [
            {
                "label": rate_of(PROCEDURE, c).label,
                "url": f"?{own}&rate={c}&span={span}",
                "current": c == code,
            }
            for c in SHOWN
        ],
        "spans": [
            {"label": w, "url": f"?{own}&rate={code}&span={s}", "current": s == span}
            for s, w in SPANS.items()
        ],
        "back_url": f"{reverse('cockpit:numbers')}?{own}",
    }
    return render(request, "cockpit/league.html", context)

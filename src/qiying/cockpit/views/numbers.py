"""The first page of numbers."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from qiying.cockpit.board import board_context
from qiying.cockpit.export import board_workbook
from qiying.cockpit.months import month_code, month_of, month_words, months_later
from qiying.cockpit.reading import Numbers, numbers_for
from qiying.cockpit.scope import VIEW, VIEW_UNIT, scope_of
from qiying.cockpit.wanted import COMPARISONS, Wanted, wanted
from qiying.kernel.audit.services import record_act
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.organisations.listing import xlsx_response
from qiying.kernel.organisations.pages import visible_with
from qiying.kernel.organisations.requests import ViewerRequest

MONTHS_OFFERED = 36


@require_GET
@visible_with(VIEW, VIEW_UNIT)
def numbers(request: ViewerRequest) -> HttpResponse:
    """Show a month's numbers, or hand them out as a workbook."""
    n = read(request)
    target = float(parameter("cockpit.target_on_time", district_id=n.scope.district_id, on=request.today))
    context = board_context(n, request.today, target)
    if request.GET.get("export") == "xlsx":
        return _export(request, n, context)
    return render(request, "cockpit/numbers.html", {**context, **frame(request, n)})


def read(request: ViewerRequest) -> Numbers:
    """Read the numbers that the address asks for within what the viewer may see."""
    scope = scope_of(request)
    w = wanted(request.GET.dict(), request.today)
    return numbers_for(request.viewer, scope, w, request.today)


def frame(request: ViewerRequest, n: Numbers) -> dict[str, Any]:
    """Return the pickers and the times every page of numbers shows."""
    w = n.wanted
    return {
        "now": request.now,
        "today": request.today,
        "wanted": w,
        "scope": n.scope,
        "query": w.query(),
        "pickers": pickers(n, request),
        "parts": narrowed_parts(n),
        "all_url": f"{request.path}?{w.query(unit='', channel='', category='')}",
    }


def pickers(n: Numbers, request: ViewerRequest) -> list[dict[str, Any]]:
    """Return the choices of month, comparison and filters."""
    w, this_month = n.wanted, month_of(request.today)
    last = min(this_month, max(month_of(n.names.until or request.today), w.month))
    last = this_month if last >= months_later(this_month, -MONTHS_OFFERED) else last
    since = month_of(n.names.since or request.today)
    months = [m for m in (months_later(last, -i) for i in range(MONTHS_OFFERED)) if m >= min(since, w.month)]
    if w.month not in months:
        months.append(w.month)
    now = "（到现在）"
    found = [
        {
            "name": "month",
            "label": "月份",
            "value": month_code(w.month),
            "choices": [
                (month_code(m), month_words(m, request.today) + (now if m == this_month else ""))
                for m in months
            ],
        },
        {"name": "than", "label": "和谁比", "value": w.than, "choices": list(COMPARISONS.items())},
    ]
    units = [(u, words) for u, words in n.names.units.items() if n.scope.holds(n.names.paths[u])]
    if len(units) > 1:
        whole = "全区" if n.scope.is_district else "本单位全部"
        found.append(_filter("unit", "单位", whole, units, w.unit or ""))
    found.append(_filter("channel", "渠道", "全部渠道", list(n.names.channels.items()), w.channel))
    found.append(_filter("category", "类别", "全部类别", list(n.names.categories.items()), w.category))
    return found


def _filter(name: str, label: str, whole: str, choices: list[Any], value: object) -> dict[str, Any]:
    return {
        "name": name,
        "label": label,
        "value": str(value),
        "choices": [("", whole), *((str(k), v) for k, v in choices)],
        "is_filter": True,
    }


def narrowed_parts(n: Numbers) -> list[dict[str, str]]:
    """Return the filters as words, each with the address without it."""
    w, base = n.wanted, reverse("cockpit:numbers")
    parts = [
        (n.names.unit(w.unit) if w.unit else "", "unit"),
        (n.names.channel(w.channel) if w.channel else "", "channel"),
        (n.names.category(w.category) if w.category else "", "category"),
    ]
    return [{"text": text, "url": f"{base}?{w.query(**{name: ''})}"} for text, name in parts if text]


def _export(request: ViewerRequest, n: Numbers, context: dict[str, Any]) -> HttpResponse:
    w: Wanted = n.wanted
    record_act(
        actor=request.viewer,
        action="numbers_export",
        subject=f"numbers:{month_code(w.month)}",
        data={"query": w.query()},
        at=request.now,
        district_id=n.scope.district_id,
    )
    return xlsx_response(board_workbook(n, context, request.now), f"数字-{month_code(w.month)}.xlsx")

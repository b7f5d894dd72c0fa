"""The first page of numbers, for every procedure that counts."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from qiying.cockpit.addresses import page_url
from qiying.cockpit.board import board_context
from qiying.cockpit.export import board_workbook
from qiying.cockpit.names import histories_beside
from qiying.cockpit.reading import Numbers, numbers_for
from qiying.cockpit.scope import VIEW, board_asked, boards_of, scope_of
from qiying.kernel.audit.services import record_act
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.figures.asking import COMPARISONS, FILTERS, asked
from qiying.kernel.figures.periods import period_of
from qiying.kernel.organisations.listing import xlsx_response
from qiying.kernel.organisations.pages import signed_in
from qiying.kernel.organisations.requests import ViewerRequest

SCHEDULE = "cockpit.schedule"
OFFERED = ((1, 36), (3, 8), (12, 3))
"""How many months, quarters and years the picker offers."""


@require_GET
@signed_in
def numbers(request: ViewerRequest) -> HttpResponse:
    """Show a period's numbers, or hand them out as a workbook."""
    return numbers_page(request)


def numbers_page(request: ViewerRequest, procedure: str = "", **given: str) -> HttpResponse:
    """Show the numbers of the procedure named here or in the address; `given` stands for what the address lacks."""
    n = read(request, procedure, **given)
    context = {**board_context(n, request.today, target_of(n, request)), **frame(request, n)}
    if request.GET.get("export") == "xlsx":
        return _export(request, n, context)
    return render(request, "cockpit/numbers.html", context)


def target_of(n: Numbers, request: ViewerRequest) -> float:
    """Return the goal drawn into the chart of the first page's rates, 0 for none."""
    if not n.board.is_first:
        return 0
    return float(parameter("cockpit.target_on_time", district_id=n.scope.district_id, on=request.today))


def read(request: ViewerRequest, procedure: str = "", **given: str) -> Numbers:
    """Read the numbers that the address asks for within what the viewer may see."""
    board = board_asked(request, procedure)
    scope = scope_of(request, board)
    return numbers_for(
        request.viewer, scope, asked({**given, **request.GET.dict()}, board, request.today), request.today
    )


def frame(request: ViewerRequest, n: Numbers) -> dict[str, Any]:
    """Return the pickers and the times every page of numbers shows."""
    a = n.asked
    return {
        "now": request.now,
        "today": request.today,
        "asked": a,
        "board": n.board,
        "scope": n.scope,
        "query": a.query(),
        "kept": [(k, getattr(a, k)) for k in (*FILTERS, "district") if getattr(a, k)],
        "pickers": [
            _periods(n, request),
            {"name": "than", "label": "和谁比", "value": a.than, "choices": _than()},
        ],
        "filters": filters(n),
        "parts": narrowed_parts(n),
        "pages": _pages(request, n),
        "others": _others(request, n),
        "can_schedule": request.viewer.has(SCHEDULE),
    }


def _pages(request: ViewerRequest, n: Numbers) -> list[dict[str, Any]]:
    """Return the pages of the other procedures as tabs."""
    found = boards_of(request.viewer)
    if len(found) < 2:
        return []
    base = reverse("cockpit:numbers")
    return [
        {
            "label": b.title or b.label,
            "url": base if b.is_first else f"{base}?procedure={b.procedure}",
            "current": b.procedure == n.board.procedure,
        }
        for b in found
    ]


def _others(request: ViewerRequest, n: Numbers) -> list[tuple[str, str]]:
    """Return the pages beside this one."""
    found = (
        [("各单位晾晒", page_url(n.asked, "league"))] if n.scope.is_district and n.board.unit_rates else []
    )
    if request.viewer.has(VIEW) and n.board.is_first:
        found += [("“135”和十百千", reverse("cockpit:method")), ("大屏", reverse("cockpit:wall"))]
        found += [("公开的数字", reverse("cockpit:public"))]
        found += [
            (w, page_url(n.asked, district=c)) for c, w in histories_beside(n.scope.district_id).items()
        ]
    elif n.board.is_first:
        found += [("“135”和十百千", reverse("cockpit:method"))]
    query = "" if n.board.is_first else f"?procedure={n.board.procedure}"
    return [*found, ("口径", reverse("cockpit:definitions") + query)]


def _than() -> list[tuple[str, str]]:
    return [(code, words if code == "none" else f"比{words}") for code, words in COMPARISONS.items()]


def _periods(n: Numbers, request: ViewerRequest) -> dict[str, Any]:
    """Return the months, quarters and years to choose from, newest first."""
    since, until = n.names.since or request.today, n.names.until or request.today
    groups = []
    for (count, most), label in zip(OFFERED, ("月", "季度", "年"), strict=True):
        here = period_of(request.today, count)
        last = min(here, max(period_of(until, count), n.asked.period)) if n.scope.is_history else here
        offered = [last.moved(-i) for i in range(most)]
        chosen = [p for p in offered if p.after > since or p == n.asked.period]
        if n.asked.period.count == count and n.asked.period not in chosen:
            chosen.append(n.asked.period)
        choices = [(p.code, p.words(request.today) + ("（到现在）" if p == here else "")) for p in chosen]
        groups.append((label, choices))
    return {"name": "month", "label": "时间", "value": n.asked.period.code, "groups": groups}


def filters(n: Numbers) -> list[dict[str, Any]]:
    """Return the filters that have something to choose."""
    units = [(u, words) for u, words in n.names.units.items() if n.scope.holds(n.names.paths[u])]
    whole = "全区" if n.scope.is_district else "本单位全部"
    channels = list(n.names.channels.items()) if n.channels.values("channel_code") not in ([], [""]) else []
    found: list[tuple[str, str, str, list[Any]]] = [
        ("unit", "单位", whole, units if len(units) > 1 else []),
        ("channel", "渠道", "全部渠道", channels),
        (
            "category",
            n.board.category_label,
            f"全部{n.board.category_label}",
            list(n.names.categories.items()),
        ),
        ("kind", "类型", "全部类型", list(n.names.kinds.items())),
    ]
    return [
        {
            "name": name,
            "label": label,
            "value": str(getattr(n.asked, name) or ""),
            "choices": [("", words), *((str(k), v) for k, v in choices)],
        }
        for name, label, words, choices in found
        if choices
    ]


def narrowed_parts(n: Numbers) -> list[dict[str, str]]:
    """Return the filters as words, each with the address without it."""
    return [
        {"text": words, "url": page_url(n.asked, **{name: ""})}
        for name in FILTERS
        if (value := getattr(n.asked, name)) and (words := getattr(n.names, name)(value))
    ]


def _export(request: ViewerRequest, n: Numbers, context: dict[str, Any]) -> HttpResponse:
    code = n.asked.period.code
    record_act(
        actor=request.viewer,
        action="numbers_export",
        subject=f"numbers:{n.board.procedure}:{code}",
        data={"query": n.asked.query()},
        at=request.now,
        district_id=n.scope.district_id,
    )
    return xlsx_response(board_workbook(n, context, request.now), f"{n.board.title or '数字'}-{code}.xlsx")

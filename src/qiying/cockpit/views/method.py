"""The progress of “135” and 十百千."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from qiying.cockpit.methods import Goal, Step, goals, method_of, steps
from qiying.cockpit.scope import VIEW, VIEW_UNIT, first_board, scope_of
from qiying.kernel.organisations.pages import visible_with
from qiying.kernel.organisations.requests import ViewerRequest


@require_GET
@visible_with(VIEW, VIEW_UNIT)
def method(request: ViewerRequest) -> HttpResponse:
    """Show how far the district is, by what its own data prove."""
    scope = scope_of(request, first_board())
    found = steps(scope.district_id, request.today)
    reached = goals(scope.district_id, request.today)
    context = {
        "now": request.now,
        "today": request.today,
        "steps": found,
        "goals": reached,
        "of_steps": method_of("method.135", scope.district_id, request.today),
        "of_goals": method_of("method.ten_hundred_thousand", scope.district_id, request.today),
        "sentence": _sentence(found, reached),
        "back_url": reverse("cockpit:numbers"),
    }
    return render(request, "cockpit/method.html", context)


def _sentence(found: list[Step], reached: list[Goal]) -> str:
    """Say the weakest step and which goals are reached."""
    known = [s for s in found if s.rate.denominator]
    parts = []
    if known:
        weakest = min(known, key=lambda s: s.rate.numerator / s.rate.denominator)
        parts.append(f"{weakest.label}最弱，{weakest.rate.words()}")
    open_goals = [
        f"{g.label}还差 {g.target - g.done:,}" for g in reached if g.done is not None and g.done < g.target
    ]
    parts += open_goals
    return "；".join(parts) + "。" if parts else "还没有数。"

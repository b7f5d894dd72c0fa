"""The wall screen: three facts at a time, readable at six metres, no name of anybody."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from qiying.cockpit.scope import VIEW, first_board, scope_of
from qiying.cockpit.walls import REFRESH_SECONDS, STALE, wall_facts
from qiying.kernel.organisations.pages import visible_with
from qiying.kernel.organisations.requests import ViewerRequest


@never_cache
@require_GET
@visible_with(VIEW)
def wall(request: ViewerRequest) -> HttpResponse:
    """Show today's three facts, or say since when there is no news."""
    scope = scope_of(request, first_board())
    facts = wall_facts(scope.district_id, request.now, request.today)
    context = {
        "now": request.now,
        "today": request.today,
        "facts": facts,
        "refresh": REFRESH_SECONDS,
        "stale_after": int(STALE.total_seconds()),
    }
    template = "cockpit/_wall.html" if request.headers.get("HX-Request") else "cockpit/wall.html"
    return render(request, template, context)

"""The board of leaders and supervisors."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from qiying.kernel.cases.faces.board import board, board_figures
from qiying.kernel.cases.faces.tabs import tabs_for
from qiying.kernel.cases.views.worklist import office_only
from qiying.kernel.organisations.pages import signed_in
from qiying.kernel.organisations.requests import ViewerRequest


@require_GET
@signed_in
def board_page(request: ViewerRequest) -> HttpResponse:
    """Show what is stuck where among the cases the viewer takes part in."""
    office_only(request)
    found = board(request.viewer, request.now, request.today)
    context = {
        "now": request.now,
        "today": request.today,
        "board": found,
        "figures": board_figures(found.counts, tabs_for(request.viewer, request.today)),
    }
    return render(request, "cases/board.html", context)

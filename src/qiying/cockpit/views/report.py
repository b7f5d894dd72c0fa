"""The report of a period on paper, its sentences written from the data."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from qiying.cockpit.addresses import page_url
from qiying.cockpit.board import board_context
from qiying.cockpit.reporting import report_parts
from qiying.cockpit.views.numbers import frame, read, target_of
from qiying.kernel.organisations.models import District
from qiying.kernel.organisations.pages import signed_in
from qiying.kernel.organisations.requests import ViewerRequest


@require_GET
@signed_in
def report(request: ViewerRequest) -> HttpResponse:
    """Show a period as a report to print."""
    n = read(request)
    board = board_context(n, request.today, target_of(n, request))
    a = n.asked
    panels = {p.code: p for p in board["panels"]}
    context = {
        **board,
        **frame(request, n),
        "district": District.objects.only("name").get(pk=n.scope.district_id).name,
        "unit": "" if n.is_whole else n.names.unit(a.unit) if a.unit else "本单位",
        "title": a.period.words(date(1, 1, 1)) + (n.board.title or n.board.label),
        "parts": report_parts(n, board),
        "rates": panels.get("rates"),
        "stuck": panels["stuck"].shares,
        "back_url": page_url(a),
    }
    return render(request, "cockpit/report.html", context)

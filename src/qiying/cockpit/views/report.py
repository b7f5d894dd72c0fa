"""The monthly report on paper, its sentences written from the data."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from qiying.cockpit.board import board_context
from qiying.cockpit.reporting import report_parts
from qiying.cockpit.scope import VIEW, VIEW_UNIT
from qiying.cockpit.views.numbers import read
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.organisations.models import District
from qiying.kernel.organisations.pages import visible_with
from qiying.kernel.organisations.requests import ViewerRequest


@require_GET
@visible_with(VIEW, VIEW_UNIT)
def report(request: ViewerRequest) -> HttpResponse:
    """Show a month as a report to print."""
    n = read(request)
    target = float(parameter("cockpit.target_on_time", district_id=n.scope.district_id, on=request.today))
    board = board_context(n, request.today, target)
    district = District.objects.only("name").get(pk=n.scope.district_id)
    context = {
        **board,
        "now": request.now,
        "today": request.today,
        "district": district.name,
        "unit": "" if n.is_whole else n.names.unit(n.wanted.unit) if n.wanted.unit else "本单位",
        "month": n.wanted.month,
        "parts": report_parts(n, board),
        "back_url": f"{reverse('cockpit:numbers')}?{n.wanted.query()}",
    }
    return render(request, "cockpit/report.html", context)

"""Numbers for everybody: no names, no units, only figures with denominators; small groups are suppressed."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from qiying.cockpit.months import month_of, month_read, month_words, months_later
from qiying.cockpit.publishing import public_figures
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.organisations.models import District
from qiying.kernel.organisations.requests import ViewerRequest


@require_GET
def public_numbers(plain: HttpRequest) -> HttpResponse:
    """Show a finished month of a district that publishes its numbers."""
    request = cast(ViewerRequest, plain)
    district = _district(request.GET.get("district", ""))
    if not parameter("cockpit.public", district_id=district.pk, on=request.today):
        raise Http404("这个区县没有公开数字")
    last = months_later(month_of(request.today), -1)
    month = min(month_read(request.GET.get("month", "")) or last, last)
    least = int(parameter("cockpit.least_group", district_id=district.pk, on=request.today))
    context = {
        "now": request.now,
        "today": request.today,
        "district": district,
        "month_words": month_words(month, request.today),
        "least": least,
        "before": f"{months_later(month, -1):%Y-%m}",
        "after": f"{months_later(month, 1):%Y-%m}" if month < last else "",
        **public_figures(district.pk, month, request.today, least),
    }
    return render(request, "cockpit/public.html", context)


def _district(code: str) -> District:
    """Return the district named, or the only one; history districts have no public page."""
    rows = District.objects.order_by("id")
    found = list(
        rows.filter(code=code[:32])[:1] if code else [d for d in rows if not d.settings.get("is_history")][:2]
    )
    if len(found) != 1:
        raise Http404("请从区县的网站打开这一页")
    return found[0]

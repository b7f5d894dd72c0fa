"""Numbers for everybody: no names, no units, only figures with denominators; small groups are suppressed."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from qiying.cockpit.publishing import public_figures
from qiying.cockpit.scope import first_board
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.figures.periods import period_of, period_read
from qiying.kernel.organisations.models import District
from qiying.kernel.organisations.passwords import is_demo_mode
from qiying.kernel.organisations.requests import ViewerRequest


@require_GET
def public_numbers(plain: HttpRequest) -> HttpResponse:
    """Show a finished month of a district that publishes its numbers; where several do, let the reader choose."""
    request = cast(ViewerRequest, plain)
    found = _published(request)
    frame = {"now": request.now, "today": request.today, "districts": found}
    code = request.GET.get("district", "") or ("" if "choose" in request.GET else _own_code(request, found))
    district = next((d for d in found if d.code == code), None)
    if district is None and (code or not found):
        raise Http404("这个区县没有公开的数字")
    if district is None:
        return render(request, "cockpit/public_districts.html", frame)
    last = period_of(request.today).moved(-1)
    chosen = period_read(request.GET.get("month", ""))
    month = min(chosen, last) if chosen is not None and chosen.count == 1 else last
    least = int(parameter("cockpit.least_group", district_id=district.pk, on=request.today))
    context = {
        **frame,
        "district": district,
        "month_words": month.words(request.today),
        "least": least,
        "before": month.moved(-1).code,
        "after": month.moved(1).code if month < last else "",
        **public_figures(first_board(), district.pk, month.first, least),
    }
    return render(request, "cockpit/public.html", context)


def _published(request: ViewerRequest) -> list[District]:
    """Return the districts that publish their numbers; history has no public page, nor has a demonstration's other."""
    rows = District.objects.filter(is_demo=is_demo_mode()).order_by("id")
    found = [d for d in rows if not d.settings.get("is_history")]
    return [d for d in found if parameter("cockpit.public", district_id=d.pk, on=request.today)]


def _own_code(request: ViewerRequest, found: list[District]) -> str:
    """Return the only district there is, or the one of whoever is signed in."""
    own = request.viewer.district_id
    chosen = found if len(found) == 1 else [d for d in found if d.pk == own]
    return chosen[0].code if chosen else ""

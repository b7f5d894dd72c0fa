"""The public page: who mediates, what it costs, what it saves, how it goes."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.http import HttpResponse
from django.urls import path

from qiying.capabilities.mediation.models import Body, YearFigures
from qiying.capabilities.mediation.rules.law import BODY_KINDS, FINES, RULES, SUBJECTS, mediation_fee
from qiying.capabilities.mediation.selectors import bodies_on, mediators_by_body
from qiying.kernel.organisations.public_pages import public, shown
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.statutes.litigation_fee import fee_saved

MOST = Decimal(10**11)


def _claim(text: str) -> Decimal | None:
    """Return the amount somebody typed, None for what is none."""
    try:
        found = Decimal(text.replace(",", "").strip())
    except InvalidOperation:
        return None
    return found.quantize(Decimal("0.01")) if found.is_finite() and 0 <= found < MOST else None


@public
def home(request: ViewerRequest, district_id: int) -> HttpResponse:
    """Show the bodies with their fee standards and mediators; reckon what an amount costs here and in court."""
    bodies = list(bodies_on(district_id, request.today))
    people = mediators_by_body([b.pk for b in bodies], request.today)
    typed = request.GET.get("claim", "")[:20]
    claim = _claim(typed) if typed else None
    rows = [
        {
            "body": b,
            "rules": RULES[b.kind],
            "excluded": "、".join(SUBJECTS[s] for s in sorted(RULES[b.kind].excluded)),
            "people": people.get(b.pk, []),
            "fee": _fee(b, claim),
        }
        for b in bodies
    ]
    context = {
        "rows": rows,
        "typed": typed,
        "saved": fee_saved(claim, request.today) if claim is not None else None,
        "is_wrong": bool(typed) and claim is None,
        "kinds": BODY_KINDS,
        "years": YearFigures.objects.filter(district_id=district_id),
        "fines": FINES,
        "may_ask": bool(request.viewer.enterprise_ids),
    }
    return shown(request, "mediation/home.html", context)


def _fee(body: Body, claim: Decimal | None) -> Decimal | None:
    return mediation_fee(body.kind, Decimal(body.fee_percent), claim) if claim is not None else None


urlpatterns = [path("mediation/", home, name="home")]

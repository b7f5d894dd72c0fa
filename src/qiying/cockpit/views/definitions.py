"""What every number of a procedure means."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from qiying.cockpit.scope import board_asked
from qiying.kernel.figures.definitions import RateOf, Term, measure_of, measures_of, rates_of
from qiying.kernel.organisations.pages import signed_in
from qiying.kernel.organisations.requests import ViewerRequest


@require_GET
@signed_in
def definitions(request: ViewerRequest) -> HttpResponse:
    """List rates with numerator and denominator, then everything that is counted."""
    board = board_asked(request)
    query = "" if board.is_first else f"?procedure={board.procedure}"
    context = {
        "now": request.now,
        "today": request.today,
        "board": board,
        "rates": [rate_face(r) for r in rates_of(board.procedure)],
        "measures": measures_of(board.procedure),
        "back_url": reverse("cockpit:numbers") + query,
    }
    return render(request, "cockpit/definitions.html", context)


def rate_face(rate: RateOf) -> dict[str, str]:
    """Return a rate in words."""
    return {
        "code": rate.code,
        "label": rate.label,
        "sentence": rate.sentence,
        "part": "、".join(term_words(rate.procedure, t) for t in rate.part),
        "whole": "、".join(term_words(rate.procedure, t) for t in rate.whole),
        "left_out": rate.left_out,
    }


def term_words(procedure: str, term: Term) -> str:
    """Return a term as words: 几个工作日答复（至多 3）."""
    label = measure_of(procedure, term.measure).label
    narrow = [f"至少 {term.at_least}" if term.at_least is not None else ""]
    narrow += [f"至多 {term.at_most}" if term.at_most is not None else ""]
    words = "、".join(p for p in narrow if p)
    return f"{label}（{words}）" if words else label

"""The numbers of every procedure over HTTP: the page's own sums, each rate with its denominator."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from qiying.cockpit.names import names_of
from qiying.cockpit.reading import MAIN
from qiying.cockpit.scope import board_asked, dimensions, scope_of
from qiying.kernel.api_access.errors import ERRORS
from qiying.kernel.figures.asking import asked
from qiying.kernel.figures.definitions import measures_of, rates_of
from qiying.kernel.figures.selectors import Ask, figures_many
from qiying.kernel.figures.sums import Sums
from qiying.kernel.organisations.requests import ViewerRequest

router = Router()


class FiguresQuery(Schema):
    """Whose numbers, of which period, narrowed to at most one value each."""

    procedure: str = Field("", description="办理程序的代号，不写就是涉企诉求")
    month: str = Field("", description="2026-10、2026-Q4 或 2026，不写就是页面默认的一期")
    unit: str = Field("", description="单位编号，下级也算")
    channel: str = ""
    category: str = ""
    kind: str = ""


class CountOut(Schema):
    """What was counted; a histogram's `buckets` say how many of each value. Money is in fen."""

    code: str
    label: str
    sentence: str
    unit: str
    value: int
    buckets: dict[int, int]


class RateOut(Schema):
    """A share as its two sums; `left_out` says what the denominator does not hold."""

    code: str
    label: str
    sentence: str
    numerator: int
    denominator: int
    left_out: str


class FiguresOut(Schema):
    procedure: str
    period: str
    counts: list[CountOut]
    rates: list[RateOut]


@router.get("/numbers", response={200: FiguresOut, **ERRORS}, summary="一期的数字和比率")
def numbers(request: HttpRequest, query: Query[FiguresQuery]) -> dict[str, Any]:
    """Return what the page of numbers counts, within what the caller may see; 404 for everybody else."""
    calling = cast(ViewerRequest, request)
    board = board_asked(calling, query.procedure)
    scope = scope_of(calling, board)
    a = asked({k: str(v) for k, v in query.dict().items()}, board, calling.today)
    where = dimensions(a, scope, names_of(scope.district_id, board.procedure).paths)
    measures = measures_of(board.procedure)
    ask = Ask([m.code for m in measures], a.period.months, MAIN, where)
    rows = figures_many(district_id=scope.district_id, procedure=board.procedure, asks=[ask])[0]
    sums = Sums(rows, MAIN, board.procedure)
    plain = ("code", "label", "sentence")
    return {
        "procedure": board.procedure,
        "period": a.period.code,
        "counts": [
            {
                **{k: getattr(m, k) for k in (*plain, "unit")},
                "value": sums.count(m.code),
                "buckets": sums.histogram(m.code) if m.bucket else {},
            }
            for m in measures
        ],
        "rates": [
            {**{k: getattr(r, k) for k in (*plain, "left_out")}, **_shares(sums, r.code)}
            for r in rates_of(board.procedure)
        ],
    }


def _shares(sums: Sums, code: str) -> dict[str, int]:
    rate = sums.rate(code)
    return {"numerator": rate.numerator, "denominator": rate.denominator}

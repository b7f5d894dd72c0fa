"""The numbers of every procedure over HTTP: the page's own sums, each rate with its denominator."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, cast

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import Field

from qiying.cockpit.models import ReportSchedule
from qiying.cockpit.names import names_of
from qiying.cockpit.reading import MAIN
from qiying.cockpit.schedules import schedule_delete, schedule_pause, schedule_save, schedules_of
from qiying.cockpit.scope import board_asked, dimensions, scope_of
from qiying.kernel.api_access.auth import ApiRequest
from qiying.kernel.api_access.errors import ERRORS
from qiying.kernel.api_access.idempotency import Key, once
from qiying.kernel.figures.asking import asked
from qiying.kernel.figures.definitions import measures_of, rates_of
from qiying.kernel.figures.selectors import Ask, figures_many
from qiying.kernel.figures.sums import Sums
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.fetch import fetch_or_404

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


class ScheduleIn(Schema):
    """A report to come by itself; `query` as the page's address has it, recipients by their ids."""

    name: str = Field(min_length=1, max_length=40)
    page: str = Field("numbers", description="numbers、worklist 或 cases")
    query: str = Field("", max_length=1000)
    period: str = Field("last1", description="last1、this1、last3、this3、last12 或 this12，只对数字页")
    rhythm: str = Field(description="weekly、monthly 或 first（每月第一个工作日）")
    day: int = 1
    hour: int = 9
    recipients: list[int]


class ScheduleOut(ScheduleIn):
    """One's own schedule, when it comes next, and how the last run went."""

    id: int
    is_paused: bool
    next_at: datetime
    last_run_at: datetime | None
    last_error: str

    @staticmethod
    def resolve_recipients(row: ReportSchedule) -> list[int]:
        return [p.pk for p in row.recipients.all()]


@router.get("/reports/schedules", response={200: list[ScheduleOut], **ERRORS}, summary="我订的定期报告")
def schedule_list(request: HttpRequest) -> Any:
    """Return the caller's own schedules."""
    return schedules_of(cast(ApiRequest, request).viewer)


@router.post("/reports/schedules", response={201: ScheduleOut, **ERRORS}, summary="订一份定期报告")
def schedule_create(request: HttpRequest, body: ScheduleIn, idempotency_key: Key = None) -> Status[Any]:
    """Order a report; a repeated key orders it once."""
    calling, given = cast(ApiRequest, request), body.dict()

    def made() -> dict[str, Any]:
        found = schedule_save(actor=calling.viewer, data=given, now=calling.now)
        return ScheduleOut.from_orm(found).dict()

    return once(calling, idempotency_key, given, made, status=201)


@router.post(
    "/reports/schedules/{schedule_id}/{act}",
    response={200: list[ScheduleOut], **ERRORS},
    summary="停、恢复或删除定期报告",
)
def schedule_change(request: HttpRequest, schedule_id: int, act: Literal["pause", "resume", "delete"]) -> Any:
    """Pause, resume or delete one's own schedule; return those that are left."""
    calling = cast(ApiRequest, request)
    found = fetch_or_404(schedules_of(calling.viewer), pk=schedule_id)
    if act == "delete":
        schedule_delete(actor=calling.viewer, schedule=found, now=calling.now)
    else:
        schedule_pause(actor=calling.viewer, schedule=found, is_paused=act == "pause", now=calling.now)
    return schedules_of(calling.viewer)

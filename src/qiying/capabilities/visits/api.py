"""Visits over HTTP: the register, planning under the guard, writing down a visit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from qiying.capabilities.visits.forms.visits import Report
from qiying.capabilities.visits.models import Visit
from qiying.capabilities.visits.selectors.visits import Wish, problems_of, visits_visible_to
from qiying.capabilities.visits.services.reporting import visit_report
from qiying.capabilities.visits.services.visits import visit_plan
from qiying.kernel.api_access.auth import ApiRequest
from qiying.kernel.api_access.errors import ERRORS
from qiying.kernel.api_access.idempotency import Key, once
from qiying.kernel.api_access.pagination import PageOut, cursor_page
from qiying.kernel.api_access.shapes import Body, Day
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.permissions.fetch import fetch_or_404

router = Router(tags=["走访"])


class VisitOut(Schema):
    """A visit as the register shows it."""

    id: int
    enterprise_id: int
    kind: str
    state: str
    on: date
    unit_id: int
    unit_ids: list[int]
    campaign_id: int | None
    purpose: str
    excess_reason: str


class VisitProblemOut(Schema):
    """A problem heard, by the number of its case."""

    text: str
    difficulty: str
    case_number: str


class VisitWholeOut(VisitOut):
    """A visit with what was said."""

    arrived_at: datetime | None
    met: str
    talk: str
    policies: list[str]
    problems: list[VisitProblemOut]


class VisitsOut(PageOut):
    """A page of visits."""

    items: list[VisitOut]


class VisitIn(Body):
    """A wish to visit; another unit's planned visit is joined, what exceeds the cap needs a reason."""

    enterprise_id: int
    on: Day
    unit_id: int
    person_id: int | None = None
    campaign_id: int | None = None
    purpose: str = Field("", max_length=120)
    reason: str = Field("", max_length=200)


class PlannedOut(VisitOut):
    """What became of the wish: `new`, or `join` where another unit goes too."""

    outcome: str


def _out(visit: Visit) -> dict[str, Any]:
    names = [f for f in VisitOut.model_fields if f != "unit_ids"]
    return {n: getattr(visit, n) for n in names} | {"unit_ids": [p.unit_id for p in visit.parts.all()]}


def _whole(visit: Visit) -> dict[str, Any]:
    problems = [
        {"text": p.text, "difficulty": p.difficulty, "case_number": p.case.number} for p in problems_of(visit)
    ]
    more = {n: getattr(visit, n) for n in ("arrived_at", "met", "talk", "policies")}
    return {**_out(visit), **more, "problems": problems}


@router.get("/visits", response={200: VisitsOut, **ERRORS}, summary="走访")
def visits_list(
    request: HttpRequest, enterprise_id: int | None = None, state: str = "", cursor: str = "", limit: int = 25
) -> dict[str, Any]:
    """Return visits the caller may see, the latest day first."""
    rows = visits_visible_to(cast(ApiRequest, request).viewer).prefetch_related("parts")
    rows = rows.filter(enterprise_id=enterprise_id) if enterprise_id else rows
    rows = rows.filter(state=state) if state else rows
    found = cursor_page(rows, order=("-on", "-id"), cursor=cursor, limit=limit)
    return {"items": [_out(v) for v in found.rows], "next_cursor": found.next_cursor}


@router.get("/visits/{visit_id}", response={200: VisitWholeOut, **ERRORS}, summary="一次走访")
def visit_get(request: HttpRequest, visit_id: int) -> dict[str, Any]:
    """Return a visit with what was said."""
    return _whole(fetch_or_404(visits_visible_to(cast(ApiRequest, request).viewer), pk=visit_id))


@router.post("/visits", response={201: PlannedOut, **ERRORS}, summary="安排走访")
def visit_create(request: HttpRequest, body: VisitIn, idempotency_key: Key = None) -> Status[Any]:
    """Plan a visit as the page does."""
    calling = cast(ApiRequest, request)
    rows = Enterprise.objects.filter(district_id=calling.viewer.district_id or 0)
    firm = fetch_or_404(rows, pk=body.enterprise_id)

    def produce() -> dict[str, Any]:
        wish = Wish(firm, body.unit_id, body.on, body.person_id, body.campaign_id, body.purpose, body.reason)
        line = visit_plan(actor=calling.viewer, wish=wish, now=calling.now)
        assert line.visit is not None
        return {**_out(line.visit), "outcome": line.verdict.code}

    return once(calling, idempotency_key, body.model_dump(mode="json"), produce, status=201)


class ReportIn(Report):
    """A visit that was made; the same key never writes it twice."""

    key: str = Field(min_length=8, max_length=40)


@router.post("/visits/{visit_id}/report", response={200: VisitWholeOut, **ERRORS}, summary="记走访")
def visit_report_create(request: HttpRequest, visit_id: int, body: ReportIn) -> dict[str, Any]:
    """Write a visit down as the phone does; problems become cases of the pool."""
    calling = cast(ApiRequest, request)
    found = fetch_or_404(visits_visible_to(calling.viewer), pk=visit_id)
    data = body.model_dump(exclude={"key"})
    return _whole(visit_report(actor=calling.viewer, visit=found, key=body.key, data=data, now=calling.now))

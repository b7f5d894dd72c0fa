"""Cases over HTTP: the same selectors and the same engine as the pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import Field

from qiying.kernel.api_access.auth import ApiRequest
from qiying.kernel.api_access.errors import ERRORS
from qiying.kernel.api_access.idempotency import Key, once
from qiying.kernel.api_access.pagination import PageOut, cursor_page
from qiying.kernel.api_access.shapes import Body, Day
from qiying.kernel.audit.personal import refs_in
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.engine import available_actions, case_do
from qiying.kernel.cases.faces.children import child_faces
from qiying.kernel.cases.models import Case, CaseEvent
from qiying.kernel.cases.opening import case_start, openings_for
from qiying.kernel.cases.reading import Reading, case_reading
from qiying.kernel.cases.reading_lists import by_enterprise, cases_cover
from qiying.kernel.cases.selectors import cases_visible_to, own_parts
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.fetch import fetch_kept_or_404
from qiying.kernel.permissions.viewer import Viewer
from qiying.statutes.workdays import CalendarRangeError, add_workdays, default_calendar

router = Router(tags=["办件"])


class CaseOut(Schema):
    """A case as lists show it; who asked is left out where it is hidden from the caller."""

    number: str
    procedure: str
    state: str
    state_label: str
    turn: str
    kind: str
    title: str
    level: str
    category: str
    channel: str | None
    enterprise_id: int | None
    enterprise: str | None
    lead_unit_id: int | None
    lead_unit: str | None
    outcome: str
    received_on: date
    accepted_on: date | None
    answered_on: date | None
    closed_on: date | None
    promised_by: date | None
    due_by: date | None
    clock_state: str
    is_open: bool
    seq: int


class ActionOut(Schema):
    """Something the caller may do, or why not now; `input` is a JSON Schema."""

    code: str
    label: str
    is_enabled: bool
    reasons: list[str]
    input: dict[str, Any]


class ClockOut(Schema):
    kind: str
    started_on: date
    limit: int
    limit_unit: str
    rule: str
    promised_by: date
    due_by: date
    due_at: datetime | None = Field(description="按工作时间算的期限到哪一刻；按天算的没有")
    state: str
    result: str
    is_provisional: bool
    explanation: str


class AnswerOut(Schema):
    no: int
    kind: str
    text: str
    result: str
    given_by_name: str
    given_at: datetime
    is_current: bool


class VerdictOut(Schema):
    answer_no: int
    value: str
    satisfaction: int | None
    how: str
    given_at: datetime


class ChildOut(Schema):
    """A child case as its parent's parties read it: who has it, until when, how it ended."""

    number: str
    title: str
    unit: str
    state: str
    outcome: str
    promised_by: date | None
    due_by: date | None
    is_open: bool


class CaseDetailOut(CaseOut):
    sentence: str = Field(description="这个状态是什么意思，按调用的人是哪一方来说")
    clocks: list[ClockOut]
    answers: list[AnswerOut]
    verdicts: list[VerdictOut]
    children: list[ChildOut] = Field(default_factory=list, description="同时交各部门办的子件")
    available_actions: list[ActionOut]


class CasePageOut(PageOut):
    items: list[CaseOut]


class EventOut(Schema):
    seq: int
    action: str
    label: str
    actor_name: str
    at: datetime
    from_state: str
    to_state: str
    input: dict[str, Any]
    hash: str
    prev_hash: str
    algorithm: str


class EventPageOut(PageOut):
    items: list[EventOut]


class ActIn(Body):
    """Input of an action; `available_actions` gives its schema."""

    data: dict[str, Any] = Field(default_factory=dict)
    seen_seq: int | None = Field(None, description="看到的最后一步；之后有变化就拒绝（409）")


class CaseIn(Body):
    """What is opened; the procedure's description gives the input, `GET /openings` lists what the caller may."""

    procedure: str = Field(max_length=40)
    data: dict[str, Any] = Field(default_factory=dict)


class OpeningOut(Schema):
    """A procedure the caller may open; `input` is a JSON Schema."""

    procedure: str
    label: str
    purpose: str
    input: dict[str, Any]


class CaseFilter(Schema):
    """Filters; all given ones hold together."""

    procedure: str | None = None
    state: str | None = None
    is_open: bool | None = None
    enterprise_id: int | None = None
    lead_unit_id: int | None = None
    channel: str | None = None
    kind: str | None = None
    received_from: Day | None = None
    received_to: Day | None = None
    cursor: str | None = None
    limit: int = Field(25, ge=1, le=100)


class DeadlineQuery(Schema):
    """A day of receipt and how many workdays after it."""

    start: Day = Field(alias="from", description="收到的日期")
    workdays: int = Field(ge=0, le=1000)


class DeadlineOut(Schema):
    on: date
    status: str
    explanation: str
    calendar_version: str


NAMES = {"received_from": "received_on__gte", "received_to": "received_on__lte", "channel": "channel__code"}
APART = {"cursor", "limit", "enterprise_id"}
V1_TURNS = {"lead": "unit", "asker": "enterprise"}
"""Parties whose turn had another word when v1 was published; clients compare with it."""


@router.get("/cases", response={200: CasePageOut, **ERRORS}, summary="看得到的办件，分页")
def case_list(request: HttpRequest, query: Query[CaseFilter]) -> dict[str, Any]:
    """Return cases the caller takes part in, newest first."""
    calling = cast(ApiRequest, request)
    rows = cases_visible_to(calling.viewer).select_related("channel", "enterprise", "lead_unit")
    given = query.model_dump(exclude_none=True, exclude=APART)
    rows = rows.filter(**{NAMES.get(k, k): v for k, v in given.items()})
    if query.enterprise_id is not None:
        rows = rows.filter(by_enterprise(calling.viewer, query.enterprise_id))
    page = cursor_page(rows, order=("-received_at", "-id"), cursor=query.cursor, limit=query.limit)
    cases_cover(calling.viewer, page.rows, own_parts(calling.viewer, [c.pk for c in page.rows]))
    return {"items": [_case(c) for c in page.rows], "next_cursor": page.next_cursor}


def _case(case: Case) -> dict[str, Any]:
    """Return a case that was covered for its reader."""
    state = PROCEDURES.get(case.procedure, case.version).state(case.state)
    fields = {
        f: getattr(case, f)
        for f in CaseOut.model_fields
        if f not in {"state_label", "channel", "enterprise", "lead_unit"}
    }
    return {
        **fields,
        "turn": V1_TURNS.get(case.turn, case.turn),
        "state_label": state.label,
        "channel": case.channel.code if case.channel else None,
        "enterprise": case.enterprise.name if case.enterprise else None,
        "lead_unit": case.lead_unit.name if case.lead_unit else None,
    }


def _fetch(calling: ApiRequest, number: str) -> Case:
    return fetch_kept_or_404(_with_names, calling.viewer, number=number.upper())


def _with_names(viewer: Viewer) -> QuerySet[Case]:
    return cases_visible_to(viewer).select_related("channel", "enterprise", "lead_unit")


@router.get("/openings", response={200: list[OpeningOut], **ERRORS}, summary="能开哪些办件")
def opening_list(request: HttpRequest) -> list[dict[str, Any]]:
    """Return what the caller may open and with which input."""
    return [
        {
            "procedure": m.code,
            "label": m.label,
            "purpose": m.purpose,
            "input": m.opening.input.model_json_schema(),
        }
        for m in openings_for(cast(ApiRequest, request).viewer)
    ]


@router.get("/cases/{number}", response={200: CaseDetailOut, **ERRORS}, summary="一件的详情和能做的事")
def case_detail(request: HttpRequest, number: str) -> dict[str, Any]:
    """Return a case with its clocks, answers, verdicts and what the caller may do."""
    calling = cast(ApiRequest, request)
    return _detail(case_reading(_fetch(calling, number), calling.viewer, calling.now))


def _detail(reading: Reading) -> dict[str, Any]:
    context = reading.context
    actions = [
        {
            "code": a.action.code,
            "label": a.action.label,
            "is_enabled": a.is_enabled,
            "reasons": list(a.reasons),
            "input": a.action.input.model_json_schema(),
        }
        for a in available_actions(context)
    ]
    return {
        **_case(context.case),
        "sentence": context.sentence,
        "clocks": context.clocks,
        "answers": context.answers,
        "verdicts": context.verdicts,
        "children": child_faces(reading),
        "available_actions": actions,
    }


@router.get("/cases/{number}/events", response={200: EventPageOut, **ERRORS}, summary="一件的经过")
def case_events(
    request: HttpRequest, number: str, cursor: str | None = None, limit: int = 25
) -> dict[str, Any]:
    """Return a case's events in order, as far as the caller may read them."""
    calling = cast(ApiRequest, request)
    reading = case_reading(_fetch(calling, number), calling.viewer, calling.now)
    events = CaseEvent.objects.filter(case=reading.source.case)
    page = cursor_page(events, order=("seq",), cursor=cursor, limit=limit)
    read = [h for h in map(reading.happening, page.rows) if h is not None]
    personal = reading.personal([r for h in read for r in refs_in(h.given)])
    plain = ("seq", "action", "actor_name", "at", "from_state", "to_state", "hash", "prev_hash", "algorithm")
    items = [
        {
            **{f: getattr(h.event, f) for f in plain},
            "label": h.action.label if h.action else h.event.action,
            "input": reading.filled(h, personal),
        }
        for h in read
    ]
    return {"items": items, "next_cursor": page.next_cursor}


@router.post("/cases", response={201: CaseDetailOut, **ERRORS}, summary="开一件")
def case_create(request: HttpRequest, body: CaseIn, idempotency_key: Key = None) -> Status[Any]:
    """Open a case of any procedure the caller may open; a repeated key gives the first answer again."""
    calling = cast(ApiRequest, request)
    unlinked = body.data.get("is_anonymous") is True

    def produce() -> dict[str, Any]:
        case = case_start(procedure=body.procedure, actor=calling.viewer, data=body.data, now=calling.now)
        return _told(calling, case)

    given = body.model_dump(mode="json")
    return once(calling, idempotency_key, given, produce, status=201, unlinked=unlinked)


@router.post("/cases/{number}/actions/{action}", response={200: CaseDetailOut, **ERRORS}, summary="办一步")
def case_action(
    request: HttpRequest, number: str, action: str, body: ActIn, idempotency_key: Key = None
) -> Status[Any]:
    """Do an action on a case, by the same engine as the pages; a repeated key gives the first answer again."""
    calling = cast(ApiRequest, request)
    case = _fetch(calling, number)
    given = body.model_dump(mode="json")
    return once(calling, idempotency_key, given, lambda: _done(calling, case, action, body))


def _done(calling: ApiRequest, case: Case, action: str, body: ActIn) -> dict[str, Any]:
    case_do(
        case=case,
        action=action,
        actor=calling.viewer,
        data=body.data,
        now=calling.now,
        seen_seq=body.seen_seq,
    )
    return _told(calling, case)


def _told(calling: ApiRequest, case: Case) -> dict[str, Any]:
    """Return a case after a write, as far as the caller may still read it."""
    after = Case.objects.select_related("channel", "enterprise", "lead_unit").get(pk=case.pk)
    reading = case_reading(after, calling.viewer, calling.now)
    if reading.source.standings:
        return CaseDetailOut.model_validate(_detail(reading)).model_dump(mode="json")
    cases_cover(calling.viewer, [after])  # the act itself ended the caller's part
    empty: dict[str, Any] = {
        "sentence": "",
        "clocks": [],
        "answers": [],
        "verdicts": [],
        "available_actions": [],
    }
    return CaseDetailOut.model_validate({**_case(after), **empty}).model_dump(mode="json")


@router.get(
    "/workdays/deadline", response={200: DeadlineOut, **ERRORS}, summary="算工作日期限", tags=["工作日"]
)
def deadline(request: HttpRequest, query: Query[DeadlineQuery]) -> dict[str, Any]:
    """Return the n-th workday after a day on the caller's district calendar, with the reason in words."""
    calling = cast(ApiRequest, request)
    district_id = calling.viewer.district_id
    calendar = calendar_for(district_id) if district_id else default_calendar()
    try:
        found = add_workdays(query.start, query.workdays, calendar)
    except CalendarRangeError as error:
        raise GuardFailed([str(error)], {"from": [str(error)]}) from None
    return {
        "on": found.on,
        "status": found.status,
        "explanation": found.explanation,
        "calendar_version": found.calendar_version,
    }

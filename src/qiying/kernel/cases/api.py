"""Cases over HTTP: the same selectors and the same engine as the pages."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any, cast

from django.db.models import Count
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from qiying.kernel.api_access.auth import ApiRequest
from qiying.kernel.api_access.errors import ERRORS
from qiying.kernel.api_access.pagination import PageOut, cursor_page
from qiying.kernel.audit.personal import filled, personal_get, refs_in
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.engine import available_actions, case_do
from qiying.kernel.cases.models import Case, CaseEvent, CaseIntake
from qiying.kernel.cases.selectors import asker_hidden, case_context, cases_visible_to
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404
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


class CaseDetailOut(CaseOut):
    clocks: list[ClockOut]
    answers: list[AnswerOut]
    verdicts: list[VerdictOut]
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


class ActIn(Schema):
    """Input of an action; `available_actions` gives its schema."""

    data: dict[str, Any] = Field(default_factory=dict)
    seen_seq: int | None = Field(None, description="看到的最后一步；之后有变化就拒绝（409）")


class CaseFilter(Schema):
    """Filters; all given ones hold together."""

    procedure: str | None = None
    state: str | None = None
    is_open: bool | None = None
    enterprise_id: int | None = None
    lead_unit_id: int | None = None
    channel: str | None = None
    kind: str | None = None
    received_from: date | None = None
    received_to: date | None = None
    cursor: str | None = None
    limit: int = Field(25, ge=1, le=100)


class DeadlineQuery(Schema):
    """A day of receipt and how many workdays after it."""

    start: date = Field(alias="from", description="收到的日期")
    workdays: int = Field(ge=0, le=1000)


class DeadlineOut(Schema):
    on: date
    status: str
    explanation: str
    calendar_version: str


NAMES = {"received_from": "received_on__gte", "received_to": "received_on__lte", "channel": "channel__code"}
PAGING = {"cursor", "limit"}
V1_TURNS = {"lead": "unit", "asker": "enterprise"}
"""Parties whose turn had another word when v1 was published; clients compare with it."""
INTERNAL_ACTIONS = frozenset({"note", "co_answer"})


@router.get("/cases", response={200: CasePageOut, **ERRORS}, summary="看得到的办件，分页")
def case_list(request: HttpRequest, query: Query[CaseFilter]) -> dict[str, Any]:
    """Return cases the caller takes part in, newest first."""
    calling = cast(ApiRequest, request)
    rows = cases_visible_to(calling.viewer).select_related("channel", "enterprise", "lead_unit")
    given = query.model_dump(exclude_none=True, exclude=PAGING)
    rows = rows.filter(**{NAMES.get(k, k): v for k, v in given.items()})
    page = cursor_page(rows, order=("-received_at", "-id"), cursor=query.cursor, limit=query.limit)
    hidden, shared = _hidden_numbers(calling, page.rows), _shared(calling, page.rows)
    items = [_case(c, c.pk in hidden, c.pk in shared) for c in page.rows]
    return {"items": items, "next_cursor": page.next_cursor}


def _shared(calling: ApiRequest, cases: list[Case]) -> set[int]:
    """Return cases of several askers, whose title is somebody else's sentence; officials see it all the same."""
    if calling.viewer.memberships or not cases:
        return set()
    links = CaseIntake.objects.filter(case__in=[c.pk for c in cases], until__isnull=True)
    counts = links.values("case_id").annotate(n=Count("id")).filter(n__gt=1)
    return {row["case_id"] for row in counts}


def _hidden_numbers(calling: ApiRequest, cases: list[Case]) -> set[int]:
    masked = [c for c in cases if c.hide_asker]
    return {c.pk for c in masked if asker_hidden(case_context(c, calling.viewer, calling.now))}


def _case(case: Case, hide: bool, is_shared: bool = False) -> dict[str, Any]:
    state = PROCEDURES.get(case.procedure, case.version).state(case.state)
    fields = {
        f: getattr(case, f)
        for f in CaseOut.model_fields
        if f not in {"state_label", "channel", "enterprise", "enterprise_id", "lead_unit"}
    }
    return {
        **fields,
        "turn": V1_TURNS.get(case.turn, case.turn),
        "title": "您说的事" if is_shared else case.title,
        "state_label": state.label,
        "channel": case.channel.code if case.channel else None,
        "enterprise_id": None if hide else case.enterprise_id,
        "enterprise": None if hide or case.enterprise is None else case.enterprise.name,
        "lead_unit": case.lead_unit.name if case.lead_unit else None,
    }


def _fetch(calling: ApiRequest, number: str) -> Case:
    rows = cases_visible_to(calling.viewer).select_related("channel", "enterprise", "lead_unit")
    found: Case = fetch_or_404(rows, number=number.upper())
    return found


@router.get("/cases/{number}", response={200: CaseDetailOut, **ERRORS}, summary="一件的详情和能做的事")
def case_detail(request: HttpRequest, number: str) -> dict[str, Any]:
    """Return a case with its clocks, answers, verdicts and what the caller may do."""
    calling = cast(ApiRequest, request)
    return _detail(calling, _fetch(calling, number))


def _detail(calling: ApiRequest, case: Case) -> dict[str, Any]:
    context = case_context(case, calling.viewer, calling.now)
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
        **_case(case, asker_hidden(context), bool(_shared(calling, [case]))),
        "clocks": context.clocks,
        "answers": [
            a for a in context.answers if a.kind != "explanation" or "asker" not in context.standings
        ],
        "verdicts": context.verdicts,
        "available_actions": actions,
    }


@router.get("/cases/{number}/events", response={200: EventPageOut, **ERRORS}, summary="一件的经过")
def case_events(
    request: HttpRequest, number: str, cursor: str | None = None, limit: int = 25
) -> dict[str, Any]:
    """Return a case's events in order, personal values filled in where the caller may see them."""
    calling = cast(ApiRequest, request)
    case = _fetch(calling, number)
    context = case_context(case, calling.viewer, calling.now)
    events = CaseEvent.objects.filter(case=case)
    if context.standings <= {"asker"}:
        events = events.exclude(action__in=INTERNAL_ACTIONS)
    page = cursor_page(events, order=("seq",), cursor=cursor, limit=limit)
    inputs = [json.loads(e.data)["input"] for e in page.rows]
    hide = asker_hidden(context)
    refs = [] if hide else [r for found in inputs for r in refs_in(found)]
    values = personal_get(refs) if refs else {}
    procedure = context.procedure
    items = [
        {
            **{f: getattr(e, f) for f in ("seq", "action", "at", "from_state", "to_state")},
            **{f: getattr(e, f) for f in ("hash", "prev_hash", "algorithm")},
            "label": procedure.action(e.action).label if procedure.has_action(e.action) else e.action,
            "actor_name": "企业" if hide and e.actor_role == "asker" else e.actor_name,
            "input": filled(data, values, erased="（不显示）" if hide else "（已依法删除）"),
        }
        for e, data in zip(page.rows, inputs, strict=True)
    ]
    return {"items": items, "next_cursor": page.next_cursor}


@router.post("/cases/{number}/actions/{action}", response={200: CaseDetailOut, **ERRORS}, summary="办一步")
def case_action(request: HttpRequest, number: str, action: str, body: ActIn) -> dict[str, Any]:
    """Do an action on a case, by the same engine as the pages."""
    calling = cast(ApiRequest, request)
    case = _fetch(calling, number)
    case_do(
        case=case,
        action=action,
        actor=calling.viewer,
        data=body.data,
        now=calling.now,
        seen_seq=body.seen_seq,
    )
    fresh = (
        cases_visible_to(calling.viewer)
        .filter(pk=case.pk)
        .select_related("channel", "enterprise", "lead_unit")
    )
    after = fresh.first()
    if after is None:  # the act itself ended the caller's part
        after = Case.objects.select_related("channel", "enterprise", "lead_unit").get(pk=case.pk)
        return {**_case(after, True), "clocks": [], "answers": [], "verdicts": [], "available_actions": []}
    return _detail(calling, after)


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

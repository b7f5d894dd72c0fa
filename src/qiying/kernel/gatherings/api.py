"""Gatherings over HTTP: what an office sees, a recorder's edits, checking in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from qiying.kernel.api_access.auth import ApiRequest
from qiying.kernel.api_access.errors import ERRORS
from qiying.kernel.api_access.idempotency import Key, once
from qiying.kernel.api_access.pagination import PageOut, cursor_page
from qiying.kernel.api_access.shapes import Body
from qiying.kernel.gatherings.models import Gathering
from qiying.kernel.gatherings.selectors import (
    gathering_for,
    gathering_to,
    gatherings_visible_to,
    items_of,
    may_organise,
    may_record,
)
from qiying.kernel.gatherings.services.editing import Change, edits_apply
from qiying.kernel.gatherings.services.people import check_in
from qiying.kernel.permissions.fetch import fetch_or_404

router = Router(tags=["会议活动"])


class GatheringOut(Schema):
    """A gathering as lists show it."""

    id: int
    kind: str
    number: int | None
    title: str
    unit_id: int
    place: str
    starts_at: datetime
    ends_at: datetime
    phase: str


class GatheringItemOut(Schema):
    """What was raised and how it was answered."""

    key: str
    no: int
    text: str
    asker: str
    unit_id: int | None
    answer: str
    answer_text: str
    promised_by: date | None
    promised_name: str
    case_number: str | None
    is_done: bool


class GatheringDetailOut(GatheringOut):
    """One gathering with its minutes and what was raised."""

    minutes: str
    items: list[GatheringItemOut] = Field(alias="standing")


class GatheringPageOut(PageOut):
    items: list[GatheringOut]


class EditIn(Body):
    """One change of one field; `base` is the version it was written over, 0 for a new one."""

    key: str = Field(min_length=1, max_length=40)
    item: str = Field("", max_length=40, description="事项的键；空为会议本身")
    field: str = Field(max_length=16)
    base: int = Field(0, ge=0)
    value: str = Field(max_length=5000)


class EditsIn(Body):
    edits: list[EditIn] = Field(max_length=200)


class EditOut(Schema):
    key: str
    state: str
    version: int
    reason: str = ""
    theirs: str | None = None


class CheckInOut(Schema):
    """Whether this call noted it; false when it was noted before."""

    is_new: bool


@router.get("/gatherings", response={200: GatheringPageOut, **ERRORS}, summary="会议活动")
def gatherings_list(
    request: HttpRequest, kind: str = "", cursor: str | None = None, limit: int = 25
) -> dict[str, Any]:
    """Return the gatherings the caller may see, newest first."""
    rows = gatherings_visible_to(cast(ApiRequest, request).viewer)
    rows = rows.filter(kind=kind) if kind else rows
    found = cursor_page(rows, order=("-starts_at", "-pk"), cursor=cursor, limit=limit)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.get(
    "/gatherings/{gathering_id}", response={200: GatheringDetailOut, **ERRORS}, summary="一次会议活动"
)
def gathering_detail(request: HttpRequest, gathering_id: int) -> Gathering:
    """Return one gathering with what was raised."""
    one = gathering_for(cast(ApiRequest, request).viewer, gathering_id)
    one.standing = list(items_of(one))  # type: ignore[attr-defined]
    return one


@router.post("/gatherings/{gathering_id}/edits", response={200: list[EditOut], **ERRORS}, summary="记录")
def gathering_edits(request: HttpRequest, gathering_id: int, body: EditsIn) -> list[dict[str, Any]]:
    """Apply edits; a repeated key gets its first answer, so the whole call may be sent again."""
    calling = cast(ApiRequest, request)
    one = gathering_to(may_record, calling.viewer, gathering_id)
    changes = [Change(**edit.model_dump()) for edit in body.edits]
    return edits_apply(gathering=one, actor=calling.viewer, changes=changes, now=calling.now)


@router.post(
    "/gatherings/{gathering_id}/attendees/{attendee_id}/check-in",
    response={200: CheckInOut, **ERRORS},
    summary="签到",
)
def gathering_check_in(
    request: HttpRequest, gathering_id: int, attendee_id: int, idempotency_key: Key = None
) -> Status[Any]:
    """Check somebody in for the organiser, as a turnstile does."""
    calling = cast(ApiRequest, request)
    one = gathering_to(may_organise, calling.viewer, gathering_id)
    who = fetch_or_404(
        one.attendees.select_related("gathering", "unit", "enterprise", "person"), pk=attendee_id
    )
    return once(
        calling, idempotency_key, {"attendee": attendee_id},
        lambda: {"is_new": check_in(attendee=who, actor=calling.viewer, how="by_hand", now=calling.now)},
    )  # fmt: skip

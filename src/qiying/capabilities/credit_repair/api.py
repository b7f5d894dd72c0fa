"""Credit records over HTTP: own or visible ones with the day they can be repaired; applying for one."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, cast

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from qiying.capabilities.credit_repair.selectors import Shown, records_visible_to, shown
from qiying.capabilities.credit_repair.services.applying import application_submit
from qiying.kernel.api_access.auth import ApiRequest
from qiying.kernel.api_access.errors import ERRORS
from qiying.kernel.api_access.idempotency import Key, once
from qiying.kernel.api_access.pagination import PageOut, cursor_page
from qiying.kernel.api_access.shapes import Body
from qiying.kernel.permissions.fetch import fetch_or_404

router = Router(tags=["信用修复"])


class PlaceOut(Schema):
    """A place of publication, with the receipt once it was taken down."""

    place: str
    published_on: date
    stopped_on: date | None
    receipt: str


class RecordOut(Schema):
    """A record and what it is today."""

    id: int
    enterprise_id: int
    number: str
    title: str
    kind: str
    grade: str
    recognised_by: str
    published_on: date
    standing: str
    repairable_on: date | None
    ends_on: date | None
    why: str
    case_number: str
    places: list[PlaceOut]


class RecordsOut(PageOut):
    """A page of records."""

    items: list[RecordOut]


class ApplicationIn(Body):
    """An application for a repair, or an objection to a record."""

    matter: Literal["repair", "objection"] = "repair"
    way: Literal["proof", "promise"] = "proof"
    duty_done: bool = False
    commitment: bool = False
    text: str = Field("", max_length=1000)
    documents: list[int] = Field(default_factory=list, max_length=20)


class OpenedOut(Schema):
    """The case that was opened."""

    case_number: str


def _out(one: Shown) -> dict[str, Any]:
    row = one.record
    plain = ("id", "enterprise_id", "number", "title", "kind", "grade", "published_on", "ends_on")
    return {
        **{name: getattr(row, name) for name in plain},
        "recognised_by": row.who,
        "standing": one.standing.code,
        "repairable_on": one.standing.on,
        "why": one.standing.why,
        "case_number": row.case.number if row.case else "",
        "places": list(one.places),
    }


@router.get("/credit/records", response={200: RecordsOut, **ERRORS}, summary="失信记录")
def records_list(request: HttpRequest, cursor: str = "", limit: int = 25) -> dict[str, Any]:
    """Return records the caller may see, the latest published first."""
    calling = cast(ApiRequest, request)
    rows = records_visible_to(calling.viewer)
    found = cursor_page(rows, order=("-published_on", "-id"), cursor=cursor, limit=limit)
    by_id = {s.record.pk: s for s in shown(found.rows, calling.today)}
    return {"items": [_out(by_id[r.pk]) for r in found.rows], "next_cursor": found.next_cursor}


@router.get("/credit/records/{record_id}", response={200: RecordOut, **ERRORS}, summary="一条失信记录")
def record_get(request: HttpRequest, record_id: int) -> dict[str, Any]:
    """Return a record: repairable now, on which day, never, and why."""
    calling = cast(ApiRequest, request)
    row = fetch_or_404(records_visible_to(calling.viewer), pk=record_id)
    return _out(shown([row], calling.today)[0])


@router.post(
    "/credit/records/{record_id}/applications", response={201: OpenedOut, **ERRORS}, summary="申请信用修复"
)
def record_apply(
    request: HttpRequest, record_id: int, body: ApplicationIn, idempotency_key: Key = None
) -> Status[Any]:
    """Apply as the page does."""
    calling = cast(ApiRequest, request)
    row = fetch_or_404(records_visible_to(calling.viewer), pk=record_id)

    def produce() -> dict[str, Any]:
        case = application_submit(record=row, actor=calling.viewer, data=body.model_dump(), now=calling.now)
        return {"case_number": case.number}

    given = {"record": record_id, **body.model_dump(mode="json")}
    return once(calling, idempotency_key, given, produce, status=201)

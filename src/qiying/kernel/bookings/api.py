"""Bookings over HTTP: the same services as the pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal, cast

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from qiying.kernel.api_access.auth import ApiRequest
from qiying.kernel.api_access.errors import ERRORS
from qiying.kernel.api_access.idempotency import Key, once
from qiying.kernel.api_access.pagination import PageOut, cursor_page
from qiying.kernel.api_access.shapes import Body, Day, Instant
from qiying.kernel.bookings.models import Bookable, Booking
from qiying.kernel.bookings.selectors import bookables_for, bookings_visible_to, offers_of
from qiying.kernel.bookings.services.booking import booking_cancel, booking_make, booking_mark, booking_move
from qiying.kernel.organisations.phones import mask_phone
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404

router = Router(tags=["预约"])


class BookableOut(Schema):
    """Something with times that can be booked."""

    id: int
    name: str
    kind: str
    place: str
    unit: str
    subject: str
    slot_minutes: int
    capacity: int


class SlotOut(Schema):
    """A time; `why_not` says in words why it cannot be taken though places are left."""

    starts_at: datetime
    ends_at: datetime
    day: date
    left: int
    why_not: str


class BookingOut(Schema):
    """One party's place; the phone is masked for everybody but who comes."""

    code: str
    state: str
    bookable_id: int
    bookable: str
    place: str
    starts_at: datetime
    ends_at: datetime
    enterprise_id: int | None
    enterprise: str | None
    contact_name: str
    contact_phone: str
    matter: str
    reason: str
    moved_to: str | None


class BookingPageOut(PageOut):
    items: list[BookingOut]


class BookingIn(Body):
    """A time to take; `may_wait` takes a place in the queue when it is full."""

    bookable_id: int
    starts_at: Instant
    matter: str = Field(max_length=300)
    contact_name: str = Field(max_length=40)
    contact_phone: str = Field(max_length=20)
    enterprise_id: int | None = None
    may_wait: bool = False


class BookingActIn(Body):
    """`cancel` takes a reason, `move` a time; `attended` and `missed` nothing."""

    reason: str = Field("", max_length=200)
    starts_at: Instant | None = None


@router.get("/bookables", response={200: list[BookableOut], **ERRORS}, summary="可以约什么")
def bookable_list(request: HttpRequest, subject: str = "") -> list[BookableOut]:
    """Return what the caller may book, at most 200; `subject` narrows to what one thing offers (`point:12`)."""
    calling = cast(ApiRequest, request)
    rows = bookables_for(calling.viewer, calling.today).order_by("name", "id")
    return [_bookable(b) for b in (rows.filter(subject=subject) if subject else rows)[:200]]


def _bookable(row: Bookable) -> BookableOut:
    return BookableOut(
        id=row.pk,
        name=row.name,
        kind=row.kind,
        place=row.place,
        unit=row.unit.label,
        subject=row.subject,
        slot_minutes=row.slot_minutes,
        capacity=row.capacity,
    )


@router.get(
    "/bookables/{bookable_id}/slots", response={200: list[SlotOut], **ERRORS}, summary="哪些时间可以约"
)
def bookable_slots(request: HttpRequest, bookable_id: int) -> list[SlotOut]:
    """Return the times from now on as far ahead as can be booked, full ones included."""
    calling = cast(ApiRequest, request)
    found = fetch_or_404(bookables_for(calling.viewer, calling.today), pk=bookable_id)
    return [
        SlotOut(
            starts_at=o.time.starts_at,
            ends_at=o.time.ends_at,
            day=o.time.day,
            left=max(o.left, 0),
            why_not=o.why_not,
        )
        for o in offers_of(found, calling.now)
    ]


@router.get("/bookings", response={200: BookingPageOut, **ERRORS}, summary="看得到的预约，分页")
def booking_list(
    request: HttpRequest, state: str = "", day: Day | None = None, cursor: str | None = None, limit: int = 25
) -> dict[str, Any]:
    """Return bookings the caller made or receives, newest first."""
    calling = cast(ApiRequest, request)
    rows = bookings_visible_to(calling.viewer)
    if state:
        rows = rows.filter(state=state)
    if day is not None:
        rows = rows.filter(slot__day=day)
    page = cursor_page(rows, order=("-pk",), cursor=cursor, limit=limit)
    return {"items": [_booking(calling, b) for b in page.rows], "next_cursor": page.next_cursor}


def _booking(calling: ApiRequest, row: Booking) -> dict[str, Any]:
    own = row.person_id == calling.viewer.person_id or row.enterprise_id in calling.viewer.enterprise_ids
    return BookingOut(
        code=row.code,
        state=row.state,
        bookable_id=row.bookable_id,
        bookable=row.bookable.name,
        place=row.bookable.place,
        starts_at=row.slot.starts_at,
        ends_at=row.slot.ends_at,
        enterprise_id=row.enterprise_id,
        enterprise=row.enterprise.name if row.enterprise else None,
        contact_name=row.contact_name,
        contact_phone=row.contact_phone if own else mask_phone(row.contact_phone),
        matter=row.matter,
        reason=row.reason,
        moved_to=row.moved_to.code if row.moved_to else None,
    ).model_dump()


@router.post("/bookings", response={201: BookingOut, **ERRORS}, summary="约一个时间")
def booking_create(request: HttpRequest, body: BookingIn, idempotency_key: Key = None) -> Status[Any]:
    """Take a place in a time."""
    calling = cast(ApiRequest, request)
    found = fetch_or_404(bookables_for(calling.viewer, calling.today), pk=body.bookable_id)

    def produce() -> dict[str, Any]:
        given = body.model_dump(exclude={"bookable_id"})
        return _booking(calling, booking_make(bookable=found, actor=calling.viewer, now=calling.now, **given))

    return once(calling, idempotency_key, body.model_dump(mode="json"), produce, status=201)


@router.post("/bookings/{code}/{act}", response={200: BookingOut, **ERRORS}, summary="改、取消，或登记来没来")
def booking_act(
    request: HttpRequest,
    code: str,
    act: Literal["cancel", "move", "attended", "missed"],
    body: BookingActIn,
    idempotency_key: Key = None,
) -> Status[Any]:
    """Do something to a booking; `move` answers with the new one."""
    calling = cast(ApiRequest, request)
    found = fetch_or_404(bookings_visible_to(calling.viewer), code=code)
    given: dict[str, Any] = {"booking": found, "actor": calling.viewer, "now": calling.now}

    def produce() -> dict[str, Any]:
        if act == "cancel":
            return _booking(calling, booking_cancel(reason=body.reason, **given))
        if act != "move":
            return _booking(calling, booking_mark(has_come=act == "attended", **given))
        if body.starts_at is None:
            raise GuardFailed(["请写改到什么时间"], {"starts_at": ["请写改到什么时间"]})
        return _booking(calling, booking_move(starts_at=body.starts_at, **given))

    return once(calling, idempotency_key, body.model_dump(mode="json"), produce)

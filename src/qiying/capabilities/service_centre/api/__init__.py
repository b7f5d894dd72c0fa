"""The service centre over HTTP: how long it takes, one's number, and the window's buttons."""

from __future__ import annotations

from typing import Any, Literal, cast

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from qiying.capabilities.service_centre.models import Hall, Ticket, Zone
from qiying.capabilities.service_centre.selectors.hall import hall_open, windows_served_by, zones_of
from qiying.capabilities.service_centre.selectors.tickets import (
    ahead_of,
    lines_of,
    own_tickets,
    paces,
)
from qiying.capabilities.service_centre.services.codes import enterprise_by_code
from qiying.capabilities.service_centre.services.tickets import ticket_call_next, ticket_step, ticket_take
from qiying.kernel.api_access.auth import ApiRequest
from qiying.kernel.api_access.errors import ERRORS
from qiying.kernel.api_access.idempotency import Key, once
from qiying.kernel.api_access.shapes import Body
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.permissions.errors import ActionNotAvailable
from qiying.kernel.permissions.fetch import fetch_or_404

router = Router(tags=["服务中心"])


class QueueLineOut(Schema):
    """A zone of the hall: how many wait and how long it takes, in words."""

    id: int
    letter: str
    name: str
    waiting: int
    windows: int
    words: str


class HallOut(Schema):
    """The hall: `opening` is open, off (错时) or closed."""

    name: str
    address: str
    opening: str
    zones: list[QueueLineOut]


class TicketOut(Schema):
    """A number; `ahead` and `words` while it waits, `window` once it was called."""

    id: int
    number: str
    zone: str
    state: str
    ahead: int | None
    words: str
    window: int | None


class TicketIn(Body):
    """What for and who: an enterprise of one's own, or at the guide desk a code or a phone number."""

    zone_id: int
    matter: str = Field("", max_length=120)
    enterprise_id: int | None = None
    code: str = Field("", max_length=600)
    phone: str = Field("", max_length=20)


class WindowStepIn(Body):
    result: str = Field("", max_length=200)


def _told(row: Ticket) -> dict[str, Any]:
    is_waiting = row.state == Ticket.State.WAITING
    ahead = ahead_of(row) if is_waiting else None
    words = paces([row.zone], row.day)[row.zone_id].words(ahead) if ahead is not None else ""
    return TicketOut(
        id=row.pk, number=row.number, zone=row.zone.name, state=row.state, ahead=ahead, words=words,
        window=row.window.number if row.window else None,
    ).model_dump()  # fmt: skip


@router.get("/hall", response={200: HallOut, **ERRORS}, summary="大厅现在要等多久")
def hall(request: HttpRequest) -> HallOut:
    """Return the hall of the caller's district."""
    calling = cast(ApiRequest, request)
    row = fetch_or_404(Hall.objects.all(), district_id=calling.viewer.district_id or 0)
    lines = lines_of(list(zones_of(row.district_id, Zone.Kind.WINDOWS)), calling.today)
    zones = [
        {**{k: getattr(n.zone, k) for k in ("id", "letter", "name")}, "waiting": n.waiting,
         "windows": n.pace.windows, "words": n.words}
        for n in lines
    ]  # fmt: skip
    about = {"name": row.name, "address": row.address, "opening": hall_open(row, calling.now)}
    return HallOut.model_validate({**about, "zones": zones})


@router.get("/hall/tickets", response={200: list[TicketOut], **ERRORS}, summary="今天自己的号")
def ticket_list(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the numbers of the caller and his enterprises today, newest first."""
    calling = cast(ApiRequest, request)
    return [_told(row) for row in own_tickets(calling.viewer, calling.today)[:50]]


@router.post("/hall/tickets", response={201: TicketOut, **ERRORS}, summary="取号")
def ticket_create(request: HttpRequest, body: TicketIn, idempotency_key: Key = None) -> Status[Any]:
    """Take a number: on one's own phone, or at the guide desk for who comes."""
    calling = cast(ApiRequest, request)
    viewer = calling.viewer
    zone = fetch_or_404(zones_of(viewer.district_id), pk=body.zone_id)
    guides = viewer.has("service_centre.guide")
    firms = Enterprise.objects.filter(district_id=zone.district_id)
    mine = firms if guides else firms.filter(pk__in=viewer.enterprise_ids)
    firm = fetch_or_404(mine, pk=body.enterprise_id) if body.enterprise_id is not None else None

    def produce() -> dict[str, Any]:
        scanned = enterprise_by_code(body.code, viewer=viewer, now=calling.now) if guides else None
        return _told(
            ticket_take(
                zone=zone, way=Ticket.Way.DESK if guides else Ticket.Way.PHONE, actor=viewer, now=calling.now,
                phone=body.phone if guides else "", enterprise=scanned or firm, matter=body.matter,
                by_code=scanned is not None,
            )
        )  # fmt: skip

    return once(calling, idempotency_key, body.model_dump(mode="json"), produce, status=201)


@router.post("/hall/windows/{number}/{act}", response={200: TicketOut, **ERRORS}, summary="窗口叫号和办理")
def window_act(
    request: HttpRequest,
    number: int,
    act: Literal["next", "recall", "start", "finish", "pass"],
    body: WindowStepIn,
    idempotency_key: Key = None,
) -> Status[Any]:
    """Press one of the window's buttons; `next` is refused when nobody waits."""
    calling = cast(ApiRequest, request)
    window = fetch_or_404(windows_served_by(calling.viewer, calling.now), number=number)
    given: dict[str, Any] = {"actor": calling.viewer, "window": window, "now": calling.now}

    def produce() -> dict[str, Any]:
        if act != "next":
            return _told(ticket_step(step=act, result=body.result, **given))
        if (called := ticket_call_next(**given)) is None:
            raise ActionNotAvailable("没有人在等")
        return _told(called)

    return once(calling, idempotency_key, body.model_dump(mode="json"), produce)

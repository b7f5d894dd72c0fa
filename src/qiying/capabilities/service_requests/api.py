"""Service requests over HTTP: one call makes the intake and its case."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal, cast

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from qiying.capabilities.service_requests.services.desk import request_submit
from qiying.kernel.api_access.auth import ApiRequest
from qiying.kernel.api_access.errors import ERRORS
from qiying.kernel.api_access.idempotency import Key, once
from qiying.kernel.api_access.shapes import Body, Instant
from qiying.kernel.cases.models import CaseIntake
from qiying.kernel.enterprises.selectors import enterprises_visible_to
from qiying.kernel.permissions.errors import GuardFailed

router = Router(tags=["诉求"])


class ServiceRequestIn(Body):
    """What was said, by whom, through which channel."""

    text: str = Field(description="说什么事", min_length=5, max_length=5000)
    channel: str = Field("api", description="渠道代码")
    kind: Literal["problem", "suggestion", "question", "clue"] = "problem"
    title: str = Field("", max_length=60)
    enterprise_id: int | None = None
    contact_name: str = Field("", max_length=40)
    contact_phone: str = Field("", max_length=30)
    is_anonymous: bool = False
    hide_asker: bool = False
    category: str = ""
    source_id: str = Field("", max_length=80, description="来源系统里的编号；同一渠道里重复的不再立件")
    received_at: Instant | None = Field(None, description="来源系统收到的时间，带时区")
    place: str = Field("", max_length=100)


class ServiceRequestOut(Schema):
    """Both numbers, and until when it is to be accepted."""

    intake_number: str
    case_number: str
    state: str
    due_by: date | None


@router.post(
    "/service-requests",
    response={201: ServiceRequestOut, **ERRORS},
    summary="提一件诉求",
)
def service_request_create(
    request: HttpRequest, body: ServiceRequestIn, idempotency_key: Key = None
) -> Status[Any]:
    """Make an intake and its one case; a repeated key gives the first answer again."""
    calling = cast(ApiRequest, request)
    given = body.model_dump(mode="json")
    unlinked = body.is_anonymous
    return once(
        calling, idempotency_key, given, lambda: _submit(calling, body), status=201, unlinked=unlinked
    )


def _submit(calling: ApiRequest, body: ServiceRequestIn) -> dict[str, Any]:
    viewer = calling.viewer
    if viewer.district_id is None:
        raise GuardFailed(["您的账号还没有归属区县，请先绑定企业或单位"])
    _check_time(body.received_at, calling.now)
    if (
        body.enterprise_id is not None
        and not enterprises_visible_to(viewer).filter(pk=body.enterprise_id).exists()
    ):
        message = "没有找到这家企业，或者您不能替它提"
        raise GuardFailed([message], {"enterprise_id": [message]})
    data = body.model_dump(exclude={"received_at", "channel"})
    case = request_submit(
        actor=viewer,
        district_id=viewer.district_id,
        channel=body.channel,
        data=data,
        now=calling.now,
        received_at=body.received_at,
    )
    link = CaseIntake.objects.select_related("intake").filter(case=case).order_by("no").first()
    assert link is not None
    return {
        "intake_number": link.intake.number,
        "case_number": case.number,
        "state": case.state,
        "due_by": case.due_by.isoformat() if case.due_by else None,
    }


def _check_time(received_at: datetime | None, now: datetime) -> None:
    if received_at is None:
        return
    if received_at.tzinfo is None:
        message = "时间要带时区，例如 2026-02-13T09:00:00+08:00"
    elif received_at > now:
        message = "收到的时间不能在以后"
    elif received_at.year < 2004:
        message = "2004 年以前没有工作日历"
    else:
        return
    raise GuardFailed([message], {"received_at": [message]})

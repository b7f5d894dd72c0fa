"""Applications over HTTP: one call applies; what became of it, its evaluation, its money, its publicity."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.db.models import Count
from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import Field

from qiying.capabilities.policies.api.common import Shape, Yuan, YuanOrNone, calling_of, enterprise_of
from qiying.capabilities.policies.models import Application, Policy
from qiying.capabilities.policies.selectors.applying import applications_visible_to
from qiying.capabilities.policies.services.applying.extras import ApplicationExtras
from qiying.capabilities.policies.services.applying.submitting import application_submit
from qiying.capabilities.policies.services.money.entries import MONEY
from qiying.capabilities.policies.services.money.ledger import queue_place
from qiying.kernel.api_access.auth import ApiRequest
from qiying.kernel.api_access.errors import ERRORS, ErrorOut, GuardErrorOut
from qiying.kernel.api_access.idempotency import Key, once
from qiying.kernel.api_access.pagination import PageOut, cursor_page
from qiying.kernel.api_access.shapes import Body
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.ledger.services import held_by
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404


class ApplicationIn(Body):
    """What an application says; everything the register knows already may be left out."""

    policy: str = Field(max_length=60, description="政策代号")
    enterprise_id: int | None = Field(None, description="只绑定了一家企业的可以不写")
    facts: dict[str, str] = Field(
        default_factory=dict, description="要补填的指标，写法和 /policies/evaluate 一样"
    )
    project: str = Field("", max_length=120)
    account_holder: str = Field("", max_length=128)
    account_bank: str = Field("", max_length=128)
    account_number: str = Field("", max_length=40)
    consent: bool = Field(False, description="同意核对数据、公示结果；要为 true 才能申报")
    documents: list[int] = Field(default_factory=list, max_length=50, description="已上传材料的编号")
    way: Literal["applied", "counter"] = Field(
        "applied", description="applied 企业自己申报，counter 窗口代报"
    )


class ApplicationOut(Shape):
    """An application as lists show it; amounts are texts in yuan."""

    number: str = Field(alias="case.number")
    policy: str = Field(alias="policy.code")
    policy_name: str = Field(alias="policy.name")
    policy_version: int = Field(alias="version.no")
    enterprise_id: int
    enterprise: str = Field(alias="enterprise.name")
    state: str = Field(alias="case.state")
    state_label: str
    way: str
    way_label: str = Field(alias="get_way_display")
    stage: str
    project: str
    year: int
    asked_yuan: YuanOrNone = Field(alias="asked_fen")
    granted_yuan: YuanOrNone = Field(alias="granted_fen")
    paid_yuan: Yuan = Field(alias="paid_fen")
    applied_at: datetime
    approved_at: datetime | None
    paid_on: date | None
    due_by: date | None = Field(alias="case.due_by")
    is_open: bool = Field(alias="case.is_open")
    outcome: str = Field(alias="case.outcome")


class ApplicationPageOut(PageOut):
    items: list[ApplicationOut]


class EvaluationOut(Shape):
    """The authoritative evaluation an application rests on."""

    as_of: date
    made_at: datetime
    outcome: str
    amount_yuan: YuanOrNone = Field(alias="amount_fen")
    row: int | None
    because: list[str] = Field(alias="told.because")
    missing: list[list[str]] = Field(alias="told.missing")
    facts: dict[str, Any] = Field(alias="facts_read", description="用到的数：值、时期、来源")
    version_digest: str


class MoneyOut(Shape):
    """Where the application's money stands in the ledger."""

    reserved_yuan: Yuan = Field(alias="reserved")
    committed_yuan: Yuan = Field(alias="committed")
    paid_yuan: Yuan = Field(alias="paid")
    queue_place: int | None = Field(description="排队等资金时是第几个")


class PublicityOut(Schema):
    public_from: date | None
    public_to: date | None
    objections: int


class PaidOut(Shape):
    number: str
    state: str
    state_label: str = Field(alias="get_state_display")
    amount_yuan: Yuan = Field(alias="amount_fen")
    paid_on: date | None
    clawed_yuan: Yuan = Field(alias="clawed_fen")


class DeliveryOut(Shape):
    what: str
    unit: str = Field(alias="unit.label")
    state: str
    state_label: str = Field(alias="get_state_display")
    delivered_on: date | None


class ApplicationDetailOut(ApplicationOut):
    evaluation: EvaluationOut
    money: MoneyOut
    publicity: PublicityOut
    payments: list[PaidOut]
    delivery: DeliveryOut | None
    refusal_kind: str
    refusal_words: str


class ConflictOut(ErrorOut):
    """Why this cannot be applied for now: replaced by which policy, ended, or applied for already."""

    replaced_by: str | None = Field(None, description="替代它的政策代号")
    replaced_by_name: str | None = None
    earlier: str | None = Field(None, description="已经在办或享受过的那件申请")


class RefusedOut(GuardErrorOut):
    """Why the application was not taken; nothing was written."""

    missing: list[str] = Field(default_factory=list, description="还差哪些指标才能判断")
    nearest: list[str] = Field(default_factory=list, description="差在哪里")


class ApplicationFilter(Schema):
    """Filters; all given ones hold together."""

    state: str | None = Field(None, max_length=32)
    policy: str | None = Field(None, max_length=60)
    enterprise_id: int | None = None
    year: int | None = None
    way: Literal["applied", "automatic", "instant", "counter"] | None = None
    is_open: bool | None = None
    cursor: str | None = None
    limit: int = Field(25, ge=1, le=100)


router = Router()

NAMES = {"state": "case__state", "policy": "policy__code", "is_open": "case__is_open"}
RELATED = ("case", "policy", "version", "enterprise")


@router.post(
    "/applications",
    response={**ERRORS, 201: ApplicationDetailOut, 409: ConflictOut, 422: RefusedOut},
    summary="申报一项政策",
)
def application_create(request: HttpRequest, body: ApplicationIn, idempotency_key: Key = None) -> Status[Any]:
    """Evaluate exactly, then open the case; a repeated key gives the first answer again."""
    calling = calling_of(request)
    enterprise = enterprise_of(calling, body.enterprise_id)
    given = body.model_dump(mode="json")
    try:
        return once(calling, idempotency_key, given, lambda: _submit(calling, enterprise, body), status=201)
    except GuardFailed as refused:
        return _refusal(refused, enterprise, body.policy)


def _submit(calling: ApiRequest, enterprise: Enterprise, body: ApplicationIn) -> dict[str, Any]:
    case = application_submit(
        enterprise=enterprise,
        code=body.policy,
        actor=calling.viewer,
        data=body.model_dump(exclude={"policy", "enterprise_id", "way"}),
        now=calling.now,
        way=body.way,
    )
    made = _detail(Application.objects.select_related(*DETAIL).get(case=case))
    return ApplicationDetailOut.model_validate(made).model_dump(mode="json")


def _refusal(refused: GuardFailed, enterprise: Enterprise, code: str) -> Status[Any]:
    """Say a refusal in the shape that names what to do instead."""
    data = refused.data
    if data.get("unknown"):
        raise Http404("没有这项政策，或者还没发布") from refused
    told: dict[str, Any] = {"message": refused.message}
    other = data.get("replaced_by")
    if other:
        name = Policy.objects.filter(district_id=enterprise.district_id, code=other).values_list(
            "name", flat=True
        )
        return Status(
            409, {**told, "code": "policy_replaced", "replaced_by": other, "replaced_by_name": name.first()}
        )
    if data.get("earlier"):
        return Status(409, {**told, "code": "already_applied", "earlier": data["earlier"]})
    policy = Policy.objects.filter(district_id=enterprise.district_id, code=code).first()
    if policy is not None and policy.state in ("expired", "withdrawn", "replaced"):
        return Status(409, {**told, "code": "policy_ended"})
    fields = {
        k.replace("fact_", "facts.", 1) if k.startswith("fact_") else k: v for k, v in refused.fields.items()
    }
    told |= {"code": refused.code, "reasons": refused.reasons, "fields": fields}
    return Status(422, {**told, "missing": data.get("missing", []), "nearest": data.get("nearest", [])})


@router.get("/applications", response={200: ApplicationPageOut, **ERRORS}, summary="看得到的申请，分页")
def application_list(request: HttpRequest, query: Query[ApplicationFilter]) -> dict[str, Any]:
    """Return applications the caller takes part in, newest first."""
    calling = calling_of(request)
    given = query.model_dump(exclude_none=True, exclude={"cursor", "limit"})
    rows = applications_visible_to(calling.viewer).filter(**{NAMES.get(k, k): v for k, v in given.items()})
    page = cursor_page(rows.select_related(*RELATED), order=("-id",), cursor=query.cursor, limit=query.limit)
    return {"items": page.rows, "next_cursor": page.next_cursor}


DETAIL = (*RELATED, "evaluation", "delivery__unit")


@router.get(
    "/applications/{number}", response={200: ApplicationDetailOut, **ERRORS}, summary="一件申请的详情"
)
def application_detail(request: HttpRequest, number: str) -> dict[str, Any]:
    """Return an application with its evaluation, its money, its publicity and its payments."""
    rows = applications_visible_to(calling_of(request).viewer).select_related(*DETAIL)
    found: Application = fetch_or_404(rows, case__number=number.upper()[:32])
    return _detail(found)


def _detail(one: Application) -> dict[str, Any]:
    money = dict.fromkeys(("reserved", "committed", "paid"), 0) | held_by(MONEY, application_id=one.pk)
    known = ApplicationExtras.of(one.case)
    return {
        **ApplicationOut.from_orm(one).model_dump(),
        "evaluation": one.evaluation,
        "money": {**money, "queue_place": queue_place(one)},
        "publicity": {
            "public_from": one.public_from,
            "public_to": one.public_to,
            "objections": one.objections.aggregate(n=Count("pk"))["n"],
        },
        "payments": list(one.payments.order_by("pk")),
        "delivery": getattr(one, "delivery", None),
        "refusal_kind": known.refusal_kind,
        "refusal_words": known.refusal_words,
    }

"""What an application looks like over HTTP: sent, listed, in detail, refused."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from qiying.capabilities.policies.api.common import Shape, Yuan, YuanOrNone
from qiying.kernel.api_access.errors import ErrorOut, GuardErrorOut
from qiying.kernel.api_access.pagination import PageOut
from qiying.kernel.api_access.shapes import Body


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

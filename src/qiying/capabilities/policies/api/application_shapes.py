"""What an application looks like over HTTP: sent, listed, in detail, refused."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

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


class ApplicationOut(Schema):
    """An application as lists show it; amounts are texts in yuan."""

    number: str
    policy: str
    policy_name: str
    policy_version: int
    enterprise_id: int
    enterprise: str
    state: str
    state_label: str
    way: str
    way_label: str
    stage: str
    project: str
    year: int
    asked_yuan: str | None
    granted_yuan: str | None
    paid_yuan: str
    applied_at: datetime
    approved_at: datetime | None
    paid_on: date | None
    due_by: date | None
    is_open: bool
    outcome: str


class ApplicationPageOut(PageOut):
    items: list[ApplicationOut]


class EvaluationOut(Schema):
    """The authoritative evaluation an application rests on."""

    as_of: date
    made_at: datetime
    outcome: str
    amount_yuan: str | None
    row: int | None
    because: list[str]
    missing: list[list[str]]
    facts: dict[str, Any] = Field(description="用到的数：值、时期、来源")
    version_digest: str


class MoneyOut(Schema):
    """Where the application's money stands in the ledger."""

    reserved_yuan: str
    committed_yuan: str
    paid_yuan: str
    queue_place: int | None = Field(description="排队等资金时是第几个")


class PublicityOut(Schema):
    public_from: date | None
    public_to: date | None
    objections: int


class PaidOut(Schema):
    number: str
    state: str
    state_label: str
    amount_yuan: str
    paid_on: date | None
    clawed_yuan: str


class DeliveryOut(Schema):
    what: str
    unit: str
    state: str
    state_label: str
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

"""Payments over HTTP: for who looks after the money, and for the enterprise that was paid."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from qiying.capabilities.policies.api.common import Shape, Yuan, calling_of
from qiying.capabilities.policies.models import LedgerEntry, Payment
from qiying.kernel.api_access.errors import ERRORS
from qiying.kernel.api_access.pagination import PageOut, cursor_page
from qiying.kernel.api_access.shapes import Day
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import Viewer

router = Router()


class PaymentOut(Shape):
    """A payment; of the account only bank and last four digits."""

    number: str
    application: str = Field(alias="application.case.number")
    policy: str = Field(alias="application.policy.code")
    policy_name: str = Field(alias="application.policy.name")
    enterprise_id: int = Field(alias="application.enterprise_id")
    enterprise: str = Field(alias="application.enterprise.name")
    state: str
    state_label: str = Field(alias="get_state_display")
    amount_yuan: Yuan = Field(alias="amount_fen")
    clawed_yuan: Yuan = Field(alias="clawed_fen")
    made_at: datetime
    paid_on: date | None
    bank: str
    account_last4: str
    failure: str

    @staticmethod
    def resolve_bank(one: Payment) -> str:
        return one.account.bank if one.account else ""

    @staticmethod
    def resolve_account_last4(one: Payment) -> str:
        return one.account.last4 if one.account else ""


class PaymentPageOut(PageOut):
    items: list[PaymentOut]


class ClawbackOut(Shape):
    amount_yuan: Yuan = Field(alias="amount_fen")
    reason: str
    basis: str
    state: str
    state_label: str = Field(alias="get_state_display")
    asked_at: datetime
    returned_on: date | None


class PostingOut(Shape):
    account: str
    account_label: str = Field(alias="get_account_display")
    yuan: Yuan = Field(alias="amount")


class EntryOut(Shape):
    """One movement of the ledger; its postings sum to zero."""

    kind: str
    kind_label: str = Field(alias="get_kind_display")
    on: date
    memo: str
    postings: list[PostingOut]


class PaymentDetailOut(PaymentOut):
    batch: str | None
    bank_reference: str
    retries: str | None = Field(description="重付的是哪一笔")
    clawbacks: list[ClawbackOut]
    ledger: list[EntryOut] = Field(description="这件申请的全部分录；只给看政策资金的人")

    @staticmethod
    def resolve_batch(one: Payment) -> str | None:
        return one.batch.number if one.batch else None

    @staticmethod
    def resolve_retries(one: Payment) -> str | None:
        return one.retries.number if one.retries else None

    @staticmethod
    def resolve_clawbacks(one: Payment) -> list[Any]:
        return list(one.clawbacks.order_by("pk"))

    @staticmethod
    def resolve_ledger(one: Payment, context: dict[str, Any]) -> list[LedgerEntry]:
        if not context["request"].viewer.has("policies.view_money"):
            return []
        rows = LedgerEntry.objects.filter(application_id=one.application_id)
        return list(rows.prefetch_related("postings").order_by("pk"))


class PaymentFilter(Schema):
    """Filters; all given ones hold together."""

    state: Literal["ready", "sent", "paid", "failed", "dropped"] | None = None
    policy: str | None = Field(None, max_length=60)
    enterprise_id: int | None = None
    application: str | None = Field(None, max_length=32)
    paid_from: Day | None = None
    paid_to: Day | None = None
    cursor: str | None = None
    limit: int = Field(25, ge=1, le=100)


NAMES = {
    "policy": "application__policy__code", "enterprise_id": "application__enterprise_id",
    "application": "application__case__number", "paid_from": "paid_on__gte", "paid_to": "paid_on__lte",
}  # fmt: skip
RELATED = (
    "application__enterprise",
    "application__policy",
    "application__case",
    "account",
    "batch",
    "retries",
)


def payments_for(viewer: Viewer) -> QuerySet[Payment]:
    """Return the district's payments with `policies.view_money`, and those of the enterprises one speaks for."""
    seen = Q(application__enterprise_id__in=viewer.enterprise_ids)
    if viewer.district_id is not None and viewer.has("policies.view_money"):
        seen |= Q(application__district_id=viewer.district_id)
    return Payment.objects.filter(seen).select_related(*RELATED)


@router.get("/payments", response={200: PaymentPageOut, **ERRORS}, summary="看得到的支付，分页")
def payment_list(request: HttpRequest, query: Query[PaymentFilter]) -> dict[str, Any]:
    """Return payments, newest first."""
    given = query.model_dump(exclude_none=True, exclude={"cursor", "limit"})
    rows = payments_for(calling_of(request).viewer).filter(**{NAMES.get(k, k): v for k, v in given.items()})
    page = cursor_page(rows, order=("-id",), cursor=query.cursor, limit=query.limit)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@router.get("/payments/{number}", response={200: PaymentDetailOut, **ERRORS}, summary="一笔支付的来龙去脉")
def payment_detail(request: HttpRequest, number: str) -> Payment:
    """Return a payment with what came back of it and the ledger behind it."""
    found: Payment = fetch_or_404(payments_for(calling_of(request).viewer), number=number[:32])
    return found

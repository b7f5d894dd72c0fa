"""Payments over HTTP: for who looks after the money, and for the enterprise that was paid."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from qiying.capabilities.policies.api.common import calling_of
from qiying.capabilities.policies.models import LedgerEntry, Payment
from qiying.decision.scalar.amounts import yuan
from qiying.kernel.api_access.errors import ERRORS
from qiying.kernel.api_access.pagination import PageOut, cursor_page
from qiying.kernel.api_access.shapes import Day
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import Viewer

router = Router()


class PaymentOut(Schema):
    """A payment; of the account only bank and last four digits."""

    number: str
    application: str
    policy: str
    policy_name: str
    enterprise_id: int
    enterprise: str
    state: str
    state_label: str
    amount_yuan: str
    clawed_yuan: str
    made_at: datetime
    paid_on: date | None
    bank: str
    account_last4: str
    failure: str


class PaymentPageOut(PageOut):
    items: list[PaymentOut]


class ClawbackOut(Schema):
    amount_yuan: str
    reason: str
    basis: str
    state: str
    state_label: str
    asked_at: datetime
    returned_on: date | None


class PostingOut(Schema):
    account: str
    account_label: str
    yuan: str


class EntryOut(Schema):
    """One movement of the ledger; its postings sum to zero."""

    kind: str
    kind_label: str
    on: date
    memo: str
    postings: list[PostingOut]


class PaymentDetailOut(PaymentOut):
    batch: str | None
    bank_reference: str
    retries: str | None = Field(description="重付的是哪一笔")
    clawbacks: list[ClawbackOut]
    ledger: list[EntryOut] = Field(description="这件申请的全部分录；只给看政策资金的人")


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
    return {"items": [_told(p) for p in page.rows], "next_cursor": page.next_cursor}


@router.get("/payments/{number}", response={200: PaymentDetailOut, **ERRORS}, summary="一笔支付的来龙去脉")
def payment_detail(request: HttpRequest, number: str) -> dict[str, Any]:
    """Return a payment with what came back of it and the ledger behind it."""
    viewer = calling_of(request).viewer
    found: Payment = fetch_or_404(payments_for(viewer), number=number[:32])
    entries: list[LedgerEntry] = []
    if viewer.has("policies.view_money"):
        rows = LedgerEntry.objects.filter(application_id=found.application_id)
        entries = list(rows.prefetch_related("postings").order_by("pk"))
    return {
        **_told(found),
        "batch": found.batch.number if found.batch else None,
        "bank_reference": found.bank_reference,
        "retries": found.retries.number if found.retries else None,
        "clawbacks": [_clawback(c) for c in found.clawbacks.order_by("pk")],
        "ledger": [_entry(e) for e in entries],
    }


def _told(one: Payment) -> dict[str, Any]:
    application, account = one.application, one.account
    return {
        "number": one.number,
        "application": application.case.number,
        "policy": application.policy.code,
        "policy_name": application.policy.name,
        "enterprise_id": application.enterprise_id,
        "enterprise": application.enterprise.name,
        "state": one.state,
        "state_label": Payment.State(one.state).label,
        "amount_yuan": yuan(one.amount_fen),
        "clawed_yuan": yuan(one.clawed_fen),
        "made_at": one.made_at,
        "paid_on": one.paid_on,
        "bank": account.bank if account else "",
        "account_last4": account.last4 if account else "",
        "failure": one.failure,
    }


def _clawback(one: Any) -> dict[str, Any]:
    plain = ("reason", "basis", "state", "asked_at", "returned_on")
    return {
        **{k: getattr(one, k) for k in plain},
        "amount_yuan": yuan(one.amount_fen),
        "state_label": one.get_state_display(),
    }


def _entry(one: LedgerEntry) -> dict[str, Any]:
    postings = [
        {"account": p.account, "account_label": p.get_account_display(), "yuan": yuan(p.fen)}
        for p in one.postings.all()
    ]
    return {
        "kind": one.kind,
        "kind_label": one.get_kind_display(),
        "on": one.on,
        "memo": one.memo,
        "postings": postings,
    }

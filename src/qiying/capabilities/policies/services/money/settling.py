"""What the treasury reports of a payment: it arrived, or it came back. The same report again changes nothing."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from qiying.capabilities.policies.models import Payment
from qiying.capabilities.policies.services.money import telling
from qiying.capabilities.policies.services.money.batches import batch_settle
from qiying.capabilities.policies.services.money.movements import money_bounced, money_paid
from qiying.kernel.audit.clock import local_date
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.viewer import Viewer, require

State = Payment.State


@transaction.atomic
def payment_settle(*, payment: Payment, on: date, reference: str, actor: Viewer, at: datetime) -> bool:
    """Record that a payment arrived: ledger, case and batch follow. False when it was recorded before.

    Raises `GuardFailed` at `on` or `reference`, `ActionNotAvailable` when the payment is not with the treasury.
    """
    require(actor, "policies.money")
    locked = _locked(payment)
    if locked.state == State.PAID:
        _same(locked, on, reference)
        return False
    if locked.state != State.SENT:
        raise ActionNotAvailable(f"{locked.number} 现在是“{locked.get_state_display()}”，不能登记到账")
    _day_checked(locked, on, at)
    locked.state, locked.paid_on, locked.bank_reference = State.PAID, on, reference.strip()[:60]
    locked.save(update_fields=["state", "paid_on", "bank_reference"])
    telling.paid(payment=locked, on=on, reference=locked.bank_reference, actor=actor, at=at)
    memo = f"回单号 {locked.bank_reference}" if locked.bank_reference else ""
    money_paid(payment=locked, memo=memo, actor=actor, at=at)
    if locked.batch_id is not None:
        batch_settle(locked.batch_id, actor, at)
    return True


@transaction.atomic
def payment_fail(*, payment: Payment, reason: str, actor: Viewer, at: datetime) -> bool:
    """Record that a payment did not arrive, or came back later; the money stays committed. False when known.

    Raises `GuardFailed` at `reason`, `ActionNotAvailable` when it is not with the treasury or was clawed back.
    """
    require(actor, "policies.money")
    words = reason.strip()[:200]
    if len(words) < 2:
        raise GuardFailed(["没写原因"], {"reason": ["请写没付成的原因，企业要照着改"]})
    locked = _locked(payment)
    if locked.state == State.FAILED:
        return False
    if locked.state not in (State.SENT, State.PAID):
        raise ActionNotAvailable(f"{locked.number} 现在是“{locked.get_state_display()}”，不能登记没付成")
    if locked.clawed_fen or locked.clawbacks.filter(state__in=["asked", "demanded"]).exists():
        raise ActionNotAvailable(f"{locked.number} 在追回，不能再登记退汇")
    was_paid = locked.state == State.PAID
    locked.state, locked.failure = State.FAILED, words
    locked.save(update_fields=["state", "failure"])
    telling.failed(payment=locked, reason=words, actor=actor, at=at)
    if was_paid:
        money_bounced(payment=locked, memo=words, actor=actor, at=at)
    if locked.batch_id is not None:
        batch_settle(locked.batch_id, actor, at)
    return True


def _locked(payment: Payment) -> Payment:
    # Without joins: after waiting for a lock PostgreSQL reads joined rows as they were before the wait.
    return Payment.objects.select_for_update().get(pk=payment.pk)


def _same(payment: Payment, on: date, reference: str) -> None:
    """Refuse a second report that says something else than the first."""
    if payment.paid_on != on:
        day = payment.paid_on.isoformat() if payment.paid_on else ""
        raise GuardFailed([f"{payment.number} 已登记 {day} 到账"], {"on": [f"已登记 {day} 到账，两次不一样"]})
    if reference.strip() and payment.bank_reference and reference.strip()[:60] != payment.bank_reference:
        words = f"已登记的回单号是 {payment.bank_reference}，两次不一样"
        raise GuardFailed([f"{payment.number} {words}"], {"reference": [words]})


def _day_checked(payment: Payment, on: date, at: datetime) -> None:
    if on > local_date(at):
        raise GuardFailed(["到账日期还没到"], {"on": ["到账日期不能晚于今天"]})
    batch = payment.batch
    sent_on = local_date(batch.exported_at) if batch and batch.exported_at else None
    if sent_on is not None and on < sent_on:
        words = f"到账日期不能早于交财政那天（{sent_on.isoformat()}）"
        raise GuardFailed([words], {"on": [words]})

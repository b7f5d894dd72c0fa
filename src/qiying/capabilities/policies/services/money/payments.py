"""Payments of approved applications: made, reported by the treasury as arrived or not, made ready again."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from qiying.capabilities.policies.models import Application, Payment
from qiying.capabilities.policies.services.money.batches import batch_settle
from qiying.capabilities.policies.services.money.movements import Kind, case_follow, payment_move
from qiying.capabilities.policies.services.noting import noted, refuse, refuse_any
from qiying.kernel.audit.clock import local_date
from qiying.kernel.permissions.errors import ActionNotAvailable
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.keeping import row_locked

State = Payment.State
LIVE = (State.READY, State.SENT, State.PAID)


@transaction.atomic
def payment_make(*, application: Application, at: datetime) -> Payment:
    """Make the payment the treasury will carry out and return it; a live one is returned as it is."""
    live = application.payments.filter(state__in=LIVE).first()
    if live is not None:
        return live
    return _make(application, at)


def _make(application: Application, at: datetime, retries: Payment | None = None) -> Payment:
    # The number names the case, so that the treasury's papers lead back to it.
    count = application.payments.count()
    return Payment.objects.create(
        application=application,
        number=f"ZF-{application.case.number}-{count + 1}"[:32],
        amount_fen=application.granted_fen or 0,  # zero is refused by the table
        account=application.account,
        made_at=at,
        retries=retries,
    )


@transaction.atomic
def payment_settle(*, payment: Payment, on: date, reference: str, actor: Viewer, at: datetime) -> bool:
    """Record that a payment arrived: ledger, case and batch follow. False when it was recorded before.

    Raises `GuardFailed` at `on` or `reference`, `ActionNotAvailable` when the payment is not with the treasury.
    """
    require(actor, "policies.money")
    locked = row_locked(payment)
    if locked.state not in (State.SENT, State.PAID):
        raise ActionNotAvailable(f"{locked.number} 现在是“{locked.get_state_display()}”，不能登记到账")
    reference = reference.strip()[:60]
    refuse_any(arrival_faults(locked, on, reference, local_date(at)))
    if locked.state == State.PAID:
        return False
    locked.state, locked.paid_on, locked.bank_reference = State.PAID, on, reference
    locked.save(update_fields=["state", "paid_on", "bank_reference"])
    told = {"payment_number": locked.number, "amount_fen": locked.amount_fen}
    case_follow(locked.application, "record_payment", actor, at, paid_on=on, reference=reference, **told)
    payment_move(locked, Kind.PAY, f"回单号 {reference}" if reference else "", actor, at)
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
        refuse({"reason": "请写没付成的原因，企业要照着改"})
    locked = row_locked(payment)
    if locked.state == State.FAILED:
        return False
    if locked.state not in (State.SENT, State.PAID):
        raise ActionNotAvailable(f"{locked.number} 现在是“{locked.get_state_display()}”，不能登记没付成")
    if locked.clawed_fen or locked.clawbacks.filter(state__in=["asked", "demanded"]).exists():
        raise ActionNotAvailable(f"{locked.number} 在追回，不能再登记退汇")
    was_paid = locked.state == State.PAID
    locked.state, locked.failure = State.FAILED, words
    locked.save(update_fields=["state", "failure"])
    told = {"payment_number": locked.number, "reason": words}
    case_follow(locked.application, "payment_failed", actor, at, **told)
    if was_paid:
        payment_move(locked, Kind.FAIL, words, actor, at)
    if locked.batch_id is not None:
        batch_settle(locked.batch_id, actor, at)
    return True


def arrival_faults(payment: Payment, on: date, reference: str, today: date) -> dict[str, str]:
    """Return what a report that a payment arrived says that cannot be, by its field."""
    if payment.state == State.PAID:
        if payment.paid_on != on:
            return {"on": f"已登记 {payment.paid_on} 到账，两次不一样"}
        if reference and payment.bank_reference and reference != payment.bank_reference:
            return {"reference": f"已登记的回单号是 {payment.bank_reference}，两次不一样"}
        return {}
    if on > today:
        return {"on": "到账日期不能晚于今天"}
    batch = payment.batch
    sent_on = local_date(batch.exported_at) if batch and batch.exported_at else on
    return {"on": f"到账日期不能早于交财政那天（{sent_on.isoformat()}）"} if on < sent_on else {}


@transaction.atomic
def payment_reopen(*, payment: Payment, reason: str, actor: Viewer, at: datetime) -> Payment:
    """Pay a failed one again as a new payment, to the account the enterprise has given since.

    The account unchanged, a reason is needed (`GuardFailed` at `reason`), so that the same mistake is not repeated.
    """
    require(actor, "policies.money")
    locked = row_locked(payment)
    application = locked.application
    if locked.state != State.FAILED:
        raise ActionNotAvailable(f"这笔现在是“{locked.get_state_display()}”，不用重新支付")
    if application.payments.filter(state__in=LIVE).exists():
        raise ActionNotAvailable("这一件已经重新支付，不用再办")
    if application.account_id == locked.account_id and len(reason.strip()) < 4:
        refuse({"reason": "企业还没有换账户。要按原账户再付，请写明为什么这次能付成"})
    made = _make(application, at, retries=locked)
    noted(actor, "policies.payment_reopen", made, at, retries=locked.number, reason=reason.strip())
    return made

"""Payments of approved applications, and a failed one made ready again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from qiying.capabilities.policies.models import Application, Payment
from qiying.kernel.audit.services import record_act
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.viewer import Viewer, require

State = Payment.State
LIVE = (State.READY, State.SENT, State.PAID)


@transaction.atomic
def payment_make(*, application: Application, actor: Viewer, at: datetime) -> Payment:
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
def payment_reopen(*, payment: Payment, reason: str, actor: Viewer, at: datetime) -> Payment:
    """Pay a failed one again as a new payment, to the account the enterprise has given since.

    The account unchanged, a reason is needed (`GuardFailed` at `reason`), so that the same mistake is not repeated.
    """
    require(actor, "policies.money")
    locked = Payment.objects.select_for_update().get(pk=payment.pk)
    application = locked.application
    if locked.state != State.FAILED:
        raise ActionNotAvailable(f"这笔现在是“{locked.get_state_display()}”，不用重新支付")
    if application.payments.filter(state__in=LIVE).exists():
        raise ActionNotAvailable("这一件已经重新支付，不用再办")
    if application.account_id == locked.account_id and len(reason.strip()) < 4:
        raise GuardFailed(
            ["账户没有变"], {"reason": ["企业还没有换账户。要按原账户再付，请写明为什么这次能付成"]}
        )
    made = _make(application, at, retries=locked)
    record_act(
        actor=actor,
        action="policies.payment_reopen",
        subject=f"payment:{made.number}",
        data={"retries": locked.number, "reason": reason.strip()},
        at=at,
        district_id=application.district_id,
    )
    return made

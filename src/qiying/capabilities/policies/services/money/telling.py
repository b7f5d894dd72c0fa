"""What the money tells the procedure, always through the one door of the kernel."""

from __future__ import annotations

from datetime import date, datetime

from qiying.capabilities.policies.models import Application, Clawback, Delivery, Payment
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import Case
from qiying.kernel.permissions.viewer import Viewer, system_viewer

PART_OF = "money"
"""The money's own books are written first; the procedure only follows, and nobody else may make it."""


def _act(application: Application, action: str, actor: Viewer, at: datetime, **data: object) -> Case:
    return case_act(case=application.case, action=action, actor=actor, data=data, now=at, part_of=PART_OF)


def paid(*, payment: Payment, on: date, reference: str, actor: Viewer, at: datetime) -> Case:
    """The treasury paid: the case ends."""
    return _act(
        payment.application,
        "record_payment",
        actor,
        at,
        payment_number=payment.number,
        paid_on=on,
        amount_fen=payment.amount_fen,
        reference=reference,
    )


def failed(*, payment: Payment, reason: str, actor: Viewer, at: datetime) -> Case:
    """The bank sent it back: the enterprise looks at its account."""
    return _act(
        payment.application, "payment_failed", actor, at, payment_number=payment.number, reason=reason
    )


def found(*, application: Application, at: datetime) -> Case:
    """There is money for an application that was approved and waits."""
    return _act(application, "money_found", system_viewer("worker", district_id=application.district_id), at)


def delivered(*, delivery: Delivery, on: date, note: str, actor: Viewer, at: datetime) -> Case:
    """The owning unit delivered: the case ends."""
    return _act(delivery.application, "record_delivery", actor, at, on=on, note=note)


def clawed(*, clawback: Clawback, actor: Viewer, at: datetime) -> Case:
    """Money came back."""
    application = clawback.payment.application
    return _act(
        application,
        "record_clawback",
        actor,
        at,
        amount_fen=clawback.amount_fen,
        reason=clawback.reason,
    )

"""What the treasury and the bank do to committed money: in the ledger, and in the case that follows it."""

from __future__ import annotations

from datetime import datetime

from qiying.capabilities.policies.models import Application, Budget, Clawback, LedgerEntry, Payment
from qiying.capabilities.policies.rules.ledger_rules import AVAILABLE, COMMITTED, PAID
from qiying.capabilities.policies.services.money.entries import MONEY
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import Case
from qiying.kernel.ledger.arithmetic import moved
from qiying.kernel.ledger.services import entry_write
from qiying.kernel.permissions.errors import ActionNotAvailable
from qiying.kernel.permissions.viewer import Viewer

Kind = LedgerEntry.Kind
WAYS = {Kind.PAY: (COMMITTED, PAID), Kind.FAIL: (PAID, COMMITTED), Kind.CLAWBACK: (PAID, AVAILABLE)}


def case_follow(application: Application, action: str, actor: Viewer, at: datetime, **data: object) -> Case:
    """Let the procedure follow the money's own books, through the one door of the kernel; nobody else may."""
    return case_act(case=application.case, action=action, actor=actor, data=data, now=at, part_of="money")


def budget_of(payment: Payment) -> Budget:
    """Return the budget a payment is made from."""
    application = payment.application
    return Budget.objects.get(policy_id=application.policy_id, year=application.year)


def payment_move(
    payment: Payment, kind: Kind, memo: str, actor: Viewer, at: datetime, back: Clawback | None = None
) -> LedgerEntry:
    """Move a payment's money, or the part `back` that was clawed back of it, once.

    `PAY` from committed to paid, `FAIL` back to committed, `CLAWBACK` to available in the year it was paid from.
    """
    entry = entry_write(
        MONEY,
        book=budget_of(payment),
        kind=kind,
        moves=moved(*WAYS[kind], back.amount_fen if back else payment.amount_fen),
        key=f"{kind}:{back.pk if back else payment.number}",
        actor=actor,
        at=at,
        memo=memo,
        application=payment.application,
        payment=payment,
    )
    if entry is None:  # cannot be: only what was committed is paid
        raise ActionNotAvailable("账上核定的钱不够这一笔，请运维核对账目（ledger_check）")
    return entry

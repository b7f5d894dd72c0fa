"""What the treasury and the bank do to committed money: paid, sent back by the bank, returned by the enterprise."""

from __future__ import annotations

from datetime import datetime

from qiying.capabilities.policies.models import Budget, Clawback, LedgerEntry, Payment
from qiying.capabilities.policies.rules.ledger_rules import AVAILABLE, COMMITTED, PAID, Moves, moved
from qiying.capabilities.policies.services.money.entries import entry_write
from qiying.kernel.permissions.errors import ActionNotAvailable
from qiying.kernel.permissions.viewer import Viewer

Kind = LedgerEntry.Kind


def money_paid(*, payment: Payment, memo: str, actor: Viewer, at: datetime) -> LedgerEntry:
    """Move a payment from committed to paid, once."""
    moves = moved(COMMITTED, PAID, payment.amount_fen)
    return _write(payment, Kind.PAY, moves, f"pay:{payment.number}", memo, actor, at)


def money_bounced(*, payment: Payment, memo: str, actor: Viewer, at: datetime) -> LedgerEntry:
    """Move a payment that came back from the bank from paid to committed again, once."""
    moves = moved(PAID, COMMITTED, payment.amount_fen)
    return _write(payment, Kind.FAIL, moves, f"fail:{payment.number}", memo, actor, at)


def money_clawed(*, clawback: Clawback, actor: Viewer, at: datetime) -> LedgerEntry:
    """Make money that was returned available again in the year it was paid from, once."""
    moves = moved(PAID, AVAILABLE, clawback.amount_fen)
    key = f"clawback:{clawback.pk}"
    return _write(clawback.payment, Kind.CLAWBACK, moves, key, clawback.reason, actor, at)


def budget_of(payment: Payment) -> Budget:
    """Return the budget a payment is made from."""
    application = payment.application
    return Budget.objects.get(policy_id=application.policy_id, year=application.year)


def _write(
    payment: Payment, kind: Kind, moves: Moves, key: str, memo: str, actor: Viewer, at: datetime
) -> LedgerEntry:
    entry = entry_write(
        budget=budget_of(payment),
        kind=kind,
        moves=moves,
        key=key,
        actor=actor,
        at=at,
        memo=memo,
        application=payment.application,
        payment=payment,
    )
    if entry is None:  # cannot be: only what was committed is paid
        raise ActionNotAvailable("账上核定的钱不够这一笔，请运维核对账目（ledger_check）")
    return entry

"""The treasury as tests of applications need it: money in, payments carried out, by the ledger's own services."""

from __future__ import annotations

from datetime import date

from qiying.capabilities.policies.models import Budget, Payment, Policy
from qiying.capabilities.policies.services.money.batches import batch_make, batch_release
from qiying.capabilities.policies.services.money.budgets import budget_appropriate
from qiying.capabilities.policies.services.money.files import accounts_check
from qiying.capabilities.policies.services.money.payments import payment_fail, payment_settle
from qiying.capabilities.policies.tests.world import World


def appropriate(world: World, policy: Policy, fen: int, year: int = 2026, key: str = "1") -> Budget:
    """Return a budget with money in it."""
    return budget_appropriate(
        policy=policy,
        year=year,
        fen=fen,
        document="海财〔2026〕1号",
        memo="年初下达",
        key=f"{policy.pk}-{key}",
        actor=world.viewer("treasurer"),
        at=world.now,
    )


def send(world: World, payment: Payment) -> Payment:
    """Hand a payment to the treasury: one makes the batch, another releases it."""
    batch = batch_make(payment_ids=[payment.pk], actor=world.viewer("treasurer"), at=world.now)
    _, checked = accounts_check(batch=batch, actor=world.viewer("treasurer2"), at=world.now)
    batch_release(batch=batch, actor=world.viewer("treasurer2"), at=world.now, checked=checked)
    payment.refresh_from_db()
    return payment


def settle(world: World, payment: Payment, on: date) -> None:
    """Let a payment arrive."""
    sent = send(world, payment) if payment.state == "ready" else payment
    payment_settle(payment=sent, on=on, reference="R1", actor=world.viewer("treasurer"), at=world.now)


def fail(world: World, payment: Payment, reason: str = "账号与户名不符") -> None:
    """Let a payment come back."""
    sent = send(world, payment) if payment.state == "ready" else payment
    payment_fail(payment=sent, reason=reason, actor=world.viewer("treasurer"), at=world.now)

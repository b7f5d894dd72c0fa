"""What an application does to the money of its policy: reserve, release, commit; and the queue when it is short.

The queue is by application time and nobody is overtaken: while an earlier application waits for money of the same
policy and year, a later one waits too, even if what is left would be enough for it. An application enters the queue
when its reservation or commitment found too little money, or somebody waiting before it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from qiying.capabilities.policies.models import Application, Budget, LedgerEntry, MoneyWait, Payment
from qiying.capabilities.policies.rules.ledger_rules import (
    AVAILABLE,
    COMMITTED,
    RESERVED,
    commit_moves,
)
from qiying.capabilities.policies.services.money.entries import MONEY, budget_locked
from qiying.kernel.ledger.arithmetic import Moves, moved
from qiying.kernel.ledger.services import entry_write, held_by, next_key
from qiying.kernel.permissions.errors import ActionNotAvailable
from qiying.kernel.permissions.viewer import Viewer

Kind = LedgerEntry.Kind


@transaction.atomic
def money_reserve(*, application: Application, fen: int, actor: Viewer, at: datetime) -> bool:
    """Set `fen` aside for an application under review; False when it has to wait in the queue.

    What is reserved or committed already counts: asking twice reserves once.
    """
    budget = budget_locked(application.policy_id, application.year)
    held = held_by(MONEY, application_id=application.pk)
    if held.get(RESERVED, 0) + held.get(COMMITTED, 0) >= fen:
        return True
    moves = moved(AVAILABLE, RESERVED, fen - held.get(RESERVED, 0))
    may = not _others_wait(application)
    if budget is None or not may or not _take(application, budget, Kind.RESERVE, moves, actor, at):
        _wait(application, fen, at)
        return False
    return True


@transaction.atomic
def money_release(*, application: Application, actor: Viewer, at: datetime, memo: str) -> None:
    """Free whatever an application holds, reserved or committed, and leave the queue.

    Raises `ActionNotAvailable` when the payment is with the treasury already.
    """
    live = Payment.objects.filter(application=application)
    live.filter(state=Payment.State.READY).update(state=Payment.State.DROPPED, batch=None)
    # Asked after the change: it waited for a release that was going on.
    if live.filter(state=Payment.State.SENT).exists():
        raise ActionNotAvailable("这笔钱已经交财政支付，等回单登记以后再办")
    budget = budget_locked(application.policy_id, application.year)
    _wait_end(application, at, is_served=False)
    if budget is None:
        return
    held = held_by(MONEY, application_id=application.pk)
    for account, kind in ((RESERVED, Kind.RELEASE), (COMMITTED, Kind.UNCOMMIT)):
        if held.get(account, 0) <= 0:
            continue
        entry_write(
            MONEY,
            book=budget,
            kind=kind,
            moves=moved(account, AVAILABLE, held[account]),
            key=next_key(MONEY, kind, application_id=application.pk),
            actor=actor,
            at=at,
            memo=memo,
            application=application,
        )


@transaction.atomic
def money_commit(*, application: Application, fen: int, actor: Viewer, at: datetime) -> bool:
    """Bind `fen` to an approved application, releasing what was reserved beyond it; False when it has to wait.

    An application that holds its reservation needs nobody's turn; one that holds too little takes the rest from
    what is available, if nobody waits before it.
    """
    budget = budget_locked(application.policy_id, application.year)
    held = held_by(MONEY, application_id=application.pk)
    missing = fen - held.get(COMMITTED, 0)
    if missing <= 0:
        return True
    reserved = held.get(RESERVED, 0)
    may = reserved >= missing or not _others_wait(application)
    moves = commit_moves(reserved, missing)
    if budget is None or not may or not _take(application, budget, Kind.COMMIT, moves, actor, at):
        _wait(application, fen, at)
        return False
    return True


def _take(
    application: Application, budget: Budget, kind: Kind, moves: Moves, actor: Viewer, at: datetime
) -> bool:
    key = next_key(MONEY, kind, application_id=application.pk)
    entry = entry_write(
        MONEY, book=budget, kind=kind, moves=moves, key=key, actor=actor, at=at, application=application
    )
    if entry is not None:
        _wait_end(application, at, is_served=True)
    return entry is not None


def waiting_in(policy_id: int, year: int) -> QuerySet[MoneyWait]:
    """Return who waits for the money of a policy and year, the earliest application first."""
    rows = MoneyWait.objects.filter(policy_id=policy_id, year=year, ended_at__isnull=True)
    return rows.order_by("applied_at", "application_id")


def queue_place(application: Application) -> int | None:
    """Return which in the queue an application is, 1 the next; None when it does not wait."""
    mine = MoneyWait.objects.filter(application=application, ended_at__isnull=True).first()
    return None if mine is None else _before(application).count() + 1


def _before(application: Application) -> QuerySet[MoneyWait]:
    same = Q(applied_at=application.applied_at, application_id__lt=application.pk)
    rows = waiting_in(application.policy_id, application.year)
    return rows.filter(Q(applied_at__lt=application.applied_at) | same)


def _others_wait(application: Application) -> bool:
    return _before(application).exists()


def _wait(application: Application, fen: int, at: datetime) -> None:
    row, is_new = MoneyWait.objects.get_or_create(
        application=application,
        defaults={
            "policy_id": application.policy_id,
            "year": application.year,
            "fen": fen,
            "applied_at": application.applied_at,
            "since": at,
        },
    )
    if is_new or (row.ended_at is None and row.fen == fen):
        return
    if row.ended_at is not None:
        row.since = at
    row.fen, row.ended_at, row.is_served = fen, None, False
    row.save(update_fields=["fen", "since", "ended_at", "is_served"])


def _wait_end(application: Application, at: datetime, *, is_served: bool) -> None:
    rows = MoneyWait.objects.filter(application=application, ended_at__isnull=True)
    rows.update(ended_at=at, is_served=is_served)

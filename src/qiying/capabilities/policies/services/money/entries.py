"""The one writer of the ledger: an entry, its postings and the budget's balances in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Sum

from qiying.capabilities.policies.models import Application, Budget, LedgerEntry, LedgerPosting, Payment
from qiying.capabilities.policies.rules.ledger_rules import BALANCES, TREASURY, is_balanced, summed
from qiying.kernel.audit.clock import local_date
from qiying.kernel.permissions.viewer import Viewer


def budget_locked(policy_id: int, year: int) -> Budget | None:
    """Return the budget of a policy and year, locked until the transaction ends; None when there is none.

    The order of locks is everywhere: batch, payment, case, budget; of two budgets the one with the smaller id.
    """
    return Budget.objects.select_for_update().filter(policy_id=policy_id, year=year).first()


@transaction.atomic
def entry_write(
    *,
    budget: Budget,
    kind: LedgerEntry.Kind,
    moves: Mapping[str, int],
    key: str,
    actor: Viewer,
    at: datetime,
    memo: str = "",
    document: str = "",
    application: Application | None = None,
    payment: Payment | None = None,
) -> LedgerEntry | None:
    """Write one movement and return it; None when an account holds less than is taken from it.

    The same `key` again changes nothing and returns the entry written before.
    Raises ValueError when the postings do not sum to zero.
    """
    if not is_balanced(moves):
        raise ValueError(f"postings do not sum to zero: {dict(moves)}")
    budget_locked(budget.policy_id, budget.year)
    known = LedgerEntry.objects.filter(key=key).first()
    if known is not None:
        return known
    if not _balances_move(budget.pk, moves):
        return None
    entry = LedgerEntry.objects.create(
        budget=budget,
        kind=kind,
        application=application,
        payment=payment,
        key=key,
        **_signed(actor, at),
        memo=memo[:200],
        document=document[:60],
    )
    rows = [LedgerPosting(entry=entry, account=a, fen=fen) for a, fen in moves.items() if fen]
    LedgerPosting.objects.bulk_create(rows)
    return entry


def _signed(actor: Viewer, at: datetime) -> dict[str, Any]:
    name = "系统" if actor.is_system else actor.name
    return {"at": at, "on": local_date(at), "by_id": actor.person_id, "by_name": name}


def _balances_move(budget_id: int, moves: Mapping[str, int]) -> bool:
    """Change the balances in one statement that finds no row when one of them would be overdrawn."""
    rows = Budget.objects.filter(pk=budget_id)
    changes = {}
    for account in BALANCES:
        fen = moves.get(account, 0)
        if fen < 0:
            rows = rows.filter(**{f"{account}_fen__gte": -fen})
        if fen:
            changes[f"{account}_fen"] = F(f"{account}_fen") + fen
    given = -moves.get(TREASURY, 0)
    if given:
        changes["appropriated_fen"] = F("appropriated_fen") + given
    return bool(rows.update(**changes))


def held_by(application_id: int) -> dict[str, int]:
    """Return what an application holds by account (reserved, committed, paid), from the postings themselves."""
    rows = LedgerPosting.objects.filter(entry__application_id=application_id)
    return summed((a, int(fen or 0)) for a, fen in rows.values_list("account").annotate(fen=Sum("fen")))


def next_key(application_id: int, kind: str) -> str:
    """Return the key of the next movement of a kind of an application; call it with the budget locked."""
    done = LedgerEntry.objects.filter(application_id=application_id, kind=kind).count()
    return f"{kind}:{application_id}:{done + 1}"

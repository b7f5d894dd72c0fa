"""The one writer of every ledger: an entry, its postings and the book's balances in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Model, Sum

from qiying.kernel.audit.clock import local_date
from qiying.kernel.ledger.arithmetic import Moves, is_balanced, summed
from qiying.kernel.ledger.declaring import E, Ledger
from qiying.kernel.permissions.viewer import Viewer


@transaction.atomic
def entry_write(
    ledger: Ledger[E],
    *,
    book: Model,
    kind: str,
    moves: Mapping[str, int],
    key: str,
    actor: Viewer,
    at: datetime,
    memo: str = "",
    document: str = "",
    **about: Any,
) -> E | None:
    """Write one movement and return its entry; None when an account holds less than is taken from it.

    `about` are the ledger's own columns of an entry. The same `key` again changes nothing and returns the entry
    written before. Raises ValueError when the postings do not sum to zero or name an account the ledger has not.
    """
    if not is_balanced(moves):
        raise ValueError(f"postings do not sum to zero: {dict(moves)}")
    if strange := set(moves) - set(ledger.labels):
        raise ValueError(f"{ledger.code} has no account {sorted(strange)}")
    # waits for whoever moves the same book: what was asked before may be stale, so everything below asks again
    ledger.book._default_manager.select_for_update().get(pk=book.pk)
    known = ledger.entry._default_manager.filter(key=key).first()
    if known is not None:
        return known
    if not _balances_move(ledger, book.pk, moves):
        return None
    entry = ledger.entry._default_manager.create(
        **{ledger.book_name: book},
        kind=kind,
        key=key,
        at=at,
        on=local_date(at),
        by_id=actor.person_id,
        by_name="系统" if actor.is_system else actor.name,
        memo=memo[:200],
        document=document[:60],
        **about,
    )
    posting: Any = ledger.posting
    rows = [posting(entry=entry, account=a, amount=amount) for a, amount in moves.items() if amount]
    ledger.posting._default_manager.bulk_create(rows)
    return entry


def _balances_move(ledger: Ledger[Any], book_id: int, moves: Mapping[str, int]) -> bool:
    """Change the balances in one statement that finds no row when one of them would be overdrawn."""
    rows = ledger.book._default_manager.filter(pk=book_id)
    changes = {}
    for account, column in ledger.balances.items():
        amount = moves.get(account, 0)
        if amount < 0:
            rows = rows.filter(**{f"{column}__gte": -amount})
        if amount:
            changes[column] = F(column) + amount
    given = -sum(moves.get(account, 0) for account in ledger.outside)
    if ledger.given and given:
        changes[ledger.given] = F(ledger.given) + given
    return bool(rows.update(**changes)) if changes else True


def held_by(ledger: Ledger[Any], **about: Any) -> Moves:
    """Return what something holds by account, from the postings themselves; `about` are columns of the entry."""
    rows = ledger.posting._default_manager.filter(
        **{f"entry__{name}": value for name, value in about.items()}
    )
    return summed((a, int(n or 0)) for a, n in rows.values_list("account").annotate(n=Sum("amount")))


def next_key(ledger: Ledger[Any], kind: str, **about: int) -> str:
    """Return the key of the next movement of a kind of one thing, named by `about`; call it with the book locked."""
    done = ledger.entry._default_manager.filter(kind=kind, **about).count()
    return f"{kind}:{'.'.join(str(pk) for pk in about.values())}:{done + 1}"

"""Every ledger against itself: all balances recomputed from the postings, each difference told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Sum

from qiying.kernel.ledger.arithmetic import Moves, fault
from qiying.kernel.ledger.declaring import Ledger, ledgers


def ledger_differences(only: str = "") -> Iterator[str]:
    """Yield every difference between ledgers and what the tables say, as Chinese sentences; none is right.

    Checked: each entry sums to zero and has two sides; each book is the sum of its postings; nothing guarded is
    negative; what the ledger's owner says must agree too. `only` is the code of one ledger.
    """
    for ledger in ledgers():
        if only in ("", ledger.code):
            yield from _entries(ledger)
            yield from _books(ledger)
            yield from ledger.also()


def counted() -> list[tuple[str, int, int]]:
    """Return for each ledger its title, its books and its entries."""
    return [
        (one.title, one.book._default_manager.count(), one.entry._default_manager.count())
        for one in ledgers()
    ]


def _entries(ledger: Ledger[Any]) -> Iterator[str]:
    rows = ledger.entry._default_manager.annotate(total=Sum("postings__amount"), places=Count("postings"))
    for key, total, sides in rows.values_list("key", "total", "places").order_by("pk"):
        if total:
            yield f"{ledger.title}：分录 {key} 借贷不平，差 {ledger.words(total)}"
        elif sides < 2:
            yield f"{ledger.title}：分录 {key} 只有 {sides} 边"


def _books(ledger: Ledger[Any]) -> Iterator[str]:
    key = f"entry__{ledger.book_name}_id"
    postings = ledger.posting._default_manager.values_list(key, "account").annotate(n=Sum("amount"))
    found: dict[int, Moves] = {}
    for book_id, account, amount in postings.order_by(key, "account"):
        found.setdefault(book_id, {})[account] = int(amount or 0)
    for book in ledger.book._default_manager.order_by("pk"):
        sums = found.get(book.pk, {})
        name = ledger.name_of(book)
        if words := fault(sums, ledger.balances, ledger.labels):
            yield f"{name}：{words}"
        given = -sum(sums.get(account, 0) for account in ledger.outside)
        if ledger.given and given != getattr(book, ledger.given):
            yield _unlike(ledger, name, "下达", getattr(book, ledger.given), given)
        for account, column in ledger.balances.items():
            kept = int(getattr(book, column))
            if kept != sums.get(account, 0):
                yield _unlike(ledger, name, ledger.labels[account], kept, sums.get(account, 0))


def _unlike(ledger: Ledger[Any], name: str, what: str, kept: int, summed: int) -> str:
    return f"{name}：{what}余额 {ledger.words(kept)}，分录加起来 {ledger.words(summed)}"

"""A ledger declared once: its tables, its accounts and their words. The writer and the proof read only this."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db.models import Model

from qiying.kernel.audit.append_only import protect
from qiying.kernel.ledger.models import AbstractEntry, AbstractPosting

E = TypeVar("E", bound=AbstractEntry)


def _nothing_more() -> Iterator[str]:
    return iter(())


@dataclass(frozen=True)
class Ledger(Generic[E]):
    """One kind of book: what policies may spend, what a park may emit, what a fund may lose.

    `balances` maps each guarded account to the column of the book that keeps its sum; these are never negative and the
    database says so too (a CheckConstraint of the book). `outside` names the accounts beyond the book, negative by what
    came in. `given` is the column that keeps minus the sum of `outside`, where a book has one. `book_name` is the
    entry's foreign key. `also` yields what else must agree, as Chinese sentences.
    """

    code: str
    title: str
    book: type[Model]
    entry: type[E]
    posting: type[AbstractPosting]
    outside: tuple[str, ...]
    balances: Mapping[str, str]
    labels: Mapping[str, str]
    words: Callable[[int], str] = str
    name_of: Callable[[Any], str] = str
    given: str = ""
    book_name: str = "book"
    also: Callable[[], Iterator[str]] = field(default=_nothing_more)


_LEDGERS: dict[str, Ledger[Any]] = {}


def declare_ledger(ledger: Ledger[E]) -> Ledger[E]:
    """Declare a ledger and protect its rows; call it where the app is ready. Raises ValueError for a bad one.

    Once more with the same declaration changes nothing.
    """
    known = _LEDGERS.get(ledger.code)
    if known is not None and known != ledger:
        raise ValueError(f"两个账都叫 {ledger.code}")
    if both := set(ledger.outside) & set(ledger.balances):
        raise ValueError(f"{ledger.title}：科目 {'、'.join(sorted(both))} 不能又在账内又在账外")
    if unnamed := {*ledger.outside, *ledger.balances} - set(ledger.labels):
        raise ValueError(f"{ledger.title}：科目 {'、'.join(sorted(unnamed))} 没有名称")
    _LEDGERS[ledger.code] = ledger
    protect(ledger.entry._meta.db_table)
    protect(ledger.posting._meta.db_table)
    return ledger


def ledgers() -> tuple[Ledger[Any], ...]:
    """Return every declared ledger, by code."""
    return tuple(_LEDGERS[code] for code in sorted(_LEDGERS))

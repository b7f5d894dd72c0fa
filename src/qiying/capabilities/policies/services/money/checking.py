"""The ledger against itself: everything recomputed from the postings, the first difference named."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Sum

from qiying.capabilities.policies.models import (
    Application,
    Budget,
    Clawback,
    LedgerEntry,
    LedgerPosting,
    Payment,
)
from qiying.capabilities.policies.rules.ledger_rules import (
    BALANCES,
    COMMITTED,
    PAID,
    RESERVED,
    TREASURY,
    Moves,
    fault,
)
from qiying.ui.humanize import money_exact_words


def ledger_differences() -> Iterator[str]:
    """Yield every difference between the ledger and what the tables say, as Chinese sentences; none is right.

    Checked: each entry sums to zero; each budget is the sum of its postings; nothing is negative, of an application
    neither; what is paid is what payments say, less what came back.
    """
    yield from _entries()
    yield from _budgets()
    yield from _applications()
    yield from _payments()


def _entries() -> Iterator[str]:
    summed = LedgerEntry.objects.annotate(total=Sum("postings__fen"), places=Count("postings"))
    for key, total, sides in summed.values_list("key", "total", "places").order_by("pk"):
        if total:
            yield f"分录 {key} 借贷不平，差 {total} 分"
        elif sides < 2:
            yield f"分录 {key} 只有 {sides} 边"


def _budgets() -> Iterator[str]:
    postings = LedgerPosting.objects.values_list("entry__budget_id", "account").annotate(fen=Sum("fen"))
    found: dict[int, Moves] = {}
    for budget_id, account, fen in postings.order_by("entry__budget_id", "account"):
        found.setdefault(budget_id, {})[account] = int(fen or 0)
    for budget in Budget.objects.select_related("policy").order_by("pk"):
        sums = found.get(budget.pk, {})
        name = f"{budget.policy.name} {budget.year} 年"
        if words := fault(sums):
            yield f"{name}：{words}"
        if -sums.get(TREASURY, 0) != budget.appropriated_fen:
            yield _unlike(name, "下达", budget.appropriated_fen, -sums.get(TREASURY, 0))
        for account in BALANCES:
            kept = int(getattr(budget, f"{account}_fen"))
            if kept != sums.get(account, 0):
                yield _unlike(name, LedgerPosting.Account(account).label, kept, sums.get(account, 0))


def _unlike(name: str, what: str, kept: int, summed: int) -> str:
    return f"{name}：{what}余额 {money_exact_words(kept)}，分录加起来 {money_exact_words(summed)}"


def _applications() -> Iterator[str]:
    rows = LedgerPosting.objects.filter(
        entry__application__isnull=False, account__in=[RESERVED, COMMITTED, PAID]
    )
    sums = rows.values_list("entry__application__case__number", "account").annotate(fen=Sum("fen"))
    for number, account, fen in sums.order_by("entry__application_id", "account"):
        if int(fen or 0) < 0:
            yield f"{number}：{LedgerPosting.Account(account).label}成了负数，{fen} 分"


def _payments() -> Iterator[str]:
    """What applications say they were paid, what payments say, and what the ledger says are one number."""
    rows = Application.objects.filter(payments__isnull=False).distinct().select_related("case").order_by("pk")
    paid = _by_application(Payment.objects.filter(state=Payment.State.PAID), "application_id", "amount_fen")
    back = _by_application(
        Clawback.objects.filter(state=Clawback.State.RETURNED), "payment__application_id", "amount_fen"
    )
    posted = _by_application(LedgerPosting.objects.filter(account=PAID), "entry__application_id", "fen")
    for row in rows.iterator(2000):
        was, came, said = paid.get(row.pk, 0), back.get(row.pk, 0), posted.get(row.pk, 0)
        if was - came != said:
            yield _unlike(row.case.number, "已付减追回", was - came, said)
        if row.paid_fen != was:
            yield _unlike(row.case.number, "申请上写的已付", row.paid_fen, was)


def _by_application(rows: object, key: str, value: str) -> dict[int, int]:
    sums = rows.values_list(key).annotate(total=Sum(value))  # type: ignore[attr-defined]
    return {pk: int(total or 0) for pk, total in sums if pk is not None}

"""What the ledger of policies must agree with beside itself: applications and payments."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Sum

from qiying.capabilities.policies.models import (
    Application,
    Clawback,
    LedgerPosting,
    Payment,
)
from qiying.capabilities.policies.rules.ledger_rules import (
    COMMITTED,
    PAID,
    RESERVED,
)
from qiying.ui.humanize import money_exact_words


def other_differences() -> Iterator[str]:
    """Yield, as Chinese sentences, what applications and payments say otherwise than the ledger; none is right."""
    yield from _applications()
    yield from _payments()


def _unlike(name: str, what: str, kept: int, summed: int) -> str:
    return f"{name}：{what}余额 {money_exact_words(kept)}，分录加起来 {money_exact_words(summed)}"


def _applications() -> Iterator[str]:
    rows = LedgerPosting.objects.filter(
        entry__application__isnull=False, account__in=[RESERVED, COMMITTED, PAID]
    )
    sums = rows.values_list("entry__application__case__number", "account").annotate(fen=Sum("amount"))
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
    posted = _by_application(LedgerPosting.objects.filter(account=PAID), "entry__application_id", "amount")
    for row in rows.iterator(2000):
        was, came, said = paid.get(row.pk, 0), back.get(row.pk, 0), posted.get(row.pk, 0)
        if was - came != said:
            yield _unlike(row.case.number, "已付减追回", was - came, said)
        if row.paid_fen != was:
            yield _unlike(row.case.number, "申请上写的已付", row.paid_fen, was)


def _by_application(rows: object, key: str, value: str) -> dict[int, int]:
    sums = rows.values_list(key).annotate(total=Sum(value))  # type: ignore[attr-defined]
    return {pk: int(total or 0) for pk, total in sums if pk is not None}

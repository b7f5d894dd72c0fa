"""The twelve months of a year: every kind of act counts in the month it happened, in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Count, IntegerField, QuerySet, Sum, Value
from django.db.models.functions import Cast, ExtractMonth

from qiying.capabilities.policies.models import Clawback, LedgerPosting, Payment
from qiying.capabilities.policies.selectors import numbers_scope as scope
from qiying.capabilities.policies.selectors.numbers_scope import Wanted
from qiying.kernel.permissions.viewer import Viewer

ZERO = Value(0, output_field=BigIntegerField())
Part = tuple[tuple[str, str, str], QuerySet[Any], str, tuple[Any, Any, Any]]
"""Names of three sums, the rows, their date, the sums; a sum without a name is not kept."""


@dataclass
class Month:
    """What happened in one month."""

    no: int
    applied: int = 0
    decided: int = 0
    refused: int = 0
    paid: int = 0
    without: int = 0
    delivered: int = 0
    days: int = 0
    timed: int = 0
    gross_fen: int = 0
    bounced_fen: int = 0
    clawed_fen: int = 0
    given_fen: int = 0
    committed_fen: int = 0
    spent_fen: int = 0

    @property
    def net_fen(self) -> int:
        return self.gross_fen - self.bounced_fen - self.clawed_fen


def months_of(viewer: Viewer, wanted: Wanted) -> tuple[Month, ...]:
    """Return January to December; a month in which nothing happened is all zero."""
    whole = wanted.whole_year
    parts = [*_acts(viewer, whole), *_money(viewer, whole), *_ledger(viewer, whole)]
    months = [Month(n) for n in range(1, 13)]
    first, *others = [_read(no, rows, on, sums) for no, (_, rows, on, sums) in enumerate(parts)]
    for part, month, *values in first.union(*others, all=True):
        for name, value in zip(parts[part][0], values, strict=True):
            if name:
                setattr(months[month - 1], name, int(value or 0))
    return tuple(months)


def _acts(viewer: Viewer, whole: Wanted) -> list[Part]:
    rows, q = scope.applications(viewer, whole), scope.conditions(whole)
    without = Count("pk", filter=q["without"])
    arrived = (Count("pk", filter=q["paid"]), without, Count("pk", filter=q["delivered"]))
    timed = rows.annotate(workdays=scope.workdays()).filter(q["timed"])
    decided = (Count("pk"), Count("pk", filter=q["refused"]), ZERO)
    return [
        (("applied", "", ""), rows.filter(q["applied"]), "case__received_on", (Count("pk"), ZERO, ZERO)),
        (("decided", "refused", ""), rows.filter(q["decided"]), "case__answered_on", decided),
        (("paid", "without", "delivered"), rows.filter(**whole.on("paid_on")), "paid_on", arrived),
        (("days", "timed", ""), timed, "paid_on", (Sum("workdays"), Count("pk"), ZERO)),
    ]


def _money(viewer: Viewer, whole: Wanted) -> list[Part]:
    """What arrived, what the bank sent back and what was clawed back, each on its own day."""
    arrived = Payment.objects.filter(**whole.on("paid_on"), **_of(viewer, whole, "application__"))
    clawed = Clawback.objects.filter(
        state=Clawback.State.RETURNED,
        **whole.on("returned_on"),
        **_of(viewer, whole, "payment__application__"),
    )
    bounced = scope.bounced().filter(**whole.on("entry__on"), **_of(viewer, whole, "entry__application__"))
    return [
        (("gross_fen", "", ""), arrived, "paid_on", (Sum("amount_fen"), ZERO, ZERO)),
        (("clawed_fen", "", ""), clawed, "returned_on", (Sum("amount_fen"), ZERO, ZERO)),
        (("bounced_fen", "", ""), bounced, "entry__on", (-Sum("fen"), ZERO, ZERO)),
    ]


def _ledger(viewer: Viewer, whole: Wanted) -> list[Part]:
    """What moved on the year's budgets within the year."""
    parts: list[Part] = []
    for account, name, sign in (
        ("treasury", "given_fen", -1),
        ("committed", "committed_fen", 1),
        ("paid", "spent_fen", 1),
    ):
        rows = LedgerPosting.objects.filter(
            account=account, entry__budget__year=whole.year, **whole.on("entry__on"),
            **_of(viewer, whole, "entry__budget__"),
        )  # fmt: skip
        parts.append(((name, "", ""), rows, "entry__on", (Sum("fen") * sign, ZERO, ZERO)))
    return parts


def _of(viewer: Viewer, whole: Wanted, path: str) -> dict[str, Any]:
    return scope.narrowing(viewer, whole, path)


def _read(no: int, rows: QuerySet[Any], on: str, sums: tuple[Any, Any, Any]) -> Any:
    numbered = rows.order_by().annotate(
        part=Value(no, output_field=IntegerField()), in_month=ExtractMonth(on)
    )
    read = {f"sum{n}": Cast(one, BigIntegerField()) for n, one in enumerate(sums, 1)}
    grouped = numbered.values("part", "in_month").annotate(**read)
    return grouped.values_list("part", "in_month", "sum1", "sum2", "sum3")

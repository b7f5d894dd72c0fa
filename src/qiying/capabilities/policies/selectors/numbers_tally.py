"""One tally for each application: its acts as the figures counted them, its money as payments and ledger have it.

Acts count in the month they happened and are never taken back. Money counts on the day it arrived; what the bank or
the enterprise sent back is its own figure on its own day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from qiying.capabilities.policies.models import Application, Clawback, Delivery, LedgerPosting, Payment
from qiying.capabilities.policies.selectors import numbers_scope as scope
from qiying.capabilities.policies.selectors.numbers_scope import PROCEDURE, Wanted
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.figures.selectors import facts_behind
from qiying.kernel.permissions.viewer import Viewer

ACTS = {
    "received": ("applied",),
    "approved": ("decided",),
    "refused": ("decided", "refused", "ended"),
    "delivered": ("delivered", "ended"),
    "paid": ("ended",),
    "withdrawn": ("ended",),
    "satisfaction": ("rated",),
    "money_days": ("timed",),
}
"""What each counted measure adds to."""
WAYS = {"applied": "by_application", "automatic": "automatic", "instant": "instant", "counter": "counter"}
KINDS = {"service": "services", "right": "rights"}
COUNTED = (
    "applied", "applicants", "paid", "enterprises", "by_application", "automatic", "instant", "counter", "without",
    "delivered", "services", "rights", "waiting", "decided", "refused", "ended", "rated", "satisfied", "stars", "days",
    "timed", "gross_fen", "bounced_fen", "clawed_fen",
)  # fmt: skip


@dataclass
class Tally:
    """An application and what is counted of it in the period, all together and by month."""

    pk: int
    policy_id: int
    enterprise_id: int
    town_id: int | None
    size: str
    way: str
    by_month: dict[date, Counter[str]] = field(default_factory=dict)
    days: Counter[int] = field(default_factory=Counter)

    def add(self, month: date, name: str, value: int) -> None:
        """Count something in a month."""
        self.by_month.setdefault(month, Counter())[name] += value

    def arrive(self, month: date, fen: int) -> None:
        """Count money that arrived; a second payment after the bank sent the first one back is another arrival."""
        for name in ("paid", WAYS[self.way], *(("without",) if self.way in ("automatic", "instant") else ())):
            self.add(month, name, 1)
        self.add(month, "gross_fen", fen)

    @property
    def n(self) -> Counter[str]:
        """Return the sums of the period."""
        found: Counter[str] = Counter()
        for month in self.by_month.values():
            found.update(month)
        return found


def tallies(viewer: Viewer, wanted: Wanted) -> list[Tally]:
    """Return what is counted of every application in the period; six statements."""
    acts, money = _acts(viewer, wanted), list(_money(viewer, wanted))
    waiting = Delivery.objects.filter(
        state=Delivery.State.WAITING, application__district_id=scope.here(viewer)
    )
    touched = Q(case_id__in={a[0] for a in acts}) if len(acts) < 20_000 else Q()
    paid = Q(pk__in={m[1] for m in money}) if len(money) < 20_000 else Q()
    rows = scope.applications(viewer, wanted).filter(
        (touched | paid | Q(pk__in=waiting.values("application_id"))) if touched and paid else Q()
    )
    by_case: dict[int, Tally] = {}
    by_pk: dict[int, Tally] = {}
    for case_id, pk, *rest in rows.values_list(
        "case_id",
        "pk",
        "policy_id",
        "enterprise_id",
        "enterprise__region_unit_id",
        "enterprise__size_class",
        "way",
    ):
        by_case[case_id] = by_pk[pk] = Tally(pk, *rest)  # type: ignore[arg-type]
    for case_id, month, measure, kind, bucket, value in acts:
        if (tally := by_case.get(case_id)) is not None:
            _act(tally, month, measure, kind, bucket, value)
    for name, pk, on, fen in money:
        if (tally := by_pk.get(pk)) is not None:
            month = on.replace(day=1)
            tally.arrive(month, fen) if name == "gross_fen" else tally.add(month, name, fen)
    for pk in waiting.values_list("application_id", flat=True):
        if pk in by_pk:
            by_pk[pk].add(wanted.period.first, "waiting", 1)
    return list(by_pk.values())


def _act(tally: Tally, month: date, measure: str, kind: str, bucket: int, value: int) -> None:
    for name in ACTS[measure]:
        tally.add(month, name, value)
    if measure == "delivered" and kind in KINDS:
        tally.add(month, KINDS[kind], value)
    elif measure == "satisfaction":
        tally.add(month, "stars", bucket * value)
        tally.add(month, "satisfied", value if bucket >= 3 else 0)
    elif measure == "money_days":
        tally.add(month, "days", bucket * value)
        tally.days[bucket] += value


def _acts(viewer: Viewer, wanted: Wanted) -> list[tuple[Any, ...]]:
    facts: QuerySet[FigureDelta] = facts_behind(
        district_id=scope.here(viewer),
        procedure=PROCEDURE,
        measures=ACTS,
        months=wanted.period.months,
        where={},
    )
    return list(facts.values_list("case_id", "month", "measure", "kind", "bucket", "value"))


def _money(viewer: Viewer, wanted: Wanted) -> Iterator[tuple[str, int, date, int]]:
    """Yield what arrived, what the bank sent back and what was clawed back, each on its own day."""
    district = scope.here(viewer)
    arrived = Payment.objects.filter(application__district_id=district, **wanted.on("paid_on")).order_by()
    sent_back = scope.bounced().filter(entry__application__district_id=district, **wanted.on("entry__on"))
    clawed = Clawback.objects.filter(
        payment__application__district_id=district, state=Clawback.State.RETURNED, **wanted.on("returned_on")
    )
    parts = (
        ("gross_fen", arrived.values_list("application_id", "paid_on", "amount_fen")),
        ("bounced_fen", sent_back.order_by().values_list("entry__application_id", "entry__on", -F("fen"))),
        ("clawed_fen", clawed.order_by().values_list("payment__application_id", "returned_on", "amount_fen")),
    )
    for name, rows in parts:
        yield from ((name, pk, on, fen) for pk, on, fen in rows if on is not None)


def with_money(rows: QuerySet[Application], wanted: Wanted) -> QuerySet[Any]:
    """Annotate applications with the period's `gross` and `net` money and with their workdays to it, to sort by."""
    own = {"application_id": OuterRef("pk")}
    arrived = Payment.objects.filter(**own, **wanted.on("paid_on"))
    sent_back = scope.bounced().filter(entry__application_id=OuterRef("pk"), **wanted.on("entry__on"))
    back = Clawback.objects.filter(
        payment__application_id=OuterRef("pk"), state=Clawback.State.RETURNED, **wanted.on("returned_on")
    )
    days = FigureDelta.objects.filter(case_id=OuterRef("case_id"), procedure=PROCEDURE, measure="money_days")
    return rows.annotate(
        gross=_summed(arrived, "application_id", F("amount_fen")),
        bounced=_summed(sent_back, "entry__application_id", -F("fen")),
        clawed=_summed(back, "payment__application_id", F("amount_fen")),
        net=F("gross") - F("bounced") - F("clawed"),
        workdays=Subquery(
            days.order_by("-event_seq", "-pk").values("bucket")[:1], output_field=IntegerField()
        ),
    )


def _summed(rows: QuerySet[Any], owner: str, value: Any) -> Coalesce:
    total = rows.order_by().values(owner).annotate(total=Sum(value)).values("total")
    return Coalesce(Subquery(total, output_field=BigIntegerField()), 0)


def ledger_months(viewer: Viewer, wanted: Wanted, year: int) -> dict[tuple[date, str], int]:
    """Return what moved on a year's budgets by month and account; one statement."""
    rows = LedgerPosting.objects.filter(
        account__in=("treasury", "committed", "paid"), entry__budget__year=year,
        entry__budget__district_id=scope.here(viewer), **wanted.of("entry__budget__policy__"), **wanted.on("entry__on"),
    )  # fmt: skip
    found: dict[tuple[date, str], int] = {}
    sums = rows.order_by().values_list("entry__on", "account").annotate(total=Sum("fen"))
    for on, account, fen in sums:
        key = (on.replace(day=1), account)
        found[key] = found.get(key, 0) + int(fen or 0)
    return found

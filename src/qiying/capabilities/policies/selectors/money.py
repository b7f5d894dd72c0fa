"""Reads of the money: budgets, the queue, payments, batches, clawbacks, deliveries; all take the viewer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from qiying.capabilities.policies.models import (
    Budget,
    Clawback,
    Delivery,
    LedgerEntry,
    MoneyWait,
    Payment,
    PaymentBatch,
    Policy,
    PolicyGrant,
)
from qiying.capabilities.policies.rules.ledger_rules import BALANCES, RESERVED, shortfalls
from qiying.kernel.permissions.viewer import Viewer

DELIVERING_ROLES = ("policy", "handler", "liaison", "leader")
"""Roles in the owning unit that may record a delivery, as the procedure has it."""


def _here(viewer: Viewer) -> int:
    """Return the district whose money the viewer may see; 0 sees nothing."""
    return (viewer.district_id or 0) if viewer.has("policies.view_money") else 0


def budgets_visible_to(viewer: Viewer, year: int | None = None) -> QuerySet[Budget]:
    """Return budgets with `waiting` and `waiting_fen`: how many wait for how much."""
    queue = (
        MoneyWait.objects.filter(
            policy_id=OuterRef("policy_id"), year=OuterRef("year"), ended_at__isnull=True
        )
        .order_by()
        .values("policy_id")
    )
    count = Subquery(queue.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    fen = Subquery(queue.annotate(n=Sum("fen")).values("n"), output_field=IntegerField())
    rows = Budget.objects.filter(district_id=_here(viewer)).select_related("policy__lead_unit")
    rows = rows.annotate(waiting=Coalesce(count, 0), waiting_fen=Coalesce(fen, 0))
    return (rows if year is None else rows.filter(year=year)).order_by("policy__name", "-year")


def years_of(viewer: Viewer, this_year: int) -> list[int]:
    """Return the years there is money for, this one always, newest first."""
    rows = Budget.objects.filter(district_id=_here(viewer)).values_list("year", flat=True).distinct()
    return sorted({*rows, this_year}, reverse=True)


def policies_with_money(viewer: Viewer) -> QuerySet[Policy]:
    """Return the district's policies that pay money and were published."""
    rows = Policy.objects.filter(district_id=_here(viewer), grant=PolicyGrant.MONEY, is_paid_here=True)
    return rows.filter(published_on__isnull=False).select_related("lead_unit").order_by("name")


def waits_without_budget(viewer: Viewer, year: int) -> list[tuple[str, str, int, int]]:
    """Return policies somebody waits for that have no money at all: code, name, how many, how much."""
    budgets = Budget.objects.filter(policy_id=OuterRef("policy_id"), year=year).values("pk")
    rows = MoneyWait.objects.filter(policy__district_id=_here(viewer), year=year, ended_at__isnull=True)
    rows = rows.annotate(budget=Subquery(budgets[:1])).filter(budget__isnull=True)
    summed = rows.values_list("policy__code", "policy__name").annotate(n=Count("pk"), fen=Sum("fen"))
    return [(str(c), str(name), int(n), int(fen or 0)) for c, name, n, fen in summed.order_by("policy__name")]


@dataclass(frozen=True)
class Queued:
    """One that waits: its place, what it needs, and how much is missing until its turn."""

    place: int
    wait: MoneyWait
    missing_fen: int


def queue_of(viewer: Viewer, policy_id: int, year: int, available_fen: int) -> list[Queued]:
    """Return who waits for a policy's money, the earliest application first."""
    held = Sum("application__ledger_entries__postings__amount", filter=_reserved())
    rows = MoneyWait.objects.filter(
        policy_id=policy_id, policy__district_id=_here(viewer), year=year, ended_at__isnull=True
    )
    waits = list(
        rows.select_related("application__enterprise", "application__case")
        .annotate(held=Coalesce(held, 0))
        .order_by("applied_at", "application_id")
    )
    missing = shortfalls(available_fen, [w.fen - w.held for w in waits])
    return [Queued(n, w, m) for n, (w, m) in enumerate(zip(waits, missing, strict=True), 1)]


def _reserved() -> Q:
    return Q(application__ledger_entries__postings__account=RESERVED)


def journal_of(viewer: Viewer, policy_id: int, year: int) -> QuerySet[LedgerEntry]:
    """Return the ledger of a policy and year, newest first, with `given`: what each account got."""
    rows = LedgerEntry.objects.filter(
        budget__policy_id=policy_id, budget__year=year, budget__district_id=_here(viewer)
    ).select_related("application__enterprise", "application__case", "payment")
    return rows.prefetch_related("postings").order_by("-pk")


def payments_visible_to(viewer: Viewer) -> QuerySet[Payment]:
    """Return the district's payments with what a row shows."""
    return Payment.objects.filter(application__district_id=_here(viewer)).select_related(
        "application__enterprise",
        "application__policy__lead_unit",
        "application__case",
        "application__account",
        "account",
        "batch",
    )


def ready_payments(viewer: Viewer) -> QuerySet[Payment]:
    """Return payments that can be put into a batch, the oldest approval first."""
    rows = payments_visible_to(viewer).filter(state=Payment.State.READY, batch__isnull=True)
    return rows.order_by("application__approved_at", "pk")


def batches_visible_to(viewer: Viewer) -> QuerySet[PaymentBatch]:
    """Return payment batches with `sent_left`: payments without a result."""
    rows = PaymentBatch.objects.filter(district_id=_here(viewer))
    rows = rows.select_related("made_by", "exported_by", "settled_by")
    left = Count("payments", filter=Q(payments__state=Payment.State.SENT))
    return rows.annotate(sent_left=left).order_by("-pk")


def clawbacks_visible_to(viewer: Viewer) -> QuerySet[Clawback]:
    """Return clawbacks with what a row shows."""
    rows = Clawback.objects.filter(payment__application__district_id=_here(viewer))
    related = ("payment__application__enterprise", "payment__application__policy__lead_unit")
    return rows.select_related(*related, "payment__application__case", "asked_by", "decided_by").order_by(
        "-pk"
    )


def delivering_units(viewer: Viewer) -> list[int]:
    """Return the units for which the viewer may record deliveries."""
    return sorted({m.unit_id for m in viewer.memberships if m.role in DELIVERING_ROLES})


def deliveries_visible_to(viewer: Viewer) -> QuerySet[Delivery]:
    """Return deliveries of the viewer's units; all of the district with `policies.view_money`."""
    mine = Q(unit_id__in=delivering_units(viewer)) | Q(application__district_id=_here(viewer))
    rows = Delivery.objects.filter(mine).select_related(
        "application__enterprise", "application__case", "application__policy", "unit", "delivered_by"
    )
    return rows.order_by("state", "asked_at", "pk")


@dataclass(frozen=True)
class Today:
    """What waits for a treasurer."""

    ready: int
    ready_fen: int
    to_review: int  # batches made by another treasurer
    own_drafts: int
    without_result: int  # payments
    failed: int  # failed and not paid again
    failed_with_new_account: int
    to_decide: int
    to_return: int
    waiting: int
    waiting_fen: int
    deliveries: int


def today_of(viewer: Viewer) -> Today:
    """Return what waits, in a handful of queries."""
    here = _here(viewer)
    payments = Payment.objects.filter(application__district_id=here)
    live = Payment.objects.filter(
        application_id=OuterRef("application_id"), state__in=["ready", "sent", "paid"]
    ).values("pk")
    ready = payments.filter(state="ready", batch__isnull=True).aggregate(n=Count("pk"), fen=Sum("amount_fen"))
    open_failed = payments.filter(state="failed").annotate(live=Subquery(live[:1])).filter(live__isnull=True)
    changed = Q(~Q(application__account_id=F("account_id")), application__account__isnull=False)
    failed = open_failed.aggregate(n=Count("pk"), changed=Count("pk", filter=changed))
    drafts = PaymentBatch.objects.filter(district_id=here, state="draft")
    mine = Q(made_by_id=viewer.person_id)
    counted = drafts.aggregate(n=Count("pk"), own=Count("pk", filter=mine))
    claws = Clawback.objects.filter(payment__application__district_id=here)
    others = Q(state="asked") & ~Q(asked_by_id=viewer.person_id)
    clawed = claws.aggregate(d=Count("pk", filter=others), r=Count("pk", filter=Q(state="demanded")))
    queue = MoneyWait.objects.filter(policy__district_id=here, ended_at__isnull=True)
    waiting = queue.aggregate(n=Count("pk"), fen=Sum("fen"))
    return Today(
        ready=ready["n"],
        ready_fen=ready["fen"] or 0,
        to_review=counted["n"] - counted["own"],
        own_drafts=counted["own"],
        without_result=payments.filter(state="sent").count(),
        failed=failed["n"],
        failed_with_new_account=failed["changed"],
        to_decide=clawed["d"],
        to_return=clawed["r"],
        waiting=waiting["n"],
        waiting_fen=waiting["fen"] or 0,
        deliveries=Delivery.objects.filter(application__district_id=here, state="waiting").count(),
    )


def totals_of(budgets: Sequence[Budget]) -> Budget:
    """Return the sums of budgets, in fen as a budget has them; it is no row."""
    names = [f"{account}_fen" for account in ("appropriated", *BALANCES)]
    return Budget(**{name: sum(getattr(b, name) for b in budgets) for name in names})

"""What waits in support policies besides applications' turns: wordings, batches, money, deliveries, objections."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from qiying.capabilities.policies.models import (
    Clawback,
    Delivery,
    GrantBatch,
    Objection,
    Payment,
    PaymentBatch,
    PolicyVersion,
    VersionState,
)
from qiying.capabilities.policies.selectors.catalogue import others_waiting
from qiying.capabilities.policies.selectors.money import delivering_units
from qiying.capabilities.policies.views.money.common import MANAGE
from qiying.kernel.audit.clock import local_date
from qiying.kernel.organisations.waiting import Item, Source, declare_waiting
from qiying.kernel.permissions.viewer import Viewer
from qiying.ui.humanize import money_words

CASE_DUE = "application__case__due_by"
RUNS = Q(application__case__clock_state="running")


def _units(viewer: Viewer, roles: Collection[str]) -> list[int]:
    return sorted({m.unit_id for m in viewer.memberships if m.role in roles})


def to_review(viewer: Viewer, today: date) -> Source | None:
    """Return the wordings somebody else handed in."""
    if not viewer.has("policies.review"):
        return None

    def item(v: PolicyVersion) -> Item:
        who = v.submitted_by.name if v.submitted_by else ""
        url = reverse("policies:desk_policy", args=[v.policy.code])
        since = local_date(v.submitted_at) if v.submitted_at else None
        return Item(v.policy.name, url, who, f"第 {v.no} 版送审", since=since)

    rows = others_waiting(viewer).select_related("policy", "submitted_by")
    return Source(rows, item, f"{reverse('policies:desk')}?tab=review", order=("submitted_at", "pk"))


def returned(viewer: Viewer, today: date) -> Source | None:
    """Return one's own wordings that came back to be changed."""
    if not viewer.has("policies.edit"):
        return None
    mine = Q(author_id=viewer.person_id) | Q(submitted_by_id=viewer.person_id)
    rows = PolicyVersion.objects.filter(mine, state=VersionState.RETURNED).select_related(
        "policy", "reviewer"
    )

    def item(v: PolicyVersion) -> Item:
        who = v.reviewer.name if v.reviewer else ""
        since = local_date(v.reviewed_at) if v.reviewed_at else None
        url = reverse("policies:desk_edit", args=[v.policy.code])
        return Item(v.policy.name, url, who, f"退回来改：{v.review_note}", since=since)

    return Source(rows, item, reverse("policies:desk"), order=("reviewed_at", "pk"))


def grant_batches(viewer: Viewer, today: date) -> Source | None:
    """Return payouts without application: the officer samples, another person of the lead unit approves."""
    if not viewer.has("policies.batches"):
        return None
    sampling = Q(state=GrantBatch.State.PROPOSED, policy__lead_unit_id__in=_units(viewer, ("policy",)))
    approving = Q(
        state=GrantBatch.State.CONFIRMED, policy__lead_unit_id__in=_units(viewer, ("reviewer", "leader"))
    )
    for_others = ~Q(proposed_by_id=viewer.person_id) | Q(proposed_by__isnull=True)
    for_others &= ~Q(confirmed_by_id=viewer.person_id) | Q(confirmed_by__isnull=True)

    def item(b: GrantBatch) -> Item:
        words = "等您抽查" if b.state == GrantBatch.State.PROPOSED else "等您批准"
        since = local_date(b.confirmed_at or b.proposed_at)
        return Item(b.policy.name, reverse("policies:batch", args=[b.number]), b.number, words, since=since)

    rows = GrantBatch.objects.filter(sampling | (approving & for_others)).select_related("policy")
    return Source(rows, item, reverse("policies:batches"), order=("proposed_at", "pk"))


def objections(viewer: Viewer, today: date) -> Source | None:
    """Return objections that the lead unit's reviewer or leader answers."""
    units = _units(viewer, ("reviewer", "leader"))
    if not units:
        return None

    def item(o: Objection) -> Item:
        case = o.application.case
        url = reverse("cases:case", args=[case.number])
        day = case.due_by if case.clock_state == "running" else None
        return Item(case.title, url, "", f"第 {o.no} 条异议等查明", day, local_date(o.made_at))

    open_ones = Objection.objects.filter(decided_at__isnull=True, application__case__is_open=True)
    rows = open_ones.filter(application__policy__lead_unit_id__in=units).select_related("application__case")
    return Source(rows, item, day=CASE_DUE, runs=RUNS)


def payments(viewer: Viewer, today: date) -> Source | None:
    """Return what can be put into a batch, and what failed and can be paid again to another account."""
    if not viewer.has(MANAGE):
        return None
    live = Payment.objects.filter(
        application_id=OuterRef("application_id"), state__in=["ready", "sent", "paid"]
    )
    changed = Q(application__account__isnull=False) & ~Q(application__account_id=F("account_id"))
    again = Q(state=Payment.State.FAILED) & changed & ~Q(Exists(live))
    ready = Q(state=Payment.State.READY, batch__isnull=True)

    def item(p: Payment) -> Item:
        words = (
            f"{money_words(p.amount_fen)}{'待付' if p.state == Payment.State.READY else '没付成，账户换了'}"
        )
        case = p.application.case
        day = case.due_by if case.clock_state == "running" else None
        url = reverse("policies:money_payment", args=[p.number])
        return Item(case.title, url, p.application.enterprise.label, words, day, local_date(p.made_at))

    rows = Payment.objects.filter(ready | again, application__district_id=viewer.district_id or 0)
    rows = rows.select_related("application__case", "application__enterprise")
    return Source(rows, item, reverse("policies:money_ready"), day=CASE_DUE, runs=RUNS)


def payment_batches(viewer: Viewer, today: date) -> Source | None:
    """Return batches another treasurer made, to check, and those handed over whose results are to be recorded."""
    if not viewer.has(MANAGE):
        return None
    others = Q(state=PaymentBatch.State.DRAFT) & (~Q(made_by_id=viewer.person_id) | Q(made_by__isnull=True))

    def item(b: PaymentBatch) -> Item:
        to_check = b.state == PaymentBatch.State.DRAFT
        words = f"{b.count} 笔 {money_words(b.total_fen)}，{'等您复核' if to_check else '等登记回单'}"
        since = local_date(b.made_at if to_check or b.exported_at is None else b.exported_at)
        who = b.made_by.name if b.made_by else ""
        return Item(
            f"支付批次 {b.number}", reverse("policies:money_batch", args=[b.number]), who, words, since=since
        )

    rows = PaymentBatch.objects.filter(
        others | Q(state=PaymentBatch.State.EXPORTED), district_id=viewer.district_id or 0
    )
    return Source(
        rows.select_related("made_by"), item, reverse("policies:money_batches"), order=("made_at", "pk")
    )


def clawbacks(viewer: Viewer, today: date) -> Source | None:
    """Return money asked back by another person, to decide on."""
    if not viewer.has(MANAGE):
        return None

    def item(c: Clawback) -> Item:
        case = c.payment.application.case
        words = f"{c.asked_by.name if c.asked_by else '系统'}提出追回 {money_words(c.amount_fen)}：{c.reason}"
        url = reverse("policies:money_clawback", args=[c.pk])
        return Item(
            case.title, url, c.payment.application.enterprise.label, words, since=local_date(c.asked_at)
        )

    here = Clawback.objects.filter(payment__application__district_id=viewer.district_id or 0)
    rows = here.filter(state=Clawback.State.ASKED).exclude(asked_by_id=viewer.person_id)
    related = rows.select_related(
        "payment__application__case", "payment__application__enterprise", "asked_by"
    )
    return Source(related, item, reverse("policies:money_clawbacks"), order=("asked_at", "pk"))


def deliveries(viewer: Viewer, today: date) -> Source | None:
    """Return services and rights that the viewer's unit still has to give."""
    units = delivering_units(viewer)
    if not units:
        return None

    def item(d: Delivery) -> Item:
        case = d.application.case
        day = case.due_by if case.clock_state == "running" else None
        url = reverse("policies:money_delivery", args=[d.pk])
        return Item(
            case.title, url, d.application.enterprise.label, f"兑现：{d.what}", day, local_date(d.asked_at)
        )

    rows = Delivery.objects.filter(unit_id__in=units, state=Delivery.State.WAITING)
    rows = rows.select_related("application__case", "application__enterprise")
    return Source(rows, item, reverse("policies:money_deliveries"), day=CASE_DUE, runs=RUNS)


declare_waiting("policy_review", "等您审核的政策", to_review, order=40)
declare_waiting("policy_returned", "退回来改的政策", returned, order=41)
declare_waiting("policy_batches", "免申即享批次", grant_batches, order=42)
declare_waiting("policy_objections", "公示异议", objections, order=43)
declare_waiting("payment_batches", "支付批次", payment_batches, order=44)
declare_waiting("payments", "待付的钱", payments, order=45)
declare_waiting("clawbacks", "等决定的追回", clawbacks, order=46)
declare_waiting("deliveries", "待兑现的服务和权益", deliveries, order=47)

"""What waits in service requests besides the turns of cases: call-backs, conclusions, looking back, replies."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from qiying.capabilities.service_requests.models import FollowUp, HotIssue, ReExamination, Review
from qiying.capabilities.service_requests.selectors.common import followed_cases
from qiying.capabilities.service_requests.selectors.waiting import waiting_cases
from qiying.capabilities.service_requests.services.follow_ups import WHY as FOLLOWED_FOR
from qiying.capabilities.service_requests.services.reviews import why_words
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.models import Approval, Case, CaseParty, ImportBatch, Intake
from qiying.kernel.cases.waiting import Item, Source, declare_waiting
from qiying.kernel.permissions.viewer import Viewer


def _keys(viewer: Viewer, roles: Collection[str]) -> list[str]:
    return sorted({f"u:{m.unit_id}" for m in viewer.memberships if m.role in roles})


def _asker(case: Case) -> str:
    return case.enterprise.label if case.enterprise else ""


def _followed(viewer: Viewer, **state: Any) -> Exists:
    """Return the condition on rows of cases the viewer follows, asked of each row: a list of them all grows."""
    return Exists(followed_cases(viewer).filter(pk=OuterRef("case_id"), **state))


def call_backs(viewer: Viewer, today: date) -> Source | None:
    """Return answers nobody judged yet, which the call-back desk asks about; their clocks stand still: none is late."""
    if not viewer.has_role("callback"):
        return None
    asked = Approval.open().filter(case=OuterRef("pk"), kind="unconfirmed")
    rows = waiting_cases(viewer).filter(~Q(Exists(asked)))

    def item(case: Case) -> Item:
        url = reverse("cases:case", args=[case.number])
        return Item(
            case.title,
            url,
            _asker(case),
            "问企业解决了没有",
            since=case.answered_on,
            status="paused",
            status_words="等评价",
        )

    return Source(rows, item, reverse("service_requests:callback"), order=("answered_on", "pk"))


def conclusions(viewer: Viewer, today: date) -> Source | None:
    """Return suggestions, questions and clues that were answered and wait for the desk's conclusion."""
    keys = _keys(viewer, ("desk",))
    if not keys:
        return None
    parts = CaseParty.objects.filter(case=OuterRef("pk"), key__in=keys, role="desk", until__isnull=True)
    rows = Case.objects.filter(procedure="service_request", state="answered", is_open=True).exclude(
        kind="problem"
    )

    def item(case: Case) -> Item:
        url = reverse("cases:do", args=[case.number, "conclude"])
        return Item(case.title, url, _asker(case), "下结论", since=case.answered_on)

    return Source(rows.filter(Exists(parts)).select_related("enterprise"), item, order=("answered_on", "pk"))


def follow_ups(viewer: Viewer, today: date) -> Source | None:
    """Return call-backs whose day has come, weeks after the end."""
    if not viewer.has_role("callback"):
        return None

    def item(row: FollowUp) -> Item:
        url = reverse("service_requests:follow_ups_row", args=[row.pk])
        why = FOLLOWED_FOR.get(row.why, row.why)
        return Item(row.case.title, url, _asker(row.case), why, row.due_on, row.case.closed_on)

    rows = FollowUp.objects.filter(state=FollowUp.State.PLANNED, due_on__lte=today)
    rows = rows.filter(_followed(viewer, state="written_off")).select_related("case__enterprise")
    return Source(rows, item, reverse("service_requests:follow_ups"), day="due_on")


def reviews(viewer: Viewer, today: date) -> Source | None:
    """Return what a unit's leader or liaison looks back at; the desk where no unit led."""
    led = Q(case__lead_unit_id__in=[m.unit_id for m in viewer.memberships if m.role in {"leader", "liaison"}])
    if viewer.has_role("desk"):
        led |= Q(case__lead_unit__isnull=True, case__district_id=viewer.district_id or 0)
    if not viewer.has("service_requests.review_write"):
        return None

    def item(row: Review) -> Item:
        url = reverse("service_requests:reviews_row", args=[row.pk])
        return Item(row.case.title, url, _asker(row.case), why_words(row.why), since=row.case.closed_on)

    rows = Review.objects.filter(led, state=Review.State.PLANNED).select_related("case__enterprise")
    return Source(rows, item, reverse("service_requests:reviews"), order=("month", "pk"))


def hot(viewer: Viewer, today: date) -> Source | None:
    """Return hot issues to decide on, and for the unit that leads one, what is to be done about it."""
    wanted = Q(
        state=HotIssue.State.OPEN,
        unit_id__in=[m.unit_id for m in viewer.memberships if m.role in {"leader", "liaison"}],
    )
    if viewer.has("service_requests.hot_decide"):
        wanted |= Q(state=HotIssue.State.FOUND, district_id=viewer.district_id or 0)
    if not viewer.has("service_requests.hot"):
        return None

    def item(issue: HotIssue) -> Item:
        found = issue.state == HotIssue.State.FOUND
        words = "认定成不成立" if found else f"由您单位牵头：{issue.measure}"
        since = issue.found_on if found or issue.decided_on is None else issue.decided_on
        return Item(
            issue.title, reverse("service_requests:hot_issues_row", args=[issue.pk]), "", words, since=since
        )

    return Source(
        HotIssue.objects.filter(wanted),
        item,
        reverse("service_requests:hot_issues"),
        order=("found_on", "pk"),
    )


def filed(viewer: Viewer, today: date) -> Source | None:
    """Return filed cases whose obstacle is to be looked at again, and for supervision those where it is gone."""
    if not viewer.has("service_requests.filed_look"):
        return None
    planned = Q(state=ReExamination.State.PLANNED)
    wanted = planned & Q(due_on__lte=today)
    if viewer.has_role("supervisor"):
        wanted |= Q(state=ReExamination.State.CHANGED)

    def item(row: ReExamination) -> Item:
        gone = row.state == ReExamination.State.CHANGED
        words = "卡住的事变了，等您重办" if gone else "看卡住的事变了没有"
        url = reverse("service_requests:filed_row", args=[row.case.number])
        return Item(
            row.case.title, url, _asker(row.case), words, None if gone else row.due_on, row.case.closed_on
        )

    rows = ReExamination.objects.filter(_followed(viewer, state="filed"), wanted)
    return Source(
        rows.select_related("case__enterprise"),
        item,
        f"{reverse('service_requests:filed')}?show=due",
        day="due_on",
        runs=planned,
    )


def replies(viewer: Viewer, today: date) -> Source | None:
    """Return sources that wait for their own reply."""
    if not viewer.has("service_requests.replies"):
        return None

    def item(intake: Intake) -> Item:
        url = reverse("service_requests:reply", args=[intake.number])
        who = intake.enterprise.label if intake.enterprise else ""
        return Item(
            f"{intake.channel.name} {intake.source_id or intake.number}",
            url,
            who,
            "回复来源",
            since=intake.received_on,
        )

    rows = Intake.objects.filter(district_id=viewer.district_id or 0, reply_state=Intake.Reply.PENDING)
    related = rows.select_related("channel", "enterprise")
    return Source(related, item, reverse("service_requests:replies"), order=("received_at", "pk"))


def imports(viewer: Viewer, today: date) -> Source | None:
    """Return one's own trial imports that were neither carried out nor dropped."""
    if not viewer.has_role("desk"):
        return None

    def item(batch: ImportBatch) -> Item:
        return Item(
            batch.name,
            reverse("service_requests:ledgers_one", args=[batch.pk]),
            "",
            "试导好了，等您确认",
            since=local_date(batch.made_at),
        )

    rows = ImportBatch.objects.filter(made_by_id=viewer.person_id, state="tried", undone_at__isnull=True)
    return Source(rows, item, reverse("service_requests:ledgers"), order=("-pk",))


declare_waiting("callback", "等企业评价的答复", call_backs, order=11)
declare_waiting("conclude", "等您下结论", conclusions, order=12)
declare_waiting("follow_ups", "到日子的回访", follow_ups, order=50)
declare_waiting("filed", "解释存档要复查", filed, order=51)
declare_waiting("hot", "热点", hot, order=52)
declare_waiting("reviews", "要写的复盘", reviews, order=53)
declare_waiting("replies", "等回复的来源", replies, order=54)
declare_waiting("ledger_imports", "没导完的台账", imports, order=55)

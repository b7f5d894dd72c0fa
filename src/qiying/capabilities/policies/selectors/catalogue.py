"""Reads of the policy desk: the district's policies with what stands beside them, versions, money, reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from qiying.capabilities.policies.models import Budget, Policy, PolicyState, PolicyVersion, VersionState
from qiying.capabilities.policies.selectors.leading import led
from qiying.capabilities.policies.selectors.matching import Reach, reach
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.viewer import Viewer

SOON = timedelta(days=60)
OPEN = (VersionState.DRAFT, VersionState.RETURNED, VersionState.IN_REVIEW, VersionState.APPROVED)
TABS = (
    ("used", "在用"), ("coming", "待起用"), ("draft", "草稿"), ("review", "待我审核"), ("soon", "快到期"), ("ended", "已停"),
)  # fmt: skip


@dataclass(frozen=True)
class DeskRow:
    """A policy of the list with its waiting version, the money left this year and how far it came."""

    policy: Policy
    waiting: PolicyVersion | None
    left_fen: int | None
    reach: Reach


def policies_visible_to(viewer: Viewer) -> QuerySet[Policy]:
    """Return the district's policies, drafts included, for officers of the desk; nobody else sees one."""
    if viewer.district_id is None or not any(
        viewer.has(code) for code in ("policies.edit", "policies.review", "policies.reach")
    ):
        return Policy.objects.none()
    return Policy.objects.filter(district_id=viewer.district_id).select_related("lead_unit")


def in_tab(policies: QuerySet[Policy], tab: str, viewer: Viewer, today: date) -> QuerySet[Policy]:
    """Return the policies of a tab."""
    return policies.filter(_tab_condition(tab, viewer, today))


def tab_counts(policies: QuerySet[Policy], viewer: Viewer, today: date) -> dict[str, int]:
    """Return how many policies each tab has; one query."""
    sums = {tab: Count("pk", filter=_tab_condition(tab, viewer, today)) for tab, _ in TABS}
    return policies.order_by().aggregate(**sums)


def _tab_condition(tab: str, viewer: Viewer, today: date) -> Q:
    open_ = PolicyVersion.objects.filter(policy=OuterRef("pk"))
    published, later = Q(state=PolicyState.PUBLISHED), Q(valid_from__gt=today)
    used = published & ~later
    match tab:
        case "coming":
            return published & later
        case "draft":
            return Q(Exists(open_.filter(state__in=OPEN)))
        case "review":
            return Q(Exists(others_waiting(viewer).filter(policy=OuterRef("pk"))))
        case "soon":
            return used & Q(valid_to__isnull=False, valid_to__lte=today + SOON)
        case "ended":
            return Q(state__in=(PolicyState.EXPIRED, PolicyState.REPLACED, PolicyState.WITHDRAWN))
    return used


def state_words(policy: Policy, today: date) -> str:
    """Return how a policy stands today: one whose first day is still to come is published and not yet in use."""
    if policy.state == PolicyState.PUBLISHED and policy.valid_from is not None and policy.valid_from > today:
        return f"已发布，{policy.valid_from} 起用"
    return PolicyState(policy.state).label


def others_waiting(viewer: Viewer) -> QuerySet[PolicyVersion]:
    """Return versions in review of what this person's unit leads that he neither wrote nor handed in."""
    if viewer.district_id is None or not viewer.has("policies.review"):
        return PolicyVersion.objects.none()
    here = PolicyVersion.objects.filter(policy__district_id=viewer.district_id, state=VersionState.IN_REVIEW)
    mine = Q(author_id=viewer.person_id) | Q(submitted_by_id=viewer.person_id)
    return here.filter(led(viewer, "policies.review", "policy__lead_unit__path")).exclude(mine)


def desk_rows(policies: Sequence[Policy], district_id: int, year: int) -> list[DeskRow]:
    """Return the rows of a page; the same number of queries for one row and for many."""
    ids = [policy.pk for policy in policies]
    waiting = {
        v.policy_id: v for v in PolicyVersion.objects.filter(policy_id__in=ids, state__in=OPEN).order_by("no")
    }
    left = dict(Budget.objects.filter(policy_id__in=ids, year=year).values_list("policy_id", "available_fen"))
    far = reach(district_id, ids)
    return [DeskRow(p, waiting.get(p.pk), left.get(p.pk), far.get(p.pk, Reach())) for p in policies]


def open_version(policy: Policy) -> PolicyVersion | None:
    """Return the version that is not in force yet: draft, returned, in review or approved."""
    return policy.versions.filter(state__in=OPEN).select_related("author", "submitted_by", "reviewer").first()


def version_in_force(policy: Policy) -> PolicyVersion | None:
    """Return the version that counts now."""
    return policy.versions.filter(state=VersionState.PUBLISHED).first()


def lead_units(district_id: int) -> QuerySet[Unit]:
    """Return units that may lead, review with or deliver a policy."""
    return Unit.objects.filter(district_id=district_id, is_active=True).order_by("name")

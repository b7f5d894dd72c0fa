"""Reads of the policy desk: who may write on a policy, what stands beside it, what publishing it will do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from qiying.capabilities.policies.models import Budget, Policy, PolicyState, PolicyVersion, VersionState
from qiying.capabilities.policies.selectors.matching import Reach, reach
from qiying.capabilities.policies.selectors.shelf import wording_of
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import NotPermitted
from qiying.kernel.permissions.fetch import require
from qiying.kernel.permissions.registry import permissions_of
from qiying.kernel.permissions.viewer import Viewer
from qiying.ui.humanize import money_words


def leads(viewer: Viewer, permission: str, unit: Unit) -> bool:
    """Tell whether a role held in the unit itself, or in one above it, carries the permission."""
    if viewer.is_system:
        return True
    return viewer.has(permission) and any(
        permission in permissions_of(held.role)
        for held in viewer.memberships
        if held.district_id == unit.district_id and unit.path.startswith(held.path)
    )


def led(viewer: Viewer, permission: str, path: str = "lead_unit__path") -> Q:
    """Return the condition that keeps rows of units the viewer leads; `path` is where the unit's path stands."""
    found = Q(pk__in=())
    for held in viewer.memberships:
        if permission in permissions_of(held.role):
            found |= Q(**{f"{path}__startswith": held.path})
    return found


def must_lead(viewer: Viewer, permission: str, policy: Policy, unit: Unit | None = None) -> None:
    """Raise `NotPermitted` unless the viewer belongs to the policy's lead department, or to `unit` in its place."""
    if viewer.is_system:
        return
    require(viewer, permission)
    if viewer.district_id != policy.district_id:
        raise NotPermitted("这是别的区县的政策")
    if not leads(viewer, permission, unit or policy.lead_unit):
        name = (unit or policy.lead_unit).label
        raise NotPermitted(f"这项政策由{name}主办，要由{name}或它的上级单位来办")


def led_units(viewer: Viewer, permission: str, district_id: int) -> list[Unit]:
    """Return the units of a district for which the viewer may write policies, by name."""
    units = Unit.objects.filter(district_id=district_id, is_active=True).order_by("name")
    return [unit for unit in units if leads(viewer, permission, unit)]


def draft_basis(number: str) -> str | None:
    """Return the word that says a document is not issued yet; None when its number says nothing of the kind."""
    words = ("征求意见稿", "公开征求意见", "讨论稿", "送审稿", "草案", "草稿", "未印发", "待印发", "拟印发")
    return next((word for word in words if word in number), None)


@dataclass(frozen=True)
class Look:
    """One thing to look at: what it is in words, and whether it needs to be confirmed by itself."""

    code: str
    label: str
    words: str
    is_doubtful: bool = False


def publishing_looks(version: PolicyVersion, today: date) -> list[Look]:
    """Return what a reviewer confirms before a version is published; doubtful ones each by themselves."""
    wording = wording_of(version)
    basis = wording.document.number
    word = draft_basis(basis)
    found = [Look("basis", "依据", f"{basis}，还是{word}，不能发布" if word else basis, word is not None)]
    start = max(filter(None, (wording.valid_from, version.effective_from)), default=None)
    if start is not None and start > today:
        words = f"{start.year}年{start.month}月{start.day}日起才有效，发布后到那天才匹配、才能申报"
        found.append(Look("validity", "有效期", words, True))
    else:
        until = wording.valid_to
        words = f"发布后马上按它匹配，到 {until}" if until else "发布后马上按它匹配，没写到哪天为止"
        found.append(Look("validity", "有效期", words, until is None))
    if version.policy.grant == "money" and version.policy.is_paid_here:
        budget = Budget.objects.filter(policy_id=version.policy_id, year=(start or today).year).first()
        words = (
            f"今年下达 {money_words(budget.appropriated_fen)}" if budget else "还没有下达资金，核定的要排队等"
        )
        found.append(Look("budget", "资金", words, budget is None))
    count = len(wording.examples)
    words = f"{count} 个算例，都和表格对得上" if count else "没有算例，没人按例子核过表格"
    found.append(Look("examples", "算例", words, not count))
    return found


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

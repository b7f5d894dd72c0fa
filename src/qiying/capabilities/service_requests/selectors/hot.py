"""Hot issues of a district, and how many of a case's kind there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Max, Min, Q, QuerySet

from qiying.capabilities.service_requests.models import HotIssue
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.permissions.viewer import Viewer

WHOLE = frozenset({"desk", "supervisor", "callback", "district_leader", "policy"})
"""Roles that see every hot issue of the district; others those their unit leads."""


@dataclass(frozen=True)
class Alike:
    """What the case page says of a case's kind."""

    count: int
    days: int
    issue: HotIssue | None


def hot_issues_visible_to(viewer: Viewer) -> QuerySet[HotIssue]:
    """Return the district's hot issues for neutral offices, else the confirmed ones of the viewer's units."""
    if viewer.district_id is None or not viewer.has("service_requests.hot"):
        return HotIssue.objects.none()
    rows = HotIssue.objects.filter(district_id=viewer.district_id)
    return rows if viewer.roles & WHOLE else rows.filter(unit_id__in=viewer.unit_ids)


def hot_list(viewer: Viewer) -> QuerySet[HotIssue]:
    """Return hot issues, each with `case_count` and `open_count`, the newest first."""
    rows = hot_issues_visible_to(viewer).select_related("unit", "decided_by")
    counted = rows.annotate(
        case_count=Count("cases"), open_count=Count("cases", filter=Q(cases__is_open=True))
    )
    return counted.order_by("-found_on", "-pk")


def issue_cases(issue: HotIssue, viewer: Viewer) -> QuerySet[Case]:
    """Return an issue's cases that the viewer takes part in, newest first."""
    rows = cases_visible_to(viewer).filter(hot_issues=issue)
    return rows.select_related("enterprise", "lead_unit").order_by("-received_at")


def issue_span(issue: HotIssue) -> int:
    """Return over how many days an issue's cases came, first and last day included; 0 without cases."""
    found = issue.cases.aggregate(first=Min("received_on"), last=Max("received_on"))
    return (found["last"] - found["first"]).days + 1 if found["first"] else 0


def alike_of(case: Case, today: date) -> Alike:
    """Return how many cases of the same category came within the district's window, this one included; two queries."""
    days = int(parameter("hot.days", district_id=case.district_id, on=today))
    rows = Case.objects.filter(
        district_id=case.district_id,
        procedure=case.procedure,
        category=case.category,
        kind="problem",
        received_on__gt=today - timedelta(days=days),
        received_on__lte=today,
    ).exclude(outcome__in=("joined", "voided", "withdrawn", "declined"))
    issue = case.hot_issues.exclude(state="dismissed").order_by("-found_on", "-pk").first()
    return Alike(rows.count() if case.category else 0, days, issue)

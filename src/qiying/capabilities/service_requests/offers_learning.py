"""Where the pages after an answer stand in the navigation, and what the case page may say of a case's kind."""

from __future__ import annotations

from datetime import date

from qiying.capabilities.service_requests.models import BestCase
from qiying.capabilities.service_requests.selectors_learning.hot import alike_of, hot_issues_visible_to
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.offers import Tile, offer_nav, provide
from qiying.kernel.permissions.viewer import Viewer


def case_panels(case: Case, viewer: Viewer, today: date) -> list[Tile]:
    """Return the panels a case page may show beside a case: how many of its kind came lately; at most three queries."""
    if case.procedure != "service_request" or case.kind != "problem":
        return []
    found = alike_of(case, today)
    if found.count < 2 and found.issue is None:
        return []
    seen = hot_issues_visible_to(viewer).filter(pk=found.issue.pk).exists() if found.issue else False
    return [Tile("learning/_alike.html", {"case": case, "alike": found, "may_open": seen})]


def best_cases_chosen(*, district_id: int, first: date, last: date) -> int:
    """Return how many best cases the district chose for the years from `first` to `last`."""
    rows = BestCase.objects.filter(district_id=district_id, year__gte=first.year, year__lte=last.year)
    return rows.count()


provide("case_panels", case_panels)
provide("best_cases_chosen", best_cases_chosen)
offer_nav(
    "reviews", "复盘", "service_requests:reviews", ("desk", "supervisor", "leader", "district_leader"), 41
)
offer_nav(
    "hot", "热点", "service_requests:hot_issues", ("desk", "supervisor", "district_leader", "policy"), 42
)
offer_nav("filed", "解释存档", "service_requests:filed", ("desk", "supervisor", "callback"), 40, group="menu")
offer_nav(
    "hot_own", "热点", "service_requests:hot_issues", ("leader", "liaison", "callback"), 41, group="menu"
)
offer_nav("reviews_own", "复盘", "service_requests:reviews", ("liaison", "callback"), 42, group="menu")
offer_nav(
    "best", "十佳案例", "service_requests:best_cases",
    ("desk", "supervisor", "district_leader", "leader", "liaison", "callback"), 43, group="menu",
)  # fmt: skip
offer_nav(
    "answer_templates",
    "答复模板",
    "service_requests:answer_templates",
    ("liaison", "leader"),
    44,
    group="menu",
)

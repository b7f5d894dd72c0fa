"""The month's reviews: neutral offices see all, a unit's leader and liaison those of their own cases."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Q, QuerySet

from qiying.capabilities.service_requests.models import Review
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.permissions.viewer import Viewer

SEEING = ("desk", "supervision", "callback", "lead", "official")
TABS = (("planned", "待复盘"), ("done", "已复盘"))


def reviews_visible_to(viewer: Viewer) -> QuerySet[Review]:
    """Return the reviews of the cases in which the viewer takes part as one who follows, leads or led."""
    if not viewer.has("service_requests.reviews"):
        return Review.objects.none()
    cases = cases_visible_to(viewer, roles=SEEING)
    return Review.objects.filter(case__in=cases)


def month_reviews(viewer: Viewer, month: date, state: str) -> QuerySet[Review]:
    """Return one month's reviews in a state with what a row names."""
    rows = reviews_visible_to(viewer).filter(month=month)
    if state:
        rows = rows.filter(state=state)
    return rows.select_related("case__enterprise", "case__lead_unit", "done_by").order_by(
        "-case__closed_on", "pk"
    )


def review_counts(viewer: Viewer, month: date) -> dict[str, int]:
    """Return how many reviews of a month are planned and done; one query."""
    found: dict[str, int] = (
        reviews_visible_to(viewer)
        .filter(month=month)
        .aggregate(**{code: Count("pk", filter=Q(state=code)) for code, _ in TABS})
    )
    return found


def months_with_reviews(viewer: Viewer) -> list[date]:
    """Return the months that have reviews in the viewer's district, newest first; at most 24."""
    rows = Review.objects.filter(case__district_id=viewer.district_id or 0)
    return list(rows.order_by("-month").values_list("month", flat=True).distinct()[:24])

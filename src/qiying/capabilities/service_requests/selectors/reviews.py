"""The month's reviews: neutral offices see all, a unit's leader and liaison those of their own cases."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from qiying.capabilities.service_requests.models import Review
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.permissions.viewer import Viewer

SEEING = ("desk", "supervision", "callback", "lead", "official")


def reviews_visible_to(viewer: Viewer) -> QuerySet[Review]:
    """Return the reviews of the cases in which the viewer follows, leads or led, with what a row names."""
    if not viewer.has("service_requests.reviews"):
        return Review.objects.none()
    rows = Review.objects.filter(case__in=cases_visible_to(viewer, roles=SEEING))
    named = rows.select_related("case__enterprise", "case__lead_unit", "done_by", "best_case")
    return named.order_by("-case__closed_on", "pk")


def months_with_reviews(viewer: Viewer) -> list[date]:
    """Return the months that have reviews in the viewer's district, newest first; at most 24."""
    rows = Review.objects.filter(case__district_id=viewer.district_id or 0)
    return list(rows.order_by("-month").values_list("month", flat=True).distinct()[:24])

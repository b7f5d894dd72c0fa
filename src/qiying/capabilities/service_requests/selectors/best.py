"""Best cases: candidates and chosen ones for the office, published ones for everybody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from qiying.capabilities.service_requests.models import BestCase, Review
from qiying.kernel.permissions.viewer import Viewer


@dataclass(frozen=True)
class PublicCase:
    """A best case as everybody reads it: no person, no number, the enterprise only if it agreed."""

    rank: int
    title: str
    story: list[str]
    unit: str
    enterprise: str
    matter: str


def candidates(viewer: Viewer, year: int | None = None) -> QuerySet[Review]:
    """Return the nominated reviews (of a year) that are not chosen yet, for who may look."""
    if viewer.district_id is None or not viewer.has("service_requests.best"):
        return Review.objects.none()
    rows = Review.objects.filter(
        case__district_id=viewer.district_id,
        is_nominated=True,
        state=Review.State.DONE,
        best_case__isnull=True,
    )
    if year is not None:
        rows = rows.filter(month__gte=date(year, 1, 1), month__lte=date(year, 12, 31))
    return rows.select_related("case__enterprise", "case__lead_unit").order_by("month", "pk")


def best_cases_visible_to(viewer: Viewer) -> QuerySet[BestCase]:
    """Return the district's best cases for who may look."""
    if viewer.district_id is None or not viewer.has("service_requests.best"):
        return BestCase.objects.none()
    rows = BestCase.objects.filter(district_id=viewer.district_id)
    return rows.select_related("review__case__enterprise", "review__case__lead_unit").order_by(
        "-year", "rank"
    )


def years_of(viewer: Viewer, today: date) -> list[int]:
    """Return the years to choose from, newest first: those with best cases, this and the last."""
    known = best_cases_visible_to(viewer).order_by().values_list("year", flat=True).distinct()
    return sorted({*known, today.year, today.year - 1}, reverse=True)


def published(district_id: int | None = None) -> QuerySet[BestCase]:
    """Return what everybody may read, of one district or of all."""
    rows = BestCase.objects.filter(is_published=True).order_by("-year", "rank")
    return rows.filter(district_id=district_id) if district_id is not None else rows


def public_cases(rows: Iterable[BestCase], matters: dict[str, str]) -> list[PublicCase]:
    """Return published cases as told; the enterprise's name only with its consent.

    Args:
        matters: category code to name.
    """
    return [
        PublicCase(
            rank=b.rank,
            title=b.title,
            story=[p.strip() for p in b.story.splitlines() if p.strip()],
            unit=b.review.case.lead_unit.name if b.review.case.lead_unit else "",
            enterprise=b.review.case.enterprise.name
            if b.names_enterprise and b.review.case.enterprise
            else "",
            matter=matters.get(b.review.case.category, ""),
        )
        for b in rows
    ]

"""Reading ratings: rates with their denominators, and lists that never name who rated to the rated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.urls import reverse

from qiying.capabilities.feedback.models import RatingInvitation, ServicePlace, ServiceRating
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.viewer import Viewer
from qiying.statutes.service_rating import Rate, Rating, RatingCount, bad_rating_follow_up

LEAST_SHOWN = 5
"""Below so many ratings a unit's words are not listed month by month: few tell who it was."""


def ratings_visible_to(viewer: Viewer) -> QuerySet[ServiceRating]:
    """Return ratings of the viewer's units, or of his whole district."""
    rows = ServiceRating.objects.select_related("unit", "place")
    if viewer.has("feedback.ratings_district"):
        return rows.filter(district_id=viewer.district_id or 0)
    if viewer.has("feedback.ratings"):
        return rows.filter(unit_id__in=viewer.unit_ids)
    return rows.none()


def places_visible_to(viewer: Viewer) -> QuerySet[ServicePlace]:
    """Return the places of the viewer's units, or of his district for who looks at all of it."""
    rows = ServicePlace.objects.select_related("unit")
    if viewer.has("feedback.ratings_district"):
        return rows.filter(district_id=viewer.district_id or 0)
    return rows.filter(unit_id__in=viewer.unit_ids)


def to_rate(viewer: Viewer, today: date) -> QuerySet[RatingInvitation]:
    """Return what the viewer was asked about and has not rated."""
    return _open(today).filter(party_key__in=viewer.keys)


def _open(today: date) -> QuerySet[RatingInvitation]:
    return RatingInvitation.objects.filter(used_at__isnull=True, expires_on__gte=today)


def rating_link(subject: str, party_key: str, today: date) -> str:
    """Return where who was served rates a service; empty when he was not asked, has rated, or it is too late."""
    row = _open(today).filter(subject=subject, party_key=party_key).first()
    return reverse("feedback:rate", args=[row.token]) if row else ""


@dataclass(frozen=True)
class UnitRates:
    """The ratings of one unit in a period."""

    unit: Unit
    counts: RatingCount
    named_bad: int
    called_back: int
    rectified: int

    @property
    def follow_up(self) -> tuple[Rate, Rate]:
        """Return how many named bad ratings were called back and put right, of all of them."""
        return bad_rating_follow_up(self.named_bad, self.called_back, self.rectified)


def unit_rates(viewer: Viewer, first: date, last: date) -> list[UnitRates]:
    """Return the rates of every unit that was rated or that served somebody in a period; three queries."""
    span = {"given_on__range": (first, last)}
    named = ~Q(person=None, enterprise=None, contact_phone="")
    reached = Q(case__contacts__reached=True, case__contacts__purpose="rating")
    rows = ratings_visible_to(viewer).filter(**span).order_by().values("unit_id")
    levels = {f"n{n}": Count("pk", filter=Q(level=n, annulled_at=None), distinct=True) for n in range(1, 6)}
    found = rows.annotate(
        **levels,
        annulled=Count("pk", filter=Q(annulled_at__isnull=False), distinct=True),
        named_bad=Count(
            "pk", filter=named & Q(level__lte=2, annulled_at=None, case__isnull=False), distinct=True
        ),
        called=Count("pk", filter=named & reached & Q(level__lte=2, annulled_at=None), distinct=True),
        right=Count("pk", filter=named & Q(case__outcome__in=("rectified", "explained")), distinct=True),
    )
    by_unit: dict[int, Any] = {r["unit_id"]: r for r in found}
    served = _unrated(viewer, first, last)
    units = Unit.objects.in_bulk({*by_unit, *served})
    return sorted(
        (_rates(units[pk], by_unit.get(pk, {}), served.get(pk, 0)) for pk in units),
        key=lambda r: (r.counts.bad_rate().value or 0, r.unit.sort_order, r.unit.pk),
        reverse=True,
    )


def _unrated(viewer: Viewer, first: date, last: date) -> dict[int, int]:
    asked = RatingInvitation.objects.filter(ended_on__range=(first, last), used_at__isnull=True)
    if viewer.has("feedback.ratings_district"):
        asked = asked.filter(district_id=viewer.district_id or 0)
    else:
        asked = asked.filter(unit_id__in=viewer.unit_ids)
    return dict(asked.order_by().values_list("unit_id").annotate(n=Count("pk")))


def _rates(unit: Unit, row: dict[str, int], unrated: int) -> UnitRates:
    counts = RatingCount(
        {Rating(n): row.get(f"n{n}", 0) for n in range(5, 0, -1)},
        unrated=unrated,
        annulled=row.get("annulled", 0),
    )
    return UnitRates(unit, counts, row.get("named_bad", 0), row.get("called", 0), row.get("right", 0))


def total_of(rates: Iterable[UnitRates]) -> RatingCount:
    """Return all units together: counts add up, percentages never do."""
    rows = list(rates)
    levels = {Rating(n): sum(r.counts.by_level[Rating(n)] for r in rows) for n in range(5, 0, -1)}
    return RatingCount(
        levels, unrated=sum(r.counts.unrated for r in rows), annulled=sum(r.counts.annulled for r in rows)
    )


def months_of(viewer: Viewer, last: date) -> list[tuple[date, int, int]]:
    """Return (month, ratings, bad ones) of the year up to a day; one query."""
    rows = ratings_visible_to(viewer).filter(given_on__gt=last - timedelta(days=365), annulled_at=None)
    grouped = rows.order_by().annotate(m=TruncMonth("given_on")).values("m")
    found = grouped.annotate(n=Count("pk"), bad=Count("pk", filter=Q(level__lte=2))).order_by("m")
    return [(r["m"], r["n"], r["bad"]) for r in found]

"""Plans with their topics and attendance, and the hours of service officers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Count,
    DateField,
    DurationField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, Least, NullIf

from qiying.capabilities.study.models import Plan, Topic, YearCertificate
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.gatherings.models import Attendee
from qiying.kernel.gatherings.selectors import GONE
from qiying.kernel.organisations.models import Membership, Person
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.viewer import Viewer

OFFICERS = ("desk", "liaison", "handler", "callback")
"""Roles whose holders serve enterprises: they are to have the hours of a year."""


def plans_visible_to(viewer: Viewer) -> QuerySet[Plan]:
    """Return the district's plans for who may look."""
    rows = Plan.objects.filter(district_id=viewer.district_id or 0).select_related("unit")
    return rows if viewer.has("study.view") else rows.none()


def topics_visible_to(viewer: Viewer) -> QuerySet[Topic]:
    rows = Topic.objects.filter(plan__in=plans_visible_to(viewer))
    return rows.select_related("plan__unit", "gathering")


def learners_of(plan: Plan, on: date) -> list[Person]:
    """Return who is to study by a plan on a day: those named, and everybody who acts in its units."""
    units = plan.units.values("pk")
    acting = Membership.objects.filter(in_force(on), unit__in=units).values("person_id")
    members = plan.members.values("pk")
    rows = Person.objects.filter(Q(pk__in=acting) | Q(pk__in=members), is_active=True)
    return list(rows.order_by("name", "pk"))


@dataclass(frozen=True)
class Attendance:
    """Who was there of who was expected, over some sessions, and how many topics were studied of those planned."""

    studied: int = 0
    planned: int = 0
    came: int = 0
    expected: int = 0

    @property
    def topics(self) -> str:
        return f"{self.studied} / {self.planned}"

    @property
    def people(self) -> str:
        return (
            f"{self.came} / {self.expected}（{self.came / self.expected:.0%}）" if self.expected else "还没有"
        )


LEARNER = Q(gathering__attendees__role="learner") & ~Q(gathering__attendees__state__in=GONE)
STUDIED = Q(gathering__phase="closed")


def attendance(topics: QuerySet[Topic], by: str) -> dict[int, Attendance]:
    """Return the attendance by plan (`plan`) or topic (`pk`), in one statement."""
    found = (
        topics.order_by()
        .values(one=F(by))
        .annotate(
            studied=Count("pk", filter=STUDIED, distinct=True),
            planned=Count("pk", distinct=True),
            expected=Count("gathering__attendees", filter=LEARNER & STUDIED, distinct=True),
            came=Count(
                "gathering__attendees",
                filter=LEARNER & STUDIED & Q(gathering__attendees__checked_in_at__isnull=False),
                distinct=True,
            ),
        )
    )
    return {
        row["one"]: Attendance(row["studied"], row["planned"], row["came"], row["expected"]) for row in found
    }


# --- hours of service officers ---------------------------------------------------------------------
@dataclass(frozen=True)
class Officer:
    """One service officer's year: how long he was there, the hours it makes, what the year asks, his certificate."""

    person: Person
    unit: str
    took: timedelta
    hour_minutes: int
    wanted: int
    certificate: str = ""

    @property
    def minutes(self) -> int:
        return self.took // timedelta(minutes=1)

    @property
    def hours(self) -> str:
        """Return the hours with a tenth, cut off: 39.9 is not 40."""
        tenths = 10 * self.minutes // self.hour_minutes
        return f"{tenths // 10}.{tenths % 10}" if tenths % 10 else str(tenths // 10)

    @property
    def has_enough(self) -> bool:
        return self.took >= enough(self.wanted, self.hour_minutes)


def enough(wanted: int, hour_minutes: int) -> timedelta:
    """Return how long somebody has to be there for the hours of a year."""
    return timedelta(minutes=wanted * hour_minutes)


def served(district_id: int, today: date) -> QuerySet[Any]:
    """Return who serves enterprises of a district or did; `of_year` tells a year of theirs."""
    posts = Membership.objects.filter(
        person=OuterRef("pk"), unit__district_id=district_id, role__in=OFFICERS, valid_from__lte=today
    )
    rows = Person.objects.filter(Exists(posts), is_active=True)
    return rows.annotate(here=Value(district_id), as_of=Value(today, DateField()))


def of_year(rows: QuerySet[Any], year: int) -> QuerySet[Any]:
    """Hang on those who `served` their year: the unit at its end, how long they were there, their certificate.

    Only trainings that took place count; one called off counts none.
    """
    on = Least(OuterRef("as_of"), Value(date(year, 12, 31), DateField()))
    posts = Membership.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=on), person=OuterRef("pk"), valid_from__lte=on,
        unit__district_id=OuterRef("here"), role__in=OFFICERS,
    ).order_by("-pk")  # fmt: skip
    label = Coalesce(NullIf("unit__short_name", Value("")), "unit__name")
    there = Attendee.objects.filter(
        person=OuterRef("pk"), role="learner", checked_in_at__isnull=False, gathering__kind="officer_training",
        gathering__phase="closed", gathering__on__year=year,
    ).order_by().values("person")  # fmt: skip
    long = Sum(F("gathering__ends_at") - F("gathering__starts_at"), output_field=DurationField())
    held = certificates_of(person=OuterRef("pk"), district=OuterRef("here"), year=year)
    named: QuerySet[Any] = rows.annotate(
        post_unit=Subquery(posts.values("unit_id")[:1]),
        post_label=Subquery(posts.values(label=label)[:1]),
        took=Coalesce(Subquery(there.values(long=long)), timedelta()),
        certified=Subquery(held.values("certificate__number")[:1]),
    )
    return named


def certificates_of(**whose: Any) -> QuerySet[YearCertificate]:
    """Return the certificates of years that stand."""
    return YearCertificate.objects.filter(**whose, certificate__revoked_at=None)


def officers(rows: QuerySet[Any], year: int) -> QuerySet[Any]:
    """Return those of people who served at a year's end, by unit, whoever was there longest first."""
    found = of_year(rows, year).filter(post_unit__isnull=False)
    return found.order_by("post_label", "-took", "name", "pk")


def officer_of(row: Any, wanted: int, hour_minutes: int) -> Officer:
    """Return somebody's year as `of_year` has hung it on him."""
    return Officer(row, row.post_label or "", row.took, hour_minutes, wanted, row.certified or "")


def officers_visible_to(viewer: Viewer, today: date) -> QuerySet[Any]:
    """Return who serves enterprises of the district or did, with this year; whoever does not look sees himself."""
    rows = served(viewer.district_id or 0, today)
    if not viewer.has("study.view") and not viewer.has("study.keep"):
        rows = rows.filter(pk=viewer.person_id or 0)
    return of_year(rows, today.year).order_by("post_label", "-took", "name", "pk")


def rules_of(district_id: int, on: date) -> tuple[int, int]:
    """Return how many hours a year asks, and how many minutes one is, as the rules stand on a day."""
    wanted, minutes = (
        parameter(n, district_id=district_id, on=on) for n in ("study.hours", "study.hour_minutes")
    )
    return int(wanted), int(minutes)

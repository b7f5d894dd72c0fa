"""Plans with their topics and attendance, and the hours of service officers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from qiying.capabilities.study.models import Plan, Topic, YearCertificate
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.gatherings.models import Attendee
from qiying.kernel.gatherings.selectors import GONE
from qiying.kernel.organisations.models import Membership, Person
from qiying.kernel.organisations.selectors import in_force, people_with_role
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
    """One service officer's year: minutes he was there, the hours they make, what the year asks, his certificate."""

    person: Person
    unit: str
    minutes: int
    hour_minutes: int
    wanted: int
    certificate: Any = None

    @property
    def hours(self) -> str:
        """Return the hours with a tenth, cut off: 39.9 is not 40."""
        tenths = 10 * self.minutes // self.hour_minutes
        return f"{tenths // 10}.{tenths % 10}" if tenths % 10 else str(tenths // 10)

    @property
    def has_enough(self) -> bool:
        return self.minutes >= self.wanted * self.hour_minutes


def officers(district_id: int, year: int, today: date) -> list[Officer]:
    """Return the district's service officers with their hours of a year, by unit; four statements."""
    on = min(today, date(year, 12, 31))
    units = (
        Membership.objects.filter(unit__district_id=district_id).values_list("unit_id", flat=True).distinct()
    )
    people = {m.person_id: m for m in people_with_role(units, OFFICERS, on)}
    minutes = minutes_of(list(people), year)
    held = {c.person_id: c.certificate for c in YearCertificate.objects.filter(
        district_id=district_id, year=year, certificate__revoked_at=None).select_related("certificate")}  # fmt: skip
    wanted, length = rules_of(district_id, on)
    rows = [
        Officer(m.person, m.unit.label, minutes.get(pk, 0), length, wanted, held.get(pk))
        for pk, m in people.items()
    ]
    return sorted(rows, key=lambda o: (o.unit, -o.minutes, o.person.name))


def rules_of(district_id: int, on: date) -> tuple[int, int]:
    """Return how many hours a year asks, and how many minutes one is, as the rules stand on a day."""
    wanted, minutes = (
        parameter(n, district_id=district_id, on=on) for n in ("study.hours", "study.hour_minutes")
    )
    return int(wanted), int(minutes)


def minutes_of(people: Sequence[int], year: int) -> dict[int, int]:
    """Return for each person the minutes of a year's trainings he was at; one called off counts none."""
    rows = Attendee.objects.filter(
        person_id__in=people, role="learner", checked_in_at__isnull=False, gathering__kind="officer_training",
        gathering__phase="closed", gathering__on__year=year,
    ).values_list("person_id", "gathering__starts_at", "gathering__ends_at")  # fmt: skip
    found: dict[int, int] = {}
    for person_id, start, end in rows:
        found[person_id] = found.get(person_id, 0) + int((end - start).total_seconds()) // 60
    return found

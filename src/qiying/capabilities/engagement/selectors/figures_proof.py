"""What sessions and visits count, counted anew from their tables: the proof that their figures are true.

Left out is what the tables alone do not tell: answers given at a session may be corrected after they were counted,
and whether an enterprise called its problem solved stands in its case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from django.db.models import Count

from qiying.capabilities.engagement.models import SessionOutcome, Visit, VisitKind, VisitProblem, VisitPromise
from qiying.capabilities.engagement.selectors.sessions import KINDS
from qiying.kernel.audit.clock import local_date
from qiying.kernel.gatherings.models import Attendee, Gathering

Counts = Counter[tuple[int, str, date]]
"""How often, by district, measure and month."""
Found = Iterator[tuple[int, str, date, int]]


def sessions_counted() -> tuple[frozenset[str], Counts]:
    """Count sessions that took place: who was there, and what came out of them."""
    return (
        frozenset({"sessions", "entrepreneurs", "firms_met", "leaders", "heads", "policies", "firms_served"}),
        _by_month(_sessions()),
    )


def visits_counted() -> tuple[frozenset[str], Counts]:
    """Count visits that were made, promises and problems."""
    names = {"visits", "firms", "person_times", "problems", "promises", "policies", "joint", "closed"}
    return frozenset(names | {"promises_kept", "promises_in_time"}), _by_month(_visits())


def _by_month(found: Found) -> Counts:
    counts: Counts = Counter()
    for district, measure, on, n in found:
        counts[district, measure, on.replace(day=1)] += n
    return +counts


def _sessions() -> Found:
    held = Gathering.objects.filter(kind__in=KINDS, phase__in=("following", "closed"))
    for district, on in held.order_by().values_list("district_id", "on"):
        yield district, "sessions", on, 1
    there = Attendee.objects.filter(gathering__in=held, checked_in_at__isnull=False)
    roles = {"firm": "entrepreneurs", "leader": "leaders", "unit": "heads"}
    firms = set()
    for row in there.values_list(
        "gathering__district_id", "gathering__on", "role", "gathering", "enterprise"
    ):
        district, on, role, gathering, enterprise = row
        if role in roles:
            yield district, roles[role], on, 1
        if enterprise and (gathering, enterprise) not in firms:
            firms.add((gathering, enterprise))
            yield district, "firms_met", on, 1
    for district, on, n in SessionOutcome.objects.values_list("gathering__district_id", "issued_on", "firms"):
        yield district, "policies", on, 1
        yield district, "firms_served", on, n or 0


def _visits() -> Found:
    made = Visit.objects.filter(kind=VisitKind.VISIT, reported_at__isnull=False)
    reached = set()
    for visit in made.annotate(went=Count("parts")).order_by("reported_at", "pk"):
        year = (visit.enterprise_id, visit.on.year)
        counts = {"visits": 1, "firms": int(year not in reached), "person_times": visit.went}
        counts |= {"policies": len(visit.policies), "joint": int(visit.went > 1)}
        reached.add(year)
        for measure, n in counts.items():
            yield visit.district_id, measure, visit.on, n
    problems = VisitProblem.objects.values_list("visit__district_id", "visit__on", "closed_at")
    for district, on, closed_at in problems:
        yield district, "problems", on, 1
        if closed_at is not None:
            yield district, "closed", local_date(closed_at), 1
    promises = VisitPromise.objects.values_list("visit__district_id", "visit__on", "kept_on", "promised_by")
    for district, on, kept_on, promised_by in promises:
        yield district, "promises", on, 1
        if kept_on is not None:
            yield district, "promises_kept", kept_on, 1
            yield district, "promises_in_time", kept_on, int(kept_on <= promised_by)

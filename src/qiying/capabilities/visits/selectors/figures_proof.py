"""What visits count, counted anew from their tables: the proof that their figures are true.

Left out is what the tables alone do not tell: whether an enterprise called its problem solved stands in its case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from django.db.models import Count

from qiying.capabilities.visits.models import Visit, VisitKind, VisitProblem, VisitPromise
from qiying.kernel.audit.clock import local_date

Counts = Counter[tuple[int, str, date]]
"""How often, by district, measure and month."""
Found = Iterator[tuple[int, str, date, int]]


def visits_counted() -> tuple[frozenset[str], Counts]:
    """Count visits that were made, promises and problems."""
    names = {"visits", "firms", "person_times", "problems", "promises", "policies", "joint", "closed"}
    return frozenset(names | {"promises_kept", "promises_in_time"}), _by_month(_visits())


def _by_month(found: Found) -> Counts:
    counts: Counts = Counter()
    for district, measure, on, n in found:
        counts[district, measure, on.replace(day=1)] += n
    return +counts


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

"""What sessions count, counted anew from their tables: the proof that their figures are true.

Left out is what the tables alone do not tell: answers given at a session may be corrected after they were counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from qiying.capabilities.engagement.models import SessionOutcome
from qiying.capabilities.engagement.selectors.sessions import KINDS
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

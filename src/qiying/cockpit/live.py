"""What depends on now: open and overdue cases, what is stuck and on whom. Read from the cases, never stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf

from qiying.kernel.audit.clock import start_of_day
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.faces.clocks import row_status
from qiying.kernel.cases.models import Approval, Assignment, Case
from qiying.kernel.cases.reading_lists import cases_cover
from qiying.kernel.cases.selectors import parts_of
from qiying.kernel.cases.standing import overdue
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.figures.periods import Period
from qiying.kernel.permissions.viewer import Viewer

LIVE = {
    "open": "现在在办",
    "ontime": "没到期",
    "duesoon": "快到期",
    "overdue": "已经超期",
    "paused": "停表",
    "turn": "等企业评价",
    "unknown": "没有期限",
}


@dataclass
class Open:
    """Open cases by the status they show in every list."""

    by_status: dict[str, int] = field(default_factory=dict)

    def __getitem__(self, status: str) -> int:
        return self.by_status.get(status, 0)

    @property
    def total(self) -> int:
        return sum(self.by_status.values())


def _narrowed(district_id: int, procedure: str, where: dict[str, Any]) -> QuerySet[Case]:
    names = {"unit_id": "lead_unit_id__in", "channel_code": "channel__code"}
    narrowed = {names.get(k, k): v for k, v in where.items()}
    return Case.objects.filter(district_id=district_id, procedure=procedure, **narrowed)


def open_cases(district_id: int, procedure: str, where: dict[str, Any]) -> QuerySet[Case]:
    """Return the open cases under the page's filters."""
    return _narrowed(district_id, procedure, where).filter(is_open=True)


def open_by_status(district_id: int, procedure: str, where: dict[str, Any], today: date) -> Open:
    """Count open cases as lists show them; one query, grouped by what decides the status."""
    rows = (
        open_cases(district_id, procedure, where)
        .order_by()
        .values("due_by", "clock_state", "turn", is_answered=Q(answered_on__isnull=False))
        .annotate(n=Count("pk"))
    )
    found = Open()
    for row in rows:
        status = status_of_row(row, district_id, today)
        found.by_status[status] = found.by_status.get(status, 0) + row["n"]
    return found


def status_of_row(row: Mapping[str, Any], district_id: int, today: date) -> str:
    """Return the status that a list shows for an open case with these columns."""
    shown = Case(
        is_open=True,
        due_by=row["due_by"],
        clock_state=row["clock_state"],
        turn=row["turn"],
        answered_on=today if row["is_answered"] else None,
    )
    return row_status(shown, row["due_by"], today, calendar_for(district_id))[0]


def live_ids(
    district_id: int, procedure: str, where: dict[str, Any], status: str, today: date, most: int
) -> list[int]:
    """Return the ids of open cases of a status, the longest overdue first."""
    rows = (
        open_cases(district_id, procedure, where)
        .order_by(F("due_by").asc(nulls_last=True), "id")
        .values("pk", "due_by", "clock_state", "turn", is_answered=Q(answered_on__isnull=False))
    )
    chosen = (r["pk"] for r in rows if status == "open" or status_of_row(r, district_id, today) == status)
    return [pk for pk, _ in zip(chosen, range(most), strict=False)]


def received_by_level(
    district_id: int, procedure: str, period: Period, where: dict[str, Any]
) -> list[Mapping[str, Any]]:
    """Return what came in during a period by its present level, and how much of it is still open; one query."""
    first, after = start_of_day(period.first), start_of_day(period.after)
    rows = _narrowed(district_id, procedure, where).filter(received_at__gte=first, received_at__lt=after)
    grouped = rows.order_by().values("level")
    return list(grouped.annotate(n=Count("pk"), still_open=Count("pk", filter=Q(is_open=True))))


def stuck_cases(
    district_id: int, procedure: str, where: dict[str, Any], viewer: Viewer, today: date, most: int = 5
) -> Sequence[Case]:
    """Return the longest overdue cases with what they wait for; one query.

    Each carries `asked` (an undecided request's kind), `co_unit` (a co-handler who has not answered), `is_unsigned`,
    `is_mine` (the viewer takes part, so the page may lead there) and `knows` (he may read who asked).
    """
    own = Assignment.objects.filter(case=OuterRef("pk"))
    waiting = own.filter(role="co", state__in=(Assignment.State.SENT, Assignment.State.TAKEN))
    label = Coalesce(NullIf(F("unit__short_name"), Value("")), F("unit__name"))
    asked = Approval.objects.filter(case=OuterRef("pk"), decision="").order_by("no")
    parts = parts_of(viewer).filter(case=OuterRef("pk"))
    rows = open_cases(district_id, procedure, where).filter(overdue(today))
    found = list(
        rows.annotate(
            asked=Coalesce(Subquery(asked.values("kind")[:1]), Value("")),
            co_unit=Coalesce(Subquery(waiting.order_by("no").annotate(n=label).values("n")[:1]), Value("")),
            is_unsigned=Exists(own.filter(role="lead", state=Assignment.State.SENT)),
            is_mine=Exists(parts),
            knows=Exists(parts.filter(role__in=PROCEDURES.codes_seeing("asker"))),
        )
        .select_related("enterprise", "lead_unit")
        .defer("params", "extras")
        .order_by("due_by", "id")[:most]
    )
    cases_cover(viewer, found, [(c.pk, "", "supervision") for c in found if c.knows])
    return found

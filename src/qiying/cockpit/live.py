"""What depends on now: open and overdue cases, what is stuck and on whom. Read from the cases, never stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from qiying.kernel.audit.clock import start_of_day
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.faces.clocks import row_status
from qiying.kernel.cases.faces.names import field_labels
from qiying.kernel.cases.models import Approval, Assignment, Case
from qiying.kernel.cases.reading_lists import cases_cover
from qiying.kernel.cases.selectors import own_parts
from qiying.kernel.cases.standing import overdue
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
STUCK = (
    *("number", "title", "due_by", "turn", "state", "version", "procedure", "district_id", "confidentiality"),
    *("hide_asker", "refusal_count", "enterprise__name", "enterprise__short_name"),
    *("lead_unit__name", "lead_unit__short_name"),
)
"""What the list of stuck cases reads of them."""


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
    shown: Any = SimpleNamespace(is_open=True, answered_on=today if row["is_answered"] else None, **row)
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
    """Return what came in during a period by its present level, and how much of it is still open.

    One query, none for a procedure that knows no levels.
    """
    if not field_labels(procedure, "level"):
        return []
    first, after = start_of_day(period.first), start_of_day(period.after)
    rows = _narrowed(district_id, procedure, where).filter(received_at__gte=first, received_at__lt=after)
    grouped = rows.order_by().values("level")
    return list(grouped.annotate(n=Count("pk"), still_open=Count("pk", filter=Q(is_open=True))))


def stuck_cases(
    district_id: int, procedure: str, where: dict[str, Any], viewer: Viewer, today: date, most: int = 5
) -> Sequence[Case]:
    """Return the longest overdue cases with what they wait for; four small statements, none when nothing is overdue.

    Each carries `asked` (an undecided request's kind), `co_unit` (a co-handler who has not answered), `is_unsigned`
    and `is_mine` (the viewer takes part, so the page may lead there); who asked is covered where he may not read it.
    """
    late = open_cases(district_id, procedure, where).filter(overdue(today)).only(*STUCK)
    cases: list[Any] = list(late.select_related("enterprise", "lead_unit").order_by("due_by", "id")[:most])
    if not cases:
        return []
    here = {"case_id__in": [c.pk for c in cases]}
    asked = dict(Approval.open().filter(**here).order_by("-no").values_list("case_id", "kind"))
    states = Assignment.State
    waiting = Assignment.objects.filter(**here, state__in=(states.SENT, states.TAKEN)).order_by("-no")
    co_units, unsigned = {}, set()
    for case_id, role, state, short, name in waiting.values_list(
        "case_id", "role", "state", "unit__short_name", "unit__name"
    ):
        if role == "co":
            co_units[case_id] = short or name
        elif state == states.SENT:
            unsigned.add(case_id)
    parts = own_parts(viewer, here["case_id__in"])
    mine = {case_id for case_id, _, _ in parts}
    for case in cases:
        case.asked, case.co_unit = asked.get(case.pk, ""), co_units.get(case.pk, "")
        case.is_unsigned, case.is_mine = case.pk in unsigned, case.pk in mine
    cases_cover(viewer, cases, parts)
    return cases

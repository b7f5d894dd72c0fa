"""The month's call-backs as the call-back desk and its supervisors see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from qiying.capabilities.service_requests.models import FollowUp
from qiying.capabilities.service_requests.selectors.common import followed_cases
from qiying.kernel.permissions.viewer import Viewer

State = FollowUp.State
TABS = (("planned", "待回访"), ("unreached", "没联系上"), ("done", "已回访"))


@dataclass(frozen=True)
class MonthFigures:
    """A month's list in figures, each with its denominator."""

    total: int
    done: int
    still_solved: int
    not_solved: int
    rated: int
    satisfied: int
    by_state: dict[str, int]


def follow_ups_visible_to(viewer: Viewer) -> QuerySet[FollowUp]:
    """Return the call-backs of cases a neutral office follows; a case being handled again is left out until it ends."""
    if not viewer.has("service_requests.callback"):
        return FollowUp.objects.none()
    rows = FollowUp.objects.filter(case__in=followed_cases(viewer))
    return rows.filter(Q(state=State.DONE) | Q(case__state="written_off"))


def month_rows(viewer: Viewer, month: date, state: str) -> QuerySet[FollowUp]:
    """Return one month's call-backs in a state with what a row names, by due day."""
    rows = follow_ups_visible_to(viewer).filter(month=month)
    if state:
        rows = rows.filter(state=state)
    return rows.select_related("case__enterprise", "case__lead_unit", "done_by").order_by("due_on", "pk")


def month_figures(viewer: Viewer, month: date) -> MonthFigures:
    """Return what came of a month's list; one query. Nobody reached is never counted as content."""
    done = Q(state=State.DONE)
    found = (
        follow_ups_visible_to(viewer)
        .filter(month=month)
        .aggregate(
            n_total=Count("pk"),
            n_done=Count("pk", filter=done),
            n_planned=Count("pk", filter=Q(state=State.PLANNED)),
            n_unreached=Count("pk", filter=Q(state=State.UNREACHED)),
            n_still_solved=Count("pk", filter=done & Q(still_solved=True)),
            n_not_solved=Count("pk", filter=done & Q(still_solved=False)),
            n_rated=Count("pk", filter=Q(satisfaction__isnull=False)),
            n_satisfied=Count("pk", filter=Q(satisfaction__gte=3)),
        )
    )
    by_state = {code: found[f"n_{code}"] for code, _ in TABS}
    names = ("total", "done", "still_solved", "not_solved", "rated", "satisfied")
    return MonthFigures(**{n: found[f"n_{n}"] for n in names}, by_state=by_state)


def months_with_rows(viewer: Viewer) -> list[date]:
    """Return the months that have call-backs in the viewer's district, newest first; at most 24."""
    rows = FollowUp.objects.filter(case__district_id=viewer.district_id or 0)
    return list(rows.order_by("-month").values_list("month", flat=True).distinct()[:24])

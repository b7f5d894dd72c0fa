"""The tracker's page on a phone: his projects, which visits are due, one press to write one with photos."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import path, reverse

from qiying.capabilities.projects.models import Project
from qiying.capabilities.projects.rules.kinds import POINTS
from qiying.capabilities.projects.selectors import looks_due, projects_visible_to, stuck_first
from qiying.capabilities.projects.views.boards import next_words, standing
from qiying.kernel.organisations.pages import page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest


@visible_with("projects.track")
def mine(request: ViewerRequest) -> HttpResponse:
    """Show a tracker's open projects, what is stuck first, with the visits he owes."""
    rows = projects_visible_to(request.viewer).filter(tracker_id=request.viewer.person_id, case__is_open=True)
    owed: dict[int, list[tuple[str, object]]] = {}
    for clock in looks_due(request.viewer).order_by("due_by"):
        owed.setdefault(clock.case_id, []).append((POINTS[clock.kind.removeprefix("look_")], clock.due_by))

    def card(row: Project) -> dict[str, object]:
        number = row.case.number
        return {
            "row": row,
            "standing": standing(row),
            "next": next_words(row),
            "owed": owed.get(row.case_id, []),
            "url": reverse("cases:case", args=[number]),
            "visit_url": reverse("cases:do", args=[number, "visit"]),
            "stuck_url": reverse("cases:do", args=[number, "free" if row.stuck_on else "report_stuck"]),
        }

    cards = [card(row) for row in stuck_first(rows, request.today)[:100]]
    return page(request, "projects/mine.html", {"cards": cards})


urlpatterns = [path("projects/mine/", mine, name="mine")]

"""What every list after closing shares: months, and never one's own cases."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from qiying.kernel.cases.models import Answer, Assignment, Case
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.figures.periods import months_later
from qiying.kernel.permissions.viewer import Viewer
from qiying.ui.given import month

KNOWING = ("callback", "desk", "supervision")
"""Party roles that follow a case without handling it."""


def month_end(month: date) -> date:
    """Return the last day of a month given by its first."""
    return months_later(month, 1) - timedelta(days=1)


def month_asked(text: str, default: date) -> date:
    """Return the month of an address (`2026-10`), the default when it cannot be read."""
    return month(text) or default


def handled_by(viewer: Viewer) -> Q:
    """Return the condition on cases that the viewer or a unit of his handles or ever handled."""
    mine = Q(unit_id__in=viewer.unit_ids)
    if viewer.person_id is None:
        return Q(Exists(Assignment.objects.filter(mine, case=OuterRef("pk"))))
    parts = Assignment.objects.filter(mine | Q(handler_id=viewer.person_id), case=OuterRef("pk"))
    answers = Answer.objects.filter(case=OuterRef("pk"), given_by_id=viewer.person_id)
    return Q(Exists(parts)) | Q(Exists(answers))


def followed_cases(viewer: Viewer) -> QuerySet[Case]:
    """Return the service requests a neutral office follows and did not handle."""
    cases = cases_visible_to(viewer, roles=KNOWING).filter(procedure="service_request")
    return cases if viewer.is_system else cases.exclude(handled_by(viewer))

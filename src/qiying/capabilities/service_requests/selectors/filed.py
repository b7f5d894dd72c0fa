"""Cases explained and filed, with their obstacle and the last look at it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from qiying.capabilities.service_requests.models import ReExamination
from qiying.capabilities.service_requests.selectors.common import KNOWING
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.permissions.viewer import Viewer

State = ReExamination.State
LOOKS = ReExamination.objects.filter(case=OuterRef("pk"))
FILED = Q(state="filed")


def looked(state: str) -> Q:
    """Return the condition that a case has a look of a state."""
    return Q(Exists(LOOKS.filter(state=state)))


def filed_cases(viewer: Viewer) -> QuerySet[Case]:
    """Return the cases filed, or taken up again after, that the viewer follows; the newest first."""
    if not viewer.has("service_requests.filed"):
        return Case.objects.none()
    rows = cases_visible_to(viewer, roles=(*KNOWING, "official")).filter(procedure="service_request")
    rows = rows.filter(FILED | looked(State.REOPENED))
    return rows.select_related("enterprise", "lead_unit").order_by("-closed_on", "-pk")


def last_looks(cases: Iterable[Case]) -> dict[int, ReExamination]:
    """Return the last look at each case; one query."""
    rows = ReExamination.objects.filter(case__in=[c.pk for c in cases]).select_related("looked_by")
    return {row.case_id: row for row in rows.order_by("due_on", "pk")}

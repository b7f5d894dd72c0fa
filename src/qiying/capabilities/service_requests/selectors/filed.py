"""Cases explained and filed, with their obstacle and the last look at it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from qiying.capabilities.service_requests.models import ReExamination
from qiying.capabilities.service_requests.selectors.common import KNOWING
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.permissions.viewer import Viewer

State = ReExamination.State
TABS = (("all", "全部存档"), ("due", "待复查"), ("changed", "等重办"), ("reopened", "重办过"))


@dataclass(frozen=True)
class Filed:
    """One filed case as a row."""

    case: Case
    obstacle: str
    petition: str
    last: ReExamination | None


def filed_cases(viewer: Viewer, show: str = "all") -> QuerySet[Case]:
    """Return the filed cases the viewer follows, narrowed to a tab (`any`: to all tabs); the newest first."""
    if not viewer.has("service_requests.filed"):
        return Case.objects.none()
    roles = (*KNOWING, "official")
    rows = cases_visible_to(viewer, roles=roles).filter(procedure="service_request")
    looks = ReExamination.objects.filter(case=OuterRef("pk"))
    reopened = Q(Exists(looks.filter(state=State.REOPENED)))
    if show in {"reopened", "any"}:
        rows = rows.filter(reopened if show == "reopened" else reopened | Q(state="filed"))
    else:
        rows = rows.filter(state="filed")
    if show in {"due", "changed"}:
        state = State.PLANNED if show == "due" else State.CHANGED
        rows = rows.filter(Exists(looks.filter(state=state)))
    return rows.select_related("enterprise", "lead_unit").order_by("-closed_on", "-pk")


def filed_rows(cases: list[Case]) -> list[Filed]:
    """Return one page of filed cases with the last look at each; one query."""
    last: dict[int, ReExamination] = {}
    looks = ReExamination.objects.filter(case_id__in=[c.pk for c in cases]).select_related("looked_by")
    for row in looks.order_by("due_on", "pk"):
        last[row.case_id] = row
    return [
        Filed(c, str(c.extras.get("obstacle", "")), str(c.extras.get("petition_number", "")), last.get(c.pk))
        for c in cases
    ]

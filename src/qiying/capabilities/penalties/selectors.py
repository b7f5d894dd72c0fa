"""Reads of penalties: by their case, and those somebody may see."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from qiying.capabilities.penalties.models import Penalty
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.offers import provided
from qiying.kernel.permissions.viewer import Viewer

PROCEDURE = "penalty"


def punishing_unit(viewer: Viewer, on: date) -> Unit | None:
    """Return the unit somebody punishes for: one of the published list, where inspections keep one."""
    listed = provided("inspecting_unit")
    pk = listed(viewer, on) if listed else next(iter(sorted(viewer.unit_ids)), None)
    return Unit.objects.filter(pk=pk or 0).first()


def penalty_of(case: Case) -> Penalty | None:
    """Return the row of a penalty's case."""
    rows = Penalty.objects.select_related("enterprise", "unit", "case")
    return rows.filter(case_id=case.pk or 0).first() if case.procedure == PROCEDURE else None


def penalties_visible_to(viewer: Viewer) -> QuerySet[Penalty]:
    """Return the penalties of one's own units; all of the district for who watches."""
    rows = Penalty.objects.select_related("enterprise", "unit", "case").filter(
        district_id=viewer.district_id or 0
    )
    if viewer.is_system or viewer.has("penalties.watch"):
        return rows
    return rows.filter(unit_id__in=viewer.unit_ids)


def earlier_penalties(row: Penalty) -> list[Penalty]:
    """Return decisions against the same enterprise, for “first” and against fining one act twice."""
    rows = Penalty.objects.filter(enterprise=row.enterprise, decided_on__isnull=False, lenient_by="")
    return list(rows.exclude(pk=row.pk).select_related("case")[:50])

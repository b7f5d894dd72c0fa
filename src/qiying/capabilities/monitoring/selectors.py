"""Reading what is watched, for the discipline body, and what the personnel body alone reads."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet

from qiying.capabilities.monitoring.models import Clue, Sanction, Station
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.viewer import Viewer


def kept_of(model: Any, viewer: Viewer) -> QuerySet[Any]:
    """Return the rows of a register in the viewer's district, for the discipline body."""
    rows: QuerySet[Any] = model.objects.filter(district_id=viewer.district_id or 0)
    return rows if viewer.has("integrity.watch") else rows.none()


def clues_visible_to(viewer: Viewer) -> QuerySet[Clue]:
    """Return the clues of the viewer's district, none about himself or his own unit; nothing to anybody else."""
    if not viewer.has("integrity.clues"):
        return Clue.objects.none()
    rows = Clue.objects.filter(district_id=viewer.district_id or 0).select_related("unit", "plan", "checker")
    return rows.exclude(key__in=viewer.keys).exclude(unit_id__in=viewer.unit_ids)


def stations_open(district_id: int, on: date) -> QuerySet[Station]:
    """Return the stations and contact points in force on a day, as everybody may know them."""
    return Station.objects.filter(in_force(on), district_id=district_id)


def personnel_rows(model: Any, viewer: Viewer) -> QuerySet[Any]:
    """Return the rows about officials in the viewer's district, for the personnel body; nothing to any other role."""
    rows: QuerySet[Any] = model.objects.filter(district_id=viewer.district_id or 0)
    if not viewer.has("integrity.personnel"):
        return rows.none()
    return rows.prefetch_related("visits") if model is Sanction else rows.select_related("decided_by")

"""Law-duty reports: of whom, how far, and their text for the unit once it was passed."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from qiying.capabilities.study.models import LawReport
from qiying.kernel.organisations.models import Membership
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.viewer import Viewer


def reports_visible_to(viewer: Viewer) -> QuerySet[LawReport]:
    """Return every report to who keeps or oversees; to others those published in their units, and their own."""
    rows = LawReport.objects.filter(district_id=viewer.district_id or 0).select_related(
        "case", "person", "unit"
    )
    if viewer.has("study.keep") or viewer.has_role("supervisor"):
        return rows
    own = Q(person_id=viewer.person_id or 0)
    return rows.filter(own | Q(unit_id__in=viewer.unit_ids, published_on__isnull=False))


def may_read_text(viewer: Viewer, row: LawReport) -> bool:
    """Tell who reads the words: the author, who reviews, and the unit once it is published; overseers see the list."""
    if viewer.person_id == row.person_id or viewer.has("study.keep"):
        return True
    return row.published_on is not None and (row.unit_id in viewer.unit_ids or viewer.has_role("supervisor"))


def leaders_without(district_id: int, year: int, on: date) -> QuerySet[Membership]:
    """Return the leaders of units who were not given a report for a year, one line for each person."""
    had = LawReport.objects.filter(district_id=district_id, year=year, is_void=False).values("person_id")
    rows = Membership.objects.filter(
        in_force(on),
        unit__district_id=district_id,
        role__in=("leader", "district_leader"),
        person__is_active=True,
    )
    return (
        rows.exclude(person_id__in=had)
        .select_related("person", "unit")
        .order_by("unit__sort_order", "unit_id", "pk")
    )

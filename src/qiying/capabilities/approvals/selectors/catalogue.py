"""Reads of the catalogue. What is in force is public; who keeps it also sees what was and what comes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from qiying.capabilities.approvals.models import ServiceItem
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.viewer import Viewer


def items_in_force(district_id: int, on: date) -> QuerySet[ServiceItem]:
    """Return the version of every item that holds on a day."""
    rows = ServiceItem.objects.filter(in_force(on), district_id=district_id)
    return rows.select_related("board", "department")


def items_by_code(district_id: int, codes: Iterable[str], on: date) -> dict[str, ServiceItem]:
    """Return the versions in force of some items by code; one query."""
    return {i.code: i for i in items_in_force(district_id, on).filter(code__in=list(codes))}


def items_visible_to(viewer: Viewer, today: date) -> QuerySet[ServiceItem]:
    """Return every version for who keeps items, what is in force for everybody else of the district."""
    rows = ServiceItem.objects.filter(district_id=viewer.district_id or 0).select_related(
        "board", "department"
    )
    return rows if viewer.has("approvals.items") else rows.filter(in_force(today))

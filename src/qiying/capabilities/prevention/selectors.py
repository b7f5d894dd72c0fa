"""Reads of experts."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from qiying.capabilities.prevention.models import Expert
from qiying.kernel.organisations.selectors import in_force


def experts_on(district_id: int, on: date) -> QuerySet[Expert]:
    """Return the experts an enterprise may ask on a day."""
    return Expert.objects.select_related("unit").filter(in_force(on), district_id=district_id)

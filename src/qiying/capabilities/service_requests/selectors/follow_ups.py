"""The month's call-backs as the call-back desk and its supervisors see them."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from qiying.capabilities.service_requests.models import FollowUp
from qiying.capabilities.service_requests.selectors.common import followed_cases
from qiying.kernel.permissions.viewer import Viewer

State = FollowUp.State


def follow_ups_visible_to(viewer: Viewer) -> QuerySet[FollowUp]:
    """Return the call-backs of cases a neutral office follows, by due day, with what a row names.

    A case being handled again is left out until it ends.
    """
    if not viewer.has("service_requests.callback"):
        return FollowUp.objects.none()
    rows = FollowUp.objects.filter(case__in=followed_cases(viewer))
    rows = rows.filter(Q(state=State.DONE) | Q(case__state="written_off"))
    return rows.select_related("case__enterprise", "case__lead_unit", "done_by").order_by("due_on", "pk")


def months_with_rows(viewer: Viewer) -> list[date]:
    """Return the months that have call-backs in the viewer's district, newest first; at most 24."""
    rows = FollowUp.objects.filter(case__district_id=viewer.district_id or 0)
    return list(rows.order_by("-month").values_list("month", flat=True).distinct()[:24])

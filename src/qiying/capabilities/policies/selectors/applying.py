"""Reads of applications, publicity, batches and the negative list; each takes the viewer."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet

from qiying.capabilities.policies.models import Application, GrantBatch, GrantItem, NegativeListing
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.permissions.viewer import Viewer

PUBLIC_DAYS = 30
"""Days an ended publicity stays readable."""


def applications_visible_to(viewer: Viewer) -> QuerySet[Application]:
    """Return the applications whose cases the viewer takes part in."""
    return Application.objects.filter(case__in=cases_visible_to(viewer))


def made_public(district_id: int | None, today: date, *, ended: bool = False) -> QuerySet[Application]:
    """Return what is being made public now, or what ended within the last days; open to everybody.

    What an objection or a withdrawal took back is not shown any more.
    """
    rows = Application.objects.filter(public_from__isnull=False).select_related(
        "policy__lead_unit", "enterprise", "case", "district"
    )
    if district_id is not None:
        rows = rows.filter(district_id=district_id)
    if not ended:
        return rows.filter(case__state="publicity", public_to__gte=today).order_by("public_to", "id")
    shown = rows.filter(public_to__lt=today, public_to__gte=today - timedelta(days=PUBLIC_DAYS))
    return shown.exclude(case__outcome__in=("refused", "withdrawn", "voided")).order_by("-public_to", "-id")


def batches_visible_to(viewer: Viewer) -> QuerySet[GrantBatch]:
    """Return the district's batches for who may handle them, with how many are in, out and have no case yet."""
    if not viewer.has("policies.batches"):
        return GrantBatch.objects.none()
    rows = GrantBatch.objects.filter(district_id=viewer.district_id or 0)
    return rows.select_related("policy", "proposed_by", "confirmed_by", "approved_by").annotate(
        n_in=Count("items", filter=Q(items__state=GrantItem.State.IN)),
        n_out=Count("items", filter=~Q(items__state=GrantItem.State.IN)),
    )


def listings_visible_to(viewer: Viewer) -> QuerySet[NegativeListing]:
    """Return the district's negative list for who keeps it."""
    if not viewer.has("policies.listings"):
        return NegativeListing.objects.none()
    rows = NegativeListing.objects.filter(enterprise__district_id=viewer.district_id or 0)
    return rows.select_related("enterprise", "listed_by", "removed_by").order_by("-listed_on", "-id")

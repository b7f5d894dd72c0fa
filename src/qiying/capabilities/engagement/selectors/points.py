"""Reads of points: who sees which by their kind, what each contributed and what became of it, a deputy's own notes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q, QuerySet

from qiying.capabilities.engagement.models import DeputyNote, Point, PointKind, PointProblem, Visibility
from qiying.kernel.gatherings.selectors import gatherings_visible_to
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.viewer import Viewer

POINT_ACTIVITY = "point_activity"
HELD_AT = (POINT_ACTIVITY, "reception", "deputies_class", "symposium", "small")
"""Kinds of gatherings that are held at points."""
SEARCHED = (
    "name",
    "address",
    "sector",
    "kind__name",
    "unit__name",
    "enterprise__name",
    "enterprise__region_unit__name",
)
"""Where what somebody types is looked for."""


def points_visible_to(viewer: Viewer, today: date) -> QuerySet[Point]:
    """Return the points somebody sees: an owner's own, for offices what their kind opens, for firms the public ones."""
    rows = Point.objects.filter(district_id=viewer.district_id or 0).select_related(
        "kind", "unit", "enterprise"
    )
    if viewer.has("engagement.points_district"):
        return rows
    seen = Q(unit_id__in=sorted(viewer.unit_ids)) | Q(kind__visibility=Visibility.PUBLIC)
    if viewer.memberships:
        seen |= Q(kind__visibility=Visibility.OFFICE)
    return rows.filter(seen)


def public_points(viewer: Viewer, today: date, text: str = "") -> QuerySet[Point]:
    """Return where an enterprise may go today, narrowed by each word of a text: name, town, address, sector."""
    rows = points_visible_to(viewer, today).filter(kind__visibility=Visibility.PUBLIC)
    rows = rows.filter(in_force(today)).select_related("enterprise__region_unit")
    for word in text.split()[:5]:
        rows = rows.filter(reduce(or_, (Q(**{f"{field}__icontains": word}) for field in SEARCHED)))
    return rows.order_by("kind_id", "name")


def gatherings_to_link(viewer: Viewer, today: date) -> list[tuple[int, str]]:
    """Return (id, name) of the viewer's gatherings of a year that may have been held at a point and are at none yet."""
    rows = gatherings_visible_to(viewer).filter(
        kind__in=HELD_AT, at_point__isnull=True, on__gte=today - timedelta(days=365)
    )
    return [(g.pk, f"{g.on:%-m月%-d日} {g}") for g in rows.exclude(phase="cancelled").order_by("-on")[:40]]


def may_keep(viewer: Viewer, point: Point) -> bool:
    """Tell whether somebody keeps a point: its owner, or who keeps the district's."""
    return point.unit_id in viewer.unit_ids or viewer.has("engagement.points_district")


def kinds_for(viewer: Viewer, today: date) -> list[tuple[int, str]]:
    """Return (id, name) of the kinds in use."""
    rows = PointKind.objects.filter(district_id=viewer.district_id or 0, is_active=True)
    return list(rows.values_list("pk", "name"))


def contributed(point_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """Return by point how many problems came in through it, how many ended, how many are solved; one query."""
    over = Q(case__is_open=False)
    rows = PointProblem.objects.filter(point_id__in=list(point_ids)).order_by().values("point_id")
    found: Any = rows.annotate(
        problems=Count("pk"),
        closed=Count("pk", filter=over),
        solved=Count("pk", filter=Q(case__outcome="solved")),
    )
    return {r.pop("point_id"): r for r in found}


def notes_of(viewer: Viewer) -> QuerySet[DeputyNote]:
    """Return somebody's own notes: no permission, no program and no administrator reads another's."""
    if viewer.person_id is None or viewer.is_system:
        return DeputyNote.objects.none()
    return DeputyNote.objects.filter(person_id=viewer.person_id).select_related("enterprise", "case")

"""Reads of talents: nobody is shown but while the own consent holds at the moment of reading."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from qiying.capabilities.talents.models import Introduction, Need, Programme, Talent
from qiying.capabilities.talents.rules import Fit, ranked
from qiying.kernel.audit.clock import local_date
from qiying.kernel.consents.models import Consent
from qiying.kernel.consents.selectors import live
from qiying.kernel.permissions.viewer import Viewer

MATCH = "talents.match"
SHARED = {
    "talents.name": ("name", "姓名"),
    "talents.about": ("about", "会什么、做过什么"),
    "talents.contact": ("contact", "联系方式"),
}
"""Facts a consent covers: the field and what it is called."""


def consent_of(talent: Talent, now: datetime) -> Consent | None:
    """Return the consent by which somebody is shown now, None when there is none."""
    return live(talent.owner, talent.unit_id, MATCH, now)


def with_consent(rows: QuerySet[Talent], today: date) -> QuerySet[Any]:
    """Annotate talents with `shown`: whether the own consent holds on a day."""
    owner = Concat(Value("talent:"), Cast(OuterRef("pk"), CharField()))
    held = Consent.objects.filter(owner=owner, to_unit_id=OuterRef("unit_id"), purpose=MATCH)
    return rows.annotate(shown=Exists(held.filter(revoked_at__isnull=True, until__gte=today)))


def talents_kept(viewer: Viewer, today: date) -> QuerySet[Any]:
    """Return everybody the viewer's unit keeps, to which the consent is given.

    Of who is not `shown` nothing but the number may be told.
    """
    rows = with_consent(Talent.objects.select_related("enterprise", "unit"), today)
    return rows.filter(unit_id__in=viewer.unit_ids) if viewer.has("talents.keep") else rows.none()


def consenting(viewer: Viewer, now: datetime) -> list[Talent]:
    """Return everybody who may be introduced now by the viewer's unit; one query however many there are."""
    rows = talents_kept(viewer, local_date(now)).filter(is_open=True)
    return list(rows.filter(shown=True).order_by("pk"))


def suggestions(viewer: Viewer, need: Need, now: datetime) -> list[tuple[Talent, Fit]]:
    """Return who fits a need, best first, with reasons; nobody who was introduced already."""
    if need.state != Need.State.OPEN:
        return []
    had = set(need.introductions.values_list("talent_id", flat=True))
    others = [one for one in consenting(viewer, now) if one.pk not in had]
    found: Any = ranked(need, others, need.district.name)
    return list(found)


def needs(viewer: Viewer) -> QuerySet[Need]:
    """Return the needs of the district for who keeps talents, else of one's own firms."""
    rows = Need.objects.select_related("enterprise", "district").annotate(
        introduced=Count("introductions"),
        hired=Count("introductions", filter=Q(introductions__state="hired")),
    )
    if viewer.has("talents.keep"):
        return rows.filter(district_id=viewer.district_id or 0)
    return rows.filter(enterprise_id__in=viewer.enterprise_ids)


def introductions(viewer: Viewer) -> QuerySet[Introduction]:
    """Return introductions for who keeps talents; a firm its own, once the talent agreed."""
    rows = Introduction.objects.select_related("need__enterprise", "talent__unit")
    if viewer.has("talents.keep"):
        return rows.filter(district_id=viewer.district_id or 0)
    return rows.filter(need__enterprise_id__in=viewer.enterprise_ids, state__in=["agreed", "hired"])


def programmes(viewer: Viewer) -> QuerySet[Any]:
    """Return programmes with how many were put forward and how many were selected."""
    if not (viewer.has("talents.view") or viewer.has("talents.keep")):
        return Programme.objects.none()
    rows = Programme.objects.filter(district_id=viewer.district_id or 0)
    decided = Q(nominations__state__in=["selected", "failed"])
    return rows.annotate(
        applied=Count("nominations"),
        selected=Count("nominations", filter=Q(nominations__state="selected")),
        decided=Count("nominations", filter=decided),
    )


def talent_counts(district_id: int, today: date) -> dict[str, int]:
    """Return how many of each kind are in the pool by a consent that holds on a day."""
    rows = with_consent(Talent.objects.filter(district_id=district_id), today).filter(shown=True)
    return dict(rows.order_by("kind").values_list("kind").annotate(n=Count("pk")))

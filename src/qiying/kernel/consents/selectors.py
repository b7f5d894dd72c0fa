"""Consents as their owner and who was given them may read them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from qiying.kernel.audit.clock import local_date
from qiying.kernel.consents.models import Consent, ConsentLook
from qiying.kernel.permissions.viewer import Viewer


def consents_of(owner: str) -> QuerySet[Consent]:
    """Return every consent of an owner, the last one first."""
    return Consent.objects.filter(owner=owner).select_related("to_unit", "given_by")


def consents_given(viewer: Viewer) -> QuerySet[Consent]:
    """Return what the viewer, or an enterprise he acts for, consented to."""
    own = Q(enterprise__in=viewer.enterprise_ids)
    if viewer.person_id is not None:
        own |= Q(owner=f"p:{viewer.person_id}")
    return Consent.objects.filter(own).select_related("to_unit", "given_by")


def consents_to(viewer: Viewer) -> QuerySet[Consent]:
    """Return what was consented to the viewer's units, ended ones too; nothing for who may not look."""
    units = {m.unit_id for m in viewer.memberships} if viewer.has("consents.look") else set()
    return Consent.objects.filter(to_unit__in=units).select_related("to_unit")


def consents_visible_to(viewer: Viewer) -> QuerySet[Consent]:
    """Return what the viewer gave or was given."""
    return Consent.objects.filter(
        Q(pk__in=consents_given(viewer).values("pk")) | Q(pk__in=consents_to(viewer).values("pk"))
    ).select_related("to_unit", "given_by")


def live(owner: str, unit_id: int, purpose: str, now: datetime) -> Consent | None:
    """Return the consent that holds now between an owner and a unit for a purpose, the last given; else None."""
    rows = consents_of(owner).filter(to_unit=unit_id, purpose=purpose, revoked_at__isnull=True)
    return rows.filter(until__gte=local_date(now)).first()


def looks_of(consents: QuerySet[Consent]) -> QuerySet[ConsentLook]:
    """Return who looked by these consents, the last one first."""
    return ConsentLook.objects.filter(consent__in=consents).select_related("consent__to_unit")

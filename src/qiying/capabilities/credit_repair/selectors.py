"""Reads of credit records: an enterprise's own, a unit's, the district's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from qiying.capabilities.credit_repair.models import (
    CreditRecord,
    FalseMaterial,
    NoReminder,
    Publication,
    Restructuring,
)
from qiying.capabilities.credit_repair.rules.standing import Standing
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.selectors import units_with
from qiying.kernel.permissions.viewer import Viewer

PROCEDURE = "credit_repair"


def records_visible_to(viewer: Viewer) -> QuerySet[CreditRecord]:
    """Return an enterprise's own records, those a unit recognised, the district's for who keeps or oversees them."""
    rows = CreditRecord.objects.select_related("enterprise", "unit", "case")
    seen = Q(enterprise_id__in=viewer.enterprise_ids)
    if viewer.is_system or viewer.has("credit.district"):
        seen |= Q(district_id=viewer.district_id or 0)
    elif viewer.has("credit.view"):
        seen |= Q(unit_id__in=viewer.unit_ids)
    return rows.filter(seen)


def restructurings_of(enterprise_ids: Iterable[int]) -> dict[int, Restructuring]:
    """Return restructurings by enterprise; one query."""
    return {r.enterprise_id: r for r in Restructuring.objects.filter(enterprise_id__in=set(enterprise_ids))}


@dataclass(frozen=True)
class Shown:
    """A record with what it is today."""

    record: CreditRecord
    standing: Standing
    places: Sequence[Publication] = ()

    @property
    def is_settled(self) -> bool:
        return self.standing.code in {"repaired", "corrected", "ended"}


_ORDER = (
    "now",
    "applied",
    "later",
    "shielded",
    "unknown",
    "elsewhere",
    "never",
    "ended",
    "corrected",
    "repaired",
)


def shown(records: Iterable[CreditRecord], today: date) -> list[Shown]:
    """Return records with their standing, those that can be repaired first; two queries."""
    rows = list(records)
    if not rows:
        return []
    courts = restructurings_of(r.enterprise_id for r in rows)
    places: dict[int, list[Publication]] = {}
    for place in Publication.objects.filter(record_id__in=[r.pk for r in rows]):
        places.setdefault(place.record_id, []).append(place)
    found = [Shown(r, r.standing(courts.get(r.enterprise_id), today), places.get(r.pk, ())) for r in rows]
    return sorted(found, key=lambda s: (_ORDER.index(s.standing.code), s.standing.on or date.max))


def false_material(enterprise_id: int, today: date) -> FalseMaterial | None:
    """Return the finding for which an enterprise is not taken at its word today."""
    return FalseMaterial.objects.filter(enterprise_id=enterprise_id, until_on__gt=today).first()


def wants_reminder(enterprise_id: int) -> bool:
    return not NoReminder.objects.filter(enterprise_id=enterprise_id).exists()


def record_of(case: Case) -> CreditRecord | None:
    """Return the record a case is about."""
    pk = int(case.extras.get("record") or 0)
    return CreditRecord.objects.select_related("enterprise", "unit", "case").filter(pk=pk).first()


def applications_of(row: CreditRecord) -> list[Case]:
    """Return the applications there were for a record, newest first."""
    rows = Case.objects.filter(
        procedure="credit_repair", enterprise_id=row.enterprise_id, extras__record=row.pk
    )
    return list(rows.order_by("-received_at")[:10])


def commitments(today: date, text: str = "") -> QuerySet[Case]:
    """Return the public commitments: made with a repair under review or agreed to within a year, of all districts.

    Neither the record nor its number is named: publication of a record that was repaired has ended.
    """
    rows = Case.objects.filter(
        Q(is_open=True, accepted_on__isnull=False) | Q(outcome="repaired"),
        procedure=PROCEDURE, kind="repair", received_on__gt=today - timedelta(days=365),
    ).select_related("enterprise", "district")  # fmt: skip
    found = (
        rows.filter(Q(enterprise__name__icontains=text) | Q(enterprise__credit_code=text)) if text else rows
    )
    return found.order_by("-received_on", "-pk")


def window_of(district_id: int) -> Unit | None:
    """Return the one window that takes every application: a unit with the function, else the service centre's desk."""
    pk = next(iter([*units_with(district_id, "credit"), *units_with(district_id, "desk")]), None)
    return Unit.objects.filter(pk=pk or 0).first()


def repairable(viewer: Viewer, today: date) -> QuerySet[CreditRecord]:
    """Return own records that can be repaired today and for which nothing is under way."""
    return repairable_records(today).filter(enterprise_id__in=viewer.enterprise_ids)


def repairable_records(today: date) -> QuerySet[CreditRecord]:
    """Return the records of everybody that can be repaired today and for which nothing is under way."""
    running = Restructuring.objects.filter(
        enterprise_id=OuterRef("enterprise_id"), approved_on__lte=today, completed_on=None, failed_on=None
    )
    rows = CreditRecord.objects.filter(~Exists(running), state="published", barred_by="", unit__isnull=False)
    busy = Q(case__isnull=False, case__is_open=True)
    return rows.filter(repairable_on__lte=today, ends_on__gt=today).exclude(busy)

"""Keeping records: entered or imported, their day computed; restructurings; who wants no reminder."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.credit_repair.models import CreditRecord, NoReminder, Publication, Restructuring
from qiying.capabilities.credit_repair.rules import law
from qiying.capabilities.credit_repair.rules.places import Place, places_read
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.services import record_act
from qiying.kernel.audit.subjects import noting
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.selectors import enterprise_required
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require

_note = noting("credit")

EARLIEST = date(2000, 1, 1)
PLAIN = ("number", "title", "kind", "grade", "sector", "duty", "barred_by")


@transaction.atomic
def record_save(
    *, actor: Viewer, record: CreditRecord | None, values: Mapping[str, Any], now: datetime
) -> CreditRecord:
    """Enter or change a record and compute its days; raise `GuardFailed` by field."""
    require(actor, "credit.records")
    enterprise = enterprise_required(actor.district_id, str(values["enterprise"]))
    row = record or CreditRecord(district_id=enterprise.district_id)
    if row.pk and row.state != CreditRecord.State.PUBLISHED:
        raise GuardFailed(["已经修复或者更正的记录不能改"])
    unit = Unit.objects.filter(pk=values.get("unit_id") or 0, district_id=enterprise.district_id).first()
    recogniser = "" if unit else str(values.get("recogniser") or "").strip()
    published_on, fields = (
        values["published_on"],
        _wrong(row, enterprise, unit, recogniser, values, local_date(now)),
    )
    try:
        places = places_read(str(values.get("places") or ""), published_on)
    except ValueError as error:
        fields["places"] = [str(error)]
        places = []
    if any(not EARLIEST <= p.on <= local_date(now) for p in places):
        fields["places"] = ["公示日期不能在今天以后"]
    refuse(fields)
    if not actor.has("credit.district") and (unit is None or unit.pk not in actor.unit_ids):
        raise NotPermitted("只能登记本单位认定的记录")
    row.enterprise, row.unit, row.recogniser = enterprise, unit, recogniser
    for name in PLAIN:
        setattr(row, name, str(values.get(name) or "").strip())
    row.is_summary = bool(values.get("is_summary"))
    row.decided_on = values["decided_on"]
    row.published_on = min([p.on for p in places], default=published_on)
    days_compute(row, Restructuring.objects.filter(enterprise=enterprise).first())
    row.save()
    _places_keep(row, places)
    told = {
        "number": row.number,
        "grade": row.get_grade_display(),
        "published_on": row.published_on.isoformat(),
    }
    _note(actor, "record_save", row, now, **told)
    return row


def _wrong(
    row: CreditRecord,
    enterprise: Enterprise,
    unit: Unit | None,
    recogniser: str,
    values: Mapping[str, Any],
    today: date,
) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    if unit is None and not recogniser:
        fields["unit_id"] = ["请选认定单位；不是本区单位的，写在“外区的认定单位”里"]
    for name in ("decided_on", "published_on"):
        if not EARLIEST <= values[name] <= today:
            fields[name] = ["日期不能在今天以后，也不会早于 2000 年"]
    if not fields and values["published_on"] < values["decided_on"]:
        fields["published_on"] = ["公示不会早于决定"]
    same = CreditRecord.objects.filter(enterprise=enterprise, number=str(values["number"]).strip())
    if same.exclude(pk=row.pk or 0).exists():
        fields["number"] = ["这家企业已经有这个文书号的记录"]
    return fields


def days_compute(row: CreditRecord, restructuring: Restructuring | None) -> None:
    """Set the day of repair and the end of publicity as the rules say today."""
    published = row.published(restructuring)
    row.repairable_on, row.ends_on = law.repairable_on(published), law.ends_on(published)


def _places_keep(row: CreditRecord, places: list[Place]) -> None:
    """Keep the places named; one that was taken down keeps its receipt, one no longer named goes."""
    known = {p.place: p for p in row.places.all()}
    for name, on in places:
        known.pop(name, None)
        Publication.objects.update_or_create(record=row, place=name, defaults={"published_on": on})
    Publication.objects.filter(pk__in=[p.pk for p in known.values()], stopped_on__isnull=True).delete()


@transaction.atomic
def record_remove(*, actor: Viewer, record: CreditRecord, now: datetime) -> None:
    """Take an import of a record back; what was applied for stays."""
    require(actor, "credit.records")
    row = CreditRecord.objects.select_for_update().get(pk=record.pk)
    if row.case_id is not None:
        raise ActionNotAvailable(f"{row.number} 已经有人申请修复，撤不回来")
    _note(actor, "record_remove", row, now, number=row.number)
    row.delete()


@transaction.atomic
def place_stop(
    *, actor: Viewer, record: CreditRecord, place_id: int, receipt: str, now: datetime
) -> Publication:
    """Write down that a record stands in a place no longer, with the receipt; raise `GuardFailed` by field."""
    place = Publication.objects.select_for_update().filter(pk=place_id, record=record).first()
    if place is None or place.stopped_on is not None:
        why = ["这一处已经撤下，或者不是这条记录的"]
        raise GuardFailed(why, {"place_id": why})
    place.stopped_on, place.receipt, place.stopped_by_id = local_date(now), receipt.strip(), actor.person_id
    place.save(update_fields=["stopped_on", "receipt", "stopped_by"])
    _note(actor, "place_stop", record, now, place=place.place, receipt=place.receipt)
    return place


@transaction.atomic
def restructuring_save(
    *, actor: Viewer, row: Restructuring | None, values: Mapping[str, Any], now: datetime
) -> Restructuring:
    """Enter a court's ruling or how its plan ended, and compute the days of the enterprise's records anew."""
    require(actor, "credit.district")
    enterprise = enterprise_required(actor.district_id, str(values["enterprise"]))
    found = row or Restructuring(district_id=enterprise.district_id)
    fields: dict[str, list[str]] = {}
    if Restructuring.objects.filter(enterprise=enterprise).exclude(pk=found.pk or 0).exists():
        fields["enterprise"] = ["这家企业的重整已经登记过"]
    ends = [values.get("completed_on"), values.get("failed_on")]
    if all(ends):
        fields["failed_on"] = ["执行完毕和终止执行只能填一个"]
    for name, on in zip(
        ("completed_on", "failed_on", "approved_on"), (*ends, values["approved_on"]), strict=True
    ):
        if on is not None and not values["approved_on"] <= on <= local_date(now):
            fields[name] = ["日期不能早于裁定，也不能在今天以后"]
    refuse(fields)
    found.enterprise = enterprise
    for name in ("court", "ruling", "approved_on", "completed_on", "failed_on"):
        setattr(found, name, values.get(name))
    found.save()
    for record in CreditRecord.objects.filter(enterprise=enterprise):
        days_compute(record, found)
        record.save(update_fields=["repairable_on", "ends_on"])
    record_act(
        actor=actor,
        action="credit.restructuring_save",
        subject=f"enterprise:{enterprise.pk}",
        data={"ruling": found.ruling, "court": found.court},
        at=now,
        district_id=found.district_id,
    )
    return found


@transaction.atomic
def reminder_set(*, actor: Viewer, enterprise_id: int, wanted: bool, now: datetime) -> None:
    """Turn the reminder of an enterprise on or off; its own clerks alone."""
    if enterprise_id not in actor.enterprise_ids:
        raise NotPermitted("只有企业自己的专员能改")
    if wanted:
        NoReminder.objects.filter(enterprise_id=enterprise_id).delete()
    else:
        NoReminder.objects.get_or_create(enterprise_id=enterprise_id, defaults={"since": now})
    record_act(
        actor=actor,
        action="credit.reminder_set",
        subject=f"enterprise:{enterprise_id}",
        data={"wanted": wanted},
        at=now,
        district_id=actor.district_id,
    )

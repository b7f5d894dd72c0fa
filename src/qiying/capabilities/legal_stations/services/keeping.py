"""Stations and lawyers are kept by whoever the station belongs to; a lawyer opens his own hours."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from qiying.capabilities.legal_stations.models import Lawyer
from qiying.capabilities.legal_stations.selectors import keeps
from qiying.kernel.audit.clock import local_date
from qiying.kernel.bookings.models import Bookable
from qiying.kernel.bookings.services.offering import bookable_save
from qiying.kernel.organisations.selectors import people_of
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.keeping import Faults, Values, keeper


def _lawyer(row: Lawyer, values: Values, now: datetime) -> Faults:
    known = {m.person_id for m in people_of(row.unit_id, local_date(now)) if m.role == "lawyer"}
    if row.person_id in known:
        return {}
    return {"person": ["这个账号不是这家律师事务所的律师，请先在任职里登记"]}


row_keep = keeper(
    "legal_stations.keep", "", {Lawyer: _lawyer}, may=keeps, why="室站由它所在的单位、司法局或者人大机关登记"
)


@transaction.atomic
def hours_open(*, actor: Viewer, lawyer: Lawyer, hours: str, minutes: int, now: datetime) -> Bookable:
    """Offer a lawyer's hours at the station, or change them; the kit tells whom it no longer fits."""
    row = Bookable.objects.filter(subject=lawyer.subject).first()
    values = {
        "subject": lawyer.subject, "name": f"{lawyer.station.name} {lawyer.name}律师", "kind": "lawyer",
        "unit_id": lawyer.unit_id, "receiver_id": lawyer.person_id, "place": lawyer.station.place, "hours": hours,
        "slot_minutes": minutes, "capacity": 1, "days_ahead": 14, "notice_hours": 2, "per_month": 4, "is_public": True,
        "bring": "合同、账目和往来函件", "valid_from": local_date(now), "valid_to": lawyer.valid_to,
    }  # fmt: skip
    return bookable_save(bookable=row, actor=actor, values=values, now=now)

"""Stations and lawyers are kept by whoever the station belongs to; a lawyer opens his own hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.legal_stations.models import Lawyer
from qiying.capabilities.legal_stations.selectors import keeps
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.services import record_act
from qiying.kernel.bookings.models import Bookable
from qiying.kernel.bookings.services.offering import bookable_save
from qiying.kernel.organisations.selectors import people_of
from qiying.kernel.permissions.errors import NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.rows import row_faults, row_filled


@transaction.atomic
def row_keep(
    *,
    actor: Viewer,
    model: Any,
    row: Any,
    values: Mapping[str, Any],
    names: Sequence[str],
    now: datetime,
    unique: str = "",
) -> Any:
    """Enter or change a station or a lawyer; raise `GuardFailed` with every reason by field."""
    made = row_filled(row or model(district_id=actor.district_id or 0), values, *names)
    fields = row_faults(made, unique=unique)
    if not fields:
        if not keeps(actor, made):
            raise NotPermitted("室站由它所在的单位、司法局或者人大机关登记")
        fields = _lawyer(made, local_date(now)) if isinstance(made, Lawyer) else {}
    refuse(fields)
    made.save()
    told: dict[str, Any] = {"subject": made.subject, "data": {"what": str(made)}, "at": now}
    record_act(actor=actor, action="legal_stations.keep", district_id=made.district_id, **told)
    return made


def _lawyer(row: Lawyer, today: date) -> dict[str, list[str]]:
    known = {m.person_id for m in people_of(row.unit_id, today) if m.role == "lawyer"}
    return (
        {} if row.person_id in known else {"person": ["这个账号不是这家律师事务所的律师，请先在任职里登记"]}
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

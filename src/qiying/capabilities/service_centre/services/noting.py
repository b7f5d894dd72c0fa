"""What every write of the hall leaves: its act in the audit, its figures, and the number screens ask for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F

from qiying.capabilities.service_centre.models import Hall, Ticket
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.figures.services import deltas_write
from qiying.kernel.permissions.errors import ActionNotAvailable
from qiying.kernel.permissions.viewer import Viewer


def hall_touch(district_id: int) -> Hall:
    """Say that screens show something new. First in every write: the hall's row is held until it is over.

    So two windows that call at the same moment come one after the other, in every database.
    """
    if not Hall.objects.filter(district_id=district_id).update(version=F("version") + 1):
        raise ActionNotAvailable("大厅还没有设好，请先在“大厅”里写名称和上班时间")
    return Hall.objects.get(district_id=district_id)


def noted(actor: Viewer, action: str, row: Any, now: datetime, **data: Any) -> None:
    """Record an act on a row of the hall; a ticket says its number."""
    if isinstance(row, Ticket):
        data = {"number": row.number, **data}
    row_noted(actor, action, row, now, **data)


def counted(ticket: Ticket, now: datetime, **measures: int) -> None:
    """Count what happened to a ticket in its month."""
    about = {"procedure": "service_centre", "district_id": ticket.district_id, "unit_id": ticket.unit_id}
    about |= {"kind": ticket.way, "category": ticket.zone.name, "case_id": -ticket.pk, "event_seq": 0}
    month = local_date(now).replace(day=1)
    rows = measures.items()
    deltas_write([FigureDelta(**about, month=month, measure=m, value=v) for m, v in rows if v])

"""Serving an enterprise whose code was scanned at a window: the number it has, else one of its own."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from qiying.capabilities.service_centre.models import Ticket, Window
from qiying.capabilities.service_centre.selectors.tickets import current_at, queue_at
from qiying.capabilities.service_centre.services.hall import held
from qiying.capabilities.service_centre.services.tickets import ticket_call, ticket_step, ticket_take
from qiying.kernel.audit.clock import local_date
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.permissions.errors import ActionNotAvailable
from qiying.kernel.permissions.viewer import Viewer


@transaction.atomic
def window_serve(*, actor: Viewer, window: Window, enterprise: Enterprise, now: datetime) -> Ticket:
    """Serve who stands here: begin what was called, call its number, or give it one that nobody waits before.

    Raise `ActionNotAvailable` where others wait longer: then it takes its number and its turn.
    """
    here = held(actor, window, now)
    current = current_at(here)
    if current is not None and current.enterprise_id == enterprise.pk:
        if current.state == Ticket.State.CALLED:
            return ticket_step(actor=actor, window=here, step="start", now=now)
        return current
    day = Ticket.objects.filter(zone_id=here.zone_id, day=local_date(now), enterprise=enterprise)
    known = day.filter(state__in=(Ticket.State.WAITING, Ticket.State.PASSED)).first()
    if known is None:
        if (waiting := queue_at(here, local_date(now)).count()) > 0:
            raise ActionNotAvailable(f"{enterprise.label}还没有取号，前面有 {waiting} 个在等，请先取号")
        known = ticket_take(
            zone=here.zone, way=Ticket.Way.DESK, actor=actor, enterprise=enterprise, by_code=True, now=now
        )
    return ticket_call(actor=actor, window=here, ticket=known, now=now)

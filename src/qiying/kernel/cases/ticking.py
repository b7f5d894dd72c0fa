"""Clocks that reached a rung: claimed by compare-and-set, acted on through the engine, pushed forward on failure."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases import clocks
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import Clock, Supervision
from qiying.kernel.permissions.errors import KernelError
from qiying.kernel.permissions.viewer import system_viewer

RETRY = timedelta(minutes=5)
log = logging.getLogger(__name__)


def clocks_tick(now: datetime, limit: int = 50) -> int:
    """Look at clocks whose time to look has come; return how many rungs fired."""
    fired = 0
    due = Clock.objects.filter(next_look_at__lte=now).order_by("next_look_at", "id")
    for clock in list(due.select_related("case")[:limit]):
        claimed = Clock.objects.filter(pk=clock.pk, next_look_at=clock.next_look_at).update(
            next_look_at=now + RETRY
        )
        if claimed:
            try:
                fired += _look(clock, now)
            except Exception:  # one bad clock must not stop the others; it is looked at again later
                log.exception("clock %s of case %s", clock.pk, clock.case_id)
    return fired


def _look(clock: Clock, now: datetime) -> int:
    calendar = calendar_for(clock.case.district_id)
    rungs = Supervision.objects.filter(case_id=clock.case_id, clock_no=clock.no)
    known = frozenset(rungs.exclude(rung="").values_list("rung", flat=True))
    due = clocks.due_rungs(clock, fired=known, today=local_date(now), calendar=calendar)
    for rung in due:
        data = {"clock_no": clock.no, "rung": rung["name"], "kind": rung["kind"]}
        try:
            case_act(case=clock.case, action="fire_rung", actor=system_viewer("worker"), data=data, now=now)
        except KernelError as refused:
            log.info("rung %s of %s not fired: %s", rung["name"], clock.case_id, refused)
    if not due:
        look = clocks.next_look(clock, fired=known, calendar=calendar)
        Clock.objects.filter(pk=clock.pk).update(next_look_at=look)
    return len(due)

"""Clocks that reached a rung: claimed by compare-and-set, acted on through the engine, pushed forward on failure."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection

from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases import clocks
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import Clock, Supervision
from qiying.kernel.permissions.errors import KernelError
from qiying.kernel.permissions.viewer import system_viewer

RETRY = timedelta(minutes=5)
_DUE = f'SELECT 1 FROM "{Clock._meta.db_table}" WHERE next_look_at <= %s LIMIT 1'  # noqa: S608
log = logging.getLogger(__name__)


@dataclass
class Fired:
    """What one look at the clocks did: rungs fired, and those that could not be with the reason."""

    count: int = 0
    refused: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.count or self.refused)

    def __str__(self) -> str:
        could_not = f"；{len(self.refused)} 档没发出：{'；'.join(self.refused)}" if self.refused else ""
        return f"{self.count}{could_not}"


def clocks_due(now: datetime) -> bool:
    """Tell whether the time to look at a clock has come; one statement whose text is kept."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [connection.ops.adapt_datetimefield_value(now)])
        return cursor.fetchone() is not None


def clocks_tick(now: datetime, limit: int = 50) -> Fired:
    """Look at clocks whose time to look has come; say how many rungs fired and which could not."""
    fired = Fired()
    if not clocks_due(now):
        return fired
    due = Clock.objects.filter(next_look_at__lte=now).order_by("next_look_at", "id")
    for clock in list(due.select_related("case")[:limit]):
        claimed = Clock.objects.filter(pk=clock.pk, next_look_at=clock.next_look_at).update(
            next_look_at=now + RETRY
        )
        if claimed:
            try:
                _look(clock, now, fired)
            except Exception:  # one bad clock must not stop the others; it is looked at again later
                log.exception("clock %s of case %s", clock.pk, clock.case_id)
                fired.refused.append(f"{clock.case.number} 出错")
    return fired


def _look(clock: Clock, now: datetime, fired: Fired) -> None:
    """Fire the highest rung that is reached, on a workday; those below it are passed over."""
    calendar = calendar_for(clock.case.district_id)
    opens = clocks.office_opens(now, calendar)
    if opens > now:
        Clock.objects.filter(pk=clock.pk).update(next_look_at=opens)
        return
    rungs = Supervision.objects.filter(case_id=clock.case_id, clock_no=clock.no)
    known = frozenset(rungs.exclude(rung="").values_list("rung", flat=True))
    due = clocks.due_rungs(clock, fired=known, today=local_date(now), calendar=calendar)
    if not due:
        look = clocks.next_look(clock, fired=known, calendar=calendar)
        Clock.objects.filter(pk=clock.pk).update(next_look_at=look)
        return
    rung = due[-1]
    data = {"clock_no": clock.no, "rung": rung["name"], "kind": rung["kind"]}
    try:
        case_act(case=clock.case, action="fire_rung", actor=system_viewer("worker"), data=data, now=now)
        fired.count += 1
    except KernelError as refused:
        log.warning("rung %s of case %s not fired: %s", rung["name"], clock.case_id, refused)
        fired.refused.append(f"{clock.case.number} {refused}")

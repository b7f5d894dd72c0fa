"""Clocks that reached a rung: claimed by compare-and-set, acted on through the engine, pushed forward on failure."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases import clocks
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import Clock, Supervision
from qiying.kernel.permissions.errors import KernelError
from qiying.kernel.permissions.viewer import system_viewer

RETRY = timedelta(minutes=5)
_CLOCKS = f'"{Clock._meta.db_table}"'
_DUE = f"SELECT 1 FROM {_CLOCKS} WHERE next_look_at <= %s LIMIT 1"  # noqa: S608
_LOOK = f"UPDATE {_CLOCKS} SET next_look_at = %s WHERE id = %s"  # noqa: S608
_CLAIM = f"{_LOOK} AND next_look_at = %s"
_RUNGS = (
    f"""SELECT rung FROM "{Supervision._meta.db_table}" WHERE case_id = %s AND clock_no = %s AND rung <> ''"""  # noqa: S608
)
"""Statements whose text is kept: a worker looks at each running clock many times before one rings."""
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
    """Tell whether the time to look at a clock has come."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [_stored(now)])
        return cursor.fetchone() is not None


def clocks_next() -> datetime | None:
    """Return when the next clock is to be looked at, if any is."""
    looks = Clock.objects.filter(next_look_at__isnull=False).order_by("next_look_at")
    return looks.values_list("next_look_at", flat=True).first()


def _stored(at: datetime | None) -> Any:
    return connection.ops.adapt_datetimefield_value(at)


def _look_again(clock: Clock, at: datetime | None, *, claims: bool = False) -> bool:
    """Set when a clock is looked at next; to claim it succeeds for one, where nobody else did since it was read."""
    seen = [_stored(clock.next_look_at)] if claims else []
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM if claims else _LOOK, [_stored(at), clock.pk, *seen])
        return bool(cursor.rowcount)


def clocks_tick(now: datetime, limit: int = 50) -> Fired:
    """Look at clocks whose time to look has come; say how many rungs fired and which could not."""
    fired = Fired()
    if not clocks_due(now):
        return fired
    due = Clock.objects.filter(next_look_at__lte=now).order_by("next_look_at", "id")
    for clock in list(due.select_related("case")[:limit]):
        if _look_again(clock, now + RETRY, claims=True):
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
        _look_again(clock, opens)
        return
    with connection.cursor() as cursor:
        cursor.execute(_RUNGS, [clock.case_id, clock.no])
        known = frozenset([rung for (rung,) in cursor.fetchall()])
    due = clocks.due_rungs(clock, fired=known, today=local_date(now), calendar=calendar)
    if not due:
        _look_again(clock, clocks.next_look(clock, fired=known, calendar=calendar))
        return
    rung = due[-1]
    data = {"clock_no": clock.no, "rung": rung["name"], "kind": rung["kind"]}
    try:
        case_act(case=clock.case, action="fire_rung", actor=system_viewer("worker"), data=data, now=now)
        fired.count += 1
    except KernelError as refused:
        log.warning("rung %s of case %s not fired: %s", rung["name"], clock.case_id, refused)
        fired.refused.append(f"{clock.case.number} {refused}")

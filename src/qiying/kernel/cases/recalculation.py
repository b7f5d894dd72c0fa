"""Re-deriving open clocks when the calendar changed: a year confirmed, an emergency override."""

from __future__ import annotations

from datetime import datetime

from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import Case, Clock
from qiying.kernel.permissions.errors import KernelError
from qiying.kernel.permissions.viewer import system_viewer


def calendars_apply(now: datetime, limit: int = 200) -> int:
    """Send `calendar_changed` to open cases whose clocks were computed by another calendar; return how many."""
    done = 0
    open_clocks = Clock.objects.exclude(state="stopped").filter(case__is_open=True)
    versions = open_clocks.order_by().values_list("case__district_id", "calendar_version").distinct()
    for district_id, version in versions:
        current = calendar_for(district_id)
        if version == current.version:
            continue
        ids = open_clocks.filter(case__district_id=district_id, calendar_version=version)
        for pk in list(ids.order_by("case_id").values_list("case_id", flat=True).distinct()[: limit - done]):
            done += _apply(Case.objects.get(pk=pk), current.version, now)
    return done


def _apply(case: Case, version: str, now: datetime) -> int:
    try:
        case_act(
            case=case,
            action="calendar_changed",
            actor=system_viewer("worker"),
            data={"reason": f"日历换成 {version}"},
            now=now,
        )
    except KernelError:
        return 0
    return 1

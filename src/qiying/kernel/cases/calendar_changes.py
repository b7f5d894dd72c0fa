"""Open clocks under another calendar (a year confirmed, an emergency override): found by the worker, derived by an act.

Old and new dates stay in the event of the act that derives them.
"""

from __future__ import annotations

from datetime import datetime

from qiying.kernel.cases.act import Act
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.clocks import due_of, explain, given_back, next_look
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import Case, Clock
from qiying.kernel.permissions.errors import KernelError
from qiying.kernel.permissions.viewer import system_viewer


def clocks_rederive(act: Act) -> list[Clock]:
    """Re-derive every open clock of a case by the calendar that holds now and return those that were looked at."""
    stale = [c for c in act.clocks if c.state != "stopped" and c.calendar_version != act.calendar.version]
    for clock in stale:
        _rederive(act, clock)
    return stale


def _rederive(act: Act, clock: Clock) -> None:
    start = {"limit": clock.limit, "extended_by": 0, "paused_workdays": 0}
    unit = clock.limit_unit
    began = {"started_on": clock.started_on, "started_at": clock.started_at, "limit_unit": unit}
    promised = due_of({**start, **began}, act.calendar)
    act.change(
        "clock",
        clock,
        promised_by=promised,
        explanation=explain(
            clock.started_on,
            clock.limit,
            unit,
            _rule_of(clock),
            act.calendar,
            clock.started_at,
            clock.started_on == act.case.received_on,
        ),
        paused_workdays=max(clock.paused_workdays, given_back(clock, act.pauses_of(clock), act.calendar)),
    )
    act.due_again(clock)
    act.change("clock", clock, explanation=act.clock_explained(clock))
    act.change(
        "clock",
        clock,
        calendar_version=act.calendar.version,
        is_provisional=act.calendar.status(promised) == "provisional",
        next_look_at=next_look(clock, fired=act.fired_rungs(clock), calendar=act.calendar),
    )


def _rule_of(clock: Clock) -> str:
    """Return the words about the limit with which the explanation began, before it comes to days."""
    head, _, days = clock.explanation.partition("。")
    return head if days else ""


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

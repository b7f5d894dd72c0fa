"""Arithmetic of one clock: pure functions of its stored fields, a calendar and a day.

A clock is `limit` days of its unit after `started_on` (the start is day zero, 民法典 art. 201). `promised_by` is
that day, always a workday; `due_by` is later by extensions and by the workdays given back for pauses. A pause that
begins after the due day gives nothing back: who is late stays late. A due day that moved is explained anew.

A clock of business hours ends at a moment, `due_at`: its start, its limit and the business time of its pauses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from qiying.kernel.cases.models.rows import Clock, ClockPause
from qiying.statutes.workdays import (
    OFFICE_HOURS,
    Calendar,
    HourPause,
    add_business_hours,
    add_business_time,
    add_days_rolled,
    business_time_between,
    business_time_given_back,
    end_after_pauses,
    explain_deadline,
    full_date,
    nth_workday,
    nth_workday_before,
    workdays_between,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
LOOK_TIME = time(8, 30)
CLOSE_TIME = time(18, 0)


def start_fields(
    *,
    kind: str,
    limit: int,
    unit: str,
    rule: str,
    words: str,
    started_on: date,
    started_at: datetime,
    calendar: Calendar,
    rungs: list[dict[str, Any]],
    received_on: date | None = None,
) -> dict[str, Any]:
    """Return the stored fields of a new running clock; without `received_on` it starts with the receipt."""
    promised = _nth(started_on, limit, 0, unit, calendar, started_at)
    fields: dict[str, Any] = {
        "kind": kind,
        "limit": limit,
        "limit_unit": unit,
        "rule": rule,
        "started_on": started_on,
        "started_at": started_at,
        "promised_by": promised,
        "due_by": promised,
        "state": Clock.State.RUNNING,
        "paused_workdays": 0,
        "extended_by": 0,
        "rungs": rungs,
        "calendar_version": calendar.version,
        "is_provisional": calendar.status(promised) == "provisional",
        "explanation": explain(
            started_on, limit, unit, words, calendar, started_at, received_on in (None, started_on)
        ),
    }
    if unit == "hour":
        fields["due_at"] = add_business_hours(started_at, limit * 60, calendar).astimezone(UTC)
    fields["next_look_at"] = next_look(fields, fired=frozenset(), calendar=calendar)
    return fields


def office_opens(at: datetime, calendar: Calendar, *, after_today: bool = False) -> datetime:
    """Return the moment itself if offices are at work, else when they open next; cards reach nobody on a Sunday."""
    local = at.astimezone(SHANGHAI)
    day, is_workday = local.date(), calendar.is_workday(local.date())
    if is_workday and not after_today:
        if LOOK_TIME <= local.time() < CLOSE_TIME:
            return at
        if local.time() < LOOK_TIME:
            return datetime.combine(day, LOOK_TIME, SHANGHAI).astimezone(UTC)
    return datetime.combine(nth_workday(day, 1, calendar), LOOK_TIME, SHANGHAI).astimezone(UTC)


def _nth(
    start: date, limit: int, more: int, unit: str, calendar: Calendar, at: datetime | None = None
) -> date:
    """Return the day a limit ends, and so many days of its unit after it; a day at once is a workday too.

    Business hours run from the moment `at`.
    """
    if unit == "day":
        return add_days_rolled(start, limit + more, calendar).on
    if unit == "hour" and at is not None:
        return add_business_hours(at, (limit + more) * 60, calendar).date()
    at_once = limit == 0 and not calendar.is_workday(start)
    return nth_workday(nth_workday(start, 1 if at_once else limit, calendar), more, calendar)


def ends_at(clock: Clock, calendar: Calendar) -> datetime | None:
    """Return the moment at which a clock of business hours ends, in local time; None for clocks of days."""
    if clock.limit_unit != "hour":
        return None
    if clock.due_at is not None:
        return clock.due_at.astimezone(SHANGHAI)
    return add_business_time(clock.started_at, _hours(clock), calendar)  # older than the column


def _hours(clock: Clock) -> timedelta:
    """Return the limit of a clock of business hours, with what pauses without instants gave back."""
    return timedelta(hours=clock.limit + clock.extended_by + clock.paused_workdays)


def _timed(pauses: Iterable[ClockPause]) -> list[HourPause]:
    return [
        HourPause(p.from_at, p.to_at, timedelta(seconds=p.granted_seconds))
        for p in pauses
        if p.from_at is not None and p.to_at is not None
    ]


def due_fields(clock: Clock, pauses: Iterable[ClockPause], calendar: Calendar) -> dict[str, Any]:
    """Return when a clock is due by its stored fields and its closed pauses: a day, or a moment and its day."""
    if clock.limit_unit != "hour":
        return {"due_by": due_of(clock, calendar)}
    ends = end_after_pauses(clock.started_at, _hours(clock), _timed(pauses), calendar)
    return {"due_by": ends.date(), "due_at": ends.astimezone(UTC)}


def seconds_to_grant(
    clock: Clock, pauses: Iterable[ClockPause], now: datetime, at_least: int, calendar: Calendar
) -> int:
    """Return the business seconds that a clock of hours lacks now so that so many office days are left."""
    ends = end_after_pauses(clock.started_at, _hours(clock), _timed(pauses), calendar)
    wanted = add_business_hours(now, at_least * OFFICE_HOURS.minutes_a_day, calendar)
    return ceil(business_time_between(ends, wanted, calendar).total_seconds())


def is_in_time(clock: Clock, ended_on: date, ended_at: datetime, calendar: Calendar) -> bool:
    """Tell whether what ended on a day, for a clock of hours at a moment, is in time."""
    ends = ends_at(clock, calendar)
    return ended_on < clock.due_by or (ended_on == clock.due_by and (ends is None or ended_at <= ends))


def _span(first: date, last: date, unit: str, calendar: Calendar) -> int:
    """Return how much of a unit lies between two days; a workday has the business hours of an office day."""
    if unit == "day":
        return (last - first).days
    days = workdays_between(first, last, calendar)
    return days * OFFICE_HOURS.minutes_a_day // 60 if unit == "hour" else days


def _explain_hours(at: datetime, limit: int, words: str, calendar: Calendar) -> str:
    head = f"{words.rstrip('。')}。" if words else ""
    until = moment_said(add_business_hours(at, limit * 60, calendar), at)
    return f"{head}{moment_said(at)}起，只算工作时间，满 {limit} 小时，所以到{until}。"


def moment_said(at: datetime, beside: datetime | None = None) -> str:
    """Return 11月30日（周一）10:20, in local time, with the year where it is not that of `beside`."""
    there = at.astimezone(SHANGHAI)
    return f"{full_date(there.date(), beside and beside.astimezone(SHANGHAI).date())}{there:%H:%M}"


def _time_said(span: timedelta) -> str:
    """Return 2 小时 15 分, as a clock of business hours counts it."""
    hours, minutes = divmod(span // timedelta(minutes=1), 60)
    parts = [f"{hours} 小时"] if hours else []
    parts += [f"{minutes} 分"] if minutes else []
    return " ".join(parts) or "不到 1 分钟"


def explain(
    start: date,
    limit: int,
    unit: str,
    words: str,
    calendar: Calendar,
    at: datetime | None = None,
    is_receipt: bool = True,
) -> str:
    """Return in words why the deadline is that day."""
    if unit == "hour" and at is not None:
        return _explain_hours(at, limit, words, calendar)
    if unit == "day":
        found = add_days_rolled(start, limit, calendar)
        return f"{words}。{found.explanation}" if words else found.explanation
    return explain_deadline(start, limit, calendar, words, is_receipt=is_receipt)


PAUSED_FOR = {
    "material": "等补材料",
    "verdict": "等评价",
    "suspension": "批准挂起",
    "transfer": "交上级办理",
    "closed": "已办结",
}
"""Why a clock stood still, as everybody may read it: reasons that were typed in are for the offices."""
_UNITS = {"day": "天", "hour": "个工作小时"}


def explain_again(clock: Clock, pauses: Sequence[ClockPause], calendar: Calendar) -> str:
    """Return the explanation of a clock whose due day moved: why it was promised, what moved it, where it is now.

    Args:
        pauses: closed pauses, in order.
    """
    first = clock.explanation.partition("\n")[0]
    unit = _UNITS.get(clock.limit_unit, "个工作日")
    parts = [f"延期 {clock.extended_by} {unit}"] if clock.extended_by else []
    counted = 0
    for began, ended, kind in _by_days(pauses):
        given = given_back_by(clock, (began, ended), counted, calendar)
        counted += given
        if given:
            why = PAUSED_FOR.get(kind, "停表")
            parts.append(f"{full_date(began)}到{full_date(ended, began)}停表（{why}），补回 {given} {unit}")
    if clock.paused_workdays > counted:
        parts.append(f"重新办理，再留 {clock.paused_workdays - counted} {unit}")
    ends = ends_at(clock, calendar)
    if ends is not None:
        parts += _hours_given(clock, pauses, calendar)
    if not parts or (ends is None and clock.due_by == clock.promised_by):
        return first
    now = full_date(clock.due_by, clock.promised_by) if ends is None else moment_said(ends, clock.started_at)
    return f"{first}\n后来{'；'.join(parts)}，所以现在到{now}。"


def _by_days(pauses: Iterable[ClockPause]) -> list[tuple[date, date, str]]:
    """Return the closed pauses that are counted in days, as first day, last day and kind."""
    return [(p.from_on, p.to_on, p.kind) for p in pauses if p.to_on is not None and p.from_at is None]


def _hours_given(clock: Clock, pauses: Iterable[ClockPause], calendar: Calendar) -> list[str]:
    """Return in words what each pause with instants gave back to a clock of business hours."""
    timed = [p for p in pauses if p.from_at is not None and p.to_at is not None]
    spans = _timed(timed)
    given = business_time_given_back(clock.started_at, _hours(clock), spans, calendar)
    parts = []
    for row, span, back in zip(timed, spans, given, strict=True):
        if back:
            stood = f"{moment_said(span.began)}到{moment_said(span.ended, span.began)}停表"
            why = PAUSED_FOR.get(row.kind, "停表")
            parts.append(f"{stood}（{why}），补回工作时间 {_time_said(back)}")
        if span.more:
            parts.append(f"重新办理，再留工作时间 {_time_said(span.more)}")
    return parts


def due_of(clock: Mapping[str, Any] | Clock, calendar: Calendar) -> date:
    """Return the due day from start, limit, extensions and what pauses gave back."""
    g = _getter(clock)
    more = g("extended_by") + g("paused_workdays")
    return _nth(g("started_on"), g("limit"), more, g("limit_unit"), calendar, g("started_at"))


def due_if_extended(clock: Clock, days: int, calendar: Calendar) -> date:
    """Return the due day a clock would have with so many more days of its unit."""
    if clock.due_at is not None:
        return add_business_hours(clock.due_at, days * 60, calendar).date()
    more = clock.extended_by + clock.paused_workdays + days
    return _nth(clock.started_on, clock.limit, more, clock.limit_unit, calendar, clock.started_at)


def _getter(clock: Mapping[str, Any] | Clock) -> Any:
    return clock.__getitem__ if isinstance(clock, Mapping) else lambda name: getattr(clock, name)


def resume_fields(clock: Clock, *, on: date, calendar: Calendar, at_least: int = 0) -> dict[str, Any]:
    """Return the changed fields when a paused clock goes on; `at_least` workdays are always left."""
    assert clock.paused_from is not None
    given_back = 0
    if clock.paused_from <= clock.due_by:
        given_back = _span(clock.paused_from, on, clock.limit_unit, calendar)
    fields: dict[str, Any] = {
        "state": Clock.State.RUNNING,
        "paused_from": None,
        "pause_kind": "",
        "paused_workdays": clock.paused_workdays + given_back,
    }
    more = clock.extended_by + fields["paused_workdays"]
    due = _nth(clock.started_on, clock.limit, more, clock.limit_unit, calendar, clock.started_at)
    if at_least and workdays_between(on, due, calendar) < at_least:
        due = nth_workday(on, at_least, calendar)
        unit, at = clock.limit_unit, clock.started_at
        start = _nth(clock.started_on, clock.limit, clock.extended_by, unit, calendar, at)
        fields["paused_workdays"] = _span(start, due, unit, calendar)
    fields["due_by"] = due
    return fields


def given_back(clock: Clock, pauses: Iterable[ClockPause], calendar: Calendar) -> int:
    """Return what closed pauses gave back in days under a calendar: used when the calendar itself changes."""
    total = 0
    for first, last, _ in _by_days(pauses):
        total += given_back_by(clock, (first, last), total, calendar)
    return total


def given_back_by(clock: Clock, pause: tuple[date, date], before: int, calendar: Calendar) -> int:
    """Return what one closed pause gave back, when those before it gave back so much."""
    first, last = pause
    unit, more = clock.limit_unit, clock.extended_by + before
    if first > _nth(clock.started_on, clock.limit, more, unit, calendar, clock.started_at):
        return 0
    return _span(first, last, unit, calendar)


@dataclass(frozen=True)
class ClockStatus:
    """A clock on one day; `left` counts workdays to the due day, negative when late."""

    code: str
    left: int
    words: str


def status_of(clock: Clock, today: date, calendar: Calendar) -> ClockStatus:
    """Return the true status of a clock at any day, from its stored fields alone."""
    if clock.state == Clock.State.STOPPED:
        return ClockStatus("done", 0, "已按时完成" if clock.result == "met" else "已完成，超期")
    return open_status(clock.due_by, today, calendar, paused=clock.state == Clock.State.PAUSED)


def open_status(due_by: date, today: date, calendar: Calendar, *, paused: bool = False) -> ClockStatus:
    """Return the status of an open deadline; due soon begins on the last workday before the due day."""
    left = workdays_between(today, due_by, calendar)
    if paused:
        return ClockStatus("paused", left, "停表中")
    if today > due_by:
        late = -left
        return ClockStatus("overdue", left, f"已超期 {late} 个工作日" if late else "已过期限日")
    if today == due_by or left == 0:
        return ClockStatus("duesoon", left, "今天到期")
    return ClockStatus("duesoon" if left <= 1 else "ontime", left, f"还剩 {left} 个工作日")


def rung_day(rung: Mapping[str, Any], clock: Mapping[str, Any] | Clock, calendar: Calendar) -> date:
    """Return the day a rung is reached: a share of the workdays used, or workdays after the due day."""
    g = _getter(clock)
    due: date = g("due_by")
    if "percent" in rung:
        total = g("limit") + g("extended_by")
        if g("limit_unit") == "day":
            return due - timedelta(days=total - ceil(total * rung["percent"] / 100))
        back = 0 if g("limit_unit") == "hour" else total - ceil(total * rung["percent"] / 100)
        return nth_workday_before(due, back, calendar) if back else due
    return nth_workday(due, int(rung["after_workdays"]), calendar)


def due_rungs(
    clock: Clock, *, fired: frozenset[str], today: date, calendar: Calendar
) -> list[dict[str, Any]]:
    """Return the rungs reached and not fired yet, lowest first."""
    if clock.state != Clock.State.RUNNING:
        return []
    waiting = (r for r in clock.rungs if r["name"] not in fired)
    return [r for r in waiting if rung_day(r, clock, calendar) <= today]


def next_look(
    clock: Mapping[str, Any] | Clock, *, fired: frozenset[str], calendar: Calendar
) -> datetime | None:
    """Return when the worker must look again: the morning of the next rung, or never."""
    g = _getter(clock)
    if g("state") != Clock.State.RUNNING:
        return None
    days = [rung_day(r, clock, calendar) for r in g("rungs") if r["name"] not in fired]
    if not days:
        return None
    return datetime.combine(min(days), LOOK_TIME, SHANGHAI).astimezone(UTC)

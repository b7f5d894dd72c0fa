"""Clocks as a page draws them: a pill, words, one cell per day, the stored explanation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from qiying.kernel.cases.clocks import PAUSED_FOR, ends_at, open_status, status_of
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.names import Names
from qiying.kernel.cases.models import Case, Clock
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.statutes.workdays import SHANGHAI, Calendar, add_business_hours, strip, workdays_between

AFTER_ANSWER = "verdict"
"""The pause in which the promise waits for the asker's word: the answer was given, the clock has done its work."""


@dataclass(frozen=True)
class ClockFace:
    """One clock, ready to draw."""

    no: int
    kind: str
    label: str
    status: str
    words: str
    summary: str
    cells: list[dict[str, Any]]
    explanation: str
    pauses: list[str]
    is_main: bool
    is_open: bool
    is_provisional: bool
    due_by: date
    promised_by: date
    started_on: date
    ended_on: date | None
    unit: str = ""
    is_promise: bool = True
    promised_at: datetime | None = None
    due_at: datetime | None = None


def clock_faces(context: CaseContext, names: Names | None = None) -> list[ClockFace]:
    """Return every clock, the promise first, then open ones by due day, then those that stopped."""
    faces = [_face(context, c, names) for c in context.clocks]
    return sorted(faces, key=lambda f: (not f.is_main, not f.is_open, f.due_by, f.no))


def main_clock(faces: Sequence[ClockFace]) -> ClockFace | None:
    """Return the clock that counts now: the promise, else the first that runs; when all is over, the promise."""
    promised = [f for f in faces if f.is_main]
    running = next((f for f in (*reversed(promised), *faces) if f.is_open), None)
    return running or next(
        (f for f in reversed(promised) if f.is_promise), promised[-1] if promised else None
    )


def _face(context: CaseContext, clock: Clock, names: Names | None) -> ClockFace:
    deadline = context.procedure.deadline(clock.kind)
    ended = _ended(clock)
    status, words = _status(clock, ended, context)
    owner = next((a for a in context.assignments if a.no == clock.assignment_no), None)
    return ClockFace(
        no=clock.no,
        kind=clock.kind,
        label=deadline.label,
        status=status,
        words=words,
        summary=_summary(clock),
        cells=strip_cells(context, clock, ended),
        explanation=_explained(clock),
        pauses=_pause_words(context, clock),
        is_main=deadline.has_cards and deadline.counts,
        is_promise=deadline.is_promise or not any(d.is_promise for d in context.procedure.deadlines),
        is_open=clock.state != Clock.State.STOPPED,
        is_provisional=clock.is_provisional,
        due_by=clock.due_by,
        promised_by=clock.promised_by,
        started_on=clock.started_on,
        ended_on=ended,
        unit=names.unit(owner.unit_id) if owner and names else "",
        promised_at=_promised_at(clock, context.calendar),
        due_at=ends_at(clock, context.calendar),
    )


def _promised_at(clock: Clock, calendar: Calendar) -> datetime | None:
    if clock.limit_unit != "hour":
        return None
    return add_business_hours(clock.started_at, clock.limit * 60, calendar)


def _ended(clock: Clock) -> date | None:
    """Return the day the work ended: stopped, or waiting for the asker's word since the answer."""
    if clock.state == Clock.State.STOPPED:
        return clock.stopped_on
    return clock.paused_from if clock.pause_kind == AFTER_ANSWER else None


def _status(clock: Clock, ended: date | None, context: CaseContext) -> tuple[str, str]:
    if clock.state == Clock.State.STOPPED and clock.result in {"cancelled", "filed"}:
        return "done", "不用再算"
    ends = ends_at(clock, context.calendar)
    if ended is None:
        if ends is not None and clock.state == Clock.State.RUNNING and context.today == clock.due_by:
            is_late = context.now > ends
            return ("overdue", f"{ends:%H:%M} 已到期") if is_late else ("duesoon", f"今天 {ends:%H:%M} 到期")
        found = status_of(clock, context.today, context.calendar)
        return found.code, found.words
    if ended > clock.due_by and clock.result == "met":
        return "done", "期满"  # a period that had to pass, not work that was late
    early = workdays_between(ended, clock.due_by, context.calendar)
    if ended <= clock.due_by and clock.result != "breached":
        return "done", f"提前 {early} 个工作日" if early else "当天赶上"
    return "overdue", f"晚了 {-early} 个工作日" if early else "晚了"


def _summary(clock: Clock) -> str:
    unit = {"workday": "个工作日", "day": "天", "hour": "个工作小时"}.get(clock.limit_unit, "个工作日")
    words = f"{clock.started_on.month}月{clock.started_on.day}日起，限 {clock.limit} {unit}"
    if clock.limit == 0:
        words = f"{clock.started_on.month}月{clock.started_on.day}日当天"
    return words + (f"，延了 {clock.extended_by} {unit}" if clock.extended_by else "")


def _explained(clock: Clock) -> str:
    """Return why it is that day as one text, and what standing still means while the clock does."""
    told = clock.explanation.replace("\n", "")
    if clock.state != Clock.State.PAUSED:
        return told
    stood = "工作时间" if clock.limit_unit == "hour" else "日子"
    why = PAUSED_FOR.get(clock.pause_kind, "停表")
    return f"{told}现在停表（{why}）：停着的{stood}不算，恢复后补回来。"


def _pause_words(context: CaseContext, clock: Clock) -> list[str]:
    found = []
    for p in context.rows.of("pause").values():
        if p.clock_no == clock.no and p.kind != AFTER_ANSWER:
            until = f"到 {_when(p.to_on, p.to_at)}" if p.to_on else "，还停着"
            reason = f"：{p.reason}" if p.reason else ""
            found.append(f"{_when(p.from_on, p.from_at)}起停表{until}{reason}")
    return found


def _when(on: date, at: datetime | None) -> str:
    return f"{on.month}月{on.day}日" + (f" {at.astimezone(SHANGHAI):%H:%M}" if at else "")


def strip_cells(context: CaseContext, clock: Clock, ended: date | None) -> list[dict[str, Any]]:
    """Return the days of a clock as the strip's template draws them."""
    today = ended or context.today
    pauses = [
        (p.from_on, min(p.to_on or today, today))
        for p in context.rows.of("pause").values()
        if p.clock_no == clock.no and p.from_on < today
    ]
    cells = strip(clock.started_on, max(clock.due_by, clock.started_on), today, context.calendar, pauses)
    soon = ended is None and open_status(clock.due_by, today, context.calendar).code == "duesoon"
    return [_cell(c, clock, today, ended=ended, soon=soon) for c in cells]


def _cell(cell: Any, clock: Clock, today: date, *, ended: date | None, soon: bool) -> dict[str, Any]:
    caption = cell.caption
    if ended is not None and cell.is_today:
        caption = caption.replace("今天到期", "完成").replace("今天", "完成")
    states = {"zero": ["receipt"], "gone": ["used"], "rest": ["rest"], "today": ["today"], "work": []}.get(
        cell.kind, []
    )
    if cell.kind == "due":
        states = ["due", *(["missed"] if today > clock.due_by else ["soon"] if soon else [])]
    if cell.is_paused and cell.kind in {"rest", "work", "gone"}:
        states = ["paused"]
    if cell.kind == "today" and cell.first > clock.due_by:
        states = ["over", "today"]
    return {
        "top": cell.label,
        "day": cell.number,
        "note": caption,
        "strong": cell.is_key,
        "wide": cell.days > 1,
        "states": states,
    }


def row_status(
    case: Case,
    due_by: date | None,
    today: date,
    calendar: Calendar,
    outcomes: Mapping[str, str] | None = None,
) -> tuple[str, str]:
    """Return status code and words of a case in a list, from its cached columns alone."""
    if not case.is_open:
        return "done", (outcomes or {}).get(case.outcome, "已办结")
    if case.clock_state == "paused" and (due_by is None or due_by == case.due_by):
        waits = case.turn in PROCEDURES.codes_of("enterprise") and case.answered_on is not None
        return ("turn", "等企业评价") if waits else ("paused", "停表中")
    if due_by is None:
        return "unknown", "没有期限"
    found = open_status(due_by, today, calendar)
    return found.code, found.words

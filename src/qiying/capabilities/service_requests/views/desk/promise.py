"""The promised day of each level, drawn as days, and the words of the receipt: what the desk sees before it decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from qiying.capabilities.service_requests.selectors import Directory
from qiying.capabilities.service_requests.services.entries import LEVELS
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.clocks import start_fields
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.clocks import strip_cells
from qiying.kernel.cases.models import Case, Clock
from qiying.kernel.cases.parameters import parameter
from qiying.statutes.rules import table
from qiying.ui.humanize import date_words, day_dated_words

ARREARS = "arrears"


@dataclass(frozen=True)
class Promise:
    """What choosing a level would promise."""

    level: str
    label: str
    limit: int
    limit_words: str
    due_on: date
    day_words: str
    explanation: str
    cells: list[dict[str, Any]]
    is_law: bool = False


def promise_of(context: CaseContext, level: str, category: str) -> Promise:
    """Return the promise of one level: its day, its strip, its explanation; no query beside kept parameters."""
    case = context.case
    calendar = calendar_for(case.district_id)
    law = table("arrears_complaint").at(case.received_on) if category == ARREARS else None
    if law is not None:
        limit, unit, kind = int(law["result_days"]), "day", "handle_arrears"
        words = f"拖欠账款投诉 {limit} 日内反馈结果，最长 {law['longest_days']} 日"
    else:
        limit = int(parameter(f"limit.{level}", district_id=case.district_id, on=case.received_on))
        unit, kind = "workday", "handle"
        words = f"按“{LEVELS[level]}”办，限 {limit} 个工作日" if limit else "简易事项当天答复"
    fields = start_fields(
        kind=kind,
        limit=limit,
        unit=unit,
        rule="",
        words=words,
        started_on=case.received_on,
        started_at=case.received_at,
        calendar=calendar,
        rungs=[],
    )
    clock = Clock(case_id=case.pk, no=0, **fields)
    limit_words = "当天" if not limit else f"{limit} 天" if unit == "day" else f"{limit} 个工作日"
    return Promise(
        level=level,
        label=LEVELS[level],
        limit=limit,
        limit_words=limit_words,
        due_on=clock.due_by,
        day_words=day_dated_words(clock.due_by, context.today),
        explanation=clock.explanation,
        cells=strip_cells(context, clock, None),
        is_law=law is not None,
    )


def promises(context: CaseContext, category: str) -> list[Promise]:
    """Return the three levels side by side."""
    return [promise_of(context, level, category) for level in LEVELS]


def receipt(
    case: Case, known: Directory, promise: Promise, unit_id: int | None, co_ids: list[int], today: date
) -> str:
    """Return the receipt the asker gets when the matter is handed over, in plain words."""
    unit = known.units.get(unit_id or 0)
    if unit is None:
        return ""
    helpers = "、".join(known.units[i].label for i in co_ids if i in known.units)
    with_help = f"，{helpers}配合" if helpers else ""
    day = date_words(promise.due_on, today)
    until = f"{day}下班前答复您" if case.kind == "problem" or promise.limit else f"{day}答复您"
    phone = f"，电话 {unit.phone}" if unit.phone else ""
    return (
        f"您好，您说的“{case.title}”已经受理，由{unit.label}牵头办{with_help}{phone}。{until}。"
        f"办得怎么样由您说了算，没解决可以退回重办。办件号 {case.number}。"
    )

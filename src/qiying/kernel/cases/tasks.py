"""Tasks that any capability opens by the procedure's code, where the installation has it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from qiying.kernel.cases.engine import case_open
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.permissions.viewer import system_viewer

TASK = "task"


def has_tasks() -> bool:
    """Tell whether tasks can be opened here."""
    return any(p.code == TASK for p in PROCEDURES.all())


def task_open(*, district_id: int, judge_unit: int | None, now: datetime, **data: Any) -> str:
    """Open a task by program and return its number.

    Empty where there are no tasks or nobody to write it off: the caller says so.
    """
    if judge_unit is None or not has_tasks():
        return ""
    given = {"person": None, "co_units": [], "waits_for": [], "judge_unit": judge_unit, **data}
    program = system_viewer("worker", district_id=district_id)
    return case_open(procedure=TASK, actor=program, district_id=district_id, now=now, data=given).number

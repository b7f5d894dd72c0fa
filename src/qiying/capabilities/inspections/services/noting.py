"""What every writer of inspections leaves: a row of the audit, and a clue where a rule was not kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Model

from qiying.capabilities.inspections.models import Flag, Inspection, OtherVisit
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.services import record_act
from qiying.kernel.cases.engine import case_open
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.viewer import Viewer, system_viewer

TASK = "task"


def noted(actor: Viewer, act: str, subject: str, row: Model, now: datetime, **data: Any) -> None:
    """Record an act on a row; `subject` is what the audit calls its kind."""
    record_act(
        actor=actor,
        action=f"inspections.{act}",
        subject=f"{subject}:{row.pk}",
        data={"what": str(row), **data},
        at=now,
        district_id=row.district_id,  # type: ignore[attr-defined]
    )


def flag_raise(
    *, unit: Unit, ban: str, source: str, text: str, now: datetime, inspection: Inspection | None = None,
    visit: OtherVisit | None = None,
) -> Flag | None:  # fmt: skip
    """Note a clue once for a visit and a ban; None where it was noted before from the same source."""
    where = {"inspection": inspection, "visit": visit, "ban": ban, "source": source, "unit": unit}
    if Flag.objects.filter(**where).exists():
        return None
    row = Flag.objects.create(
        **where, district_id=unit.district_id, text=text[:500], raised_on=local_date(now)
    )
    program = system_viewer("worker", district_id=unit.district_id)
    noted(program, "flag", "inspection_flag", row, now, ban=ban, source=row.get_source_display())
    return row


def has_tasks() -> bool:
    """Tell whether tasks can be opened here."""
    return any(p.code == TASK for p in PROCEDURES.all())


def task_open(*, district_id: int, now: datetime, **data: Any) -> str:
    """Open a task and return its number, empty where the installation has no tasks; the caller says so."""
    if not has_tasks():
        return ""
    given = {"person": None, "co_units": [], "waits_for": [], **data}
    program = system_viewer("worker", district_id=district_id)
    return case_open(procedure=TASK, actor=program, district_id=district_id, now=now, data=given).number

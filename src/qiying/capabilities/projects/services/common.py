"""What the acts of projects share: the row, who is told, visits that are owed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from qiying.capabilities.projects.models import Project
from qiying.capabilities.projects.rules.kinds import POINTS
from qiying.capabilities.projects.selectors import project_of
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.act_changes import tells
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.entering import Extras
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.viewer import Viewer, system_viewer
from qiying.statutes.workdays import short_date

NOTICE = "project_told"
told = tells(NOTICE)


class ProjectExtras(Extras):
    """Of a project's case beside its row: months by which the time to begin was extended; which is asked for."""

    extended: dict[str, list[int]] = {}
    more: str = ""


def row_of(context: CaseContext) -> Project:
    """Return the row of a project's case."""
    found = project_of(context.case)
    assert found is not None
    return found


def keep(act: Act, **values: Any) -> Project:
    """Write fields of a project's row and return it."""
    row = row_of(act)
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    return row


def worker_of(act: Act) -> Viewer:
    """Return the program that tells children what follows for them."""
    return system_viewer("worker", district_id=act.case.district_id)


def check_units(act: Act, field: str, *ids: int | None) -> Iterable[tuple[str, str]]:
    """Refuse units that are not this district's own."""
    wanted = {pk for pk in ids if pk is not None}
    if Unit.objects.filter(pk__in=wanted, district_id=act.case.district_id, is_active=True).count() < len(
        wanted
    ):
        yield field, "本区没有这个单位，请重选"


def look_owed(act: Act, point: str) -> None:
    """Somebody has to be there at a key point."""
    act.clock_start(f"look_{point}", words=f"{POINTS[point]}，到现场看，拍照片")


def next_step_runs(act: Act, row: Project) -> None:
    """The clock of the next planned step begins where the last one ended; its day is the plan's."""
    act.stop("step")
    planned = row.plan.get(row.next_step)
    if planned:
        on = date.fromisoformat(planned)
        words = f"计划{short_date(on)}{row._meta.get_field(f'{row.next_step}_on').verbose_name}"  # type: ignore[union-attr]
        act.clock_start("step", limit=max((on - act.today).days, 0), words=words)

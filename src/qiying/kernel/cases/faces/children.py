"""The child cases of a case as all its parties read them, each with its own day; and the case it is a part of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse

from qiying.kernel.cases.faces.clocks import row_status
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.reading import Reading
from qiying.kernel.cases.selectors import cases_visible_to, parts_of
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.ui.humanize import day_words


@dataclass(frozen=True)
class ChildFace:
    """One part of the whole; `url` is empty for whoever takes no part in it."""

    number: str
    title: str
    unit: str
    state: str
    outcome: str
    status: str
    words: str
    when: str
    promised_by: date | None
    due_by: date | None
    is_open: bool
    url: str


def child_faces(reading: Reading) -> list[ChildFace]:
    """Return the children of a case in the order of their opening; one query, none where there can be none."""
    context = reading.context
    if not context.procedure.has_children:
        return []
    mine = parts_of(context.viewer).filter(case=OuterRef("pk"))
    rows = Case.objects.filter(parent_id=reading.source.case.pk).select_related("lead_unit")
    return [_face(reading, c) for c in rows.annotate(is_mine=Exists(mine)).order_by("pk")]


def _face(reading: Reading, case: Any) -> ChildFace:
    context, machine = reading.context, PROCEDURES.get(case.procedure, case.version)
    status, words = row_status(case, case.due_by, context.today, context.calendar, machine.outcomes)
    day = case.due_by if case.is_open else case.closed_on
    when = f"{day_words(day, context.today)}{'前办好' if case.is_open else '办结'}" if day else ""
    return ChildFace(
        number=case.number,
        title=reading.veil(case.title),
        unit=case.lead_unit.label if case.lead_unit else "",
        state=machine.state(case.state).label,
        outcome=machine.outcomes.get(case.outcome, ""),
        status=status,
        words=words,
        when=when,
        promised_by=case.promised_by,
        due_by=case.due_by,
        is_open=case.is_open,
        url=reverse("cases:case", args=[case.number]) if case.is_mine or context.viewer.is_system else "",
    )


def family_of(file: CaseFile) -> dict[str, Any]:
    """Return what a page shows of a case's children and of the case it is a part of."""
    case, whole = file.case, None
    if case.parent_id is not None:
        whole = cases_visible_to(file.context.viewer).filter(pk=case.parent_id).first()
    faces = child_faces(file.reading)
    done = sum(not f.is_open for f in faces)
    return {"children": faces, "children_done": done, "part_of": whole}

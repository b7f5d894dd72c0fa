"""Questionnaires filled in for a case: a checklist on the spot, a self-assessment; by page and over HTTP alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import Http404

from qiying.kernel.cases.models import Case
from qiying.kernel.forms.models import FormVersion, Response
from qiying.kernel.forms.services import form_answer
from qiying.kernel.permissions.errors import ActionNotAvailable
from qiying.kernel.permissions.viewer import Viewer


@dataclass(frozen=True)
class CaseSheet:
    """One questionnaire of a case; `code` stands in its address, without `version` it is not published yet."""

    code: str
    title: str
    version: FormVersion | None
    is_done: bool = False


@dataclass(frozen=True)
class Sheets:
    """The sheets of a procedure's cases.

    `read(case, viewer, now)` returns those somebody may fill in; `keep(case, sheet, response, actor, now)` does the act
    that belongs to an answered one, by the engine, and nothing where it was done before; `shut(case)` says why not now;
    `back(case, viewer)` is the address to go on at.
    """

    read: Callable[[Case, Viewer, datetime], Sequence[CaseSheet]]
    keep: Callable[[Case, CaseSheet, Response, Viewer, datetime], object]
    back: Callable[[Case, Viewer], str]
    shut: Callable[[Case], str | None] = lambda case: None
    submit: str = "提交"


SHEETS: dict[str, Sheets] = {}
"""By procedure."""


def sheets_of(case: Case, viewer: Viewer, now: datetime) -> Sequence[CaseSheet]:
    """Return the questionnaires of a case that somebody may fill in."""
    one = SHEETS.get(case.procedure)
    return one.read(case, viewer, now) if one else ()


def sheet_named(case: Case, code: str, viewer: Viewer, now: datetime) -> tuple[CaseSheet, FormVersion]:
    """Return a sheet of a case with its wording; 404 where there is none, refused while it is not published."""
    found = next((s for s in sheets_of(case, viewer, now) if s.code == code), None)
    if found is None:
        raise Http404("这一件没有这份表")
    if found.version is None:
        raise ActionNotAvailable(f"“{found.title}”的表还没有发布，请管它的单位先发布")
    return found, found.version


@transaction.atomic
def sheet_keep(
    *,
    case: Case,
    code: str,
    answers: Mapping[str, Any],
    key: str,
    actor: Viewer,
    now: datetime,
    session_key: str | None = None,
) -> Response:
    """Keep the answers of one sheet and what follows from them; the same key again changes nothing."""
    row = Case.objects.select_for_update().get(pk=case.pk)
    sheet, version = sheet_named(row, code, actor, now)
    response = form_answer(
        version=version, subject=f"case:{row.pk}", answers=answers, actor=actor, at=now, key=key,
        enterprise_id=row.enterprise_id, session_key=session_key,
    )  # fmt: skip
    SHEETS[row.procedure].keep(row, sheet, response, actor, now)
    return response

"""Letters of an inspection (司法部 2025 forms): what each needs, and the text its template makes of the case."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.template.loader import render_to_string

from qiying.capabilities.inspections.services.telling import rectify_words
from qiying.capabilities.inspections.services.visit import RESULTS, extras_of, visit_in
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.faces.letters import LetterWish
from qiying.kernel.forms.models import Response


def is_approved(context: CaseContext) -> str | None:
    return "批准以后才能通知" if context.case.state == "proposed" else None


def is_recorded(context: CaseContext) -> str | None:
    return None if extras_of(context).recorded else "还没有记检查表"


def is_concluded(context: CaseContext) -> str | None:
    return None if context.case.state == "concluded" else "还没有出结果"


def written(template: str) -> Callable[[CaseFile, LetterWish], Sequence[str]]:
    """Return what makes the paragraphs of a letter from its template, one a line."""

    def paragraphs(file: CaseFile, wish: LetterWish) -> Sequence[str]:
        known, one = extras_of(file.context), visit_in(file.context)
        asked = next((a for a in file.context.approvals if a.kind == "approval"), None)
        context = {"one": one, "known": known, "asked": asked, "sheets": _sheets(file) if template == "record" else (),
                   "result": RESULTS.get(file.case.outcome, ""), "rectify": rectify_words(known)}  # fmt: skip
        text = render_to_string(f"inspections/letters/{template}.txt", context)
        return [line.strip() for line in text.splitlines() if line.strip()]

    return paragraphs


def _sheets(file: CaseFile) -> list[tuple[str, str]]:
    """Return each checklist as it was answered on the spot: item and answers."""
    known = extras_of(file.context)
    names = {str(i.pk): i.name for i in visit_in(file.context).items.all()}
    rows = Response.objects.select_related("version").in_bulk(list(known.recorded.values()))
    found = []
    for item, pk in known.recorded.items():
        titles = {q.code: q.title for q in rows[pk].version.compiled.definition}
        said = "；".join(f"{titles.get(code, code)}：{value}" for code, value in rows[pk].answers.items())
        found.append((names.get(item, ""), said))
    return found

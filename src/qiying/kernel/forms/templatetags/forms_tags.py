"""A sheet, and answers handed in, inside any page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from qiying.kernel.forms.fields import answer_words, field_spec
from qiying.kernel.forms.models import Response
from qiying.kernel.forms.services import ERASED
from qiying.kernel.forms.sheet import Field

register = template.Library()


@register.inclusion_tag("forms/_question.html", takes_context=True)
def form_question(context: Mapping[str, Any], one: Field) -> dict[str, Any]:
    """Draw one question with what was typed, its complaints and its source."""
    spec = field_spec(one, bool(context.get("says_missing")))
    spec["errors"] += list((context.get("problems") or {}).get(one.path, ()))
    uploads = context.get("uploads")
    found: dict[str, Any] = {"f": one, "q": one.question, "spec": spec}
    if one.question.is_upload and uploads is not None:
        found["tiles"] = uploads.at(one.path, one.value)
    if one.question.kind == "matrix":
        given = one.value if isinstance(one.value, Mapping) else {}
        found["cells"] = [
            (f"a.{one.path}.{i}", row, given.get(row)) for i, row in enumerate(one.question.rows)
        ]
    passed = ("says_missing", "problems", "uploads", "live_codes", "request")
    return {**found, **{key: context.get(key) for key in passed}}


@register.inclusion_tag("forms/_answers.html", takes_context=True)
def form_answers(context: Mapping[str, Any], response: Response) -> dict[str, Any]:
    """Draw answers as they were handed in, with the words of the version they were given to."""
    given = response.everything
    parts = []
    for section in response.version.compiled.definition.sections:
        rows = [
            {
                "title": q.title,
                "words": answer_words(q, given[q.code]),
                "source": response.sources.get(q.code, ""),
                "erase": q.code if q.kind in ("short", "long") and given[q.code] not in (ERASED, "") else "",
            }
            for q in section.questions
            if q.code in given
        ]
        parts += [(section.title, rows)] if rows else []
    may_erase = context.get("may_erase", False)
    return {"parts": parts, "response": response, "now": context.get("now"), "may_erase": may_erase}

"""A sheet as its page: screens of questions, each as the specification of a field, and what a page sends read back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from qiying.kernel.forms.definition import Definition, Question
from qiying.kernel.forms.sheet import MAX_ROWS, Field, Sheet
from qiying.kernel.forms.values import LONG, OTHER, OTHER_MARK, SHORT
from qiying.ui.given import whole

KINDS = {
    "one": "radio", "many": "checkboxes", "scale": "radio", "short": "text", "long": "textarea", "number": "number",
    "date": "date",
}  # fmt: skip


@dataclass(frozen=True)
class Screen:
    """What stands on one screen: the heading of a section and fields."""

    title: str
    help: str
    fields: tuple[Field, ...]


def screens_of(definition: Definition, read: Sheet) -> list[Screen]:
    """Return the screens of the questions asked; sums go with the question before them."""
    by_code = {f.question.code: f for f in read.fields}
    found: list[Screen] = []
    for section in definition.sections:
        fields = [by_code[q.code] for q in section.questions if q.code in by_code]
        if definition.screens != "question":
            found += [Screen(section.title, section.help, tuple(fields))] * bool(fields)
            continue
        for one in fields:
            if one.question.kind == "computed" and found:
                found[-1] = Screen(found[-1].title, found[-1].help, (*found[-1].fields, one))
            else:
                found.append(Screen(section.title, section.help, (one,)))
    return found


def field_spec(one: Field, says_missing: bool = False) -> dict[str, Any]:
    """Return a field as `ui/_field.html` draws it."""
    q = one.question
    errors = list(one.complaints) or (
        ["请选一项" if q.kind in ("one", "scale") else "请填上"] * (says_missing and one.is_open)
    )
    chosen = one.value if isinstance(one.value, list) else [one.value]
    other = next((str(v)[len(OTHER_MARK) :] for v in chosen if str(v).startswith(OTHER_MARK)), "")
    spec: dict[str, Any] = {
        "name": f"a.{one.path}",
        "id": f"q-{one.path}",
        "label": f"{one.number}. {q.title}" if one.number else q.title,
        "kind": KINDS.get(q.kind, "text"),
        "required": q.required,
        "help": q.help,
        "unit": q.unit if q.kind == "number" else "",
        "errors": errors,
        "value": _other_as_choice(one.value),
        "max_length": int(q.most or (LONG if q.kind == "long" else SHORT))
        if q.kind in ("short", "long")
        else 0,
        "other": other,
    }
    if q.kind in ("one", "many"):
        spec["choices"] = [(o, o) for o in q.options] + [(OTHER, OTHER)] * q.other
    if q.kind == "scale":
        ends = dict(zip((q.steps[0], q.steps[-1]), q.labels, strict=False))
        spec["choices"] = [(n, f"{n} {ends[n]}" if n in ends else str(n)) for n in q.steps]
    return spec


def _other_as_choice(value: Any) -> Any:
    if isinstance(value, list):
        return [_other_as_choice(one) for one in value]
    return OTHER if isinstance(value, str) and value.startswith(OTHER_MARK) else value


# --- what a page sends ---------------------------------------------------------------------
Uploads = Callable[[Question, str], Sequence[int]]
"""Gives the documents uploaded for a question at a place."""


def answers_posted(definition: Definition, post: QueryDict, uploads: Uploads) -> dict[str, Any]:
    """Return the answers to the questions a page says it asked; None for those left empty."""
    asked = set(post.getlist("asked"))
    return {
        q.code: _posted(q, post, q.code, uploads)
        for q in definition.questions
        if q.code in asked and q.kind != "computed"
    }


def _posted(q: Question, post: QueryDict, path: str, uploads: Uploads) -> Any:
    name = f"a.{path}"
    if q.is_upload:
        return list(uploads(q, path)) or None
    if q.kind == "group":
        return _rows_posted(q, post, path, uploads)
    if q.kind == "matrix":
        cells = {row: post.get(f"{name}.{i}", "") for i, row in enumerate(q.rows)}
        return {row: cell for row, cell in cells.items() if cell} or None
    said = post.getlist(name) if q.kind == "many" else [post.get(name, "")]
    if q.other and OTHER in said:
        said[said.index(OTHER)] = OTHER_MARK + post.get(f"{name}~other", "").strip()
    given = [one for one in said if one.strip()]
    return (given or None) if q.kind == "many" else (given[0] if given else None)


def _rows_posted(q: Question, post: QueryDict, path: str, uploads: Uploads) -> list[dict[str, Any]]:
    count = whole(post.get(f"a.{path}.n"), most=MAX_ROWS) or 0
    inner = [i for i in q.questions if i.kind != "computed"]
    rows = [
        {i.code: v for i in inner if (v := _posted(i, post, f"{path}.{n}.{i.code}", uploads)) is not None}
        for n in range(count)
    ]
    step, _, wanted = post.get("do", "").partition(":")
    where, _, index = wanted.rpartition(":")
    if step == "add" and wanted == path and count < MAX_ROWS:
        rows.append({})
    if step == "remove" and where == path and (at := whole(index, most=MAX_ROWS)) is not None:
        del rows[at : at + 1]
    return rows


def answer_words(q: Question, value: Any) -> str:
    """Return a stored answer as people read it."""
    if value is None:
        return ""
    if q.kind == "matrix" and isinstance(value, Mapping):
        return "；".join(f"{row}：{cell}" for row, cell in value.items())
    if q.kind == "group" and isinstance(value, list):
        inner = {i.code: i for i in q.questions}
        told = [
            "，".join(f"{inner[c].title}：{answer_words(inner[c], v)}" for c, v in row.items())
            for row in value
        ]
        return "\n".join(f"{n}. {one}" for n, one in enumerate(told, 1))
    if q.is_upload and isinstance(value, list):
        return f"{len(value)} {'张照片' if q.kind == 'photo' else '个文件'}"
    if isinstance(value, list):
        return "、".join(map(str, value))
    if isinstance(value, bool):
        return "是" if value else "否"
    return f"{value} {q.unit}".strip() if q.kind in ("number", "computed") else str(value)

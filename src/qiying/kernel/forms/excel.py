"""Questionnaires and answers as workbooks: one row a question in, one row a response out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from qiying.kernel.audit.clock import local_time
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.forms.builder_forms import paper, question_answers, question_of, titles
from qiying.kernel.forms.definition import Definition, Question
from qiying.kernel.forms.fields import answer_words
from qiying.kernel.forms.models import Response
from qiying.kernel.forms.sheet import sheet
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.tables.cells import clean_text
from qiying.kernel.tables.grid import UnreadableSheet
from qiying.kernel.tables.reading import read_table
from qiying.kernel.tables.spec import Field, Spec
from qiying.kernel.tables.workbooks import Column, Sheet, workbook_bytes

_FIRST = ("code", "kind", "title")
SPEC = Spec(
    "form_questions",
    "表单题目",
    (
        Field("section", "分节", note="同一节只写一次也行"),
        Field("group", "在哪条里面", note="可加多条的里面的题，写那一题的编号"),
        *(
            Field(q.code, q.title, note=q.help, is_required=q.code in _FIRST, choices=q.options)
            for q in paper("question").definition.questions
        ),
    ),
)


def layout_read(content: bytes, title: str) -> dict[str, Any]:
    """Return the layout a workbook holds; raise `GuardFailed` with every row that cannot be read."""
    try:
        reading = read_table(content, SPEC)
    except UnreadableSheet as error:
        raise GuardFailed([str(error)], {"table": [str(error)]}) from None
    if reading.missing:
        words = f"少了这几列：{'、'.join(reading.missing)}"
        raise GuardFailed([words], {"table": [words]})
    sections: list[dict[str, Any]] = []
    groups: dict[str, dict[str, Any]] = {}
    wrong = []
    for row in reading.rows:
        given = {key: clean_text(value) for key, value in row.values.items() if clean_text(value)}
        heading, group = given.pop("section", ""), given.pop("group", "")
        try:
            one = _question(given)
        except ValueError as reason:
            wrong.append(f"{reading.label(row)}：{reason}")
            continue
        if group and group not in groups:
            wrong.append(f"{reading.label(row)}：前面没有编号“{group}”的可加多条的题")
            continue
        if group:
            groups[group]["questions"].append(one)
            continue
        if not sections or (heading and heading != sections[-1]["title"]):
            sections.append({"title": heading, "questions": []})
        sections[-1]["questions"].append(one)
        if one["kind"] == "group":
            groups[one["code"]] = one
    if wrong:
        raise GuardFailed(wrong, {"table": wrong})
    return {"title": title, "screens": "all", "sections": sections}


def _question(given: Mapping[str, str]) -> dict[str, Any]:
    """Return the question of a row, read as answers to the builder's own paper."""
    read = sheet(paper("question"), given)
    if refusals := read.refusals:
        words = titles()
        raise ValueError("；".join(f"{words[key]}{why[0]}" for key, why in refusals.items()))
    found = question_of(read.values, {})
    if "其他" in found.get("options", ()):
        found["options"].remove("其他")
        found["other"] = True
    return {k: v for k, v in found.items() if v is not False}


def layout_workbook(definition: Definition | None) -> bytes:
    """Return a questionnaire as the workbook it can be read from again; without one, the empty template."""
    columns: list[Column[Any]] = [
        Column(f.title, kind="text", width=f.width, note=f.note) for f in SPEC.fields
    ]
    rows = list(_rows(definition)) if definition else []
    choices: dict[str, Sequence[str]] = {f.title: f.choices for f in SPEC.fields if f.choices}
    return workbook_bytes([Sheet("题目", columns, rows, choices=choices)])


def _rows(definition: Definition) -> Iterable[list[Any]]:
    for section in definition.sections:
        for one in section.questions:
            yield _row(one, section.title, "")
            yield from (_row(inner, section.title, one.code) for inner in one.questions)


def _row(q: Question, section: str, group: str) -> list[Any]:
    given = {name: getattr(q, name) for name in titles()}
    filled = {key: value for key, value in given.items() if value not in ("", None, (), False) or value == 0}
    told = {**question_answers(filled), "section": section, "group": group}
    return [told.get(f.key, "") for f in SPEC.fields]


def answers_workbook(title: str, responses: Iterable[Response]) -> bytes:
    """Return one row a response; a column for each question of any version, a matrix in one column a row of it."""
    found = list(responses)
    questions: dict[str, Question] = {}
    for version in {r.version_id: r.version for r in found}.values():
        questions |= {q.code: q for q in version.compiled.definition.questions if q.code not in questions}
    firms = Enterprise.objects.in_bulk([r.enterprise_id for r in found if r.enterprise_id])
    heads = ["编号", "提交时间", "版次", "填写人", "企业", "得分", "等次"]
    columns = [(q, row) for q in questions.values() for row in (q.rows if q.kind == "matrix" else ("",))]
    rows = [
        [
            r.pk,
            f"{local_time(r.answered_at):%Y-%m-%d %H:%M}",
            r.version.number,
            r.person.name if r.person else "",
            firms[r.enterprise_id].name if r.enterprise_id in firms else "",
            None if r.points is None else float(r.points),
            r.grade,
            *(_cell(q, row, r.everything.get(q.code)) for q, row in columns),
        ]
        for r in found
    ]
    titles: list[Column[Any]] = [Column(h) for h in heads]
    titles += [Column(f"{q.title}：{row}" if row else q.title) for q, row in columns]
    return workbook_bytes([Sheet(title, titles, rows)])


def _cell(q: Question, row: str, value: Any) -> Any:
    if row:
        return value.get(row, "") if isinstance(value, Mapping) else ""
    return (
        value if q.kind in ("number", "scale", "computed") and value is not None else answer_words(q, value)
    )

"""Questionnaires and answers as workbooks: one row a question in, one row a response out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from qiying.kernel.audit.clock import local_time
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.forms.definition import KINDS, Definition, Question
from qiying.kernel.forms.fields import answer_words
from qiying.kernel.forms.models import Response
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.tables.cells import clean_text
from qiying.kernel.tables.grid import UnreadableSheet
from qiying.kernel.tables.reading import read_table
from qiying.kernel.tables.spec import Field, Spec
from qiying.kernel.tables.workbooks import Column, Sheet, workbook_bytes

_KINDS = {words: code for code, words in KINDS.items()}
SPEC = Spec(
    "form_questions",
    "表单题目",
    (
        Field("section", "分节", note="同一节只写一次也行"),
        Field("group", "在哪条里面", note="可加多条的里面的题，写那一题的编号"),
        Field("code", "编号", is_required=True, note="字母或汉字开头，条件里用它"),
        Field("kind", "题型", is_required=True, choices=tuple(_KINDS)),
        Field("title", "题目", is_required=True, width=40),
        Field("help", "说明"),
        Field("required", "必答", choices=("是", "否")),
        Field("options", "选项", note="一行一个，或用顿号隔开；写上“其他”就有其他一项"),
        Field("rows", "行", note="矩阵的行"),
        Field("labels", "两端的字", note="打分两端的字"),
        Field("least", "最小", kind="number"),
        Field("most", "最大", kind="number"),
        Field("decimals", "小数位", kind="number"),
        Field("unit", "单位"),
        Field("shown_when", "显示条件"),
        Field("compute", "算法"),
        Field("fact", "预填指标"),
        Field("document", "预填材料"),
    ),
)
_LISTS = ("options", "rows", "labels")


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
    found: dict[str, Any] = dict(given)
    if (kind := given.get("kind", "")) not in _KINDS:
        raise ValueError(f"没有“{kind[:20]}”这种题型，可以写：{'、'.join(_KINDS)}")
    found["kind"] = _KINDS[kind]
    for key in _LISTS:
        if key in given:
            found[key] = [o.strip() for o in given[key].replace("\n", "、").split("、") if o.strip()]
    if "其他" in found.get("options", ()):
        found["options"].remove("其他")
        found["other"] = True
    found["required"] = given.get("required", "").startswith(("是", "√", "必"))
    for key in ("least", "most", "decimals"):
        if key in given:
            found[key] = _number(given[key])
    if found["kind"] == "group":
        found["questions"] = []
    return {k: v for k, v in found.items() if v is not False and v != ""}


def _number(text: str) -> int | float:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) > 10**12:
        raise ValueError(f"“{text[:20]}”不是数字")
    return int(number) if number == number.to_integral_value() else float(number)


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
    told: dict[str, Any] = {f.key: getattr(q, f.key, "") for f in SPEC.fields}
    told |= {"section": section, "group": group, "kind": q.kind_words, "required": "是" if q.required else ""}
    told |= {"options": "\n".join((*q.options, *["其他"] * q.other)), "rows": "\n".join(q.rows)}
    told |= {"labels": "、".join(q.labels), "decimals": q.decimals or ""}
    return ["" if told[f.key] is None else told[f.key] for f in SPEC.fields]


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

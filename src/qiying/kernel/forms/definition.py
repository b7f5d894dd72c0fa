"""A questionnaire as data: sections of questions, in the order they are asked, and how answers are scored."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

KINDS = {
    "one": "单选",
    "many": "多选",
    "scale": "打分",
    "matrix": "矩阵",
    "short": "短文字",
    "long": "长文字",
    "number": "数字",
    "date": "日期",
    "photo": "照片",
    "file": "文件",
    "group": "可加多条",
    "computed": "自动算出",
}
SCREENS = {"question": "一屏一题", "section": "一屏一节", "all": "全部在一页"}
MAX_QUESTIONS = 300
"""More cannot be answered by a person, nor checked while he waits."""


@dataclass(frozen=True)
class Question:
    """One question; fields that a kind does not use stay empty.

    `least` and `most` bound a number, the steps of a scale, or how many are chosen, added or uploaded.
    `fact` and `document` name what the enterprise gave before and is not asked again.
    """

    code: str
    kind: str
    title: str
    help: str = ""
    required: bool = False
    options: tuple[str, ...] = ()
    other: bool = False
    rows: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    decimals: int = 0
    unit: str = ""
    shown_when: str = ""
    compute: str = ""
    fact: str = ""
    document: str = ""
    questions: tuple[Question, ...] = ()

    @property
    def kind_words(self) -> str:
        return KINDS[self.kind]

    @property
    def is_upload(self) -> bool:
        """Tell whether the answer is a list of documents."""
        return self.kind in ("photo", "file")

    @property
    def steps(self) -> range:
        """Return the steps of a scale, 1 to 5 if nothing else is said."""
        return range(int(self.least or 1), int(self.most or 5) + 1)


@dataclass(frozen=True)
class Section:
    """Questions under one heading."""

    title: str
    help: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Definition:
    """A whole questionnaire; `score` is kept as written, `scoring` reads it."""

    title: str
    intro: str
    thanks: str
    screens: str
    sections: tuple[Section, ...]
    score: Mapping[str, Any] | None

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Return the questions in order; those of a group stand in the group."""
        return tuple(q for section in self.sections for q in section.questions)

    def __iter__(self) -> Iterator[Question]:
        """Yield every question, a group before its own."""
        for one in self.questions:
            yield one
            yield from one.questions

    def question(self, code: str) -> Question | None:
        """Return a question by its code, those within groups included."""
        return next((q for q in self if q.code == code), None)


@dataclass(frozen=True)
class Problem:
    """What is wrong at a question (its code; empty: the whole form), as a sentence."""

    code: str
    words: str


@cache
def layout_schema() -> dict[str, Any]:
    """Return the JSON Schema every questionnaire keeps to."""
    text = files("qiying.kernel.forms").joinpath("layout.schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def shape_problems(layout: Any) -> list[Problem]:
    """Return why a layout cannot even be read; counted first, so that ten thousand questions cost nothing."""
    if not isinstance(layout, dict):
        return [Problem("", "表单应是一组键和值")]
    count = sum(1 for _ in _raw_questions(layout))
    if count > MAX_QUESTIONS:
        return [Problem("", f"一份表单最多 {MAX_QUESTIONS} 题，这里有 {count:,} 题，请分成几份")]
    from jsonschema import Draft202012Validator  # here: whoever checks no form need not load it

    found = []
    for error in Draft202012Validator(layout_schema()).iter_errors(layout):
        code = _code_at(layout, list(error.absolute_path))
        place = error.absolute_path[-1] if error.absolute_path else ""
        found.append(Problem(code, _shape_words(str(place), error.validator, error.validator_value)))
    return found[:50]


def definition_of(layout: Mapping[str, Any]) -> Definition:
    """Return a layout without shape problems as a definition."""
    sections = tuple(
        Section(s.get("title", ""), s.get("help", ""), tuple(_question(q) for q in s["questions"]))
        for s in layout["sections"]
    )
    return Definition(
        layout["title"],
        layout.get("intro", ""),
        layout.get("thanks", ""),
        layout.get("screens", "all"),
        sections,
        layout.get("score"),
    )


def _question(raw: Mapping[str, Any]) -> Question:
    given: dict[str, Any] = dict(raw)
    for key in ("options", "rows", "labels"):
        given[key] = tuple(given.get(key, ()))
    given["questions"] = tuple(_question(q) for q in given.get("questions", ()))
    return Question(**given)


def _raw_questions(layout: Mapping[str, Any]) -> Iterator[Any]:
    sections = layout.get("sections")
    for section in sections if isinstance(sections, list) else ():
        waiting = section.get("questions") if isinstance(section, dict) else None
        for one in waiting if isinstance(waiting, list) else ():
            yield one
            inner = one.get("questions") if isinstance(one, dict) else None
            yield from inner if isinstance(inner, list) else ()


def _code_at(layout: Any, path: list[Any]) -> str:
    """Return the code of the innermost question on a path."""
    code, here = "", layout
    for step in path:
        here = here[step]
        if isinstance(here, dict) and isinstance(here.get("code"), str):
            code = here["code"][:40]
    return code


_PARTS = {
    "code": "编号", "title": "题目", "options": "选项", "rows": "行", "shown_when": "显示条件", "compute": "算法",
    "help": "说明", "unit": "单位", "questions": "题目", "sections": "分节", "screens": "排法",
}  # fmt: skip


def _shape_words(place: str, keyword: Any, wanted: Any) -> str:
    what = _PARTS.get(place, f"“{place}”" if place and not place.isdigit() else "这一项")
    match keyword:
        case "pattern":
            return "编号用字母或汉字开头，只含字母、汉字、数字、下划线，不超过 32 个字"
        case "maxLength":
            return f"{what}最多 {wanted} 个字"
        case "minLength" | "minItems":
            return f"{what}不能空着"
        case "maxItems":
            return f"{what}最多 {wanted} 个"
        case "uniqueItems":
            return f"{what}有重复的"
        case "required":
            return f"少了{'、'.join(_PARTS.get(k, k) for k in wanted)}里的一项"
        case "enum":
            return f"{what}只能是 {'、'.join(map(str, wanted))}"
        case "additionalProperties":
            return f"{what}里有不认识的键"
    return f"{what}写得不对"

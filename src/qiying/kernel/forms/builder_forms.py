"""The builder's papers are questionnaires of this kit (`builder.yaml`): a layout's keys as answers, and back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from django import forms

from qiying.kernel.forms.checking import Compiled, compiled
from qiying.kernel.forms.definition import KINDS, SCREENS
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.permissions.viewer import Viewer

Raw = Mapping[str, Any]
_LISTS = {"options": "\n", "rows": "\n", "labels": "、"}
_YES = ("required", "other")
_HITS = {"sum": "符合的各行相加", "first": "只取第一条符合的"}


@cache
def paper(name: str) -> Compiled:
    """Return one of the builder's questionnaires: `question` or `frame`."""
    text = files("qiying.kernel.forms").joinpath("builder.yaml").read_text(encoding="utf-8")
    return compiled(yaml.safe_load(text)[name])


def titles() -> dict[str, str]:
    """Return what the keys of a question are called."""
    return {q.code: q.title for q in paper("question").definition.questions}


def question_answers(question: Raw) -> dict[str, Any]:
    """Return a question of a layout as answers to its paper."""
    told = {key: value for key, value in question.items() if key != "questions"}
    told["kind"] = KINDS[question["kind"]]
    told |= {key: "是" for key in _YES if question.get(key)}
    return told | {key: mark.join(question[key]) for key, mark in _LISTS.items() if key in question}


def question_of(values: Raw, before: Raw) -> dict[str, Any]:
    """Return answers as the question they describe; raise `KeyError` on a kind there is none of."""
    made = dict(values)
    made["kind"] = next(code for code, words in KINDS.items() if words == values["kind"])
    made |= {key: made[key] == "是" for key in _YES if key in made}
    for key in (k for k in _LISTS if k in made):
        made[key] = [part.strip() for part in made[key].replace("\n", "、").split("、") if part.strip()]
    if made["kind"] == "group":
        made["questions"] = before.get("questions", [])
    return made


def frame_answers(layout: Raw, is_open: bool) -> dict[str, Any]:
    """Return what stands around the questions as answers to its paper."""
    score = layout.get("score") or {}
    told = {key: layout.get(key, "") for key in ("title", "intro", "thanks")}
    told |= {"screens": SCREENS[layout.get("screens", "all")], "is_open": "是" if is_open else "否"}
    told["sections"] = "\n".join(s.get("title", "") for s in layout["sections"])
    told["inputs"] = "\n".join(score.get("inputs", ()))
    told["hit"] = _HITS[score.get("hit", "sum")]
    told["scores"] = "\n".join(" | ".join([*r["when"], str(r["points"])]) for r in score.get("rows", ()))
    parts = (" | ".join([g["when"], g["grade"], g.get("words", "")]) for g in score.get("grades", ()))
    return {**told, "grades": "\n".join(parts)}


def frame_of(values: Raw, layout: Raw) -> dict[str, Any]:
    """Return the layout with this frame around its questions."""
    made = {key: value for key, value in layout.items() if key == "sections"}
    made |= {key: values[key] for key in ("title", "intro", "thanks") if key in values}
    made["screens"] = next(code for code, words in SCREENS.items() if words == values["screens"])
    heads = [*values.get("sections", "").split("\n"), *[""] * len(layout["sections"])]
    made["sections"] = [{**s, "title": heads[n].strip()} for n, s in enumerate(layout["sections"])]
    if inputs := [line for (line,) in _table(values.get("inputs", ""), 1)]:
        rows = [[cell.strip() for cell in line.split("|")] for line in _lines(values.get("scores", ""))]
        grades = _table(values.get("grades", ""), 3)
        made["score"] = {
            "hit": next((code for code, words in _HITS.items() if words == values.get("hit")), "sum"),
            "inputs": inputs,
            "rows": [{"when": row[:-1], "points": row[-1]} for row in rows],
            "grades": [{"when": when, "grade": grade, "words": words} for when, grade, words in grades],
        }
    return made


def _lines(text: str) -> list[str]:
    return [line for line in text.replace("｜", "|").splitlines() if line.strip()]


def _table(text: str, width: int) -> list[list[str]]:
    cells = ([cell.strip() for cell in line.split("|")] for line in _lines(text))
    return [[*row, *[""] * width][:width] for row in cells]


class NewForm(forms.Form):
    """A new questionnaire: empty, or from a workbook."""

    title = forms.CharField(label="名称", max_length=100)
    code = forms.SlugField(label="编码", max_length=40, help_text="小写字母、数字、横线；网址和接口里用")
    unit = forms.TypedChoiceField(label="主办单位", coerce=int)
    table = forms.FileField(label="从表格导入题目", help_text="可不选；先下载模板照着填", required=False)

    def __init__(self, data: Any = None, files: Any = None, *, viewer: Viewer) -> None:
        super().__init__(data, files)
        paths = tuple(m.path for m in viewer.memberships)
        mine = {
            u.pk for u in Unit.objects.filter(district_id=viewer.district_id or 0) if u.path.startswith(paths)
        }
        choices = [(pk, label) for pk, label in unit_choices(viewer.district_id or 0) if pk in mine]
        field = self.fields["unit"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = choices

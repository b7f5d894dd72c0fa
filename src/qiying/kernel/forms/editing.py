"""Steps of a builder on a layout, each giving a new one; conditions follow a renamed code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from qiying.kernel.forms.definition import KINDS
from qiying.kernel.permissions.errors import ActionNotAvailable

Layout = dict[str, Any]
Place = tuple[list[dict[str, Any]], int]
_QUOTED = re.compile(r'("(?:\\.|[^"\\])*")')


def empty_layout(title: str) -> Layout:
    """Return a questionnaire without questions."""
    return {"title": title, "screens": "all", "sections": [{"title": "", "questions": []}]}


def lists_of(layout: Layout) -> list[list[dict[str, Any]]]:
    """Return every list of questions: those of sections, then those within groups."""
    sections = [s["questions"] for s in layout["sections"]]
    return sections + [q["questions"] for part in sections for q in part if q["kind"] == "group"]


def place_of(layout: Layout, code: str) -> Place:
    """Return the list a question stands in and its index; raise `ActionNotAvailable` when it is gone."""
    for part in lists_of(layout):
        for index, one in enumerate(part):
            if one["code"] == code:
                return part, index
    raise ActionNotAvailable(f"“{code}”这道题已经不在了，可能有人先删了。请刷新看看。")


def question_add(layout: Layout, kind: str, *, section: int = 0, group: str = "") -> tuple[Layout, str]:
    """Return the layout with a new question at the end of a section or group, and its code."""
    made, code = deepcopy(layout), _free_code(layout)
    if kind not in KINDS or (group and kind == "group") or not 0 <= section < len(made["sections"]):
        raise ActionNotAvailable("这里不能加这种题。")
    new: dict[str, Any] = {"code": code, "kind": kind, "title": f"新的{KINDS[kind]}题"}
    if kind in ("one", "many", "matrix"):
        new["options"] = ["是", "否"] if kind == "one" else ["甲", "乙"]
    if kind == "matrix":
        new |= {"rows": ["第一行"], "options": ["满意", "一般", "不满意"]}
    if kind == "group":
        new["questions"] = []
    if kind == "computed":
        new["compute"] = "1"
    if group:
        part, index = place_of(made, group)
        part[index].setdefault("questions", []).append(new)
    else:
        made["sections"][section]["questions"].append(new)
    return made, code


def question_put(layout: Layout, code: str) -> Layout:
    """Return the layout with a place under this code at the end, for a question that was deleted meanwhile."""
    made, free = question_add(layout, "short", section=len(layout["sections"]) - 1)
    return question_set(made, free, {"code": code, "kind": "short", "title": code})


def question_set(layout: Layout, code: str, new: Mapping[str, Any]) -> Layout:
    """Return the layout with a question replaced; conditions that read it follow its new code."""
    made = deepcopy(layout)
    part, index = place_of(made, code)
    part[index] = {k: v for k, v in new.items() if v is not False and v not in ("", None, [])}
    return made if new["code"] == code else _renamed(made, code, new["code"])


def question_move(layout: Layout, code: str, by: int) -> Layout:
    """Return the layout with a question one place up or down; at the end of a section it goes into the next."""
    made = deepcopy(layout)
    part, index = place_of(made, code)
    target = index + by
    if 0 <= target < len(part):
        part[index], part[target] = part[target], part[index]
        return made
    sections = [s["questions"] for s in made["sections"]]
    here = next((n for n, s in enumerate(sections) if s is part), None)
    if here is not None and 0 <= here + by < len(sections):
        one = part.pop(index)
        sections[here + by].insert(0 if by > 0 else len(sections[here + by]), one)
    return made


def question_copy(layout: Layout, code: str) -> tuple[Layout, str]:
    """Return the layout with a copy behind a question, inner questions under codes of their own."""
    made = deepcopy(layout)
    part, index = place_of(made, code)
    copy = deepcopy(part[index])
    copy["code"] = _free_code(made)
    part.insert(index + 1, copy)
    for inner in copy.get("questions", ()):
        inner["code"] = "待改"
        inner["code"] = _free_code(made)
    return made, copy["code"]


def question_delete(layout: Layout, code: str) -> Layout:
    """Return the layout without a question; what read it is refused at checking, at its own place."""
    made = deepcopy(layout)
    part, index = place_of(made, code)
    del part[index]
    return made


def section_add(layout: Layout) -> Layout:
    """Return the layout with another section at the end."""
    made = deepcopy(layout)
    made["sections"].append({"title": f"第{len(made['sections']) + 1}节", "questions": []})
    return made


def _free_code(layout: Layout) -> str:
    taken = {q["code"] for part in lists_of(layout) for q in part}
    return next(code for n in range(1, 2000) if (code := f"q{n}") not in taken)


def _renamed(layout: Layout, old: str, new: str) -> Layout:
    def text(feel: str) -> str:
        parts = _QUOTED.split(feel)  # what stands in quotes is a value, not a name
        return "".join(
            p if p.startswith('"') else re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", new, p) for p in parts
        )

    for part in lists_of(layout):
        for one in part:
            one |= {key: text(one[key]) for key in ("shown_when", "compute") if one.get(key)}
    if score := layout.get("score"):
        score["inputs"] = [text(one) for one in score["inputs"]]
        for row in score["rows"]:
            row["when"], row["points"] = [text(c) for c in row["when"]], text(str(row["points"]))
    return layout

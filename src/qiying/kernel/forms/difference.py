"""How one wording of a questionnaire differs from another, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qiying.kernel.forms.builder_forms import titles
from qiying.kernel.forms.definition import SCREENS, Definition, Question, definition_of


def differences(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[str]:
    """Return what changed, one sentence each; a first version is said as a whole."""
    new = definition_of(after)
    if before is None:
        return [f"第一版，{len(new.questions)} 题"]
    old = definition_of(before)
    return [*_frame(old, new), *_questions({q.code: q for q in old}, {q.code: q for q in new})]


def _frame(old: Definition, new: Definition) -> Iterator[str]:
    if old.title != new.title:
        yield f"名称改为“{new.title}”"
    if old.screens != new.screens:
        yield f"排法改为{SCREENS[new.screens]}"
    if (old.intro, old.thanks) != (new.intro, new.thanks):
        yield "改了开头或结尾的话"
    if [(s.title, s.help) for s in old.sections] != [(s.title, s.help) for s in new.sections]:
        yield "改了分节"
    if old.score != new.score:
        yield "改了评分" if old.score and new.score else "加了评分" if new.score else "不再评分"
    kept = [q.code for q in new if old.question(q.code)]
    if kept != [q.code for q in old if new.question(q.code)]:
        yield "题目换了先后"


def _questions(old: Mapping[str, Question], new: Mapping[str, Question]) -> Iterator[str]:
    for code, one in new.items():
        if code not in old:
            yield f"加了“{one.title}”（{one.kind_words}）"
    for code, one in old.items():
        if code not in new:
            yield f"删了“{one.title}”"
        else:
            yield from (f"“{new[code].title}”的{words}" for words in _changes(one, new[code]))


def _changes(old: Question, new: Question) -> Iterator[str]:
    words = titles()
    for key in words:
        one, other = getattr(old, key), getattr(new, key)
        if one == other:
            continue
        if isinstance(one, tuple):
            added, gone = [o for o in other if o not in one], [o for o in one if o not in other]
            parts = [f"加了{'、'.join(added)}"] * bool(added) + [f"去掉{'、'.join(gone)}"] * bool(gone)
            yield f"{words[key]}{'，'.join(parts) or '换了先后'}"
        elif isinstance(one, bool):
            yield f"{words[key]}{'加上了' if other else '去掉了'}"
        else:
            yield f"{words[key]}由“{_said(one)}”改为“{_said(other)}”"


def _said(value: Any) -> str:
    return "空" if value in (None, "") else f"{value:g}" if isinstance(value, float) else str(value)

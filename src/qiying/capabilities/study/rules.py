"""The arithmetic of an examination: what a question holds, which are drawn, whether a mark is enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Protocol

LETTERS = "ABCDEFGH"
JUDGED = ("对", "错")


class Asked(Protocol):
    """What is read of a question of the bank."""

    pk: int
    kind: str
    text: str
    options: str
    answer: str


def options_of(kind: str, options: str) -> list[str]:
    """Return the options of a question, in the order of their letters."""
    return (
        list(JUDGED) if kind == "judge" else [line.strip() for line in options.splitlines() if line.strip()]
    )


def question_faults(kind: str, options: str, answer: str) -> dict[str, list[str]]:
    """Say what is wrong with a question: options twice or too few, letters that name none, several rights for one."""
    found: dict[str, list[str]] = {}
    rows, letters = options_of(kind, options), sorted(set(answer))
    if kind != "judge" and not 2 <= len(rows) <= len(LETTERS):
        found["options"] = [f"要有 2 到 {len(LETTERS)} 个选项，一行一个"]
    elif len(set(rows)) < len(rows) or any(len(r) > 90 for r in rows):
        found["options"] = ["选项不能重复，每个不超过 90 个字"]
    if not letters or len(letters) < len(answer) or any(c not in LETTERS[: len(rows)] for c in letters):
        found["answer"] = [f"写选项的字母，大写、不重复，最多到 {LETTERS[max(len(rows), 1) - 1]}"]
    elif kind == "many" and len(letters) < 2:
        found["answer"] = ["多选题至少两个答案"]
    elif kind != "many" and len(letters) > 1:
        found["answer"] = ["单选、判断题只有一个答案"]
    return found


@dataclass(frozen=True)
class Drawn:
    """A paper: its layout for the forms kit, and what is right by the code of each question."""

    layout: dict[str, Any]
    key: dict[str, list[Any]]


HEADS = {"one": "单选题", "many": "多选题，少选、多选都不得分", "judge": "判断题"}


def drawn(title: str, bank: Mapping[str, Sequence[Asked]], wanted: Mapping[str, int], draw: Random) -> Drawn:
    """Draw a paper: so many questions of each kind, in a drawn order; options stand as the bank has them."""
    sections, key, n = [], {}, 0
    for kind, count in wanted.items():
        questions = []
        for one in draw.sample(list(bank.get(kind, ())), count):
            n += 1
            rows = options_of(kind, one.options)
            shown = [f"{letter}. {words}" for letter, words in zip(LETTERS, rows, strict=False)]
            code = f"题{n}"
            questions.append({
                "code": code, "kind": "many" if kind == "many" else "one", "title": one.text,
                "options": shown, "required": True,
            })  # fmt: skip
            key[code] = [[s for s in shown if s[0] in one.answer], one.pk]
        if questions:
            sections.append({"title": HEADS[kind], "questions": questions})
    return Drawn({"title": title, "screens": "section", "sections": sections}, key)


def rights(key: Mapping[str, Sequence[Any]], answers: Mapping[str, Any]) -> set[str]:
    """Return the codes answered right: all of what is right and nothing else."""
    found = set()
    for code, (wanted, _) in key.items():
        given = answers.get(code)
        chosen = set(given) if isinstance(given, list) else {given}
        if chosen == set(wanted):
            found.add(code)
    return found


def is_enough(right: int, asked: int, pass_mark: int) -> bool:
    """Tell whether the share of right answers reaches the mark, exactly: 59.99 of 60 is not enough."""
    return asked > 0 and 100 * right >= pass_mark * asked

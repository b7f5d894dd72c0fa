"""The form of an application as the forms kit asks it: what is asked, then the papers, then the commitment. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

COMMITMENT = "告知承诺"
AGREED = "我承诺，愿意接受核查"
_NOT_A_CODE = re.compile(r"[^A-Za-z0-9_\u4e00-\u9fff]")


def paper_code(name: str) -> str:
    """Return the code of the question that asks for a paper.

    >>> paper_code("门头照片（2 张）")
    '材料_门头照片2张'
    """
    return f"材料_{_NOT_A_CODE.sub('', name)}"[:32]


def layout_of(
    title: str,
    questions: Sequence[Mapping[str, Any]],
    papers: Sequence[Mapping[str, Any]],
    *,
    commits: str = "",
) -> dict[str, Any]:
    """Return the layout; a paper the enterprise gave before stands there already.

    Args:
        commits: the names of what may be granted on a commitment, empty where nothing may.
    """
    sections: list[dict[str, Any]] = []
    if questions:
        sections.append({"title": "基本情况", "questions": [dict(q) for q in questions]})
    if papers:
        asked = [_paper(p, bool(commits)) for p in papers]
        words = "手机拍照就行；以前交过的已经放好，不用再交。"
        sections.append({"title": "材料", "help": words, "questions": asked})
    if commits:
        choice = {
            "code": COMMITMENT,
            "kind": "one",
            "title": "先承诺、后补材料",
            "help": f"{commits}：已经具备条件的，可以先承诺，材料以后补，事后去核查；承诺不实的撤销。",
            "options": [AGREED, "不用，材料齐了"],
        }
        sections.insert(1 if questions else 0, {"title": COMMITMENT, "questions": [choice]})
    return {"title": title, "screens": "section", "sections": sections or [_nothing()]}


def _paper(paper: Mapping[str, Any], may_commit: bool) -> dict[str, Any]:
    used = "、".join(paper.get("used_by", ()))
    help_ = "；".join(filter(None, [paper.get("note", ""), f"{used}都用这一份" if "、" in used else ""]))
    found = {
        "code": paper_code(paper["name"]),
        "kind": "file" if paper.get("form") == "file" else "photo",
        "title": paper["name"],
        "document": paper.get("document") or paper["name"],
        "required": paper.get("is_required", True) and not may_commit,
        "most": 9,
    }
    return found | ({"help": help_[:500]} if help_ else {})


def _nothing() -> dict[str, Any]:
    return {"questions": [{"code": "说明", "kind": "long", "title": "还有什么要说明的"}]}


def has_committed(answers: Mapping[str, Any]) -> bool:
    """Tell whether the applicant chose to commit."""
    return answers.get(COMMITMENT) == AGREED

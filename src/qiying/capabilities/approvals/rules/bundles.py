"""What a bundle (批一次、一件事) is as data, what is wrong with one, and which of its parts may begin. Pure.

A bundle is asked once; its parts go to their departments at the same time. A part waits for another only where the
law says so: `after` is refused without `after_because`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Plan = Mapping[str, Any]
UNITS = {"minute": "分钟", "hour": "个工作小时", "workday": "个工作日", "day": "天"}
SORTS = {"thing": "一件事", "class": "一类事", "project": "项目审批"}
KEYS = {
    "code", "name", "sort", "about", "basis", "law_days", "law_more", "promise", "promise_unit", "auto_accept",
    "auto_join", "joint_visit", "sole_trader", "usual_days", "holder", "place", "questions", "materials", "parts",
    "visits",
}  # fmt: skip
PART_KEYS = {
    "code", "name", "item", "department", "promise", "promise_unit", "law_days", "result", "valid_years", "materials",
    "by_commitment", "one_hand", "after", "after_because", "needed_when", "basis", "visit",
    "founds",
}  # fmt: skip
GRANTED = "granted"
_CODE = re.compile(r"[a-z][a-z0-9-]{1,39}")


def problems(raw: Any) -> Iterator[str]:
    """Yield each fault of a bundle's file as a sentence."""
    if not isinstance(raw, dict):
        yield "一份清单应是一组键和值"
        return
    yield from (f"不认识的键 {k}" for k in sorted(set(raw) - KEYS))
    yield from (f"缺 {k}" for k in ("code", "name", "about", "promise", "parts") if k not in raw)
    if not _CODE.fullmatch(str(raw.get("code", ""))):
        yield "code 用小写字母开头的字母、数字、短横"
    if raw.get("promise_unit", "workday") not in UNITS or raw.get("sort", "thing") not in SORTS:
        yield "promise_unit 或 sort 写错了"
    parts = [p for p in raw.get("parts") or () if isinstance(p, dict)]
    codes = [p.get("code") for p in parts]
    papers = {m["name"] for m in raw.get("materials", ())}
    for part in parts:
        yield from _part_problems(part, codes, papers)
    if not parts or len(set(codes)) != len(codes):
        yield "至少要有一项，每项的 code 不能重复"
    if _has_circle(parts):
        yield "事项的先后绕成了圈"


def _part_problems(part: Mapping[str, Any], codes: Sequence[Any], papers: set[str]) -> Iterator[str]:
    name = part.get("name") or part.get("code")
    yield from (f"{name}：不认识的键 {k}" for k in sorted(set(part) - PART_KEYS))
    yield from (f"{name}：缺 {k}" for k in ("code", "name", "department", "promise") if k not in part)
    if part.get("promise_unit", "workday") not in UNITS:
        yield f"{name}：promise_unit 写错了"
    yield from (f"{name}：材料“{m}”不在 materials 里" for m in part.get("materials", ()) if m not in papers)
    yield from (f"{name}：after 里没有 {c} 这一项" for c in part.get("after", ()) if c not in codes)
    if part.get("after") and not part.get("after_because"):
        yield f"{name}：要等别的事项，必须写法律依据（after_because）"


def _has_circle(parts: Sequence[Mapping[str, Any]]) -> bool:
    left = {p.get("code"): set(p.get("after", ())) for p in parts}
    while free := [c for c, after in left.items() if not after & set(left)]:
        for code in free:
            del left[code]
    return bool(left)


def needed_parts(plan: Plan, answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the parts this applicant needs, by what was answered; a wait for a part not needed falls away."""
    found = [dict(p) for p in plan["parts"] if _is_needed(p.get("needed_when") or {}, answers)]
    codes = {p["code"] for p in found}
    return [p | {"after": [c for c in p.get("after", ()) if c in codes]} for p in found]


def _is_needed(when: Mapping[str, Any], answers: Mapping[str, Any]) -> bool:
    def given(code: str) -> set[str]:
        value = answers.get(code)
        return {str(v) for v in value} if isinstance(value, list) else {str(value)}

    return all(given(code) & {str(v) for v in wanted} for code, wanted in when.items())


def ready_parts(parts: Sequence[Plan], opened: Sequence[str], granted: Sequence[str]) -> list[str]:
    """Return what may be opened now: everything that waits for nothing, and whose predecessors were granted."""
    return [p["code"] for p in parts if p["code"] not in opened and set(p.get("after", ())) <= set(granted)]


def lost_parts(parts: Sequence[Plan], opened: Sequence[str], refused: Sequence[str]) -> list[str]:
    """Return the parts that will never be opened, because one they wait for by law was not granted."""
    lost = set(refused)
    while more := {p["code"] for p in parts if p["code"] not in {*lost, *opened} and set(p["after"]) & lost}:
        lost |= more
    return [p["code"] for p in parts if p["code"] in lost and p["code"] not in opened]


def joint_outcome(outcomes: Mapping[str, str], parts: Sequence[Plan]) -> str:
    """Return how the whole ended: all granted, some, or none."""
    count = sum(outcomes.get(p["code"]) == GRANTED for p in parts)
    return GRANTED if count == len(parts) else "partly" if count else "refused"


def limit_words(amount: int, unit: str) -> str:
    """Return a limit as people read it.

    >>> limit_words(7, "hour"), limit_words(0, "workday")
    ('7 个工作小时', '当场办')
    """
    return f"{amount} {UNITS[unit]}" if amount else "当场办"


def materials_of(plan: Plan, parts: Sequence[Plan]) -> list[dict[str, Any]]:
    """Return the papers of these parts, each once, with the parts that use it: what is shared is asked once."""
    found = []
    for paper in plan.get("materials", ()):
        used = [p["name"] for p in parts if paper["name"] in p.get("materials", ())]
        if used:
            found.append(dict(paper) | {"used_by": used})
    return found

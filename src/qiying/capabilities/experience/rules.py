"""A script of an experience officer (体验官) as a questionnaire, and what its answers say beside the guide. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

STEPS_MOST = 30
SMOOTH, TROUBLE = "顺利", "有问题"


class Published(NamedTuple):
    """What the guide of a service promises: workdays, papers, trips to the hall; None where it says nothing."""

    workdays: int | None
    papers: int | None
    trips: int | None


class Finding(NamedTuple):
    """Trouble at one step, as it was met."""

    step: str
    text: str
    minutes: int | None


class Compared(NamedTuple):
    """One thing the guide promises beside what was met; `is_worse` is None where one of both is not known."""

    label: str
    published: str
    found: str
    is_worse: bool | None


def script_layout(title: str, steps: Sequence[str]) -> dict[str, Any]:
    """Return the questionnaire: a screen for each step, and one for the whole."""
    told = files("qiying.capabilities.experience").joinpath("record_sheet.yaml").read_text(encoding="utf-8")
    each = told.partition("# the whole")[0]
    sections = [
        {"title": f"第 {n} 步：{step}", "questions": yaml.safe_load(each.replace("{n}", str(n)))["step"]}
        for n, step in enumerate(steps, 1)
    ]
    whole = {"title": "整件事", "questions": yaml.safe_load(told)["whole"]}
    return {"title": title, "screens": "section", "sections": [*sections, whole]}


def steps_read(text: str) -> list[str]:
    """Return steps written one a line, without numbers in front."""
    lines = (line.strip().lstrip("0123456789.、)） ") for line in text.splitlines())
    return [line[:60] for line in lines if line]


def findings_of(answers: Mapping[str, Any], steps: Sequence[str]) -> list[Finding]:
    """Return the trouble that was met, step by step."""
    found = []
    for n, step in enumerate(steps, 1):
        text = str(answers.get(f"问题{n}") or "").strip()
        if answers.get(f"情况{n}") == TROUBLE and text:
            minutes = answers.get(f"用时{n}")
            found.append(Finding(step, text, int(minutes) if minutes is not None else None))
    return found


def minutes_of(answers: Mapping[str, Any], steps: Sequence[str]) -> int:
    """Return the minutes of all steps that were timed."""
    return sum(int(answers.get(f"用时{n}") or 0) for n in range(1, len(steps) + 1))


def compare(answers: Mapping[str, Any], guide: Published) -> list[Compared]:
    """Return the guide beside what was met: days, papers, papers asked twice, trips."""
    return [
        _beside("几个工作日", guide.workdays, answers.get("工作日"), "个"),
        _beside("几份材料", guide.papers, answers.get("材料数"), "份"),
        _beside("重复要的材料", 0, answers.get("重复材料"), "份"),
        _beside("跑几趟", guide.trips, answers.get("跑趟"), "趟"),
    ]


def _beside(label: str, promised: int | None, met: Any, unit: str) -> Compared:
    words = "指南没写" if promised is None else f"{promised} {unit}"
    is_worse = None if promised is None or met is None else int(met) > promised
    return Compared(label, words, "没填" if met is None else f"{int(met)} {unit}", is_worse)


def quarter_end(day: date) -> date:
    """Return the last day of the quarter of a day."""
    month = (day.month - 1) // 3 * 3 + 3
    return date(day.year, month, 30 if month in (6, 9) else 31)

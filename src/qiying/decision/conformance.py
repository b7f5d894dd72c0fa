"""Families of conformance groups, their targets, and the page that shows how each group does."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from .tck import GroupReport, Report

_FILE = Path(__file__).with_name("conformance_groups.yaml")


@dataclass(slots=True)
class Family:
    """Groups judged together; `target` is the share that must agree, None where nothing is promised."""

    code: str
    title: str
    target: float | None
    groups: list[GroupReport] = field(default_factory=list)

    @property
    def passed(self) -> int:
        """Results that agree."""
        return sum(group.passed for group in self.groups)

    @property
    def total(self) -> int:
        """All results."""
        return sum(group.total for group in self.groups)

    @property
    def met(self) -> bool:
        """Whether the target is reached; true where there is none."""
        return self.target is None or not self.total or self.passed >= self.target * self.total


@lru_cache(maxsize=1)
def _declared() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return loaded


def family_of(group: str) -> tuple[str, str]:
    """The family code of a group, `out` or `other`, and the reason when it is out."""
    declared = _declared()
    for item in declared["out"]:
        if item["group"] == group:
            return "out", item["why"]
    for family in declared["families"]:
        if group in family["groups"]:
            return str(family["code"]), ""
    for item in declared["out_match"]:
        if item["match"] in group.lower():
            return "out", item["why"]
    for family in declared["families"]:
        if any(word in group.lower() for word in family["match"]):
            return str(family["code"]), ""
    return "other", ""


def judge(report: Report) -> list[Family]:
    """The families of a report with their groups; `other` and `out` come last."""
    families = {
        str(item["code"]): Family(str(item["code"]), str(item["title"]), float(item["target"]))
        for item in _declared()["families"]
    }
    families["other"] = Family("other", "未归类", None)
    families["out"] = Family("out", "不在承诺之内", None)
    for group in report.groups.values():
        families[family_of(group.name)[0]].groups.append(group)
    return [family for family in families.values() if family.groups]


_INTRODUCTION = (
    "Written by `make tck TCK=DIR` from a copy of the DMN Technology Compatibility Kit (Apache-2.0).",
    "Do not edit. Which groups count, and why others do not, is in",
    "`src/qiying/decision/conformance_groups.yaml`, committed before the engine.",
    "A result agrees when value and type are the expected ones; numbers within 10⁻⁸.",
    "`non-null` counts only results that expect a value: null is easy to get right by accident.",
    "`make tck` without a folder says so and passes. The suite runs the kit where QIYING_TEST_TCK names its folder",
    "(tests see no other QIYING_ variable of the shell), and validates exported policies where QIYING_TEST_DMN_XSD",
    "names the OMG's DMN15.xsd; without them both tests are skipped and say so.",
)


def report_page(report: Report) -> str:
    """The Markdown page of a run, per family and group, failures named."""
    lines = [
        "# Conformance to DMN 1.5",
        "",
        *_INTRODUCTION,
        "",
        f"**{report.passed} of {report.total} results agree.**",
        "",
        "| family | agree | total | share | target | met |",
        "| --- | ---: | ---: | ---: | ---: | --- |",
    ]
    families = judge(report)
    for family in families:
        target = "—" if family.target is None else f"{family.target:.0%}"
        met = "—" if family.target is None else ("yes" if family.met else "**no**")
        share = f"{family.passed / family.total:.1%}" if family.total else "—"
        name = f"{family.code} ({family.title})"
        lines.append(f"| {name} | {family.passed} | {family.total} | {share} | {target} | {met} |")
    for family in families:
        lines += _family_lines(family)
    lines += _mismatch_lines(report)
    return "\n".join(lines) + "\n"


def _family_lines(family: Family) -> list[str]:
    reasons = family.code == "out"
    head = "| group | level | agree | total | non-null |" + (" why out |" if reasons else "")
    rule = "| --- | ---: | ---: | ---: | ---: |" + (" --- |" if reasons else "")
    lines = ["", f"## {family.code}", "", head, rule]
    for group in family.groups:
        valued = f"{group.valued_passed}/{group.valued_total}"
        row = f"| {group.name} | {group.level} | {group.passed} | {group.total} | {valued} |"
        lines.append(row + (f" {family_of(group.name)[1]} |" if reasons else ""))
    return lines


def _mismatch_lines(report: Report) -> list[str]:
    lines = ["", "## Results that do not agree", ""]
    if not report.mismatches:
        return [*lines, "None."]
    lines += ["| group | case | result | expected | got |", "| --- | --- | --- | --- | --- |"]
    for miss in report.mismatches:
        cells = (miss.group, miss.case, miss.result, miss.expected[:80], miss.actual[:80])
        lines.append("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |")
    return lines

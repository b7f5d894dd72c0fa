"""Runs the DMN Technology Compatibility Kit and tells, per group, how many results agree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from .dmn.engine import evaluate_decision, invoke_service
from .dmn.model import DecisionService, Model
from .dmn.reader import read_model
from .dmn.xml import DmnError, Tag, each, first, local, parse_xml
from .feel.limits import Budget
from .feel.operators import same
from .feel.temporal_text import temporal_from_text
from .feel.values import Value, value_text

_BUDGET = Budget(steps=500_000, seconds=5.0)
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A result that does not agree."""

    group: str
    case: str
    result: str
    expected: str
    actual: str


@dataclass(slots=True)
class GroupReport:
    """One group: how many of its results agree, and of them those that expect something other than null."""

    name: str
    level: int
    passed: int = 0
    total: int = 0
    valued_passed: int = 0
    valued_total: int = 0


@dataclass(slots=True)
class Report:
    """The whole run."""

    groups: dict[str, GroupReport] = field(default_factory=dict)
    mismatches: list[Mismatch] = field(default_factory=list)

    @property
    def passed(self) -> int:
        """Results that agree."""
        return sum(group.passed for group in self.groups.values())

    @property
    def total(self) -> int:
        """All results."""
        return sum(group.total for group in self.groups.values())

    def as_dict(self) -> dict[str, Any]:
        """`{"passed": n, "total": n, "groups": {name: {"passed": n, "total": n}}}`."""
        groups = {
            name: {"passed": group.passed, "total": group.total}
            for name, group in sorted(self.groups.items())
        }
        return {"passed": self.passed, "total": self.total, "groups": groups}


def run_tck(directory: Path, *, now: dt.datetime | None = None) -> Report:
    """Runs every group below `directory`, which holds `compliance-level-*` folders or is one."""
    report = Report()
    levels = sorted(directory.glob("compliance-level-*")) or [directory]
    for level in levels:
        number = int(level.name[-1]) if level.name[-1:].isdigit() else 0
        for folder in sorted(path for path in level.iterdir() if path.is_dir()):
            group = report.groups.setdefault(folder.name, GroupReport(folder.name, number))
            for file in sorted(folder.rglob("*-test-*.xml")):
                _run_file(file, group, report, now)
    return report


def _run_file(file: Path, group: GroupReport, report: Report, now: dt.datetime | None) -> None:
    root = parse_xml(file.read_bytes())
    name = next((tag.text or "" for tag in each(root, "modelName")), "").strip()
    model = _model(file.parent / name)
    for case in each(root, "testCase"):
        inputs = {str(tag.get("name")): _value(tag) for tag in each(case, "inputNode")}
        for node in each(case, "resultNode"):
            wanted_tag = first(node, "expected")
            wanted = _value(wanted_tag) if wanted_tag is not None else None
            actual = _actual(model, case, node, inputs, now)
            _score(group, report, case, node, wanted, actual)


def _model(path: Path) -> Model | None:
    try:
        return read_model(path)
    except (OSError, DmnError):
        return None


def _score(group: GroupReport, report: Report, case: Tag, node: Tag, wanted: Value, actual: Value) -> None:
    agrees = agree(wanted, actual)
    group.total += 1
    group.passed += agrees
    if wanted is not None:
        group.valued_total += 1
        group.valued_passed += agrees
    if not agrees:
        texts = (str(value_text(wanted, True)), str(value_text(actual, True)))
        report.mismatches.append(Mismatch(group.name, str(case.get("id")), str(node.get("name")), *texts))


def _actual(
    model: Model | None, case: Tag, node: Tag, inputs: Mapping[str, Value], now: dt.datetime | None
) -> Value:
    if model is None:
        return None
    service = case.get("invocableName")
    if service:
        found = invoke_service(model, service, inputs, budget=_BUDGET, now=now).value
        element = model.named(service, (DecisionService,))
        if isinstance(element, DecisionService) and len(element.outputs) > 1 and isinstance(found, dict):
            return found.get(str(node.get("name")))
        return found
    return evaluate_decision(model, str(node.get("name")), inputs, budget=_BUDGET, now=now).value


def _value(tag: Tag) -> Value:
    """The value of an element with `value`, `list` or `component` children."""
    components = list(each(tag, "component"))
    if components:
        return {str(part.get("name")): _value(part) for part in components}
    for child in tag:
        if local(child) == "list":
            return [_value(item) for item in each(child, "item")]
        if local(child) == "value":
            return _simple(child)
    return None


def _simple(tag: Tag) -> Value:
    if tag.get(_NIL) == "true":
        return None
    text = tag.text or ""
    kind = str(tag.get(_TYPE, "")).rpartition(":")[2]
    match kind:
        case "boolean":
            return text.strip() in ("true", "1")
        case "decimal" | "double" | "integer" | "int" | "float" | "long":
            try:
                return Decimal(text.strip())
            except InvalidOperation:
                return None
        case "date" | "time" | "dateTime" | "duration" | "dayTimeDuration" | "yearMonthDuration":
            return temporal_from_text(text.strip())
    return text


def agree(wanted: Value, actual: Value) -> bool:
    """Whether a result is the expected one; numbers within 10^-8, relative for large ones."""
    if isinstance(wanted, Decimal) and isinstance(actual, Decimal):
        return abs(wanted - actual) <= Decimal("1e-8") * max(Decimal(1), abs(wanted))
    if isinstance(wanted, list) and isinstance(actual, list):
        return len(wanted) == len(actual) and all(map(agree, wanted, actual))
    if isinstance(wanted, dict) and isinstance(actual, dict):
        return wanted.keys() == actual.keys() and all(agree(wanted[key], actual[key]) for key in wanted)
    if wanted is None or actual is None:
        return wanted is actual
    return same(wanted, actual) is True

"""What `qiying-decide check` says about a policy or registry file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from qiying.decision.checks import register_checker
from qiying.decision.dmn.check import check_model_file
from qiying.decision.feel.errors import NOWHERE, Problem
from qiying.decision.indicators import Registry, load_registry, standard_registry
from qiying.decision.indicators.located import FileError, FileProblem
from qiying.decision.simulate.analysis import analyse

from .compile import compile_policy
from .dmn_xml import OURS, from_dmn
from .load import read_policy, registry_beside
from .model import Policy


def check_policy(policy: Policy, registry: Registry, as_of: date) -> list[FileProblem]:
    """Errors and warnings of a policy that could be read: names, types, conditions that never hold, rows."""
    try:
        compiled = compile_policy(policy, registry, as_of)
    except FileError as error:
        return list(error.problems)
    found = list(compiled.findings)
    if policy.uses:
        for name in compiled.indicators:
            if name not in policy.uses:
                advice = f"请在 uses 里补上“{name}”"
                found.append(
                    FileProblem(policy.file, 1, 1, f"用到了没有列出的指标“{name}”", advice, "warning")
                )
    found += _unused(policy, compiled.indicators)
    analysis = analyse(compiled)
    for overlap in analysis.overlaps:
        if policy.table.hit in ("F", "P") and overlap.hidden:  # U and A were refused when compiling
            place = policy.table.rows[overlap.second - 1].places[0]
            advice = "请检查行的先后次序"
            found.append(FileProblem(policy.file, place.line, place.column, overlap.text, advice, "warning"))
    found += [FileProblem(policy.file, 1, 1, text, "", "note") for text in analysis.notes(compiled, registry)]
    return found


def _unused(policy: Policy, used: tuple[str, ...]) -> list[FileProblem]:
    """Indicators listed in `uses` that no condition and no amount reads."""
    return [
        FileProblem(policy.file, 1, 1, f"列出的指标“{name}”没有用到", "请从 uses 里删去", "warning")
        for name in policy.uses
        if name not in used
    ]


def _check_file(path: Path) -> list[Problem]:
    text = path.read_text(encoding="utf-8")
    if text.lstrip().startswith("indicators:") or "\nindicators:" in f"\n{text}":
        return _told(lambda: _registry_problems(text, path))
    return _told(lambda: _policy_problems(read_policy(text, str(path)), path))


def _check_model(path: Path) -> list[Problem]:
    """A DMN model; one that carries a policy is checked as a policy too."""
    found = check_model_file(path)
    content = path.read_bytes()
    if found or OURS.encode() not in content:
        return found
    return _told(lambda: _policy_problems(from_dmn(content, str(path)), path))


def _policy_problems(policy: Policy, path: Path) -> list[FileProblem]:
    today = policy.valid_to or date(2026, 1, 1)
    return check_policy(policy, registry_beside([path], standard_registry()), today)


def _registry_problems(text: str, path: Path) -> list[FileProblem]:
    load_registry(text, str(path))
    return []


def _told(check: Callable[[], list[FileProblem]]) -> list[Problem]:
    """Problems in the shape of the command."""
    try:
        found = check()
    except FileError as error:
        found = list(error.problems)
    return [
        Problem(f"policy.{one.severity}", one.message, one.advice, NOWHERE, one.line, one.column)
        for one in found
    ]


register_checker(".yaml", _check_file)
register_checker(".yml", _check_file)
register_checker(".dmn", _check_model)
register_checker(".xml", _check_model)

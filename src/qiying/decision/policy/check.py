"""What `qiying-decide check` says about a policy or registry file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from qiying.decision.checks import register_checker
from qiying.decision.feel.errors import NOWHERE, Problem
from qiying.decision.indicators import Registry, load_registry, standard_registry
from qiying.decision.indicators.located import FileError, FileProblem
from qiying.decision.simulate.analysis import analyse

from .compile import compile_policy
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
    for overlap in analyse(compiled).overlaps:
        if policy.table.hit in ("U", "A"):
            continue  # compiling has refused these already
        if policy.table.hit in ("F", "P") and overlap.hidden:
            found.append(
                FileProblem(policy.file, overlap.line, 1, overlap.text, "请检查行的先后次序", "warning")
            )
    return found


def _check_file(path: Path) -> list[Problem]:
    text = path.read_text(encoding="utf-8")
    try:
        if text.lstrip().startswith("indicators:") or "\nindicators:" in f"\n{text}":
            load_registry(text, str(path))
            return []
        known = registry_beside([path], standard_registry())
        found = check_policy(read_policy(text, str(path)), known, date(2026, 1, 1))
    except FileError as error:
        found = list(error.problems)
    return [
        Problem(f"policy.{one.severity}", one.message, one.advice, NOWHERE, one.line, one.column)
        for one in found
    ]


register_checker(".yaml", _check_file)
register_checker(".yml", _check_file)

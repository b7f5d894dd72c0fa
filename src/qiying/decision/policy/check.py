"""What `qiying-decide check` says about a policy or registry file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path

from qiying.decision.checks import register_checker
from qiying.decision.dmn.check import check_model_file
from qiying.decision.feel.errors import NOWHERE, Problem
from qiying.decision.indicators import Registry, load_registry, standard_registry
from qiying.decision.indicators.located import FileError, FileProblem
from qiying.decision.logic.amounts import Amount, Constant, evaluate
from qiying.decision.logic.below_zero import negative_facts
from qiying.decision.simulate.analysis import analyse
from qiying.decision.words.values import plain, value_text

from .compile import CompiledPolicy, CompiledRow, compile_policy
from .dmn_xml import OURS, from_dmn
from .examples import worked
from .load import read_policy, registry_beside
from .model import Place, Policy, ScorePart, Table

THOUSANDS = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?!,?\d)")


def check_policy(policy: Policy, registry: Registry, as_of: date) -> list[FileProblem]:
    """Errors and warnings of a policy that could be read: names, types, amounts, rows, worked examples."""
    grouped = list(_thousands(policy))
    try:
        compiled = compile_policy(policy, registry, as_of)
    except FileError as error:
        return grouped + list(error.problems)
    found = grouped + list(compiled.findings)
    found += _negative(compiled, registry)
    if not grouped:
        found += _examples(policy, registry, as_of)
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


def _texts(policy: Policy) -> Iterator[tuple[str, Place]]:
    """Every FEEL text of a policy with its place."""
    yield from ((one.when, one.place) for one in (*policy.requires, *policy.excludes))
    tables: list[Table | ScorePart] = [policy.table, *(policy.score.parts if policy.score else ())]
    for table in tables:
        yield from ((column.expression, column.place) for column in table.inputs)
        for row in table.rows:
            texts = (*row.when, *row.then)
            yield from zip(texts, row.places or [Place()] * len(texts), strict=False)


def _thousands(policy: Policy) -> Iterator[FileProblem]:
    """Commas that group digits: to FEEL they separate tests, so `>= 5,000,000` means 5, or 0, or 0."""
    for text, place in _texts(policy):
        for found in THOUSANDS.finditer(re.sub(r'"[^"]*"', lambda quoted: " " * len(quoted.group()), text)):
            message = f"“{found.group()}”里的逗号会被当成“或者”，不是千位分隔"
            advice = f"请写 {found.group().replace(',', '')}；真要列几个数，逗号后面空一格"
            yield FileProblem(
                policy.file, max(place.line, 1), max(place.column, 1) + found.start(), message, advice
            )


def _negative(compiled: CompiledPolicy, registry: Registry) -> Iterator[FileProblem]:
    """Amounts of money that can come out below zero where their row decides."""
    for row in compiled.rows:
        for index, output in enumerate(compiled.policy.table.outputs):
            amount = row.outputs[index] if row.outputs else row.amount
            if output.type != "money" or amount is None or row.normal.is_false:
                continue
            fixed = isinstance(amount, Constant)
            facts = None if fixed else negative_facts(amount, row.normal, registry)
            if facts is not None or (isinstance(amount, Constant) and amount.value < 0):
                place = _then_place(row, index)
                said = _case(facts or {}, amount, registry)
                advice = f"请写成 max(0, {row.row.then[index]})，或在条件里挡住这种情况"
                message = f"第 {row.number} 行的金额会小于 0{said}"
                yield FileProblem(compiled.policy.file, place.line, place.column, message, advice)


def _case(facts: Mapping[str, Fraction], amount: Amount, registry: Registry) -> str:
    """The facts in words, with the amount they come to."""
    stored = registry.stored(dict(facts))
    value = evaluate(amount, stored)
    if value is None or value >= 0 or not facts:
        return ""
    listed = "、".join(f"{name}是{value_text(registry[name], stored[name])}" for name in sorted(stored))
    return f"，如{listed}时是{plain(value)}元"


def _then_place(row: CompiledRow, index: int) -> Place:
    at = len(row.row.when) + index
    return row.row.places[at] if at < len(row.row.places) else Place(1, 1)


def _examples(policy: Policy, registry: Registry, as_of: date) -> Iterator[FileProblem]:
    """Worked examples that come out otherwise than they say."""
    for index, one in enumerate(policy.examples):
        found = worked(policy, index, registry, as_of)
        if not found.is_same:
            message = f"算例 {index + 1} 与表格不符：写的是{found.expected}，算出来是{found.got}"
            advice = "请改算例或改表格，两边对上才能发布"
            yield FileProblem(policy.file, max(one.place.line, 1), max(one.place.column, 1), message, advice)


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

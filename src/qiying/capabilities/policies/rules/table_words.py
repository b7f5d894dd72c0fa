"""A sheet read by the engine: every cell in plain Chinese or with its mistake, and what is wrong with the whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from qiying.capabilities.policies.rules.table_edit import Sheet, in_sheet, path_at, plain_of, yaml_of
from qiying.decision.feel.errors import FeelError
from qiying.decision.feel.grammar import parse_expression
from qiying.decision.feel.syntax import Name, walk
from qiying.decision.indicators import Registry
from qiying.decision.indicators.located import FileError, FileProblem
from qiying.decision.logic.amounts import read_amount
from qiying.decision.logic.from_feel import read_cell, read_condition
from qiying.decision.logic.scope import Scope
from qiying.decision.logic.terms import LogicError
from qiying.decision.policy.check import check_policy
from qiying.decision.policy.compile import CompiledPolicy, compile_policy
from qiying.decision.policy.examples import worked
from qiying.decision.policy.load import read_policy
from qiying.decision.policy.model import Policy
from qiying.decision.words.amounts import amount_text
from qiying.decision.words.conditions import formula_text
from qiying.decision.words.policies import policy_text

EMPTY_THEN = "这一格写给多少，如 300000，或 研发费用 * 0.1"


@dataclass(frozen=True)
class Said:
    """What a cell means; `problem` when it cannot be read, with what to write instead."""

    text: str = ""
    problem: str = ""
    advice: str = ""


@dataclass(frozen=True)
class Told:
    """One problem of the whole: where it belongs in the sheet (empty: nowhere), how bad, and its line in the file."""

    path: str
    message: str
    advice: str
    severity: str = "error"
    line: int = 0
    column: int = 0


@dataclass(frozen=True)
class ExampleSaid:
    """A worked example: what was expected and what comes out."""

    index: int
    expected: str
    got: str
    is_same: bool
    note: str = ""


@dataclass(frozen=True)
class Reading:
    """Everything the page says about a sheet."""

    sheet: Sheet
    text: str
    said: Mapping[str, Said]
    told: tuple[Told, ...]
    policy: Policy | None = None
    compiled: CompiledPolicy | None = None
    rows: tuple[str, ...] = ()
    whole: str = ""
    notes: tuple[str, ...] = ()
    examples: tuple[ExampleSaid, ...] = field(default=())

    @property
    def errors(self) -> tuple[Told, ...]:
        """What keeps the sheet from being handed in."""
        return tuple(t for t in self.told if t.severity == "error")

    @property
    def warnings(self) -> tuple[Told, ...]:
        """What may be meant so, but should be looked at."""
        return tuple(t for t in self.told if t.severity == "warning")


def read_sheet(sheet: Sheet, registry: Registry, on: date) -> Reading:
    """Return what the engine reads in a sheet for a day; nothing typed makes it fail."""
    plain, kept = plain_of(sheet)
    text = yaml_of(plain)
    said = cells_said(sheet, registry, on)
    try:
        policy = read_policy(text, "政策.yaml")
    except FileError as error:
        return Reading(sheet, text, said, _told(error.problems, text, kept))
    day = policy.day_in_force(on)
    try:
        found = check_policy(policy, registry, day)
        compiled = compile_policy(policy, registry, day)
    except FileError as error:
        return Reading(sheet, text, said, _told(error.problems, text, kept), policy)
    except (LogicError, ArithmeticError, RecursionError):
        too_much = Told("", "表格太复杂，或数太大，算不过来", "请少写几行，或把条件写得简单些")
        return Reading(sheet, text, said, (too_much,), policy)
    told = _told([p for p in found if p.severity != "note"], text, kept)
    notes = tuple(p.message for p in found if p.severity == "note")
    rows = tuple(row_words(compiled, index, registry) for index in range(len(compiled.rows)))
    return Reading(
        sheet, text, said, told, policy, compiled, rows, policy_text(compiled, registry), notes,
        tuple(example_said(policy, i, registry, on) for i in range(len(policy.examples))),
    )  # fmt: skip


def cells_said(sheet: Sheet, registry: Registry, on: date) -> dict[str, Said]:
    """Return what every cell of a sheet means, by its path."""
    scope = Scope(registry, on)
    _add_score(sheet, scope, registry, on)
    found: dict[str, Said] = {}
    for part in ("requires", "excludes"):
        for index, one in enumerate(sheet[part]):
            if one["when"].strip():
                found[f"{part}.{index}.when"] = condition_said(one["when"], scope, registry)
    table = sheet["table"]
    for index, column in enumerate(table["inputs"]):
        found[f"table.inputs.{index}.expression"] = column_said(column["expression"], scope, registry)
    for y, row in enumerate(table["rows"]):
        for x, cell in enumerate(row["when"]):
            found[f"table.rows.{y}.when.{x}"] = cell_said(
                table["inputs"][x]["expression"], cell, scope, registry
            )
        for x, text in enumerate(row["then"]):
            kind = table["outputs"][x]["type"] or "money"
            found[f"table.rows.{y}.then.{x}"] = then_said(text, kind, scope, registry)
    return found


def _add_score(sheet: Sheet, scope: Scope, registry: Registry, on: date) -> None:
    """Make the names of a score known; a score that cannot be read is told with the whole."""
    if not sheet["score"]:
        return
    try:
        policy = read_policy(yaml_of(plain_of(sheet)[0]), "政策.yaml")
        compiled = compile_policy(policy, registry, policy.day_in_force(on))
    except FileError:
        return
    if compiled.score is not None and policy.score is not None:
        scope.numbers = compiled.score.numbers()


def condition_said(text: str, scope: Scope, registry: Registry) -> Said:
    """Return a condition as a sentence."""
    return _read(lambda: formula_text(read_condition(text, scope), registry), scope)


def cell_said(column: str, cell: str, scope: Scope, registry: Registry) -> Said:
    """Return a cell under its column as a sentence; a dash is no limit."""
    if cell.strip() in ("", "-"):
        return Said("不限")
    if not column.strip():
        return Said("", "这一列还没选指标", "先在上面选一个指标，或写算式")
    return _read(lambda: formula_text(read_cell(column, cell, scope), registry), scope)


def then_said(text: str, kind: str, scope: Scope, registry: Registry) -> Said:
    """Return an amount, points or a text in words."""
    if kind == "text":
        return Said(text.strip().strip('"'))
    if not text.strip():
        return Said("", "还没写给多少", EMPTY_THEN)
    unit = "分" if kind == "points" else ""
    return _read(lambda: amount_text(read_amount(text, scope), registry, unit), scope)


def column_said(expression: str, scope: Scope, registry: Registry) -> Said:
    """Return where an input column's numbers come from: unit, period, source."""
    if not expression.strip():
        return Said("", "还没选指标", "写指标名，如 营业收入，或算式 研发费用 / 营业收入")
    if expression in registry:
        one = registry[expression]
        return Said(" · ".join(part for part in (one.unit, one.period, one.source) if part))
    used = [name for name in scope.names_in(expression) if name in registry]
    longest = [n for n in used if not any(n != m and n in m for m in used)]

    def read() -> str:
        tree = parse_expression(expression, scope.names_in(expression))
        for node in walk(tree):
            if isinstance(node, Name) and node.name not in scope.names:
                raise scope.unknown(node.name, node.span)
        return "由" + "、".join(longest) + "算出" if longest else "按评分" if scope.numbers else "算式"

    return _read(read, scope)


def _read(read: Callable[[], str], scope: Scope) -> Said:
    try:
        return Said(read())
    except FeelError as error:
        return Said("", error.problem.message, error.problem.advice)
    except LogicError as error:
        return Said("", str(error), "")
    except (ArithmeticError, RecursionError):
        return Said("", "这个数太大，或算式套得太深", "请写得简单些")
    finally:
        scope.findings.clear()


def row_words(compiled: CompiledPolicy, index: int, registry: Registry) -> str:
    """Return a tier as one sentence: who gets what."""
    row = compiled.rows[index]
    who = formula_text(row.plain if row.on_score else row.matches, registry)
    who = "只要符合共同条件" if who == "不限" else who
    if row.on_score:
        who += "，且" + "，且".join(f"{heading} {cell}" for heading, cell in row.on_score)
    if row.amount is not None:
        return f"{who}：{amount_text(row.amount, registry)}"
    if row.points is not None:
        return f"{who}：得{amount_text(row.points, registry, '分')}"
    return f"{who}：{row.row.then[0].strip(chr(34))}"


def example_said(policy: Policy, index: int, registry: Registry, on: date) -> ExampleSaid:
    """Return what comes out of a worked example beside what was expected."""
    note = policy.examples[index].note
    try:
        found = worked(policy, index, registry, on)
    except FileError:
        return ExampleSaid(index, "", "政策还有错，算不了", False, note)
    return ExampleSaid(index, found.expected, found.got, found.is_same, note)


def _told(problems: list[FileProblem] | tuple[FileProblem, ...], text: str, kept: Any) -> tuple[Told, ...]:
    found = []
    for one in problems:
        whole = one.line <= 1 and one.column <= 1
        path = "" if whole else in_sheet(path_at(text, one.line, one.column), kept)
        missing = _missing(one.message)
        if missing:
            path = ".".join(part for part in (path, missing) if part)
        found.append(Told(path, one.message, one.advice, one.severity, one.line, one.column))
    return tuple(found)


WANTED = {"id": "代号", "name": "名称", "document": "文号", "number": "文号", "department": "主管部门",
          "delivery": "怎么兑现", "when": "条件", "table": "决策表"}  # fmt: skip


def _missing(message: str) -> str:
    for key in WANTED:
        if message == f"缺少“{key}”":
            return "document.number" if key == "document" else key
    return ""


def plain_message(told: Told) -> str:
    """Return a problem without the file's own English keys."""
    for key, word in WANTED.items():
        if told.message == f"缺少“{key}”":
            return f"还没写{word}"
    return told.message

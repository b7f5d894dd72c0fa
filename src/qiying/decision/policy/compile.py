"""From a policy file to formulas and amounts, for one as-of date; what all engines share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property, partial
from typing import TypeVar

from qiying.decision.feel.errors import FeelError, Problem
from qiying.decision.feel.grammar import parse_expression
from qiying.decision.feel.syntax import Name, walk
from qiying.decision.indicators import Registry
from qiying.decision.indicators.located import FileError, FileProblem
from qiying.decision.logic.amounts import Amount, Constant, names, read_amount
from qiying.decision.logic.formula import TRUE, Formula, conj, disj, neg, terms
from qiying.decision.logic.from_feel import read_cell, read_condition
from qiying.decision.logic.normal import Normal, normalise
from qiying.decision.logic.scope import Scope
from qiying.decision.logic.terms import LogicError
from qiying.decision.words.typed import amount_feel, cell_feel, condition_feel

from .hits import decides, ranks
from .model import Clause, Column, Place, Policy, Row, ScorePart
from .score import CompiledScore, compile_score, score_of_table

T = TypeVar("T")


@dataclass(frozen=True)
class CompiledClause:
    """A common condition; an excluding one is already turned round."""

    clause: Clause
    formula: Formula
    excludes: bool = False
    reads_score: bool = False


@dataclass(frozen=True)
class CompiledRow:
    """A tier. `matches` is the row alone; `normal` is when it decides, with the policy's conditions and hit policy.

    Conditions on a score are huge as formulas: `plain` is the row without them, `on_score` are their columns and cells.
    """

    number: int
    row: Row
    matches: Formula
    normal: Normal
    amount: Amount | None
    points: Amount | None
    outputs: tuple[Amount | None, ...] = ()
    plain: Formula = TRUE
    on_score: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class CompiledPolicy:
    """A policy ready to evaluate."""

    policy: Policy
    as_of: date
    clauses: tuple[CompiledClause, ...]
    rows: tuple[CompiledRow, ...]
    formula: Formula
    normal: Normal
    score: CompiledScore | None
    findings: tuple[FileProblem, ...]

    @property
    def id(self) -> str:
        """The policy's id."""
        return self.policy.id

    @cached_property
    def in_force(self) -> bool:
        """Valid on the as-of date."""
        return self.policy.in_force(self.as_of)

    @property
    def collects(self) -> bool:
        """Several rows may count together (hit policies R and C)."""
        return self.policy.table.hit in ("R", "C")

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """Indicators the outcome or the amount reads, sorted."""
        found = {name for term in terms(self.formula).values() for name in term.names}
        for row in self.rows:
            for amount in (row.amount, row.points):
                if amount is not None:
                    found |= names(amount)
        for clause in self.clauses:
            found |= {name for term in terms(clause.formula).values() for name in term.names}
        return tuple(sorted(found))

    @cached_property
    def amount_names(self) -> frozenset[str]:
        """Indicators amounts read."""
        return frozenset().union(*(names(row.amount) for row in self.rows if row.amount is not None))


def _place(row: Row, index: int) -> Place:
    return row.places[index] if index < len(row.places) else Place()


class _Compiler:
    """Compiles one policy, collecting every mistake before giving up."""

    def __init__(self, policy: Policy, registry: Registry, as_of: date) -> None:
        self.policy = policy
        self.scope = Scope(registry, as_of)
        self.problems: list[FileProblem] = []
        self.warnings: list[FileProblem] = []

    def guarded(
        self, read: Callable[[], T], text: str, place: Place, instead: T, offer: Callable[[], str | None]
    ) -> T:
        """What `read` returns; a mistake in the FEEL text is noted at its place, with the FEEL that was meant."""
        try:
            found = read()
        except FeelError as error:
            meant = offer()
            problem = replace(error.problem, advice=f"请写成 {meant}") if meant else error.problem
            self.problems.append(self._located(problem, text, place, "error"))
            found = instead
        except LogicError as error:
            self.problems.append(FileProblem(self.policy.file, place.line, place.column, str(error)))
            found = instead
        for finding in self.scope.findings:
            self.warnings.append(self._located(finding, text, place, "warning"))
        self.scope.findings.clear()
        return found

    def _located(self, problem: Problem, text: str, place: Place, severity: str) -> FileProblem:
        there = problem.located(text)
        line = max(place.line, 1) + there.line - 1
        column = (max(place.column, 1) + there.column - 1) if there.line == 1 else there.column
        return FileProblem(self.policy.file, line, column, problem.message, problem.advice, severity)

    def row_matches(self, columns: tuple[Column, ...], row: Row) -> Formula:
        """All cells of a row."""
        found = []
        for index, (column, cell) in enumerate(zip(columns, row.when, strict=True)):
            place = _place(row, index)
            read = partial(read_cell, column.expression, cell, self.scope)
            offer = partial(cell_feel, cell, column.expression, self.scope.registry)
            found.append(self.guarded(read, cell, place, TRUE, offer))
        return conj(*found)

    def apart(self, row: Row) -> tuple[Formula, tuple[tuple[str, str], ...]]:
        """The row's cells without those on a score, and those as (heading, cell)."""
        plain, on_score = [], []
        for column, cell in zip(self.policy.table.inputs, row.when, strict=True):
            if not self.reads_score(column.expression):
                plain.append(read_cell(column.expression, cell, self.scope))
            elif cell != "-":
                on_score.append((column.label or column.expression, cell))
        self.scope.findings.clear()  # they were told when the row was first read
        return conj(*plain), tuple(on_score)

    def score(self) -> CompiledScore | None:
        """The policy's score, its names made known to conditions."""
        if self.policy.score is None:
            return None
        compiled = compile_score(self.policy.score, self._score_rows)
        self.scope.numbers = compiled.numbers()
        return compiled

    def _score_rows(self, part: ScorePart) -> list[tuple[Fraction, Formula, str]]:
        found = []
        for row in part.rows:
            place = _place(row, len(part.inputs))
            amount = self.amount(row.then[0], place)
            value = amount.value if isinstance(amount, Constant) else None
            if value is None or value < 0:
                message, advice = "分值应是不小于 0 的固定数字", "请写如 20"
                self.problems.append(FileProblem(self.policy.file, place.line, place.column, message, advice))
                value = Fraction(0)
            found.append((value, self.row_matches(part.inputs, row), row.name))
        return found

    def clauses(self) -> tuple[CompiledClause, ...]:
        """Conditions common to all rows."""
        found = []
        for excluding, group in ((False, self.policy.requires), (True, self.policy.excludes)):
            for one in group:
                read = partial(read_condition, one.when, self.scope)
                offer = partial(condition_feel, one.when, self.scope.registry)
                formula = self.guarded(read, one.when, one.place, TRUE, offer)
                scored = self.reads_score(one.when)
                found.append(CompiledClause(one, neg(formula) if excluding else formula, excluding, scored))
        return tuple(found)

    def reads_score(self, text: str) -> bool:
        """The condition looks at the score or one of its parts."""
        if not self.scope.numbers or self.problems:
            return False
        tree = parse_expression(text, self.scope.names_in(text))
        return any(isinstance(node, Name) and node.name in self.scope.numbers for node in walk(tree))

    def outputs(self, row: Row) -> tuple[Amount | None, ...]:
        """The row's money and points, None for texts, in column order."""
        found: list[Amount | None] = []
        for index, output in enumerate(self.policy.table.outputs):
            place, text = _place(row, len(row.when) + index), row.then[index]
            is_text = output.type == "text"
            found.append(None if is_text else self.amount(text, place))
        return tuple(found)

    def first(self, outputs: tuple[Amount | None, ...], kind: str) -> Amount | None:
        """The first output of a type."""
        kinds = zip(outputs, self.policy.table.outputs, strict=True)
        return next((amount for amount, output in kinds if output.type == kind), None)

    def amount(self, text: str, place: Place) -> Amount | None:
        """The amount of a cell; None when it has a mistake."""
        read: Callable[[], Amount | None] = partial(read_amount, text, self.scope)
        return self.guarded(read, text, place, None, partial(amount_feel, text, self.scope.registry))

    def overlap(self, first: CompiledRow, second: CompiledRow) -> None:
        """Note two rows that can both hold although the hit policy says they cannot."""
        place = _place(second.row, 0)
        message = f"第 {first.number} 行与第 {second.number} 行可能同时符合"
        hit = self.policy.table.hit
        advice = (
            "命中策略 U 要求每次只符合一行：请改条件，或把 hit 写成 F（取第一行）"
            if hit == "U"
            else "命中策略 A 要求同时符合的行结果相同：请改结果，或把 hit 写成 F、C"
        )
        self.problems.append(FileProblem(self.policy.file, place.line, place.column, message, advice))


def compile_policy(policy: Policy, registry: Registry, as_of: date) -> CompiledPolicy:
    """The compiled policy; FileError lists every mistake with line and column."""
    reader = _Compiler(policy, registry, as_of)
    score = reader.score()
    clauses = reader.clauses()
    base = conj(*(one.formula for one in clauses))
    matches = [reader.row_matches(policy.table.inputs, row) for row in policy.table.rows]
    fires = decides(policy.table.hit, matches, ranks(policy))
    outputs = [reader.outputs(row) for row in policy.table.rows]
    amounts = [(reader.first(one, "money"), reader.first(one, "points"), one) for one in outputs]
    if reader.problems:
        raise FileError(reader.problems)
    try:
        formula = conj(base, disj(*matches))
        normal = normalise(formula)
        rows = tuple(
            CompiledRow(
                i + 1, row, matches[i], normalise(conj(base, fires[i])), *amounts[i], *reader.apart(row)
            )
            for i, row in enumerate(policy.table.rows)
        )
    except LogicError as error:
        raise FileError([FileProblem(policy.file, 1, 1, str(error))]) from None
    _check_rows(reader, rows, base, normal)
    score = score or score_of_table(policy.table, [(row.points, row.matches) for row in rows])
    return CompiledPolicy(policy, as_of, clauses, rows, formula, normal, score, tuple(reader.warnings))


def _check_rows(reader: _Compiler, rows: tuple[CompiledRow, ...], base: Formula, normal: Normal) -> None:
    """Raise for rows that contradict the hit policy and for a policy nobody can meet."""
    hit = reader.policy.table.hit
    if hit in ("U", "A"):
        for index, second in enumerate(rows):
            for first in rows[:index]:
                if hit == "A" and first.row.then == second.row.then:
                    continue
                if not normalise(conj(base, first.matches, second.matches)).is_false:
                    reader.overlap(first, second)
    if normal.is_false:
        reader.problems.append(
            FileProblem(reader.policy.file, 1, 1, "没有企业能同时满足这些条件", "请检查条件是否互相矛盾")
        )
    for row in rows:
        if row.normal.is_false:
            place = _place(row.row, 0)
            message, advice = f"第 {row.number} 行永远轮不到", "它与前面的行或共同条件矛盾，请检查"
            reader.warnings.append(
                FileProblem(reader.policy.file, place.line, place.column, message, advice, "warning")
            )
    if reader.problems:
        raise FileError(reader.problems)


def compile_policies(
    policies: Iterable[Policy], registry: Registry, as_of: date
) -> tuple[CompiledPolicy, ...]:
    """All of them; FileError lists the mistakes of all files."""
    found, problems = [], list[FileProblem]()
    for policy in policies:
        try:
            found.append(compile_policy(policy, registry, as_of))
        except FileError as error:
            problems += error.problems
    if problems:
        raise FileError(problems)
    return tuple(found)

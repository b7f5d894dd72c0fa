"""Scores: a decision table over the answers gives points, a second one over the points the grade and its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qiying.decision.dmn.model import Cell, DecisionTable, InputClause, Literal, OutputClause, Rule
from qiying.decision.dmn.tables import evaluate_table
from qiying.decision.feel import FeelType, parse_expression, parse_unary_tests
from qiying.decision.feel.checking import Declaration
from qiying.decision.feel.interpret import Interpreter
from qiying.decision.feel.scope import Scope
from qiying.decision.feel.syntax import Name, walk
from qiying.decision.feel.types import ANY
from qiying.decision.feel.values import Value

GRADE_INPUT = Declaration(FeelType("number"))
_POINTS = "总分"


@dataclass(frozen=True)
class Scoring:
    """The table of points, the table of grades with its words, and the questions that are scored."""

    points: DecisionTable
    grades: DecisionTable | None
    words: Mapping[str, str]
    reads: tuple[str, ...]


@dataclass(frozen=True)
class Score:
    """What the answers are worth; `points` is None while scored questions are open (`open`)."""

    points: Decimal | None
    grade: str = ""
    words: str = ""
    open: tuple[str, ...] = ()


def scoring_of(score: Mapping[str, Any] | None) -> Scoring | None:
    """Return a score as decision tables; it has been checked."""
    if score is None:
        return None
    inputs = [_literal(text) for text in score["inputs"]]
    rules = [Rule(tuple(_cell(c) for c in r["when"]), (_literal(str(r["points"])),)) for r in score["rows"]]
    summed = score.get("hit", "sum") == "sum"
    points = DecisionTable(
        tuple(InputClause(one.text, one) for one in inputs),
        (OutputClause("得分", FeelType("number"), default=_literal("0")),),
        tuple(rules),
        hit_policy="C" if summed else "F",
        aggregation="SUM" if summed else "",
    )
    listed = score.get("grades", ())
    rows = tuple(Rule((_cell(g["when"]),), (_literal(_quoted(g["grade"])),)) for g in listed)
    column = (InputClause(_POINTS, _literal(_POINTS)),)
    grades = DecisionTable(column, (OutputClause("等次", FeelType("string")),), rows, hit_policy="F")
    reads = dict.fromkeys(n.name for i in inputs if i.tree for n in walk(i.tree) if isinstance(n, Name))
    return Scoring(
        points, grades if rows else None, {g["grade"]: g.get("words", "") for g in listed}, tuple(reads)
    )


def score_of(scoring: Scoring, run: Interpreter, known: Mapping[str, Value], open_codes: set[str]) -> Score:
    """Return the score of the answers known so far; a question not asked in this branch scores nothing."""
    if waiting := tuple(code for code in scoring.reads if code in open_codes):
        return Score(None, open=waiting)
    points = evaluate_table(run, scoring.points, Scope(known), _evaluated)
    if not isinstance(points, Decimal):
        return Score(None)
    if scoring.grades is None:
        return Score(points)
    grade = evaluate_table(run, scoring.grades, Scope({_POINTS: points}), _evaluated)
    return Score(points, str(grade or ""), scoring.words.get(str(grade), ""))


def _evaluated(run: Interpreter, literal: Literal, scope: Scope) -> Value:
    return run.evaluate(literal.tree, scope) if literal.tree is not None else None


def _literal(text: str) -> Literal:
    return Literal(text, parse_expression(text), type=ANY)


def _cell(text: str) -> Cell:
    return Cell(text, parse_unary_tests(text))


def _quoted(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'

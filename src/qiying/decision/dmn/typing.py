"""Static types over a model: cells against their column, literals against what is required."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qiying.decision.feel.checking import Checked, Declaration, check_expression, check_unary_tests
from qiying.decision.feel.contradictions import constant
from qiying.decision.feel.errors import Problem
from qiying.decision.feel.syntax import UnaryTests
from qiying.decision.feel.types import ANY, FeelType

from .model import Cell, Decision, DecisionService, DecisionTable, InputData, KnowledgeModel, Literal, Model
from .places import place_problem


def type_problems(model: Model, data: bytes) -> list[Problem]:
    """What does not fit its type in decisions that are a table or a literal, placed in the file."""
    found: list[Problem] = []
    for element in model.elements.values():
        if not isinstance(element, Decision):
            continue
        declared = _declared(model, element)
        if isinstance(element.logic, DecisionTable):
            found += _table(element.logic, declared, data)
        elif isinstance(element.logic, Literal):
            found += _placed(element.logic, check_expression(element.logic.text, declared), data)
    return found


def _declared(model: Model, decision: Decision) -> dict[str, Declaration]:
    declared: dict[str, Declaration] = {}
    for identity in decision.requires:
        element = model.elements.get(identity)
        if isinstance(element, (InputData, Decision)):
            declared[element.name] = declaration(element.type)
        elif isinstance(element, (KnowledgeModel, DecisionService)):
            declared[element.name] = Declaration(ANY)
    return declared


def declaration(kind: FeelType) -> Declaration:
    """The declaration a type makes, with its allowed values when they are plain literals."""
    allowed = kind.allowed.tests if isinstance(kind.allowed, UnaryTests) else ()
    values = tuple(constant(test) for test in allowed)
    return Declaration(kind, allowed=values if None not in values else ())


def _table(table: DecisionTable, declared: Mapping[str, Declaration], data: bytes) -> Iterator[Problem]:
    columns: list[Declaration] = []
    for clause in table.inputs:
        checked = check_expression(clause.expression.text, declared)
        yield from _placed(clause.expression, checked, data)
        subject = declared.get(clause.expression.text.strip())
        columns.append(subject or declaration(checked.type))
    for rule in table.rules:
        for cell, column in zip(rule.inputs, columns, strict=False):
            yield from _placed(cell, check_unary_tests(cell.text, declared, column), data)
        for output in rule.outputs:
            yield from _placed(output, check_expression(output.text, declared), data)


def _placed(holder: Cell | Literal, checked: Checked, data: bytes) -> Iterator[Problem]:
    if checked.tree is None:
        return  # already reported by the reader
    for problem in checked.problems:
        yield place_problem(problem, data, holder.line) if holder.line else problem

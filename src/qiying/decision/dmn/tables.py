"""Decision tables: which rules hit, and how a hit policy joins their outputs (DMN 1.5 §8.2.8–8.2.11)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from qiying.decision.feel.errors import NOWHERE, Problem
from qiying.decision.feel.functions import BUILTINS, invoke
from qiying.decision.feel.interpret import Interpreter
from qiying.decision.feel.operators import same
from qiying.decision.feel.scope import Scope
from qiying.decision.feel.types import coerce
from qiying.decision.feel.values import Value

from .model import DecisionTable, Literal, Rule

LiteralValue = Callable[[Interpreter, Literal, Scope], Value]


def evaluate_table(run: Interpreter, table: DecisionTable, scope: Scope, literal: LiteralValue) -> Value:
    """What the table says; null with a reason when it contradicts its own hit policy."""
    inputs = [_input(run, clause.expression, scope, literal) for clause in table.inputs]
    hits: list[Rule] = []
    for rule in table.rules:
        run.meter.step(NOWHERE)
        if _hit(run, rule, inputs, scope):
            hits.append(rule)
            if table.hit_policy == "F":
                break
    if not hits:
        return _default(run, table, scope, literal)
    outputs = [[literal(run, cell, scope) for cell in rule.outputs] for rule in hits]
    return _join(run, table, [_typed(table, row) for row in outputs], scope)


def _input(run: Interpreter, expression: Literal, scope: Scope, literal: LiteralValue) -> Value:
    value = literal(run, expression, scope)
    fits, converted = coerce(value, expression.type)
    return converted if fits else None


def _hit(run: Interpreter, rule: Rule, inputs: list[Value], scope: Scope) -> bool:
    for cell, value in zip(rule.inputs, inputs, strict=False):
        if cell.tests is None:
            problem = cell.problem or Problem("dmn.empty", "单元格读不懂")
            run.report(problem.code, problem.message, problem.span)
            return False
        if run.unary_tests(cell.tests, value, scope) is not True:
            return False
    return True


def _typed(table: DecisionTable, row: list[Value]) -> list[Value]:
    return [coerce(value, clause.type)[1] for clause, value in zip(table.outputs, row, strict=False)]


def _default(run: Interpreter, table: DecisionTable, scope: Scope, literal: LiteralValue) -> Value:
    defaults = [literal(run, clause.default, scope) if clause.default else None for clause in table.outputs]
    if all(clause.default is None for clause in table.outputs):
        return None  # §10.3.2.10: no rule and no default is null, whatever the hit policy
    value = _shape(table, _typed(table, defaults))
    return (
        [value] if table.hit_policy in "RO" or (table.hit_policy == "C" and not table.aggregation) else value
    )


def _shape(table: DecisionTable, row: list[Value]) -> Value:
    """One output as itself, several as a context."""
    if len(table.outputs) == 1:
        return row[0]
    return {clause.name: value for clause, value in zip(table.outputs, row, strict=False)}


def _join(run: Interpreter, table: DecisionTable, rows: list[list[Value]], scope: Scope) -> Value:
    policy = table.hit_policy
    if policy == "U" and len(rows) > 1:
        run.report("table.unique", f"唯一命中的决策表命中了{len(rows)}行", NOWHERE)
        return None
    if policy == "A" and any(same(row, rows[0]) is not True for row in rows):
        run.report("table.any", "任一命中的决策表命中了结果不同的行", NOWHERE)
        return None
    if policy in ("P", "O"):
        rows = _by_priority(run, table, rows, scope)
    shaped = [_shape(table, row) for row in rows]
    if policy in ("R", "O"):
        return shaped
    if policy == "C":
        return _collect(run, table, shaped)
    return shaped[0]


def _by_priority(
    run: Interpreter, table: DecisionTable, rows: list[list[Value]], scope: Scope
) -> list[list[Value]]:
    orders = [[run.evaluate(value, scope) for value in clause.values] for clause in table.outputs]

    def rank(row: list[Value]) -> tuple[int, ...]:
        return tuple(_rank(order, value) for order, value in zip(orders, row, strict=False))

    return sorted(rows, key=rank)


def _rank(order: list[Value], value: Value) -> int:
    """The place of a value in its column's list of outputs; columns without a list do not count."""
    for index, candidate in enumerate(order):
        if same(candidate, value) is True:
            return index
    return len(order)


def _collect(run: Interpreter, table: DecisionTable, values: list[Value]) -> Value:
    if not table.aggregation:
        return values
    if table.aggregation == "COUNT":
        return Decimal(len(values))
    if len(table.outputs) > 1:
        run.report("table.collect", "汇总的决策表只能有一列结果", NOWHERE)
        return None
    return invoke(run, BUILTINS[table.aggregation.lower()], [values], (), NOWHERE)

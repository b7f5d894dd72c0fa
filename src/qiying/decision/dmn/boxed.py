"""Evaluates boxed expressions in a scope."""

from __future__ import annotations

from qiying.decision.feel.errors import NOWHERE, Problem
from qiying.decision.feel.functions import HostFunction, invoke
from qiying.decision.feel.interpret import Interpreter
from qiying.decision.feel.iterate import item_scope
from qiying.decision.feel.operators import conjunction, disjunction
from qiying.decision.feel.scope import Scope
from qiying.decision.feel.syntax import UnaryTests
from qiying.decision.feel.types import ANY, FeelType, coerce
from qiying.decision.feel.values import Function, Value

from . import model as m
from .tables import evaluate_table


def evaluate_boxed(run: Interpreter, node: m.Boxed, scope: Scope) -> Value:
    """The value of a boxed expression, converted to its declared type."""
    return convert(run, _evaluate(run, node, scope), node.type, "表达式")


def convert(run: Interpreter, value: Value, wanted: FeelType, what: str) -> Value:
    """The value as the wanted type, or null with a reason."""
    run.meter.weigh(value, NOWHERE)
    fits, value = coerce(value, wanted)
    if not fits:
        run.report("type.result", f"{what}的结果应为{wanted}", NOWHERE)
    elif not is_allowed(run, value, wanted):
        run.report("type.allowed", f"{what}的结果不在允许的取值之内", NOWHERE)
        return None
    return value


def is_allowed(run: Interpreter, value: Value, wanted: FeelType) -> bool:
    """Whether a value and its parts are among the allowed values; null always is."""
    if value is None:
        return True
    if (
        isinstance(wanted.allowed, UnaryTests)
        and run.unary_tests(wanted.allowed, value, Scope({})) is not True
    ):
        return False
    if wanted.kind == "list" and wanted.of and isinstance(value, list):
        return all(is_allowed(run, item, wanted.of) for item in value)
    if wanted.kind == "context" and isinstance(value, dict):
        return all(is_allowed(run, value.get(key), kind) for key, kind in wanted.fields)
    return True


def _evaluate(run: Interpreter, node: m.Boxed, scope: Scope) -> Value:
    run.meter.step(NOWHERE)
    match node:
        case m.Literal():
            return literal(run, node, scope)
        case m.DecisionTable():
            return evaluate_table(run, node, scope, literal)
        case m.BoxedContext():
            return _context(run, node, scope)
        case m.BoxedList():
            return [evaluate_boxed(run, item, scope) for item in node.items]
        case m.Relation():
            return [
                dict(zip(node.columns, (evaluate_boxed(run, cell, scope) for cell in row), strict=False))
                for row in node.rows
            ]
        case m.Invocation():
            return _invocation(run, node, scope)
        case m.FunctionDefinition():
            return make_function(node, scope)
        case m.Conditional():
            condition = evaluate_boxed(run, node.condition, scope)
            if condition is not None and not isinstance(condition, bool):
                run.report("type.condition", "条件不是“是否”", NOWHERE)
                return None
            return evaluate_boxed(run, node.yes if condition is True else node.no, scope)
        case m.BoxedFilter():
            return _filter(run, node, scope)
        case m.BoxedIteration():
            return _iterate(run, node, scope)
    raise TypeError(f"unknown boxed expression {node!r}")


def literal(run: Interpreter, node: m.Literal, scope: Scope) -> Value:
    """The value of a FEEL text; null with its problem when it could not be read."""
    if node.tree is None:
        problem = node.problem or Problem("dmn.empty", "这里缺少表达式")
        run.report(problem.code, problem.message, problem.span)
        return None
    return run.evaluate(node.tree, scope)


def _context(run: Interpreter, node: m.BoxedContext, scope: Scope) -> Value:
    found: dict[str, Value] = {}
    inner = Scope(found, scope)
    for entry in node.entries:
        value = convert(run, evaluate_boxed(run, entry.value, inner), entry.type, f"“{entry.name}”")
        if not entry.name:
            return value
        found[entry.name] = value
    return found


def _invocation(run: Interpreter, node: m.Invocation, scope: Scope) -> Value:
    function = evaluate_boxed(run, node.function, scope)
    names = [name for name, _ in node.bindings]
    arguments = [evaluate_boxed(run, value, scope) for _, value in node.bindings]
    if not isinstance(function, Function):
        run.report("call.function", "这里要调用的不是函数", NOWHERE)
        return None
    return invoke(run, function, arguments, names, NOWHERE)


def make_function(node: m.FunctionDefinition, scope: Scope, result: FeelType | None = None) -> Value:
    """The function a definition makes; None for kinds other than FEEL, which are never run."""
    if node.kind != "FEEL":
        return None

    def body(run: Interpreter, arguments: dict[str, Value]) -> Value:
        return evaluate_boxed(run, node.body, Scope(arguments, scope))

    return HostFunction(node.parameters, body, result or ANY)


def _filter(run: Interpreter, node: m.BoxedFilter, scope: Scope) -> Value:
    source = evaluate_boxed(run, node.source, scope)
    if source is None:
        return None
    kept: list[Value] = []
    for item in source if isinstance(source, list) else [source]:
        answer = evaluate_boxed(run, node.match, item_scope(item, scope))
        if not isinstance(answer, bool):
            run.report("type.filter", "筛选条件不是“是否”", NOWHERE)
            return None
        if answer:
            kept.append(item)
    return kept


def _iterate(run: Interpreter, node: m.BoxedIteration, scope: Scope) -> Value:
    source = evaluate_boxed(run, node.source, scope)
    if source is None:
        run.report("type.iterate", f"{node.kind} 的来源是空值", NOWHERE)
        return None
    items = source if isinstance(source, list) else [source]
    results: list[Value] = []
    for item in items:
        inner = Scope({node.variable: item, "partial": results}, scope)
        results.append(evaluate_boxed(run, node.body, inner))
    if node.kind == "for":
        return results
    if any(result is not None and not isinstance(result, bool) for result in results):
        run.report("type.condition", f"{node.kind} 的条件不是“是否”", NOWHERE)
        return None
    return disjunction(results) if node.kind == "some" else conjunction(results)

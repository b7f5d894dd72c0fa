"""Evaluates a tree over a context: every failure yields null and leaves its reason in the result."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from . import syntax as s
from .arithmetic import arithmetic, negate
from .errors import Problem, Span
from .functions import BUILTINS, Closure, invoke
from .iterate import filter_list, iterate, quantify
from .limits import Meter
from .operators import between, compare, conjunction, disjunction, equal, member
from .properties import property_of
from .scope import Scope
from .temporal_text import temporal_from_text
from .types import FeelType, is_instance, lacks_arguments, resolve_type
from .values import CHINESE_KINDS, MISSING, Function, Range, Value, kind_of


class Mode(Enum):
    """What a name without a value means: null as DMN says, or a fact that is still missing."""

    CONFORMANCE = "conformance"
    MATCHING = "matching"


@dataclass(slots=True)
class Interpreter:
    """One evaluation: its budget, its mode, the named types, and what went wrong so far."""

    meter: Meter
    mode: Mode = Mode.CONFORMANCE
    types: Mapping[str, FeelType] = field(default_factory=dict)
    now: dt.datetime | None = None
    errors: list[Problem] = field(default_factory=list)

    def report(self, code: str, message: str, span: Span) -> None:
        """Records why a value is null; keeps the first hundred reasons."""
        if len(self.errors) < 100:
            self.errors.append(Problem(code, message, span=span))

    def evaluate(self, node: s.Expr, scope: Scope) -> Value:
        """The value of a node."""
        self.meter.step(node.span)
        return _HANDLERS[type(node)](self, node, scope)

    def test(self, node: s.Expr, value: Value, scope: Scope, *, cell: bool = False) -> Value:
        """Whether `value` passes one test of a cell or of `in`: true, false, null or MISSING."""
        if isinstance(node, s.CompareTest):
            return compare(node.operator, value, self.evaluate(node.operand, scope))
        if uses_input(node):
            return self.evaluate(node, scope)
        found = self.evaluate(node, scope)
        self.meter.weigh(found, node.span)
        self.meter.weigh(value, node.span)
        if found is None and isinstance(node, s.Interval):
            return None  # a broken range says nothing, not even that the value lies outside
        if cell and found is True and not isinstance(value, bool) and not _is_literal(node):
            return True  # a condition of its own, such as a function call about other inputs
        return member(value, found)

    def unary_tests(self, tests: s.UnaryTests, value: Value, scope: Scope) -> Value:
        """Whether `value` passes a cell."""
        if not tests.tests:
            return True
        inner = Scope({"?": value}, scope)
        answer = disjunction(self.test(test, value, inner, cell=True) for test in tests.tests)
        if not tests.negated:
            return answer
        return answer if answer is MISSING else not answer if isinstance(answer, bool) else None


def uses_input(node: s.Node) -> bool:
    """Whether an expression speaks of the cell's input, `?`."""
    return any(isinstance(part, s.Name) and part.name == "?" for part in s.walk(node))


def _is_literal(node: s.Expr) -> bool:
    return isinstance(node, s.BooleanLiteral)


def _name(run: Interpreter, node: s.Name, scope: Scope) -> Value:
    found, value = scope.find(node.name)
    if found:
        return value
    if node.name in BUILTINS:
        return BUILTINS[node.name]
    if run.mode is Mode.MATCHING:
        return MISSING
    run.report("name.unknown", f"没有名为“{node.name}”的值", node.span)
    return None


def _at(run: Interpreter, node: s.AtLiteral, scope: Scope) -> Value:
    value = temporal_from_text(node.text)
    if value is None:
        run.report("literal.temporal", f"“{node.text}”不是日期、时间或时长", node.span)
    return value


def _path(run: Interpreter, node: s.Path, scope: Scope) -> Value:
    return run_path(run, run.evaluate(node.base, scope), node.member, node.span)


def run_path(run: Interpreter, base: Value, name: str, span: Span) -> Value:
    """`base.name` for one value, or for each of a list."""
    if base is MISSING:
        return MISSING
    if isinstance(base, list):
        return [run_path(run, item, name, span) for item in base]
    if isinstance(base, dict) and name in base:
        return base[name]
    found, value = property_of(base, name)
    if found:
        return value
    if isinstance(base, dict) and run.mode is Mode.MATCHING:
        return MISSING
    run.report("path.unknown", f"{CHINESE_KINDS[kind_of(base)]}没有成员“{name}”", span)
    return None


def _filter(run: Interpreter, node: s.Filter, scope: Scope) -> Value:
    return filter_list(run, node, run.evaluate(node.base, scope), scope)


def _call(run: Interpreter, node: s.Call, scope: Scope) -> Value:
    function = run.evaluate(node.function, scope)
    if not isinstance(function, Function) and isinstance(node.function, s.Name):
        function = BUILTINS.get(node.function.name, function)
    arguments = [run.evaluate(argument, scope) for argument in node.arguments]
    if function is MISSING:
        return MISSING
    if not isinstance(function, Function):
        run.report("call.function", "这里要调用的不是函数", node.function.span)
        return None
    return invoke(run, function, arguments, node.names, node.span)


def _negate(run: Interpreter, node: s.Negate, scope: Scope) -> Value:
    operand = run.evaluate(node.operand, scope)
    value = negate(operand)
    if value is None:
        run.report("type.negate", f"{CHINESE_KINDS[kind_of(operand)]}不能取负", node.span)
    return value


def _arithmetic(run: Interpreter, node: s.Arithmetic, scope: Scope) -> Value:
    left, right = run.evaluate(node.left, scope), run.evaluate(node.right, scope)
    value = arithmetic(node.operator, left, right)
    if value is None:
        kinds = f"{CHINESE_KINDS[kind_of(left)]}与{CHINESE_KINDS[kind_of(right)]}"
        run.report("type.arithmetic", f"{kinds}之间不能算 {node.operator}，或结果超出范围", node.span)
    elif isinstance(value, str):
        run.meter.text(len(value), node.span)
    return value


def _comparison(run: Interpreter, node: s.Comparison, scope: Scope) -> Value:
    left, right = run.evaluate(node.left, scope), run.evaluate(node.right, scope)
    run.meter.weigh(left, node.span)
    run.meter.weigh(right, node.span)
    value = compare(node.operator, left, right)
    if value is None:
        kinds = f"{CHINESE_KINDS[kind_of(left)]}与{CHINESE_KINDS[kind_of(right)]}"
        run.report("type.compare", f"{kinds}不能比较", node.span)
    return value


def _and(run: Interpreter, node: s.And, scope: Scope) -> Value:
    return conjunction(run.evaluate(operand, scope) for operand in node.operands)


def _or(run: Interpreter, node: s.Or, scope: Scope) -> Value:
    return disjunction(run.evaluate(operand, scope) for operand in node.operands)


def _between(run: Interpreter, node: s.Between, scope: Scope) -> Value:
    parts = [run.evaluate(part, scope) for part in (node.value, node.low, node.high)]
    value = between(*parts)
    if value is None:
        run.report("type.compare", "between 的三个值不能比较", node.span)
    return value


def _in(run: Interpreter, node: s.In, scope: Scope) -> Value:
    value = run.evaluate(node.value, scope)
    answer = disjunction(run.test(test, value, scope) for test in node.tests)
    if answer is None:
        run.report("type.compare", "in 两边不能比较", node.span)
    return answer


def _instance_of(run: Interpreter, node: s.InstanceOf, scope: Scope) -> Value:
    value = run.evaluate(node.value, scope)
    wanted = resolve_type(node.type, run.types)
    if wanted is not None and lacks_arguments(node.type):
        run.report("type.arguments", f"类型 {node.type.name} 要写明成员类型，如 list<number>", node.type.span)
        return None
    if wanted is None:
        run.report("type.unknown", f"没有名为“{node.type.name}”的类型", node.type.span)
        return None
    run.meter.weigh(value, node.span)
    return MISSING if value is MISSING else is_instance(value, wanted)


def _interval(run: Interpreter, node: s.Interval, scope: Scope) -> Value:
    low, high = run.evaluate(node.low, scope), run.evaluate(node.high, scope)
    if low is MISSING or high is MISSING:
        return MISSING
    if low is None or high is None or compare("<=", low, high) is not True:
        run.report("range.ends", "区间两端不能比较，或起点大于终点", node.span)
        return None
    return Range(low, high, node.low_closed, node.high_closed)


def _compare_test(run: Interpreter, node: s.CompareTest, scope: Scope) -> Value:
    end = run.evaluate(node.operand, scope)
    if end is MISSING:
        return MISSING
    closed = node.operator in ("<=", ">=", "=")
    if node.operator in ("=", "!="):
        return Range(end, end, closed, closed, node.operator)
    if end is None:
        return None
    if node.operator.startswith("<"):
        return Range(None, end, False, closed, node.operator)
    return Range(end, None, closed, False, node.operator)


def _if(run: Interpreter, node: s.If, scope: Scope) -> Value:
    condition = run.evaluate(node.condition, scope)
    if condition is MISSING:
        yes, no = run.evaluate(node.yes, scope), run.evaluate(node.no, scope)
        return yes if equal(yes, no) is True else MISSING
    if condition is not None and not isinstance(condition, bool):
        run.report("type.condition", "if 的条件不是“是否”", node.condition.span)
    return run.evaluate(node.yes if condition is True else node.no, scope)


def _for(run: Interpreter, node: s.For, scope: Scope) -> Value:
    return iterate(run, node, scope)


def _quantified(run: Interpreter, node: s.Quantified, scope: Scope) -> Value:
    return quantify(run, node, scope)


def _list(run: Interpreter, node: s.ListLiteral, scope: Scope) -> Value:
    return [run.evaluate(item, scope) for item in node.items]


def _context(run: Interpreter, node: s.ContextLiteral, scope: Scope) -> Value:
    found: dict[str, Value] = {}
    inner = Scope(found, scope)
    for entry in node.entries:
        if entry.key in found:
            run.report("context.key", f"成员“{entry.key}”写了两次", entry.span)
            return None
        found[entry.key] = run.evaluate(entry.value, inner)
    return found


def _function(run: Interpreter, node: s.FunctionLiteral, scope: Scope) -> Value:
    return Closure.from_literal(node, scope, run.types)


_HANDLERS = {
    s.NumberLiteral: lambda run, node, scope: node.value,
    s.StringLiteral: lambda run, node, scope: node.value,
    s.BooleanLiteral: lambda run, node, scope: node.value,
    s.NullLiteral: lambda run, node, scope: None,
    s.AtLiteral: _at,
    s.Name: _name,
    s.Path: _path,
    s.Filter: _filter,
    s.Call: _call,
    s.Negate: _negate,
    s.Arithmetic: _arithmetic,
    s.Comparison: _comparison,
    s.And: _and,
    s.Or: _or,
    s.Between: _between,
    s.In: _in,
    s.InstanceOf: _instance_of,
    s.Interval: _interval,
    s.CompareTest: _compare_test,
    s.If: _if,
    s.For: _for,
    s.Quantified: _quantified,
    s.ListLiteral: _list,
    s.ContextLiteral: _context,
    s.FunctionLiteral: _function,
}

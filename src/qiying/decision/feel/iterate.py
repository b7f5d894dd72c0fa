"""for, some, every and filters: what walks over lists."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from . import syntax as s
from .numbers import integer_of
from .operators import conjunction, disjunction
from .run import Run
from .scope import Scope
from .temporal import FeelDate, OutOfRange
from .values import MISSING, Range, Value


class _NotIterable(Exception):
    """The source of a loop is null, open or of a kind that cannot be walked."""


class _Unknown(Exception):
    """The source of a loop is a missing fact."""


def source_items(run: Run, iteration: s.Iteration, scope: Scope) -> list[Value]:
    """The items an iteration goes over; raises `_NotIterable` or `_Unknown`."""
    source = run.evaluate(iteration.source, scope)
    if iteration.end is not None:
        source = _span(source, run.evaluate(iteration.end, scope))
    elif isinstance(source, Range):
        source = _range_items(source)
    if source is MISSING:
        raise _Unknown
    if source is None:
        raise _NotIterable
    if isinstance(source, _Steps):
        run.meter.size(source.count, iteration.span)
        return list(source)
    return source if isinstance(source, list) else [source]


class _Steps:
    """Whole numbers or days from one to another, upwards or downwards, both included."""

    def __init__(self, first: int, last: int, days: bool) -> None:
        self.first, self.last, self.days = first, last, days
        self.count = abs(last - first) + 1

    def __iter__(self) -> Iterator[Value]:
        step = 1 if self.last >= self.first else -1
        for number in range(self.first, self.last + step, step):
            yield FeelDate.from_days(number) if self.days else Decimal(number)


def _span(first: Value, last: Value) -> Value:
    if first is MISSING or last is MISSING:
        return MISSING
    if isinstance(first, Decimal) and isinstance(last, Decimal):
        start, end = integer_of(first), integer_of(last)
        return None if start is None or end is None else _Steps(start, end, days=False)
    if isinstance(first, FeelDate) and isinstance(last, FeelDate):
        return _Steps(first.days, last.days, days=True)
    return None


def _range_items(source: Range) -> Value:
    steps = _span(source.low, source.high)
    if not isinstance(steps, _Steps):
        return None
    direction = 1 if steps.last >= steps.first else -1
    first = steps.first + (0 if source.low_closed else direction)
    last = steps.last - (0 if source.high_closed else direction)
    if (last - first) * direction < 0:
        return []
    return _Steps(first, last, steps.days)


def bindings(run: Run, iterations: tuple[s.Iteration, ...], scope: Scope) -> Iterator[Scope]:
    """A scope for each combination of items; later sources see earlier variables."""
    if not iterations:
        yield scope
        return
    first, rest = iterations[0], iterations[1:]
    for item in source_items(run, first, scope):
        run.meter.step(first.span)
        yield from bindings(run, rest, Scope({first.name: item}, scope))


def iterate(run: Run, node: s.For, scope: Scope) -> Value:
    """The list a `for` returns; `partial` is what it has so far."""
    results: list[Value] = []
    partial: dict[str, Value] = {"partial": results}
    copies = any(isinstance(part, s.Name) and part.name == "partial" for part in s.walk(node.body))
    try:
        for inner in bindings(run, node.iterations, Scope(partial, scope)):
            if copies:
                # Each step sees the results of the steps before it, so it gets a list of its own.
                run.meter.size(len(results), node.span)
                partial["partial"] = list(results)
            results.append(run.evaluate(node.body, inner))
    except _Unknown:
        return MISSING
    except (_NotIterable, OutOfRange):
        run.report("type.iterate", "for 的来源不是列表或整数区间", node.span)
        return None
    return results


def quantify(run: Run, node: s.Quantified, scope: Scope) -> Value:
    """What `some` or `every` says; the empty list gives false or true."""
    join = disjunction if node.quantifier == "some" else conjunction
    try:
        return join(run.evaluate(node.condition, inner) for inner in bindings(run, node.iterations, scope))
    except _Unknown:
        return MISSING
    except (_NotIterable, OutOfRange):
        run.report("type.iterate", f"{node.quantifier} 的来源不是列表或整数区间", node.span)
        return None


def filter_list(run: Run, node: s.Filter, base: Value, scope: Scope) -> Value:
    """`base[condition]`: one item by position, or the items for which the condition is true."""
    if base is MISSING:
        return MISSING
    if base is None:
        run.report("type.filter", "对空值不能筛选", node.span)
        return None
    items = base if isinstance(base, list) else [base]
    position = _position(run, node.condition, scope)
    if position is not None:
        return _item(run, items, position, node)
    kept: list[Value] = []
    for item in items:
        run.meter.step(node.span)
        answer = run.evaluate(node.condition, item_scope(item, scope))
        if answer is MISSING:
            return MISSING
        if isinstance(answer, Decimal):
            return _item(run, items, answer, node)
        if answer is True:
            kept.append(item)
        elif answer is not False and answer is not None:
            run.report("type.filter", "筛选条件既不是“是否”也不是数字", node.condition.span)
            return None
    return kept


def item_scope(item: Value, scope: Scope) -> Scope:
    """The scope in which a filter's condition sees an item and, if it is a context, its members."""
    inner = Scope({"item": item}, scope)
    return Scope(item, inner) if isinstance(item, dict) else inner


def _position(run: Run, condition: s.Expr, scope: Scope) -> Decimal | None:
    """The position a condition names when it does not depend on the item."""
    if isinstance(condition, s.NumberLiteral):
        return condition.value
    if isinstance(condition, (s.Comparison, s.And, s.Or, s.BooleanLiteral, s.In, s.Between)):
        return None
    before = len(run.errors)
    value = run.evaluate(condition, scope)
    del run.errors[before:]
    return value if isinstance(value, Decimal) else None


def _item(run: Run, items: list[Value], position: Decimal, node: s.Filter) -> Value:
    index = integer_of(position)
    if index is None or index == 0 or abs(index) > len(items):
        run.report("filter.position", f"列表没有第{position}项", node.condition.span)
        return None
    return items[index - 1] if index > 0 else items[index]

"""count, min, max, sum, mean, product, median, stddev, mode: over a list or over the arguments (table 75)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Context, Decimal

from qiying.decision.feel.arithmetic import arithmetic
from qiying.decision.feel.functions import CallError, builtin
from qiying.decision.feel.numbers import CONTEXT, attempt
from qiying.decision.feel.operators import order
from qiying.decision.feel.values import Value


def over_items(name: str) -> Callable[[Callable[[list[Value]], Value]], Callable[[list[Value]], Value]]:
    """Registers a function of one list that also takes the items themselves."""

    def register(body: Callable[[list[Value]], Value]) -> Callable[[list[Value]], Value]:
        builtin(name, "list: list")(body)
        builtin(name, "*list: any")(body)
        return body

    return register


def _numbers(items: list[Value]) -> list[Decimal]:
    for item in items:
        if not isinstance(item, Decimal):
            raise CallError("列表中有不是数字的项")
    return items


def _some(items: list[Value]) -> list[Value]:
    if not items:
        raise CallError("列表是空的")
    return items


@builtin("count", "list: list")
def _count(items: list[Value]) -> Decimal:
    return Decimal(len(items))


def _extreme(items: list[Value], sign: int) -> Value:
    if not items:
        return None
    best = items[0]
    for item in items:
        side = order(item, best)
        if side is None:
            raise CallError("列表中的项不能比较大小")
        if side == sign:
            best = item
    return best


@over_items("min")
def _min(items: list[Value]) -> Value:
    return _extreme(items, -1)


@over_items("max")
def _max(items: list[Value]) -> Value:
    return _extreme(items, 1)


@over_items("sum")
def _sum(items: list[Value]) -> Value:
    if not items:
        return None
    total = items[0]
    if isinstance(total, (str, bool)):
        raise CallError("列表中有不是数字的项")
    for item in items[1:]:
        total = arithmetic("+", total, item)
        if total is None or isinstance(total, str):
            raise CallError("列表中的项不能相加")
    return arithmetic("+", total, arithmetic("-", total, total)) if len(items) == 1 else total


@over_items("mean")
def _mean(items: list[Value]) -> Value:
    if not items:
        return None
    total = _sum(items)
    return arithmetic("/", total, Decimal(len(items)))


@over_items("product")
def _product(items: list[Value]) -> Value:
    total = Decimal(1)
    for number in _numbers(_some(items)):
        total = CONTEXT.multiply(total, number)
    return total


@over_items("median")
def _median(items: list[Value]) -> Value:
    if not items:
        return None
    ordered = sorted(_numbers(items))
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return CONTEXT.divide(CONTEXT.add(ordered[middle - 1], ordered[middle]), Decimal(2))


_WIDE = Context(prec=80)


@over_items("stddev")
def _stddev(items: list[Value]) -> Value:
    numbers = _numbers(items)
    if len(numbers) < 2:
        raise CallError("标准差至少要两个数")
    count = Decimal(len(numbers))
    mean = _WIDE.divide(sum(numbers, Decimal(0)), count)
    squares = sum((_WIDE.power(_WIDE.subtract(number, mean), 2) for number in numbers), Decimal(0))
    variance = _WIDE.divide(squares, count - 1)
    return attempt(lambda: CONTEXT.plus(_WIDE.sqrt(variance)))


@over_items("mode")
def _mode(items: list[Value]) -> Value:
    counts = Counter(_numbers(items))
    most = max(counts.values(), default=0)
    return sorted(number for number, count in counts.items() if count == most)

"""List functions (table 75): membership, sub-lists, insertion, sets, order."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cmp_to_key

from qiying.decision.feel.errors import NOWHERE
from qiying.decision.feel.functions import (
    CallError,
    Closure,
    HostFunction,
    builtin,
    invoke,
)
from qiying.decision.feel.numbers import integer_of
from qiying.decision.feel.operators import order, same
from qiying.decision.feel.run import Run
from qiying.decision.feel.values import Function, Value


def _has(items: list[Value], element: Value) -> bool:
    return any(same(item, element) is True for item in items)


def _position(position: Decimal, length: int) -> int:
    """A position from 1, or from -1 at the end, as an index from 0; fractions are cut off."""
    number = integer_of(position.to_integral_value("ROUND_DOWN"))
    if number is None or number == 0 or abs(number) > length:
        raise CallError(f"列表没有第{position}项")
    return number - 1 if number > 0 else length + number


@builtin("list contains", "list: list, element: any")
def _list_contains(items: list[Value], element: Value) -> bool:
    return _has(items, element)


@builtin("sublist", "list: list, start position: number")
@builtin("sublist", "list: list, start position: number, length: number")
def _sublist(items: list[Value], start: Decimal, length: Decimal | None = None) -> list[Value]:
    first = _position(start, len(items))
    if length is None:
        return items[first:]
    count = integer_of(length.to_integral_value("ROUND_DOWN"))
    if count is None or count < 0 or first + count > len(items):
        raise CallError("取的项数超出列表")
    return items[first : first + count]


@builtin("append", "list: list, *item: any")
def _append(items: list[Value], more: list[Value]) -> list[Value]:
    return [*items, *more]


@builtin("concatenate", "*list: any")
def _concatenate(lists: list[Value]) -> list[Value]:
    return [item for part in lists for item in _as_list(part)]


def _as_list(value: Value) -> list[Value]:
    if value is None:
        raise CallError("参数是空值")
    return value if isinstance(value, list) else [value]


@builtin("insert before", "list: list, position: number, newItem: any")
def _insert_before(items: list[Value], position: Decimal, item: Value) -> list[Value]:
    index = _position(position, len(items))
    return [*items[:index], item, *items[index:]]


@builtin("remove", "list: list, position: number")
def _remove(items: list[Value], position: Decimal) -> list[Value]:
    index = _position(position, len(items))
    return [*items[:index], *items[index + 1 :]]


@builtin("list replace", "list: list, position: number, newItem: any")
def _list_replace(items: list[Value], position: Decimal, item: Value) -> list[Value]:
    index = _position(position, len(items))
    return [*items[:index], item, *items[index + 1 :]]


@builtin("list replace", "list: list, match: function, newItem: any")
def _list_replace_matching(run: Run, items: list[Value], match: Function, item: Value) -> list[Value]:
    _expects(match, 2)
    replaced: list[Value] = []
    for old in items:
        answer = invoke(run, match, (old, item), (), NOWHERE)
        if not isinstance(answer, bool):
            raise CallError("match 函数的结果应为“是否”")
        replaced.append(item if answer else old)
    return replaced


def _expects(function: Function, count: int) -> None:
    if isinstance(function, (Closure, HostFunction)) and len(function.parameters) != count:
        raise CallError(f"函数应有{count}个参数")


@builtin("reverse", "list: list")
def _reverse(items: list[Value]) -> list[Value]:
    return items[::-1]


@builtin("index of", "list: list, match: any")
def _index_of(items: list[Value], match: Value) -> list[Value]:
    return [Decimal(index) for index, item in enumerate(items, 1) if same(item, match) is True]


@builtin("union", "*list: any")
def _union(run: Run, lists: list[Value]) -> list[Value]:
    return _distinct(run, _concatenate(lists))


@builtin("distinct values", "list: list")
def _distinct_values(run: Run, items: list[Value]) -> list[Value]:
    return _distinct(run, items)


def _distinct(run: Run, items: list[Value]) -> list[Value]:
    found: list[Value] = []
    for item in items:
        run.meter.step(NOWHERE, len(found) // 4 + 1)
        if not _has(found, item):
            found.append(item)
    return found


def _leaves(items: list[Value]) -> Iterator[Value]:
    for item in items:
        if isinstance(item, list):
            yield from _leaves(item)
        else:
            yield item


@builtin("flatten", "list: list")
def _flatten(items: list[Value]) -> list[Value]:
    return list(_leaves(items))


@builtin("sort", "list: list, precedes: function")
def _sort(run: Run, items: list[Value], precedes: Function) -> list[Value]:
    _expects(precedes, 2)

    def before(left: Value, right: Value) -> int:
        run.meter.step(NOWHERE)
        first = invoke(run, precedes, (left, right), (), NOWHERE)
        if not isinstance(first, bool):
            raise CallError("排序函数的结果应为“是否”")
        if first:
            return -1
        return 1 if invoke(run, precedes, (right, left), (), NOWHERE) is True else 0

    return sorted(items, key=cmp_to_key(before))


@builtin("sort", "list: list")
def _sort_plain(items: list[Value]) -> list[Value]:
    def before(left: Value, right: Value) -> int:
        side = order(left, right)
        if side is None:
            raise CallError("列表中的项不能比较大小")
        return side

    return sorted(items, key=cmp_to_key(before))

"""Boolean functions: not, all, any; and `is`, which compares without converting."""

from __future__ import annotations

from qiying.decision.feel.functions import builtin
from qiying.decision.feel.operators import conjunction, disjunction, negation
from qiying.decision.feel.temporal import FeelDateTime, FeelTime
from qiying.decision.feel.values import Value, kind_of


@builtin("not", "negand: any")
def _not(negand: Value) -> Value:
    return negation(negand)


@builtin("all", "*list: any")
@builtin("all", "list: list")
# Decorators register from the bottom up: a single list is taken before single items.
def _all(items: list[Value]) -> Value:
    return conjunction(items)


@builtin("any", "*list: any")
@builtin("any", "list: list")
def _any(items: list[Value]) -> Value:
    return disjunction(items)


@builtin("is", "value1: any, value2: any")
def _is(left: Value, right: Value) -> Value:
    if kind_of(left) != kind_of(right):
        return False
    if isinstance(left, FeelTime):
        return (left.nanos, left.zone) == (right.nanos, right.zone)
    if isinstance(left, FeelDateTime):
        return (left.local, left.zone) == (right.local, right.zone)
    return bool(left == right)

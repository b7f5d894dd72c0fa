"""Evaluating a tree over a context: the outside of the interpreter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from . import syntax as s
from .errors import FeelLimitError, Problem, Span
from .interpret import Interpreter, Mode
from .limits import DEFAULT_BUDGET, Budget, Meter, limit
from .scope import Scope
from .types import FeelType
from .values import Value, to_feel


@dataclass(frozen=True, slots=True)
class Result:
    """A value and the reasons for every null met on the way."""

    value: Value
    errors: tuple[Problem, ...] = ()


def evaluate(
    node: s.Expr,
    context: Mapping[str, Value],
    *,
    budget: Budget = DEFAULT_BUDGET,
    mode: Mode = Mode.CONFORMANCE,
    types: Mapping[str, FeelType] | None = None,
    now: dt.datetime | None = None,
) -> Result:
    """The value of an expression over named FEEL values; never raises, an exhausted budget yields null."""
    run = Interpreter(Meter(budget), mode, types or {}, now)
    known = {name: to_feel(item) for name, item in context.items()}
    return guarded(run, lambda: run.evaluate(node, Scope(known)))


def evaluate_unary_tests(
    tests: s.UnaryTests,
    value: Value,
    context: Mapping[str, Value],
    *,
    budget: Budget = DEFAULT_BUDGET,
    mode: Mode = Mode.CONFORMANCE,
    types: Mapping[str, FeelType] | None = None,
    now: dt.datetime | None = None,
) -> Result:
    """Whether `value` passes a cell: true, false, null or (in matching) MISSING; never raises."""
    run = Interpreter(Meter(budget), mode, types or {}, now)
    known = {name: to_feel(item) for name, item in context.items()}
    return guarded(run, lambda: run.unary_tests(tests, to_feel(value), Scope(known)))


def guarded(run: Interpreter, compute: Callable[[], Value]) -> Result:
    """What `compute` gives, with running out of a budget turned into null and its reason."""
    try:
        value = compute()
        run.meter.weigh(value, Span(0, 0))  # whoever gets it will walk it
    except FeelLimitError as error:
        return Result(None, (*run.errors, error.problem))
    except RecursionError:
        problem = limit("depth", "计算嵌套过深", "请检查函数是否无止境地调用自己", Span(0, 0)).problem
        return Result(None, (*run.errors, problem))
    return Result(value, tuple(run.errors))

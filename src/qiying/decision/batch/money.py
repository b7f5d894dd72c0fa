"""Amounts of many enterprises at once: exact int64 fractions, or the scalar evaluator where int64 is too small."""

from __future__ import annotations

from dataclasses import dataclass
from math import lcm
from typing import Any

import numpy as np
import numpy.typing as npt

from qiying.decision.logic.amounts import Amount, Constant, Operation, Reading, evaluate, payable_fen
from qiying.decision.planes.columns import Columns

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
LIMIT = 2**62


class TooLarge(ArithmeticError):
    """A number could leave int64, or the expression is not one this module knows."""


@dataclass(frozen=True)
class _Value:
    """top / under, exact. `under` is one positive number or a column; sizes bound the absolute values."""

    top: Any
    under: Any
    known: Any
    top_size: int
    under_size: int


def amounts_fen(amount: Amount, columns: Columns, rows: npt.NDArray[np.integer[Any]]) -> tuple[Ints, Flags]:
    """The amount in fen, halves up, of the given rows, and whether it is known (0 where it is not)."""
    try:
        value = _vector(amount, columns, rows)
        return _fen(value, len(rows))
    except TooLarge:
        return _one_by_one(amount, columns, rows)


def _one_by_one(amount: Amount, columns: Columns, rows: npt.NDArray[np.integer[Any]]) -> tuple[Ints, Flags]:
    found, known = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.bool_)
    for place, row in enumerate(rows.tolist()):
        value = evaluate(amount, columns.facts(row))
        if value is not None:
            found[place], known[place] = payable_fen(value), True
    return found, known


def _vector(amount: Amount, columns: Columns, rows: npt.NDArray[np.integer[Any]]) -> _Value:
    match amount:
        case Constant():
            top, under = amount.value.numerator, amount.value.denominator
            return _checked(_Value(top, under, True, abs(top), under))
        case Reading():
            return _reading(amount, columns, rows)
        case Operation():
            left, right = (_vector(part, columns, rows) for part in amount.parts)
            return _checked(_operate(amount.operator, left, right))
    raise TooLarge


def _reading(amount: Reading, columns: Columns, rows: npt.NDArray[np.integer[Any]]) -> _Value:
    column = columns.columns.get(amount.name)
    if column is None:
        return _Value(0, 1, False, 0, 1)
    values = column.values[rows].astype(np.int64)
    known: Any = True
    if column.valid is not None:
        known = (column.valid[rows >> 6] >> (rows & 63).astype(np.uint64)) & np.uint64(1) != 0
        values = np.where(known, values, 0)
    size = int(np.abs(values).max()) if len(values) else 0
    return _Value(values, amount.scale, known, size, amount.scale)


def _checked(value: _Value) -> _Value:
    if value.top_size > LIMIT or value.under_size > LIMIT:
        raise TooLarge
    return value


def _product(first: Any, second: Any, first_size: int, second_size: int) -> Any:
    if first_size * second_size > LIMIT:
        raise TooLarge
    return first * second


def _operate(operator: str, left: _Value, right: _Value) -> _Value:
    known = left.known & right.known
    if operator == "*":
        top = _product(left.top, right.top, left.top_size, right.top_size)
        under = _product(left.under, right.under, left.under_size, right.under_size)
        return _Value(top, under, known, left.top_size * right.top_size, left.under_size * right.under_size)
    if operator == "/":
        positive = right.top > 0
        divisor = np.where(positive, right.top, 1) if isinstance(right.top, np.ndarray) else max(right.top, 1)
        top = _product(left.top, right.under, left.top_size, right.under_size)
        under = _product(left.under, divisor, left.under_size, max(right.top_size, 1))
        return _Value(
            top,
            under,
            known & positive,
            left.top_size * right.under_size,
            left.under_size * max(right.top_size, 1),
        )
    first, second, under, first_size, second_size, under_size = _same_divisor(left, right)
    match operator:
        case "+":
            return _Value(first + second, under, known, first_size + second_size, under_size)
        case "-":
            return _Value(first - second, under, known, first_size + second_size, under_size)
        case "max":
            return _Value(np.maximum(first, second), under, known, max(first_size, second_size), under_size)
        case "min":
            return _Value(np.minimum(first, second), under, known, max(first_size, second_size), under_size)
    raise TooLarge


def _same_divisor(left: _Value, right: _Value) -> tuple[Any, Any, Any, int, int, int]:
    """Both tops over one divisor, with sizes."""
    if not isinstance(left.under, np.ndarray) and not isinstance(right.under, np.ndarray):
        under = lcm(left.under, right.under)
        one, two = under // left.under, under // right.under
        first = _product(left.top, one, left.top_size, one)
        second = _product(right.top, two, right.top_size, two)
        return first, second, under, left.top_size * one, right.top_size * two, under
    first = _product(left.top, right.under, left.top_size, right.under_size)
    second = _product(right.top, left.under, right.top_size, left.under_size)
    under = _product(left.under, right.under, left.under_size, right.under_size)
    first_size, second_size = left.top_size * right.under_size, right.top_size * left.under_size
    return first, second, under, first_size, second_size, left.under_size * right.under_size


def _fen(value: _Value, count: int) -> tuple[Ints, Flags]:
    """Half-up to whole fen, never below zero: floor((200 * top + under) / (2 * under))."""
    if value.top_size > (LIMIT - value.under_size) // 200 or value.under_size * 2 > LIMIT:
        raise TooLarge
    top = np.maximum(value.top, 0)
    whole = (top * 200 + value.under) // (value.under * 2)
    found = np.broadcast_to(np.asarray(whole, np.int64), (count,)).copy()
    known = np.broadcast_to(np.asarray(value.known, np.bool_), (count,)).copy()
    found[~known] = 0
    return found, known

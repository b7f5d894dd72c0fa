"""Numeric functions (table 77): rounding, abs, modulo, sqrt, log, exp, odd, even."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_FLOOR, Context, Decimal

from qiying.decision.feel.arithmetic import negate
from qiying.decision.feel.functions import CallError, builtin
from qiying.decision.feel.numbers import CONTEXT, attempt, integer_of, round_to
from qiying.decision.feel.temporal import DaysDuration, MonthsDuration
from qiying.decision.feel.values import Value


def _rounded(value: Decimal, scale: Decimal, rounding: str) -> Decimal:
    digits = integer_of(scale.to_integral_value("ROUND_DOWN"))
    result = None if digits is None else round_to(value, digits, rounding)
    if result is None:
        raise CallError("小数位数应在 -6111 与 6176 之间")
    return result


def _rounding(name: str) -> Callable[[Decimal, Decimal], Decimal]:
    def body(n: Decimal, scale: Decimal) -> Decimal:
        return _rounded(n, scale, name)

    return body


for _name in ("decimal", "round up", "round down", "round half up", "round half down"):
    builtin(_name, "n: number, scale: number")(_rounding(_name))


@builtin("floor", "n: number")
@builtin("floor", "n: number, scale: number")
def _floor(n: Decimal, scale: Decimal = Decimal(0)) -> Decimal:
    return _rounded(n, scale, "floor")


@builtin("ceiling", "n: number")
@builtin("ceiling", "n: number, scale: number")
def _ceiling(n: Decimal, scale: Decimal = Decimal(0)) -> Decimal:
    return _rounded(n, scale, "ceiling")


@builtin("abs", "n: number|days and time duration|years and months duration")
def _abs(value: Value) -> Value:
    zero = {DaysDuration: DaysDuration(0), MonthsDuration: MonthsDuration(0)}.get(type(value), Decimal(0))
    return negate(value) if value < zero else value


_WIDE = Context(prec=7000, Emin=-999999, Emax=999999)


@builtin("modulo", "dividend: number, divisor: number")
def _modulo(dividend: Decimal, divisor: Decimal) -> Decimal | None:
    if divisor == 0:
        raise CallError("除数为零")
    if abs(dividend.adjusted() - divisor.adjusted()) > 6000:
        raise CallError("两数相差过大")
    # The sign of the divisor: x - y * floor(x / y), computed exactly.
    rest = _WIDE.remainder(dividend, divisor)
    if rest and (rest < 0) != (divisor < 0):
        rest = _WIDE.add(rest, divisor)
    return attempt(lambda: CONTEXT.plus(rest))


@builtin("sqrt", "number: number")
def _sqrt(number: Decimal) -> Decimal:
    if number < 0:
        raise CallError("负数没有平方根")
    return CONTEXT.sqrt(number)


@builtin("log", "number: number")
def _log(number: Decimal) -> Decimal:
    if number <= 0:
        raise CallError("对数的真数应大于零")
    return CONTEXT.ln(number)


@builtin("exp", "number: number")
def _exp(number: Decimal) -> Decimal | None:
    result = attempt(lambda: CONTEXT.exp(number))
    if result is None:
        raise CallError("结果超出范围")
    return result


@builtin("odd", "number: number")
def _odd(number: Decimal) -> bool:
    return _parity(number) == 1


@builtin("even", "number: number")
def _even(number: Decimal) -> bool:
    return _parity(number) == 0


def _parity(number: Decimal) -> Decimal:
    if number.adjusted() > 6000 or number.adjusted() < -6000:
        raise CallError("数字超出范围")
    rest = _WIDE.remainder(abs(number), Decimal(2))
    return rest if rest == rest.to_integral_value(ROUND_FLOOR) else Decimal(-1)

"""Amounts as formulas people read."""

from __future__ import annotations

from fractions import Fraction

from qiying.decision.indicators import Registry
from qiying.decision.logic.amounts import Amount, Constant, Either, Operation, Reading, Rounded

from .values import money_text, percent_text, plain

SIGNS = {"+": "＋", "-": "－", "*": "×", "/": "÷"}
WAYS = {
    "floor": "舍去小数", "ceiling": "进一", "half": "四舍五入", "even": "四舍六入五成双", "low": "五舍六入",
    "up": "进一", "down": "舍去",
}  # fmt: skip


def amount_text(amount: Amount, registry: Registry, unit: str = "") -> str:
    """The amount in words; a fixed one with its unit."""
    if isinstance(amount, Constant):
        return f"{plain(amount.value)}{unit}" if unit else money_text(amount.value)
    return _text(amount, registry)


def _number(value: Fraction) -> str:
    """A number inside a formula: a share as per cent, a large one as money."""
    if 0 < value < 1:
        return percent_text(value)
    return money_text(value) if value >= 1000 else plain(value)


def _text(amount: Amount, registry: Registry, inner: bool = False) -> str:
    match amount:
        case Constant():
            return _number(amount.value)
        case Reading():
            return amount.name
        case Operation(operator="min" | "max"):
            which = f"{'与'.join(_text(part, registry) for part in amount.parts)}中较"
            which += "低者" if amount.operator == "min" else "高者"
            return f"（{which}）" if inner else which
        case Operation():
            parts = [_text(part, registry, amount.operator in "*/-") for part in amount.parts]
            joined = SIGNS[amount.operator].join(parts)
            return f"（{joined}）" if inner and amount.operator in "+-" else joined
        case Either():
            yes, no = _text(amount.yes, registry, True), _text(amount.no, registry, True)
            return f"符合条件时{yes}，否则{no}"
        case Rounded():
            digits = f"到{amount.digits}位小数" if amount.digits else "到元"
            return f"{_text(amount.part, registry, True)}（{WAYS[amount.way]}{digits}）"

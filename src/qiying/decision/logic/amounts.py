"""Amounts: FEEL arithmetic read once, evaluated exactly for one enterprise or for a column of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from qiying.decision.feel import syntax as ast
from qiying.decision.feel.errors import Problem
from qiying.decision.feel.grammar import parse_expression
from qiying.decision.indicators.registry import half_up

from .from_feel import read_tree
from .normal import Normal, normalise
from .scope import MatchError, Scope
from .terms import term_value

Stored = Mapping[str, int | str]


@dataclass(frozen=True)
class Constant:
    """A fixed number."""

    value: Fraction


@dataclass(frozen=True)
class Reading:
    """An indicator: stored value / scale."""

    name: str
    scale: int


@dataclass(frozen=True)
class Operation:
    """+ - * / or max, min over parts; / by zero or less is unknown."""

    operator: str
    parts: tuple[Amount, ...]


@dataclass(frozen=True)
class Either:
    """One of two amounts by a condition."""

    condition: Normal
    yes: Amount
    no: Amount


@dataclass(frozen=True)
class Rounded:
    """Rounding to `digits` decimals: floor, ceiling, up, down, half (away from zero) or even (halves to even)."""

    way: str
    digits: int
    part: Amount


Amount = Constant | Reading | Operation | Either | Rounded

ROUNDING = {"floor": "floor", "ceiling": "ceiling", "round half up": "half", "round half down": "low",
            "decimal": "even", "round up": "up", "round down": "down"}  # fmt: skip
"""The rounding functions of DMN 1.5 §10.3.4.5; `decimal` sends halves to the even neighbour."""


def read_amount(text: str, scope: Scope) -> Amount:
    """The amount a FEEL text describes; FeelError with its column."""
    return _read(parse_expression(text, scope.names_in(text)), scope)


def _read(node: ast.Expr, scope: Scope) -> Amount:
    match node:
        case ast.NumberLiteral():
            return Constant(Fraction(node.value))
        case ast.Name():
            return _read_name(node, scope)
        case ast.Negate():
            return _simplified(Operation("-", (Constant(Fraction(0)), _read(node.operand, scope))))
        case ast.Arithmetic() if node.operator in ("+", "-", "*", "/"):
            parts = (_read(node.left, scope), _read(node.right, scope))
            return _simplified(Operation(node.operator, parts))
        case ast.If():
            condition = normalise(read_tree(node.condition, scope))
            return Either(condition, _read(node.yes, scope), _read(node.no, scope))
        case ast.Call() if isinstance(node.function, ast.Name):
            return _read_call(node, node.function.name, scope)
    advice = "可用数字、指标、+ - * /、max、min、if、floor、ceiling、round half up"
    raise MatchError(Problem("match.amount", "金额里不支持这种写法", advice, node.span))


def _read_name(node: ast.Name, scope: Scope) -> Amount:
    if node.name not in scope.registry:
        raise scope.unknown(node.name, node.span)
    one = scope.registry[node.name]
    if one.type not in ("money", "count", "number"):
        raise MatchError(Problem("match.amount", f"“{one.name}”不是数值，不能算金额", "", node.span))
    return Reading(one.name, one.scale)


def _read_call(node: ast.Call, name: str, scope: Scope) -> Amount:
    arguments = list(node.arguments)
    if len(arguments) == 1 and isinstance(arguments[0], ast.ListLiteral):
        arguments = list(arguments[0].items)
    if name in ("max", "min", "sum") and arguments:
        operator = "+" if name == "sum" else name
        parts = tuple(_read(one, scope) for one in arguments)
        total = parts[0]
        for part in parts[1:]:
            total = _simplified(Operation(operator, (total, part)))
        return total
    if name in ROUNDING and arguments:
        digits = 0
        if len(arguments) > 1:
            number = _read(arguments[1], scope)
            if not isinstance(number, Constant) or number.value.denominator != 1:
                raise MatchError(Problem("match.amount", "保留的小数位应是整数", "", node.span))
            digits = int(number.value)
        return Rounded(ROUNDING[name], digits, _read(arguments[0], scope))
    advice = "可用 max、min、sum、floor、ceiling、round half up"
    raise MatchError(Problem("match.amount", f"金额里不支持函数“{name}”", advice, node.span))


def _simplified(node: Operation) -> Amount:
    """Constants are computed once."""
    if all(isinstance(part, Constant) for part in node.parts):
        value = evaluate(node, {})
        if value is not None:
            return Constant(value)
    return node


def names(amount: Amount) -> frozenset[str]:
    """Every indicator the amount may read."""
    match amount:
        case Reading():
            return frozenset((amount.name,))
        case Operation():
            return frozenset().union(*map(names, amount.parts))
        case Either():
            read = {name for term in amount.condition.terms.values() for name in term.names}
            return frozenset(read) | names(amount.yes) | names(amount.no)
        case Rounded():
            return names(amount.part)
    return frozenset()


def evaluate(amount: Amount, stored: Stored) -> Fraction | None:
    """The exact amount, or None when a fact it needs is missing."""
    match amount:
        case Constant():
            return amount.value
        case Reading():
            value = stored.get(amount.name)
            return None if value is None else Fraction(int(value), amount.scale)
        case Operation():
            return _operate(amount.operator, [evaluate(part, stored) for part in amount.parts])
        case Either():
            return _either(amount, stored)
        case Rounded():
            inner = evaluate(amount.part, stored)
            return None if inner is None else rounded(inner, amount.way, amount.digits)


def _operate(operator: str, values: list[Fraction | None]) -> Fraction | None:
    left, right = values
    if left is None or right is None:
        return None
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right if right > 0 else None
    return max(left, right) if operator == "max" else min(left, right)


def _either(amount: Either, stored: Stored) -> Fraction | None:
    certain, possible = truth(amount.condition, stored)
    if certain:
        return evaluate(amount.yes, stored)
    if not possible:
        return evaluate(amount.no, stored)
    yes, no = evaluate(amount.yes, stored), evaluate(amount.no, stored)
    return yes if yes == no else None


def truth(normal: Normal, stored: Stored) -> tuple[bool, bool]:
    """Whether the formula certainly holds and whether it possibly holds; exact, but not the fast path."""
    values = {key: term_value(term, dict(stored)) for key, term in normal.terms.items()}
    certain = possible = True
    for component in normal.components:
        sure = [all(values[a.term.key] is not None and values[a.term.key] in a.values for a in one)
                for one in component]  # fmt: skip
        open_ = [all(values[a.term.key] is None or values[a.term.key] in a.values for a in one)
                 for one in component]  # fmt: skip
        certain, possible = certain and any(sure), possible and any(open_)
    return certain, possible


def rounded(value: Fraction, way: str, digits: int) -> Fraction:
    """The value rounded to decimals; of halves `half` goes away from zero, `low` towards it, `even` to the even one."""
    factor = Fraction(10) ** digits
    scaled = value * factor
    down = scaled.numerator // scaled.denominator
    match way:
        case "floor":
            whole = down
        case "ceiling":
            whole = -(-scaled.numerator // scaled.denominator)
        case "up":
            whole = -(-scaled.numerator // scaled.denominator) if scaled > 0 else down
        case "down":
            whole = down if scaled > 0 else -(-scaled.numerator // scaled.denominator)
        case "even":
            whole = round(scaled)
        case "low":
            whole = half_up(scaled) if scaled.denominator != 2 else down + (scaled < 0)
        case _:
            whole = half_up(scaled)
    return whole / factor


def fen(value: Fraction) -> int:
    """Yuan as whole fen, halves up."""
    return half_up(value * 100)


def payable_fen(value: Fraction) -> int:
    """An amount as what can be paid: whole fen, halves up, never below zero."""
    return max(0, fen(value))

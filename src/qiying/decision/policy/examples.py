"""Worked examples: what comes out beside what the policy says comes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache

from qiying.decision.indicators import Registry
from qiying.decision.scalar.amounts import yuan
from qiying.decision.scalar.evaluate import ELIGIBLE, ScalarEngine
from qiying.decision.scalar.explain import Explanation, explain
from qiying.decision.words.values import money_text, plain

from .book import PolicyBook
from .model import Example, Policy

OUTCOMES = {"eligible": "符合", "not_eligible": "不符合", "unknown": "还不知道"}


@dataclass(frozen=True)
class Worked:
    """One example: the words of what was expected and of what came out; `refused` are facts nobody can use."""

    expected: str
    got: str
    is_same: bool
    refused: tuple[str, ...] = ()


def worked(policy: Policy, index: int, registry: Registry, as_of: date) -> Worked:
    """The example worked out on its own day, else on the day in force nearest to `as_of`; FileError like compiling."""
    one = policy.examples[index]
    expected = _words(one.outcome, _number(one.amount_yuan), one.row, _number(one.points))
    if refused := registry.refused(dict(one.facts)):
        return Worked(expected, "；".join(refused.values()), False, tuple(refused.values()))
    engine = ScalarEngine(_book(policy, registry, one.as_of or policy.day_in_force(as_of)))
    (answer,) = explain(engine, registry.stored(dict(one.facts)), {}, nearest=False)
    amount, points = _amount(answer), _points(answer)
    got = _words(answer.outcome, amount, answer.row, points if one.points else None)
    return Worked(expected, got, _same(one, answer.outcome, answer.row, amount, points))


@lru_cache(maxsize=8)
def _book(policy: Policy, registry: Registry, as_of: date) -> PolicyBook:
    """The policy compiled once for all its examples of a day."""
    return PolicyBook.of([policy], registry, as_of)


def _same(
    one: Example, outcome: str, row: int | None, amount: Decimal | None, points: Fraction | None
) -> bool:
    return (
        outcome == one.outcome
        and (one.row is None or one.row == row)
        and (not one.amount_yuan or _number(one.amount_yuan) == amount)
        and (not one.points or ((found := _number(one.points)) is not None and Fraction(found) == points))
    )


def _amount(answer: Explanation) -> Decimal | None:
    paid = answer.payment
    return (
        Decimal(yuan(paid.amount) or 0)
        if paid and paid.amount is not None and answer.outcome == ELIGIBLE
        else None
    )


def _points(answer: Explanation) -> Fraction | None:
    low, high = (sum((getattr(part, end) for part in answer.score), Fraction(0)) for end in ("low", "high"))
    return low if answer.score and low == high else None


def _number(text: str) -> Decimal | None:
    """The number a text is; what is no number equals nothing."""
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return Decimal("NaN")


def _words(outcome: str, amount: Decimal | None, row: int | None, points: Fraction | Decimal | None) -> str:
    said = OUTCOMES.get(outcome, outcome)
    if outcome != ELIGIBLE:
        return said
    said += f"第 {row} 行" if row else ""
    if amount is not None:
        said += f"，{money_text(amount)}" if amount.is_finite() else "，写的金额不是数字"
    return said + (f"，{plain(points)}分" if points is not None else "")

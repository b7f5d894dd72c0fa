"""Facts, gaps and results in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Protocol

from qiying.decision.indicators import Indicator, Registry
from qiying.decision.logic.formula import TRUE, Formula
from qiying.decision.logic.terms import Term

from .conditions import _number, formula_text, term_label, truth_text
from .values import plain, value_text


class Moved(Protocol):
    """An indicator with two stored values."""

    @property
    def indicator(self) -> str: ...
    @property
    def before(self) -> int | str: ...
    @property
    def after(self) -> int | str: ...


def fact_text(
    term: Term, value: int | Fraction | str | None, stored: Mapping[str, int | str], registry: Registry
) -> str:
    """What is known about a term; empty when nothing is."""
    if value is None:
        known = [n for n in term.names if n in stored]
        if term.over and len(known) == len(term.names):
            return f"{'、'.join(n for n, _ in term.over)}须大于0"
        return ""
    if term.is_indicator or isinstance(value, str):
        name = term.top[0][0]
        if registry[name].type == "boolean":
            return truth_text(name, bool(stored[name]))
        return f"{name}{value_text(registry[name], stored[name])}"
    return f"{term_label(term)}{_number(term, value, registry)}"


OPERATORS = (
    (">=", "不低于"), ("<=", "不超过"), ("!=", "不等于"), (">", "高于"), ("<", "低于"), ("=", "等于"),
    (" and ", "，且"), (" or ", "，或"),
)  # fmt: skip


def condition_words(feel: str) -> str:
    """A short FEEL comparison with its operators in words."""
    for sign, word in OPERATORS:
        feel = feel.replace(sign, word)
    return feel.replace(" ", "")


class Tier(Protocol):
    """A row of a table with its conditions on a score kept apart."""

    @property
    def matches(self) -> Formula: ...
    @property
    def plain(self) -> Formula: ...
    @property
    def on_score(self) -> tuple[tuple[str, str], ...]: ...


def tier_text(tier: Tier, registry: Registry) -> str:
    """A row's conditions; those on a score as they stand in the table."""
    if not tier.on_score:
        return formula_text(tier.matches, registry)
    plain = [formula_text(tier.plain, registry)] if tier.plain != TRUE else []
    return "，且".join([*plain, *(f"{heading}{condition_words(cell)}分" for heading, cell in tier.on_score)])


class Scored(Protocol):
    """A part of a score with the fewest and most points the facts allow."""

    @property
    def name(self) -> str: ...
    @property
    def low(self) -> Fraction: ...
    @property
    def high(self) -> Fraction: ...


def score_text(parts: Iterable[Scored]) -> str:
    """The points of each part, and their sum; a range while facts are missing."""
    listed = list(parts)
    low, high = sum((p.low for p in listed), Fraction(0)), sum((p.high for p in listed), Fraction(0))
    said = [f"{part.name}{_points(part.low, part.high)}" for part in listed]
    return f"合计{_points(low, high)}：{'，'.join(said)}"


def _points(low: Fraction, high: Fraction) -> str:
    return f"{plain(low)}分" if low == high else f"{plain(low)}至{plain(high)}分"


def miss_text(changes: Iterable[Moved], registry: Registry) -> str:
    """差一点 as a sentence."""
    parts = []
    for change in changes:
        one = registry[change.indicator]
        before, after = value_text(one, change.before), value_text(one, change.after)
        if one.type == "boolean":
            parts.append(
                "，要".join(truth_text(one.name, bool(value)) for value in (change.before, change.after))
            )
            continue
        if isinstance(change.before, str) or isinstance(change.after, str):
            parts.append(f"{change.indicator}由{before}变为{after}")
            continue
        more = change.after > change.before
        if one.type == "date":
            parts.append(
                f"{change.indicator}由{before}变为{after}（相差{abs(change.after - change.before)}天）"
            )
            continue
        edge, beyond = _edge(one, change.after, more)
        gap, over = value_text(one, abs(edge - change.before)), "超过" if beyond else ""
        after = f"{('高于' if more else '低于') if beyond else ''}{value_text(one, edge)}"
        parts.append(f"{change.indicator}{'再增加' if more else '减少'}{over}{gap}（{before}变为{after}）")
    return "，且".join(parts)


def _edge(one: Indicator, after: int, more: bool) -> tuple[int, bool]:
    """The value to name, and whether it must be passed: 70 分 for 70.01 分, whole yuan for the fen of a share."""
    bare = after - 1 if more else after + 1
    if len(value_text(one, bare)) < len(value_text(one, after)):
        return bare, True
    if one.type == "money" and after % one.scale:
        return (-(-after // one.scale) if more else after // one.scale) * one.scale, False
    return after, False


OUTCOMES = {"eligible": "符合", "not_eligible": "不符合", "unknown": "信息不足，暂不能判断"}


def question_text(one: Indicator) -> str:
    """The question that asks for an indicator."""
    match one.type:
        case "boolean":
            return f"{one.name}，是还是否？"
        case "text":
            return f"{one.name}是哪一个？" + (f"（{'、'.join(one.values)}）" if one.values else "")
        case "date":
            return f"{one.name}是哪一天？"
    return f"{one.name}是多少{one.unit}？"

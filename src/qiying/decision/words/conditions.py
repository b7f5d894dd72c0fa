"""Conditions as sentences: what a term is called and which values it must have."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from qiying.decision.indicators import Indicator, Registry
from qiying.decision.logic.formula import All, Atom, Formula
from qiying.decision.logic.sets import Cut, ValueSet
from qiying.decision.logic.terms import Coefficients, Term

from .values import money_text, percent_text, plain, value_text

__all__ = ["condition_text", "formula_text", "term_label", "value_text"]


def _sum_label(coefficients: Coefficients) -> str:
    """The name of a weighted sum; equal scales are assumed, as in sums of money."""
    plus = [(n, f) for n, f in coefficients if f > 0]
    minus = [(n, -f) for n, f in coefficients if f < 0]
    shown = "与".join(name if factor == 1 else f"{name}的{factor}倍" for name, factor in plus)
    if len(plus) > 1:
        shown += "之和"
    for name, factor in minus:
        shown += f"减去{name}" if factor == 1 else f"减去{name}的{factor}倍"
    return shown


def term_label(term: Term) -> str:
    """What the term is called in a sentence."""
    if not term.over:
        return _sum_label(term.top)
    return f"{_sum_label(term.top)}与{_sum_label(term.over)}之比"


def _number(term: Term, stored: Fraction | int, registry: Registry) -> str:
    """A threshold of the term, in the unit of what it measures."""
    if term.over:
        factor = _scale(term.over, registry) / Fraction(_scale(term.top, registry))
        share = Fraction(stored) * factor
        same = _unit(term.top, registry) == _unit(term.over, registry)
        return percent_text(share) if same and abs(share) <= 10 else plain(share)
    one = registry[term.top[0][0]]
    if one.type == "money":
        return money_text(Fraction(stored, 100))
    if term.is_indicator:
        return value_text(one, int(stored))
    return f"{plain(Fraction(stored, one.scale))}{one.unit}"


def _scale(coefficients: Coefficients, registry: Registry) -> int:
    return registry[coefficients[0][0]].scale


def _unit(coefficients: Coefficients, registry: Registry) -> str:
    return registry[coefficients[0][0]].unit


def _short(texts: tuple[str, str], words: tuple[str, str]) -> str:
    """Of `at least n` and `more than n-1` the one with the rounder number; the first when equal."""
    first, second = (len("".join(c for c in text if c.isdigit()).rstrip("0")) for text in texts)
    return f"{words[0]}{texts[0]}" if first <= second else f"{words[1]}{texts[1]}"


def _low(term: Term, cut: Cut, registry: Registry) -> str:
    if term.kind == "rational":
        return f"{'高于' if cut.after else '不低于'}{_number(term, cut.value, registry)}"
    at, below = _number(term, cut.value, registry), _number(term, cut.value - 1, registry)
    return f"不早于{at}" if _is_day(term, registry) else _short((at, below), ("不低于", "高于"))


def _high(term: Term, cut: Cut, registry: Registry) -> str:
    if term.kind == "rational":
        return f"{'不超过' if cut.after else '低于'}{_number(term, cut.value, registry)}"
    last, at = _number(term, cut.value - 1, registry), _number(term, cut.value, registry)
    return f"不晚于{last}" if _is_day(term, registry) else _short((last, at), ("不超过", "低于"))


def _is_day(term: Term, registry: Registry) -> bool:
    return term.is_indicator and registry[term.key].type == "date"


def _stretch(term: Term, low: Cut | None, high: Cut | None, registry: Registry) -> str:
    ends = term.domain.cuts
    if low is not None and ends and not term.domain.starts and low == ends[0]:
        low = None
    if high is not None and ends and high == ends[-1]:
        high = None
    if low is not None and high is not None:
        if term.kind == "integer" and high.value - low.value == 1:
            return f"等于{_number(term, low.value, registry)}"
        if term.kind == "rational" and low.value == high.value:
            return f"等于{_number(term, low.value, registry)}"
        return f"{_low(term, low, registry)}且{_high(term, high, registry)}"
    if low is not None:
        return _low(term, low, registry)
    return _high(term, high, registry) if high is not None else "不限"


def _texts(term: Term, values: ValueSet) -> str:
    """A set of texts: listed, excluded, or by how they begin."""
    turned = values.starts
    stretches = (~values).intervals() if turned else values.intervals()
    listed, begins = [], []
    for low, high in stretches:
        if low is not None and high is not None and low.value == high.value:
            listed.append(low.value)
        elif low is not None:
            begins.append(low.value)
    parts = [f"{'、'.join(listed)}"] if listed else []
    if begins:
        parts.append(f"以{'、'.join(begins)}开头的代码")
    return f"{'不属于' if turned else '属于'}{'和'.join(parts)}"


def _enumerated(values: ValueSet, domain: ValueSet) -> str:
    """A set of texts out of a closed list, put the shorter way."""
    inside = [low.value for low, _ in values.intervals() if low is not None]
    outside = [low.value for low, _ in (domain - values).intervals() if low is not None]
    if len(outside) < len(inside):
        return f"不属于{'、'.join(outside)}"
    return f"属于{'、'.join(inside)}"


def condition_text(atom: Atom, registry: Registry) -> str:
    """One condition as a clause of a sentence."""
    term, values = atom.term, atom.values
    if term.kind == "text":
        said = _texts(term, values) if term.domain.starts else _enumerated(values, term.domain)
        return f"{term_label(term)}{said}"
    if term.is_indicator and registry[term.key].type == "boolean":
        return truth_text(term.key, 1 in values)
    if term.is_indicator and (said := _about_zero(registry[term.key], values)):
        return said
    said = "，或".join(_stretch(term, low, high, registry) for low, high in values.intervals())
    return f"{term_label(term)}{said}"


def _about_zero(one: Indicator, values: ValueSet) -> str:
    """Something at all, or nothing: `> 0` and `= 0` of what counts from zero; empty for any other condition."""
    if one.type not in ("money", "count", "number") or len(values.intervals()) != 1:
        return ""
    low, high = ((cut.value if cut is not None else None) for cut in values.intervals()[0])
    top = one.domain.cuts[-1].value if one.domain.cuts and not one.domain.starts else None
    positive = low == 1 and high in (None, top)
    if one.bounds.low < 0:
        return f"{one.name}大于零" if positive and one.scale > 1 else ""
    if positive and one.type == "money":
        return f"有{one.name}"
    if positive and one.scale > 1:
        return f"{one.name}大于零"
    if low == 0 and high == 1:
        return f"没有{one.name}" if one.type == "money" else f"{one.name}为零"
    return ""


_OPPOSITES = (
    ("是", "不是"), ("有", "没有"), ("无", "有"), ("已", "未"), ("未", "已"), ("被", "未被"), ("属于", "不属于"),
    ("存在", "不存在"), ("拥有", "没有"), ("符合", "不符合"), ("从事", "未从事"), ("完成", "未完成"),
    ("建立", "没有建立"), ("自建", "没有自建"), ("支持", "不支持"), ("首次", "不是首次"), ("重新", "不是重新"),
    ("新设立", "不是新设立"), ("注册地在", "注册地不在"), ("在", "不在"), ("能", "不能"), ("可", "不可"),
)  # fmt: skip
"""How a yes-or-no indicator begins, and how its opposite does."""


def truth_text(name: str, holds: bool) -> str:
    """A yes-or-no indicator as a person says that it holds, or does not.

    >>> truth_text("被列入严重失信名单", False), truth_text("近两年有行贿犯罪记录", False)
    ('未被列入严重失信名单', '近两年没有行贿犯罪记录')
    """
    if holds:
        return name
    when = re.match("(?:近.{1,2}年|上年|当年|本年)", name)
    start, rest = (when.group(), name[when.end() :]) if when else ("", name)
    for begin, opposite in _OPPOSITES:
        if rest.startswith(begin):
            return start + opposite + rest.removeprefix(begin)
    for inside, opposite in (("已", "未"), ("属于", "不属于")):
        if inside in rest:
            return start + rest.replace(inside, opposite, 1)
    if start:
        return f"{start}没有{rest}"
    return f"不是{rest}" if rest.endswith(("企业", "主体", "名单内", "五百强")) else f"没有{rest}"


@lru_cache(maxsize=20_000)
def formula_text(formula: Formula, registry: Registry, inner: bool = False) -> str:
    """A formula as a sentence without its full stop."""
    if isinstance(formula, Atom):
        return condition_text(formula, registry)
    if not formula.parts:
        return "不限" if isinstance(formula, All) else "不可能满足"
    parts = sorted(formula_text(part, registry, True) for part in formula.parts)
    if isinstance(formula, All):
        return "，且".join(parts)
    joined = "；或者".join(parts)
    return f"（{joined}）" if inner else joined

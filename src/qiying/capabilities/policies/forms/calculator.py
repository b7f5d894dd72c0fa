"""One fact as somebody types it: in 元 or 万元, per cent or count; the reason at the field, what was typed kept."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from qiying.decision.indicators import Registry
from qiying.decision.indicators.registry import Indicator
from qiying.decision.words.values import plain, value_text
from qiying.statutes.size_class import Indicator as Sized
from qiying.statutes.size_class import Industry, assess

WAN, YI = Decimal(10_000), Decimal(100_000_000)
UNITS = (("wan", "万元"), ("yuan", "元"))
YES, NO = "是", "否"
LONGEST = 60


@dataclass(frozen=True)
class FactField:
    """What the template draws of one fact: its kind, unit, choices, what was typed and what is wrong with it."""

    indicator: Indicator
    value: str = ""
    unit: str = "wan"
    errors: Sequence[str] = ()
    name: str = "value"
    choices: Sequence[tuple[str, str]] = field(default=())

    @property
    def kind(self) -> str:
        """yesno, choice, text, date, money or number."""
        one = self.indicator
        if one.type == "boolean":
            return "yesno"
        if one.type == "text":
            return "choice" if one.values else "text"
        return {"date": "date", "money": "money"}.get(one.type, "number")

    @property
    def options(self) -> list[tuple[str, str]]:
        """Answers to choose from."""
        if self.kind == "yesno":
            return [(YES, YES), (NO, NO)]
        return [(one, one) for one in self.indicator.values]

    @property
    def unit_words(self) -> str:
        """The unit behind a number; money with another unit than yuan (元/平方米) keeps it."""
        return self.indicator.unit

    @property
    def has_units(self) -> bool:
        """Money of a whole enterprise, typed in 元 or 万元."""
        return self.kind == "money" and self.indicator.unit == "元"

    @property
    def units(self) -> list[tuple[str, str, bool]]:
        """Units to choose from: value, word, chosen."""
        return [(value, word, value == self.unit) for value, word in UNITS]


def answer_read(one: Indicator, typed: str, unit: str = "yuan") -> str:
    """Return what was typed as the engine reads it (yuan, shares of one, ISO days); raise `ValueError` with words.

    >>> from qiying.decision.indicators import standard_registry
    >>> answer_read(standard_registry()["营业收入"], "520 万")
    '5200000'
    """
    text = unicodedata.normalize("NFKC", typed).strip()[:LONGEST]
    if not text:
        raise ValueError("请填上，不知道可以点“不知道”")
    if one.type == "boolean":
        if text not in (YES, NO):
            raise ValueError("请选“是”或“否”")
        return text
    if one.type == "text":
        return _text(one, text)
    if one.type == "date":
        return _day(text)
    return _number(one, text, unit)


def _text(one: Indicator, text: str) -> str:
    if one.values and text not in one.values:
        raise ValueError(f"请从{'、'.join(one.values)}里选一个")
    if one.name == "行业代码":
        text = text.upper().replace(" ", "")
        if not (text[:1].isascii() and text[:1].isalpha() and text[1:].isdigit() and len(text) <= 5):
            raise ValueError("写成一个字母加二到四位数字，如 C3562，营业执照或税务登记上有")
    return text


def _day(text: str) -> str:
    for sign in ("年", "月", "/", "."):
        text = text.replace(sign, "-")
    parts = text.replace("日", "").strip("-").split("-")
    try:
        year, month, day = (int(part) for part in parts)
        return date(year, month, day).isoformat()
    except ValueError:
        raise ValueError("日期写成 2018-03-01 这样") from None


def _number(one: Indicator, typed: str, unit: str) -> str:
    text = typed.replace(",", "").replace("，", "").replace(" ", "").removesuffix(one.unit).removesuffix("元")
    factor = Decimal(1)
    if text.endswith(("万", "亿")):
        factor, text = (WAN if text.endswith("万") else YI), text[:-1]
    elif one.type == "money" and one.unit == "元" and unit == "wan":
        factor = WAN
    try:
        number = Decimal(text) * factor
    except InvalidOperation:
        raise ValueError(f"“{typed}”不是数字，只填数就行") from None
    if not number.is_finite() or abs(number.adjusted()) > 20:
        raise ValueError(f"“{typed}”太大了，请再看看位数")
    if one.unit == "%":
        number /= 100
    if one.type == "count" and number != number.to_integral_value():
        raise ValueError(f"{one.name}是整数，“{typed}”有小数")
    if one.stored(number) is None:
        raise ValueError(f"“{typed}”不在范围里：{range_words(one)}")
    return f"{number:f}"


def range_words(one: Indicator) -> str:
    """Return which values an indicator takes: 0 到 1 千万 人 and so on."""
    low, high = one.bounds.low, one.bounds.high
    ends = [value_text(one, low), value_text(one, high)] if one.type != "count" else []
    if one.type == "count":
        ends = [f"{plain(Decimal(low))}", f"{_wan(high)}{one.unit}"]
    if one.high is None and one.low is None:
        return f"绝对值不超过 {ends[-1]}"
    if one.high is None:
        return f"{one.name}不能小于 {ends[0]}，也不能超过 {ends[1]}"
    return f"{one.name}在 {ends[0]} 到 {ends[1]} 之间"


def _wan(number: int) -> str:
    return f"{number // 10_000} 万" if number >= 10_000 and not number % 10_000 else str(number)


def typed_of(one: Indicator, answer: str) -> tuple[str, str]:
    """Return an answer kept in the engine's form as it is typed again: the text and the unit it is in."""
    stored = one.stored(answer)
    if stored is None or one.type in {"text", "boolean", "date"}:
        return answer, "yuan"
    number = Decimal(answer)
    if one.unit == "%":
        return plain(number * 100), "yuan"
    if one.type == "money" and one.unit == "元" and number and not number % 100:
        return plain(number / WAN), "wan"
    return plain(number), "yuan"


def answer_words(one: Indicator, answer: str) -> str:
    """Return an answer as people read it: 600万元, 3.2%, 是."""
    stored = one.stored(answer)
    return value_text(one, stored).strip("“”") if stored is not None else answer


def fact_field(
    one: Indicator, post: Mapping[str, Any] | None = None, *, answer: str = "", errors: Sequence[str] = ()
) -> FactField:
    """Return the field of a fact: with what was just posted, with what was answered before, or empty."""
    if post is not None:
        unit = "yuan" if post.get("unit") == "yuan" else "wan"
        return FactField(one, str(post.get("value", ""))[:LONGEST], unit, errors)
    if answer:
        typed, unit = typed_of(one, answer)
        return FactField(one, typed, unit, errors)
    return FactField(one, errors=errors)


SIZE = "企业规模"
FIGURES = {"职工人数": Sized.STAFF, "营业收入": Sized.REVENUE, "资产总额": Sized.ASSETS}
"""Indicators of the registry and what the size class calls them (工信部联企业〔2011〕300号)."""


def industries() -> list[tuple[str, str]]:
    """Return the trades to choose from, by their names in the code."""
    return [(one.name, one.zh) for one in Industry]


def sized(posted: Mapping[str, str], registry: Registry) -> dict[str, str]:
    """Return the facts of a size question that was answered, the size last; raise `ValueError` with words.

    Money is typed in 万元. Only what the trade's rule reads is asked for.
    """
    chosen = Industry.__members__.get(posted.get("industry", ""))
    if chosen is None:
        raise ValueError("请选行业，不在里面的选“其他未列明行业”")
    found: dict[str, str] = {}
    for name in FIGURES:
        if typed := posted.get(f"figure_{name}", "").strip():
            found[name] = answer_read(registry[name], typed, "wan")
    numbers = {FIGURES[name]: Decimal(value) for name, value in found.items()}
    staff = numbers.get(Sized.STAFF)
    revenue, assets = (
        None if (value := numbers.get(one)) is None else value / 10_000
        for one in (Sized.REVENUE, Sized.ASSETS)
    )
    answer = assess(chosen, None if staff is None else int(staff), revenue, assets)
    if answer.size_class is None:
        raise ValueError(f"还缺{'、'.join(one.zh for one in answer.missing)}，填上就能算出规模")
    return {**found, SIZE: answer.size_class.zh}

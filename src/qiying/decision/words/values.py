"""Numbers and facts as people write them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction

from qiying.decision.indicators import Indicator

WAN, YI = 10_000, 100_000_000
_LONG = re.compile(r"(?<![0-9.])[0-9]{5,}")


def plain(number: Decimal | Fraction | int) -> str:
    """The number without exponent or trailing zeros; an endless fraction gets four decimals and 约."""
    if isinstance(number, int):
        return str(number)
    if isinstance(number, Fraction):
        rest = number.denominator
        for prime in (2, 5):
            while rest % prime == 0:
                rest //= prime
        exact = rest == 1
        shown = Decimal(number.numerator) / Decimal(number.denominator)
        return plain(shown) if exact else f"约{plain(round(shown, 4))}"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money_text(yuan: Decimal | Fraction | int) -> str:
    """Yuan in 亿元, 万元 or 元, whichever is short and exact."""
    exact = Fraction(yuan)
    for unit, word in ((YI, "亿元"), (WAN, "万元")):
        share = exact / unit
        if abs(share) >= 1 and (share * 100).denominator == 1:
            return f"{plain(share)}{word}"
    return f"{_LONG.sub(lambda found: f'{int(found[0]):,}', plain(exact), count=1)}元"


def percent_text(share: Fraction | Decimal) -> str:
    """A share of one as a percentage."""
    return f"{plain(Fraction(share) * 100)}%"


def value_text(one: Indicator, stored: int | str) -> str:
    """A stored value with its unit."""
    shown = one.shown(stored)
    if isinstance(shown, bool):
        return "是" if shown else "否"
    if isinstance(shown, date):
        return f"{shown.year}年{shown.month}月{shown.day}日"
    if isinstance(shown, str):
        return f"“{shown}”"
    if one.type == "money":
        return money_text(shown)
    return percent_text(shown) if one.unit == "%" else f"{plain(shown)}{one.unit}"

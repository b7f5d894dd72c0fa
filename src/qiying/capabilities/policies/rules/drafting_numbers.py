"""Numbers of policy notices, in digits and in Chinese (二十万元, 壹拾万元, 百分之五), and where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

_SAME = ("〇零", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
_DIGITS = {char: number for number, chars in enumerate(_SAME) for char in chars}
_STEPS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
CHINESE = f"[{''.join(_DIGITS)}{''.join(_STEPS)}]"
_FIGURE = r"(?<![\d.,])\d[\d,，]{0,20}(?:\.\d{1,8})?"
NUMBER = rf"(?:(?:{_FIGURE}|{CHINESE}+)亿零?)?(?:{_FIGURE}|(?:百分之)?{CHINESE}+)"
"""A number before its unit; 1亿5000 before 万元 as well."""
SCALES = {"亿元": 10**8, "亿": 10**8, "千万元": 10**7, "百万元": 10**6, "十万元": 10**5, "万元": 10**4, "万": 10**4,
          "千元": 1000, "元": 1}  # fmt: skip


def numeral(text: str) -> Decimal:
    """Return a number written in digits or in Chinese.

    >>> numeral("1,500"), numeral("一百二十"), numeral("壹拾"), numeral("两千零五")
    (Decimal('1500'), Decimal('120'), Decimal('10'), Decimal('2005'))
    """
    if text[0].isdigit() and text[0].isascii():
        return Decimal(text.replace(",", "").replace("，", ""))
    total = last = 0
    for char in text:
        if char in _STEPS:
            total, last = total + (last or 1) * _STEPS[char], 0
        else:
            last = _DIGITS[char]
    return Decimal(total + last)


def number(text: str, unit: str) -> Decimal:
    """Return a number with its unit as the engine reads it: yuan, parts of one, pieces.

    >>> number("1,500", "万元"), number("3.5", "%"), number("二十", "万元"), number("1亿5000", "万元")
    (Decimal('15000000'), Decimal('0.035'), Decimal('200000'), Decimal('150000000'))
    """
    if text.startswith("百分之"):
        return numeral(text.removeprefix("百分之")) / 100
    high, has_more, low = text.rpartition("亿")
    value = numeral(low.removeprefix("零") or low)
    if unit in ("%", "％", "个百分点"):
        return value / 100
    value *= SCALES.get(unit, 1)
    return value + numeral(high) * SCALES["亿"] if has_more else value


_COUNTED = "个百分点|%|％|亿|万|千元|元|人|名|家|户|件|项|台|次|倍|成|个|平方米|年|月|天|日|分|吨|亩"
_FOUND = re.compile(
    rf"百分之{CHINESE}+|{_FIGURE}|{CHINESE}+(?=(?:亿|万)?元|亿|万)|(?!一){CHINESE}+(?={_COUNTED})"
)
_NO_NUMBER = re.compile(
    r"20\d\d\s*年?(?:度)?(?:\s*\d{1,2}\s*月)?(?:\s*\d{1,2}\s*日)?|第[一二三四五六七八九十百\d]+[条款项章批]|"
    r"[〔\[]\s*20\d\d\s*[〕\]]\s*\d+\s*号|^\s*(?:\d{1,2}[.．、]|[（(][一二三四五六七八九十\d]+[)）]|[一二三四五六七八九十]{1,3}、)|"
    r"(?<![0-9A-Za-z])[0-9]{0,9}[A-Za-z][0-9A-Za-z]*|千方百计|百家争鸣|万众一心|三农|两化|双千|一次性"
)


def numbers_in(text: str) -> Iterator[tuple[int, int]]:
    """Return where numbers stand that mean an amount, a share or a count; dates, articles and names are none."""
    other = [at.span() for at in _NO_NUMBER.finditer(text)]
    for at in _FOUND.finditer(text):
        if not any(start <= at.start() and at.end() <= end for start, end in other):
            yield at.span()

"""What a cell means: text made comparable, numbers, blanks, digits that were lost."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

from qiying.kernel.tables.grid import Cell, Lost

_ZERO_WIDTH = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")
_EMPTY = frozenset({"", "-", "--", "—", "——", "–", "/", "//", "\\", "无", "暂无", "没有", "不详", "n/a", "na", "nan", "null", "none"})  # fmt: skip  # noqa: E501
# Anything clean_text would change; most cells have none of it.
_UNTIDY = re.compile("[！-～\u3000\xa0\u200b-\u200d\u2060\ufeff\u00ad\r\n]|^\\s|\\s$|[^\\S ]|  ")
_POWER = re.compile(r"\d(\.\d+)?[Ee]\+?\d{2}")
_FORMULA_ERROR = re.compile(r"#(REF!|N/A|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)")


def clean_text(value: Cell) -> str:
    """Return a cell as text: full-width figures and letters made half, blanks joined, 12.0 written as 12.

    Chinese punctuation stays as written; line breaks stay, other runs of blanks become one.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M" if value.hour or value.minute else "%Y-%m-%d")
    if isinstance(value, (date, int)):
        return str(value)
    if _UNTIDY.search(value) is None:
        return str(value)
    text = value.translate(_HALVES)
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in re.split(r"\r\n|\r|\n", text))
    return "\n".join(lines).strip()


class _Halves(dict[int, str]):
    """Memo for `str.translate`: a character as it is compared."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _half(chr(code))
        return found


def _half(char: str) -> str:
    # Only figures, Latin letters, the blank and a few signs: ，。（）； are right as they are.
    if char in _ZERO_WIDTH:
        return ""
    if char == "\u3000" or char == "\xa0":
        return " "
    half = unicodedata.normalize("NFKC", char) if "！" <= char <= "～" else char
    return half if half.isalnum() or char in "．－／＋％＠＿＊" else char


_HALVES = _Halves()


def is_blank(value: Cell) -> bool:
    """Tell whether a cell says nothing: empty, a dash, 无."""
    return clean_text(value).lower() in _EMPTY


def said(value: Cell) -> str:
    """Return a cell as clean text, nothing for a blank one."""
    text = clean_text(value)
    return "" if text.lower() in _EMPTY else text


def damage(value: Cell) -> str:
    """Return why a cell cannot be taken as it stands (lost digits, a formula's error), or nothing."""
    if not isinstance(value, str) or len(value) > 40:
        return ""
    text = clean_text(value)
    if isinstance(value, Lost) or _POWER.fullmatch(text):
        return f"{text} 是超过 15 位的数字，Excel 已经丢了末几位。请把这一列设成文本，从原来的系统重新导出"
    if _FORMULA_ERROR.fullmatch(text):
        return f"是公式错误 {text}"
    return ""


_STARS = {"非常满意": 5, "很满意": 5, "十分满意": 5, "满意": 4, "比较满意": 4, "较满意": 4, "基本满意": 3, "一般": 3,
          "不满意": 2, "较不满意": 2, "不太满意": 2, "非常不满意": 1, "很不满意": 1}  # fmt: skip


def read_stars(value: Cell) -> int:
    """Return a satisfaction of 1 to 5; raise `ValueError` with the reason: a percentage is no star."""
    text = said(value)
    if text in _STARS:
        return _STARS[text]
    if text and set(text) <= {"★", "☆", "*", "⭐"} and 1 <= text.count("★") + text.count("⭐") <= 5:
        return text.count("★") + text.count("⭐")
    found = re.fullmatch(r"([1-5])(?:\.0)?\s*(?:分|星|颗星)?(?:\s*/\s*5\s*分?)?", text)
    if found is None:
        raise ValueError(f"满意度“{text[:20]}”读不出是几分，写 1 到 5，或 满意、不满意 这样的词")
    return int(found[1])


def phones_in(value: Cell) -> list[str]:
    """Return the telephone numbers a cell holds, as digits with 转 before an extension; masked ones are none.

    13800001111.0, 0573—82001234, 13700003333/0573-82001234 and 李明 13900000002 are all understood.
    """
    text = unicodedata.normalize("NFKC", clean_text(value))
    text = re.sub(r"[—–―－\-]+", "-", text).replace("(", "").replace(")", "-")
    text = re.sub(r"(?<=\d) (?=\d{3,4}(?:\D|$))", "", text)
    pattern = (
        r"(?<![\d*])(?:\+?86-?)?(1[3-9]\d-?\d{4}-?\d{4}|0\d{2,3}-?\d{7,8}|[48]00-?\d{3}-?\d{4}|[2-9]\d{6,7})"
        r"(?![\d*])(?:\s*(?:转|-|#|ext\.?)\s*(\d{1,6})(?!\d))?"
    )
    return [f"{m[1].replace('-', '')}{'转' + m[2] if m[2] else ''}" for m in re.finditer(pattern, text, re.I)]


def text_width(text: str) -> float:
    """Return the width in full-width characters; Latin letters and figures count half."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.5 for c in text)

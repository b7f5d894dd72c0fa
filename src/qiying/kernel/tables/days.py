"""The day a cell means. What can be read in two ways is refused with both readings, never guessed."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from qiying.kernel.tables.cells import clean_text
from qiying.kernel.tables.grid import Cell

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_CHINESE = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_SERIALS = (20_000, 80_000)  # 1954 to 2119: no other number in a column of days means a day
_MONTHS = {"JanFebMarAprMayJunJulAugSepOctNovDec"[3 * i : 3 * i + 3].lower(): i + 1 for i in range(12)}
_TAIL = r"(?:[日号]|(?!\d))"  # what may follow a day: an hour, a weekday, a note
_YEAR_FIRST = re.compile(rf"(\d{{4}}|\d{{2}})[年./\-—、,\s](\d{{1,2}})[月./\-—、,\s](\d{{1,2}}){_TAIL}")
_YEAR_LAST = re.compile(r"(\d{1,2})([/.\-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)")
_MONTH_DAY = re.compile(rf"(\d{{1,2}})[月./\-](\d{{1,2}}){_TAIL}")
_EXAMPLE = "写成 2026-02-13 这样"


def read_day(value: Cell, today: date | None) -> date:
    """Return the day; raise `ValueError` with the rest of a sentence that says why not.

    A day without a year is this year's when that is not in the future; without `today` it is refused.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = _plain(value)
    if isinstance(value, bool) or not text:
        raise ValueError(f"不是日期，{_EXAMPLE}")
    if isinstance(value, (int, float)) or re.fullmatch(r"\d{5}(\.\d+)?", text):
        return _from_number(float(value if isinstance(value, (int, float)) else text), text)
    if re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d", text):
        return _from_instant(text)
    if re.search(r"[至到~～]|[日号]\s*-", text):
        raise ValueError(f"“{text}”是一段日子，请写一天，{_EXAMPLE}")
    if found := _with_month_name(text):
        return found
    if (match := _YEAR_LAST.match(text)) and (found := _year_last(match, text)) is not None:
        return found
    if match := _YEAR_FIRST.match(text):
        year = int(match[1])
        return _day(year + 2000 if year < 100 else year, int(match[2]), int(match[3]), text)
    if match := _COMPACT.match(text):
        return _day(int(match[1]), int(match[2]), int(match[3]), text)
    if re.match(r"\d{4}[年./\-]\d{1,2}(月|$)", text):
        raise ValueError(f"“{text}”没写哪一天，{_EXAMPLE}")
    if match := _MONTH_DAY.match(text):
        return _without_year(match, text, today)
    raise ValueError(f"“{text[:30]}”读不出是哪一天，{_EXAMPLE}")


def _plain(value: Cell) -> str:
    text = unicodedata.normalize("NFKC", clean_text(value))
    if re.search(r"[年月]", text) and re.search(r"[〇○零一二三四五六七八九十]", text):
        text = _chinese_figures(text)
    return re.sub(r"\s*([年月日号.,/-])\s*", r"\1", text)


def _from_number(number: float, text: str) -> date:
    if 19_000_101 <= number <= 21_001_231:  # 20260213 typed as a number
        whole = int(number)
        return _day(whole // 10000, whole // 100 % 100, whole % 100, text)
    if _SERIALS[0] <= number <= _SERIALS[1]:
        return date(1899, 12, 30) + timedelta(days=int(number))
    raise ValueError(f"“{text}”读不出是哪一天，{_EXAMPLE}")


def _from_instant(text: str) -> date:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return _day(int(text[:4]), int(text[5:7]), int(text[8:10]), text)
    return at.astimezone(_SHANGHAI).date() if at.tzinfo else at.date()


def _with_month_name(text: str) -> date | None:
    """Return the day of 13-Nov-25 or Nov 3, 2026."""
    if match := re.match(r"(\d{1,2})[\s-]?([A-Za-z]{3})[a-z]*\.?[\s,-]*(\d{4}|\d{2})\b", text):
        day, name, year = match[1], match[2], match[3]
    elif match := re.match(r"([A-Za-z]{3})[a-z]*\.?\s*(\d{1,2})(?:st|nd|rd|th)?[\s,]+(\d{4})\b", text):
        name, day, year = match[1], match[2], match[3]
    else:
        return None
    month = _MONTHS.get(name.lower())
    if month is None:
        return None
    return _day(int(year) + 2000 if len(year) == 2 else int(year), month, int(day), text)


def _year_last(match: re.Match[str], text: str) -> date | None:
    """Return the day of 2/13/2025; None when the text is better read with the year first, as 26/2/13 is."""
    first, sign, second, year_text = int(match[1]), match[2], int(match[3]), match[4]
    if len(year_text) == 2:
        # Two figures at both ends: with a stroke Excel's English m/d/yy is as likely as yy/m/d.
        if sign != "/" or first > 12:
            return None
        year = 2000 + int(year_text)
        readings = {(2000 + first, second, int(year_text)), (year, first, second), (year, second, first)}
    else:
        readings = {(int(year_text), first, second), (int(year_text), second, first)}
    days = sorted({d for r in readings if (d := _try(*r)) is not None and d.year >= 2004})
    if len(days) > 1:
        both = " 还是 ".join(f"{d.year} 年 {d.month} 月 {d.day} 日" for d in days[:3])
        raise ValueError(f"“{text}”分不清是 {both}，{_EXAMPLE}")
    if not days:
        raise ValueError(f"“{text}”没有这一天，{_EXAMPLE}")
    return days[0]


def _without_year(match: re.Match[str], text: str, today: date | None) -> date:
    if today is None:
        raise ValueError(f"“{text}”没写年份，{_EXAMPLE}")
    day = _day(today.year, int(match[1]), int(match[2]), text)
    if day > today:
        raise ValueError(f"“{text}”没写年份，按今年算还没到，请写上年份，如 {today.year - 1}-{day:%m-%d}")
    return day


def _try(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 1949 <= year <= 2100 else None
    except ValueError:
        return None


def _day(year: int, month: int, day: int, text: str) -> date:
    found = _try(year, month, day)
    if found is None:
        raise ValueError(f"“{text}”没有这一天，{_EXAMPLE}")
    return found


def _chinese_figures(text: str) -> str:
    """Return 二〇二六年二月十三日 with Arabic figures."""

    def tens(match: re.Match[str]) -> str:
        left, right = match[1].translate(_CHINESE) or "1", match[2].translate(_CHINESE) or "0"
        return f"{left}{right}"

    text = re.sub(r"([一二三]?)十([一二三四五六七八九]?)", tens, text)
    return text.translate(_CHINESE)

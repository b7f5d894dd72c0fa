"""Numbers of a workbook as what they mean: whole, with a fraction, a day, or digits lost for ever."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, timedelta
from enum import Enum
from typing import NamedTuple

from qiying.kernel.tables.grid import Cell, Lost

_DAY_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})


class Shown(Enum):
    """How a format shows a number."""

    PLAIN = "plain"
    DAY = "day"
    PERCENT = "percent"


class Look(NamedTuple):
    """How a cell shows its number; `zeros` is the least count of figures, as 0000 shows 12 as 0012."""

    shown: Shown = Shown.PLAIN
    zeros: int = 0


def look_of(number: int, code: str) -> Look:
    """Return what a number format makes of a number; 27–36 and 50–58 are Excel's Chinese days."""
    bare = re.sub(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]', "", code).split(";")[0]
    if number in (9, 10) or bare.endswith("%"):
        return Look(Shown.PERCENT)
    if not code:
        return Look(Shown.DAY if number in _DAY_FORMATS else Shown.PLAIN)
    if re.fullmatch(r"0{2,}", bare):
        return Look(zeros=len(bare))
    is_day = re.search(r"[ymdhs年月日]", bare, re.I) and "General" not in bare
    return Look(Shown.DAY if is_day else Shown.PLAIN)


def number_cell(text: str, look: Look, *, is_1904: bool = False) -> Cell:
    """Return a stored number as the reader of the sheet sees it; digits beyond the fifteenth are `Lost`."""
    try:
        number = float(text)
    except ValueError:
        return text
    if math.isnan(number) or math.isinf(number):
        return None
    if look.shown is Shown.DAY and 0 <= number < 2_958_466:
        return day_of(number, is_1904=is_1904)
    if look.shown is Shown.PERCENT:  # 1 shown as 100% must not be read as one
        return f"{round(number * 100, 6):.15g}%"
    if abs(number) >= 1e15:
        return Lost(text if "E" in text.upper() else repr(number))
    if number.is_integer():
        return f"{int(number):0{look.zeros}d}" if look.zeros else int(number)
    return number


def day_of(serial: float, *, is_1904: bool = False) -> Cell:
    """Return the day (with its time, if any) of a serial number; a bare time is text such as 09:30."""
    seconds = round((serial % 1) * 86_400)
    if serial < 1:
        return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
    start = date(1904, 1, 1) if is_1904 else date(1899, 12, 30)
    day = start + timedelta(days=int(serial))
    if not seconds:
        return day
    return datetime(day.year, day.month, day.day) + timedelta(seconds=seconds)  # noqa: DTZ001  # as shown in the sheet

"""A plan document as lines of a tree, as its file says them; nothing is looked up here."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from qiying.kernel.tables.days import read_day
from qiying.kernel.tables.grid import Cell

MOST = 2000
DEEPEST = 5
TITLE = 120
_MONTH = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*月?\s*(底|末|前|份)?")
_YEAR = re.compile(r"(\d{4})\s*年?\s*(年底|年末|底|末|全年)?")


class UnreadablePlan(Exception):
    """The file holds no plan that can be read; the message says why and what to do."""


@dataclass
class Line:
    """One branch or leaf: how deep, its number where the file has one, and what is said of it."""

    depth: int
    title: str
    where: str
    code: str = ""
    text: str = ""
    result: str = ""
    unit: str = ""
    person: str = ""
    co: str = ""
    due: Cell = ""
    waits: str = ""


@dataclass
class Plan:
    """What a file holds and what was not read, in sentences."""

    lines: list[Line] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def add(self, line: Line) -> Line:
        """Append a line; raise `UnreadablePlan` past the bounds."""
        if len(self.lines) >= MOST:
            raise UnreadablePlan(f"超过 {MOST} 行，不像一份方案。请分成几份。")
        if line.depth > DEEPEST:
            raise UnreadablePlan(f"{line.where}在第 {line.depth} 层，最多 {DEEPEST} 层。")
        self.lines.append(line)
        return line


def number_lines(lines: Iterable[Line]) -> None:
    """Give every line without a number of its own the one it has by its place: 2.1.3."""
    counts: list[int] = []
    for line in lines:
        counts = [*counts[: line.depth], *[0] * (line.depth - len(counts))]
        counts[line.depth - 1] += 1
        line.code = line.code or ".".join(str(n or 1) for n in counts)


def day_of(value: Cell) -> date | None:
    """Return the day a plan says: a day, the last of a month or of a year; raise `ValueError` with what is wrong.

    >>> day_of("2026年6月底前")
    datetime.date(2026, 6, 30)
    """
    if value in ("", None):
        return None
    text = unicodedata.normalize("NFKC", str(value)).strip().removesuffix("完成").removesuffix("前")
    if isinstance(value, str) and (found := _MONTH.fullmatch(text)) and 1 <= int(found[2]) <= 12:
        year, month = int(found[1]), int(found[2])
        return date(year, month, monthrange(year, month)[1])
    if isinstance(value, str) and (found := _YEAR.fullmatch(text)) and int(found[1]) > 0:
        return date(int(found[1]), 12, 31)
    return read_day(text if isinstance(value, str) else value, None)

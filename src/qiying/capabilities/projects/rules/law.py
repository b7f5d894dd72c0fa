"""Pure arithmetic of projects: the project code, dates of the law, what is behind, units ranked with ranges."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from qiying.statutes.service_rating import Rate
from qiying.statutes.workdays import add_months, workdays_between
from qiying.statutes.workdays.calendars import Calendar

_DASHES = re.compile(r"[\s\-‐-―－_]+")
_PARTS = (4, 6, 2, 2, 6)
_SHAPE = re.compile(r"^\d{4}\d{6}\d{2}\d{2}[0-9A-Z]{6}$")
_WIDE = {ord(wide): narrow for wide, narrow in zip("０１２３４５６７８９", "0123456789", strict=True)}
OVER = Decimal("1.10")


class CodeFault(ValueError):
    """What is wrong with a project code, in words."""


def project_code(text: str) -> str:
    """Return a project code in five segments (GB/T 40058-2021); raise `CodeFault` saying what is wrong.

    Shape and month only: how the check digit is computed is not published, so it is not judged.

    >>> project_code("24053301060401123456")
    '2405-330106-04-01-123456'
    """
    bare = _DASHES.sub("", text.translate(_WIDE)).upper()
    if len(bare) != sum(_PARTS):
        raise CodeFault(f"项目代码去掉横线是 20 位，这里是 {len(bare)} 位")
    if not _SHAPE.match(bare):
        raise CodeFault("前 14 位是数字，最后 6 位是数字或大写字母")
    if not 1 <= int(bare[2:4]) <= 12:
        raise CodeFault(f"前四位是年月，“{bare[2:4]}”不是月份")
    found, at = [], 0
    for size in _PARTS:
        found.append(bare[at : at + size])
        at += size
    return "-".join(found)


def start_by(since: date, months: int, *more: int) -> date:
    """Return the last day to begin: months from a day, each extension counted from the day before it ended on.

    Chained, as 建筑法第九条 is read: an extension runs from the end of the period it extends.
    """
    on = add_months(since, months)
    for each in more:
        on = add_months(on, each)
    return on


def asked_in_time(due: date, today: date, workdays: int, calendar: Calendar) -> bool:
    """Tell whether an extension is asked so many workdays before the last day (国务院令第673号第十二条)."""
    return today <= due and workdays_between(today, due, calendar) >= workdays


def is_over_estimate(feasibility: Decimal, estimate: Decimal) -> bool:
    """Tell whether an estimate exceeds the feasibility study's by more than 10 % (国务院令第712号第十二条)."""
    return estimate > feasibility * OVER


def expected_percent(begins: date, ends: date, today: date) -> int:
    """Return how far a plan is by a day, even from its beginning to its end."""
    if today <= begins:
        return 0
    if today >= ends or ends <= begins:
        return 100
    return (today - begins).days * 100 // (ends - begins).days


def hastened(limit: int, percent: int) -> int:
    """Return a limit in the green channel: so many percent of it, never less than one."""
    return max(1, -(-limit * percent // 100))


@dataclass(frozen=True)
class Ranked:
    """A unit's place: at best and at worst, with the 95 % range of its share."""

    share: Rate
    low: float
    high: float
    best: int
    worst: int

    @property
    def words(self) -> str:
        """Return 第 2 名, or 第 1–4 名 where the counts are too small to tell."""
        return f"第 {self.best} 名" if self.best == self.worst else f"第 {self.best}–{self.worst} 名"

    @property
    def range_words(self) -> str:
        return f"{self.low * 100:.0f}%–{self.high * 100:.0f}%"


def ranked(counts: Mapping[int, tuple[int, int]]) -> dict[int, Ranked]:
    """Return each unit's place by share (part, whole): only whose range lies wholly above stands certainly before.

    >>> [r.words for r in ranked({1: (90, 100), 2: (1, 1), 3: (10, 100)}).values()]
    ['第 1–2 名', '第 1–2 名', '第 3 名']
    """
    shares = {key: Rate(part, whole) for key, (part, whole) in counts.items() if whole}
    ranges = {key: rate.wilson95() or (0.0, 1.0) for key, rate in shares.items()}
    found = {}
    for key, rate in shares.items():
        low, high = ranges[key]
        above = sum(other[0] > high for other in ranges.values())
        below = sum(other[1] < low for other in ranges.values())
        found[key] = Ranked(rate, low, high, above + 1, len(ranges) - below)
    return found

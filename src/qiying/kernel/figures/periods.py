"""Months, quarters and years: counting, saying, reading from an address; months are their first days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_READ = re.compile(r"(20\d\d)(?:-(?:(0[1-9]|1[0-2])|Q([1-4])))?")
QUARTERS = "一二三四"


def month_of(day: date) -> date:
    """Return the first day of a day's month."""
    return day.replace(day=1)


def months_later(month: date, count: int) -> date:
    """Return the first day of the month `count` months later, or earlier for a negative count."""
    number = month.year * 12 + month.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def month_words(month: date, today: date) -> str:
    """Return 10月, with the year when it is not this one: 2025年10月."""
    return Period(month).words(today)


@dataclass(frozen=True, order=True)
class Period:
    """A month, a quarter or a year: its first day and how many months it has."""

    first: date
    count: int = 1

    @property
    def months(self) -> list[date]:
        """Return the first days of its months."""
        return [months_later(self.first, i) for i in range(self.count)]

    @property
    def after(self) -> date:
        """Return the first day after it."""
        return months_later(self.first, self.count)

    @property
    def code(self) -> str:
        """Return 2026-10, 2026-Q4 or 2026, as addresses carry it."""
        year = f"{self.first:%Y}"
        if self.count == 12:
            return year
        return f"{year}-Q{self.first.month // 3 + 1}" if self.count == 3 else f"{self.first:%Y-%m}"

    @property
    def own_word(self) -> str:
        """Return 个月, 个季度 or 一年: how its like is counted."""
        return {1: "这个月", 3: "这个季度"}.get(self.count, "这一年")

    def words(self, today: date) -> str:
        """Return 10月, 三季度 or 2026年, with the year when it is not this one."""
        year = f"{self.first.year}年"
        if self.count == 12:
            return year
        own = f"{QUARTERS[self.first.month // 3]}季度" if self.count == 3 else f"{self.first.month}月"
        return own if self.first.year == today.year else year + own

    def moved(self, count: int) -> Period:
        """Return the period so many of its own length later."""
        return Period(months_later(self.first, count * self.count), self.count)

    def holds(self, day: date) -> bool:
        """Tell whether a day lies in it."""
        return self.first <= day < self.after


def period_of(day: date, count: int = 1) -> Period:
    """Return the month, quarter or year that holds a day."""
    return Period(date(day.year, (day.month - 1) // count * count + 1, 1), count)


def period_read(text: str) -> Period | None:
    """Return the period of an address, None for anything unreadable.

    >>> period_read("2026-Q2").months[0].month, period_read("2026").count, period_read("2026-13")
    (4, 12, None)
    """
    found = _READ.fullmatch(text)
    if found is None:
        return None
    year = int(found[1])
    if found[2]:
        return Period(date(year, int(found[2]), 1))
    return Period(date(year, int(found[3]) * 3 - 2, 1), 3) if found[3] else Period(date(year, 1, 1), 12)

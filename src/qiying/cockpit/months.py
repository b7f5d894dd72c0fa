"""Months as first days: counting, saying, reading from an address."""

import re
from datetime import date

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


def month_of(day: date) -> date:
    """Return the first day of a day's month."""
    return day.replace(day=1)


def months_later(month: date, count: int) -> date:
    """Return the first day of the month `count` months later, or earlier for a negative count."""
    number = month.year * 12 + month.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def month_words(month: date, today: date) -> str:
    """Return 10月, with the year when it is not this one: 2025年10月."""
    return f"{month.month}月" if month.year == today.year else f"{month.year}年{month.month}月"


def month_code(month: date) -> str:
    """Return 2026-10, as addresses carry it."""
    return f"{month:%Y-%m}"


def month_read(text: str) -> date | None:
    """Return the month of an address, None for anything unreadable."""
    found = _MONTH.fullmatch(text)
    return date(int(found[1]), int(found[2]), 1) if found else None

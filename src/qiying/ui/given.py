"""What an address or a form gives, read as numbers and days: unreadable, out of range or far too long is `None`.

One place, because Python reads more as digits than a database does (`²`, `٣`), refuses 5,000 of them with an error of
its own, and knows dates nobody can count from.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from django import forms

LARGEST_ID = 2**63 - 1  # what both databases keep
FIRST_DAY, LAST_DAY = date(1000, 1, 1), date(8999, 12, 31)  # days on both sides can be counted
_WHOLE = re.compile(r"[0-9]{1,19}", re.ASCII)


def whole(text: object, *, least: int = 0, most: int = LARGEST_ID) -> int | None:
    """Return the whole number within the bounds, or None."""
    plain = str("" if text is None else text)
    if len(plain) > 40 or not _WHOLE.fullmatch(plain.strip()):
        return None
    number = int(plain)
    return number if least <= number <= most else None


def wholes(texts: Iterable[object], *, most: int = LARGEST_ID) -> list[int]:
    """Return those that are whole numbers, in their order; the rest is dropped."""
    return [number for text in texts if (number := whole(text, most=most)) is not None]


def page_of(given: Mapping[str, str]) -> int:
    """Return the page asked for; anything unreadable is the first."""
    return whole(given.get("page"), least=1, most=99_999) or 1


def day(text: object) -> date | None:
    """Return the day written as `2026-03-02`, far from where calendars end, or None."""
    plain = str("" if text is None else text).strip()
    if len(plain) != 10 or not plain.isascii():
        return None
    try:
        found = date.fromisoformat(plain)
    except ValueError:
        return None
    return found if FIRST_DAY <= found <= LAST_DAY else None


def month(text: object) -> date | None:
    """Return the first day of a month written as `2026-03`, or None."""
    return day(f"{text}-01")


def day_input() -> forms.DateInput:
    """Return a field for a day; browsers take 2026-11-30 alone, and drop a day written as the language writes it."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

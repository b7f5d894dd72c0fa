"""What a clean firm's points are worth; what rules it out (一票否决)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

LEVELS = ((Decimal(90), 5), (Decimal(80), 4), (Decimal(70), 3))
"""Points from which on a firm has so many stars; a sample, as the national text names no numbers."""
VETOES = {
    "被列入严重失信名单": "被列入严重失信名单",
    "近两年有行贿犯罪记录": "近两年有行贿犯罪记录",
}


def stars_of(points: Decimal) -> int:
    """Return the stars for points.

    >>> stars_of(Decimal("90")), stars_of(Decimal("89.99")), stars_of(Decimal("69.99"))
    (5, 4, 0)
    """
    return next((stars for least, stars in LEVELS if points >= least), 0)


def vetoes(facts: Mapping[str, object]) -> list[str]:
    """Return what rules a firm out, whatever its points."""
    return [word for fact, word in VETOES.items() if facts.get(fact) is True]


def year_later(on: date) -> date:
    """Return the same day a year later; of 29 February the 28th.

    >>> year_later(date(2028, 2, 29))
    datetime.date(2029, 2, 28)
    """
    is_leap_day = (on.month, on.day) == (2, 29)
    return on.replace(year=on.year + 1, day=28 if is_leap_day else on.day)

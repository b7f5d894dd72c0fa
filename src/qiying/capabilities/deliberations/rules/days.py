"""Days and numbers of the law on opinions and question motions. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from qiying.statutes.workdays import (
    Calendar,
    add_days_rolled,
    add_months,
    first_workday_from,
    full_date,
    nth_workday_before,
)


def hand_over_until(adopted_on: date, days: int, calendar: Calendar) -> date:
    """Return until when adopted opinions are handed over; the last day off moves to the next workday."""
    return add_days_rolled(adopted_on, days, calendar).on


def report_until(received_on: date, months: int, calendar: Calendar) -> date:
    """Return until when the report on opinions is due.

    >>> from qiying.statutes.workdays import default_calendar
    >>> report_until(date(2026, 11, 30), 3, default_calendar())
    datetime.date(2027, 3, 1)
    """
    return first_workday_from(add_months(received_on, months), calendar)


def report_words(received_on: date, months: int, until: date) -> str:
    """Explain the day of the report."""
    end = add_months(received_on, months)
    moved = f"，那天休息，顺到{full_date(until, received_on)}" if until != end else ""
    return f"{full_date(received_on, received_on)}交办，{months} 个月到{full_date(end, received_on)}{moved}"


def hearing_until(after: date, calendar: Calendar) -> date:
    """Return the last workday of the month after a day: by then the next monthly hearing is held."""
    first = add_months(after.replace(day=1), 2)
    last = first - timedelta(days=1)
    return last if calendar.is_workday(last) else nth_workday_before(last, 1, calendar)


def may_ask_again(dissatisfied: int, movers: int) -> bool:
    """Tell whether more than half of the movers are dissatisfied with an answer (监督法 art. 53).

    >>> may_ask_again(2, 4), may_ask_again(2, 3)
    (False, True)
    """
    return 2 * dissatisfied > movers


def characters(texts: Sequence[str]) -> int:
    """Return how many characters texts have, blanks left out.

    >>> characters(["补齐 短板", "\\n"])
    4
    """
    return sum(len("".join(text.split())) for text in texts)

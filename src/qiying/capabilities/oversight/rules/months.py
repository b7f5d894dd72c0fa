"""Months of the law: the same day or the month's last (民法典 art. 202), then the next workday (art. 203). Pure."""

from __future__ import annotations

from datetime import date, timedelta

from qiying.statutes.workdays import Calendar, add_months, first_workday_from, nth_workday_before


def months_end(start: date, months: int, calendar: Calendar) -> date:
    """Return the last day of so many months after a day; a make-up workday stays.

    >>> from qiying.statutes.workdays import default_calendar
    >>> months_end(date(2026, 3, 20), 3, default_calendar())
    datetime.date(2026, 6, 22)
    """
    return first_workday_from(add_months(start, months), calendar)


def months_as_days(start: date, months: int) -> int:
    """Return how many natural days so many months are, as a clock of days counts them."""
    return (add_months(start, months) - start).days


REPORT_DAYS = {"draft": 20, "final": 10, "sent": 7}
"""监督法 art. 15: draft to the committee, final text, to the members, so many days before the sitting."""
COMMENT_DAYS = 5
"""《浙江省各级人民代表大会常务委员会监督条例》(2008) art. 13: comments of the committee after the draft."""


def report_days(meeting_on: date) -> dict[str, date]:
    """Return until when each text of a report is due; days before a sitting are counted back and do not roll.

    >>> [str(d) for d in report_days(date(2026, 11, 27)).values()]
    ['2026-11-07', '2026-11-17', '2026-11-20']
    """
    return {step: meeting_on - timedelta(days=days) for step, days in REPORT_DAYS.items()}


def workday_until(on: date, calendar: Calendar) -> date:
    """Return the last workday until a day: who hands in by then is in time."""
    return on if calendar.is_workday(on) else nth_workday_before(on, 1, calendar)

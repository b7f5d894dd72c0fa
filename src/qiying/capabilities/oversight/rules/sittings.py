"""Days before a sitting by which the texts of a report are due. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from qiying.statutes.workdays import Calendar, nth_workday_before

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

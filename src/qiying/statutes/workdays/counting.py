"""Counting the time the law gives: workdays, natural days that roll, months.

民法典 art. 201: the first day is not counted. art. 202: a month ends on the same day of the month, or on
its last day. art. 203: a last day on a day off moves to the next workday. 行政许可法 art. 82 and
行政处罚法 art. 85: workdays leave out statutory holidays; make-up workdays are workdays.
"""

from __future__ import annotations

import calendar as month_lengths
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from qiying.statutes.workdays.arithmetic import first_workday_from, nth_workday
from qiying.statutes.workdays.calendars import Calendar, Status
from qiying.statutes.workdays.wording import explain_deadline, explain_rolled
from qiying.statutes.workdays.zone import local


@dataclass(frozen=True)
class Deadline:
    """A computed last day, whether it is settled, and why it is that day, in Chinese."""

    on: date
    status: Status
    calendar_version: str
    explanation: str


def add_workdays(start: date, n: int, calendar: Calendar) -> Deadline:
    """Return the n-th workday after `start`; `start` is day zero and n=0 is the same day."""
    on = nth_workday(start, n, calendar)
    return Deadline(on, calendar.status(on), calendar.version, explain_deadline(start, n, calendar))


def add_days_rolled(start: date, n_days: int, calendar: Calendar) -> Deadline:
    """Return `start` plus natural days, rolled to the next workday if it ends on a day off (art. 203).

    n_days=0 is `start` itself: a period of no days has no last day to roll.
    """
    if n_days < 0:
        raise ValueError(f"天数不能是负数（{n_days}）。")
    end = start + timedelta(days=n_days)
    on = end if n_days == 0 else first_workday_from(end, calendar)
    words = explain_rolled(start, n_days, end, on, calendar)
    return Deadline(on, calendar.status(on), calendar.version, words)


def add_months(start: date, n: int) -> date:
    """Return the same day n months later, or that month's last day when there is none (art. 202).

    Not rolled to a workday: publicity and validity periods end on any day.
    """
    months = start.year * 12 + start.month - 1 + n
    year, month = divmod(months, 12)
    length = month_lengths.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, length))


def receipt_day(at: datetime, cutoff: time | None, calendar: Calendar) -> date:
    """Return the local day an intake counts as received.

    Without a cut-off it is the date in Asia/Shanghai. With one, what comes in after it or on a day off is
    received on the next workday, so that Saturday's letter is never due before Friday evening's.
    """
    moment = local(at)
    day = moment.date()
    if cutoff is None:
        return day
    if not calendar.is_workday(day) or moment.time() > cutoff:
        return nth_workday(day, 1, calendar)
    return day

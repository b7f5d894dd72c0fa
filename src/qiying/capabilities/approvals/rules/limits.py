"""Limits the law sets on licences, and the day that suits everybody for one joint visit. Pure.

行政许可法: missing papers are named once within 5 workdays, else received is accepted (32); one licence 20 workdays,
+10 by the head of the authority (42 I); several together 45, +15 by the government (42 II); the certificate within 10
of the decision (44); hearings, tests, expert reviews and their like are not counted, the applicant is told how long
they take (45).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from qiying.statutes.workdays import Calendar, nth_workday, workdays_between

CHECK_DAYS, ONE_DAYS, ONE_MORE, JOINT_DAYS, JOINT_MORE, CERTIFICATE_DAYS = 5, 20, 10, 45, 15, 10


def joint_last_day(accepted_on: date, is_prolonged: bool, calendar: Calendar) -> date:
    """Return the last day on which several licences handled together may be decided (art. 42 II)."""
    return nth_workday(accepted_on, JOINT_DAYS + (JOINT_MORE if is_prolonged else 0), calendar)


def certificate_last_day(decided_on: date, calendar: Calendar) -> date:
    """Return the last day on which the certificate is handed over (art. 44)."""
    return nth_workday(decided_on, CERTIFICATE_DAYS, calendar)


def counts_as_accepted(received_on: date, today: date, calendar: Calendar) -> bool:
    """Tell whether an application nobody asked anything about within five workdays is accepted (art. 32)."""
    return workdays_between(received_on, today, calendar) > CHECK_DAYS


def within_law(promise: int, unit: str, law_days: int | None) -> bool:
    """Tell whether a promise is no longer than the law allows."""
    return law_days is None or unit in {"minute", "hour"} or promise <= law_days


def saved_days(usual: int, began_on: date, ended_on: date, calendar: Calendar) -> int:
    """Return the workdays an escorted application took less than is usual, 0 at least."""
    return max(0, usual - workdays_between(began_on, ended_on, calendar))


def day_for_all(
    options: Sequence[date], said: Mapping[str, Sequence[date]], needed: Sequence[str]
) -> date | None:
    """Return the first of the proposed days that suits everybody who is needed; None while somebody is silent."""
    if any(who not in said for who in needed):
        return None
    return next((day for day in sorted(options) if all(day in said[who] for who in needed)), None)


def nobody_fits(options: Sequence[date], said: Mapping[str, Sequence[date]], needed: Sequence[str]) -> bool:
    """Tell whether everybody spoke and no proposed day suits all."""
    return all(who in said for who in needed) and day_for_all(options, said, needed) is None

"""The limit the law sets on one licence (行政许可法 art. 42 I), and the day that suits everybody for one visit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from qiying.statutes.workdays import Calendar, workdays_between

ONE_DAYS = 20


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

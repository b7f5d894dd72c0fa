"""Functions about dates (table 84): day and week of the year, names of days and months, now and today."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from qiying.decision.feel.functions import builtin
from qiying.decision.feel.run import Run
from qiying.decision.feel.temporal import FeelDate, FeelDateTime
from qiying.decision.feel.values import Value, to_feel

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip


def _day(value: FeelDate | FeelDateTime) -> FeelDate:
    return value.date if isinstance(value, FeelDateTime) else value


@builtin("day of year", "date: date|date and time")
def _day_of_year(date: FeelDate | FeelDateTime) -> Decimal:
    return Decimal(_day(date).day_of_year)


@builtin("day of week", "date: date|date and time")
def _day_of_week(date: FeelDate | FeelDateTime) -> str:
    return _DAYS[_day(date).weekday - 1]


@builtin("month of year", "date: date|date and time")
def _month_of_year(date: FeelDate | FeelDateTime) -> str:
    return _MONTHS[_day(date).month - 1]


@builtin("week of year", "date: date|date and time")
def _week_of_year(date: FeelDate | FeelDateTime) -> Decimal:
    return Decimal(_day(date).week_of_year)


@builtin("now", "")
def _now(run: Run) -> Value:
    return to_feel(run.now or dt.datetime.now(dt.UTC))


@builtin("today", "")
def _today(run: Run) -> Value:
    return to_feel((run.now or dt.datetime.now(dt.UTC)).date())

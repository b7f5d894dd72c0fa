"""Positions on the calendar: n-th workday, workdays between, pauses. No words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from qiying.statutes.workdays.calendars import Calendar


def first_workday_from(day: date, calendar: Calendar) -> date:
    """Return the day itself if it is a workday, else the next workday."""
    return calendar.nth(calendar.next_workday_number(day))


def nth_workday(start: date, n: int, calendar: Calendar) -> date:
    """Return the n-th workday after `start` (n=0 is `start` itself), without the explanation.

    Raises ValueError for a negative n, `CalendarRangeError` outside the calendar.
    """
    if n < 0:
        raise ValueError(f"工作日数不能是负数（{n}）。要往前数，请用 nth_workday_before。")
    counted = calendar.through(start)
    return start if n == 0 else calendar.nth(counted + n)


def nth_workday_before(day: date, n: int, calendar: Calendar) -> date:
    """Return the n-th workday before `day`, `day` not counted: "提前 3 个工作日通知"."""
    if n < 0:
        raise ValueError(f"工作日数不能是负数（{n}）。")
    if n == 0:
        return day
    before = calendar.through(day) - (1 if calendar.is_workday(day) else 0)
    return calendar.nth(before - n + 1)


def workdays_between(a: date, b: date, calendar: Calendar) -> int:
    """Return the number of workdays in (a, b]; negative, for (b, a], when b is earlier."""
    return calendar.through(b) - calendar.through(a)


def workdays_in(a: date, b: date, calendar: Calendar) -> int:
    """Return the number of workdays in [a, b], both included; 0 when b is before a."""
    if b < a:
        return 0
    return calendar.through(b) - calendar.through(a) + (1 if calendar.is_workday(a) else 0)


def merge_pauses(pauses: Sequence[tuple[date, date]]) -> list[tuple[date, date]]:
    """Return pauses as separate (from, to] stretches in order; those ending on the day they began vanish."""
    merged: list[tuple[date, date]] = []
    for first, last in sorted(pauses):
        if last <= first:
            continue
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def pause_workdays(pauses: Sequence[tuple[date, date]], calendar: Calendar) -> int:
    """Return the workdays in the union of the (from, to] stretches; resuming on the same day counts none."""
    return sum(workdays_between(first, last, calendar) for first, last in merge_pauses(pauses))


def due_with_pauses(start: date, n: int, pauses: Sequence[tuple[date, date]], calendar: Calendar) -> date:
    """Return the n-th workday after `start` that lies in no pause.

    Only pauses that overlap the running time move the date: one after the due day changes nothing.
    """
    due = nth_workday(start, n, calendar)
    for first, last in merge_pauses(pauses):
        if first >= due or n == 0:
            break
        if last > start:
            lost = workdays_between(max(first, start), last, calendar)
            due = nth_workday(due, lost, calendar)
    return due

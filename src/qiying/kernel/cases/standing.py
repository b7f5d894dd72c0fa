"""When an open case is overdue or due today: one condition for board, numbers, desk, worklist and homes.

A clock that is paused (waiting for the asker's word, or for an approved suspension) is neither; a part with a due day
of its own runs by that day even while the case's clock is paused.
"""

from __future__ import annotations

from datetime import date

from django.db.models import F, Q

PAUSED = "paused"


def overdue(today: date) -> Q:
    """Return the condition on a case: its day is past and its clock runs."""
    return Q(due_by__lt=today) & ~Q(clock_state=PAUSED)


def due_today(today: date) -> Q:
    """Return the condition on a case: today is its day and its clock runs."""
    return Q(due_by=today) & ~Q(clock_state=PAUSED)


def part_runs() -> Q:
    """Return the condition on a party: the case's clock runs, or the part has a day of its own."""
    return ~Q(case__clock_state=PAUSED) | ~Q(due_by=F("case__due_by"))


def part_overdue(today: date) -> Q:
    """Return the condition on a party: its own day is past and runs."""
    return Q(due_by__lt=today) & part_runs()


def part_due_today(today: date) -> Q:
    """Return the condition on a party: today is its own day and it runs."""
    return Q(due_by=today) & part_runs()

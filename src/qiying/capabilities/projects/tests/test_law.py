"""The arithmetic of projects: every vector of the facts, without a database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from qiying.capabilities.projects.rules.kinds import APPROVALS, OFFICES
from qiying.capabilities.projects.rules.law import (
    CodeFault,
    asked_in_time,
    expected_percent,
    hastened,
    is_over_estimate,
    project_code,
    ranked,
    start_by,
)
from qiying.statutes.workdays import add_days_rolled, add_workdays, default_calendar


def test_a_code_is_checked_by_shape_and_month_and_normalised() -> None:
    good = "2405-330106-04-01-123456"
    for text in (
        good,
        good.replace("-", ""),
        " 2405－330106－04－01－123456 ",
        "２４０５-330106-04-01-123456",
    ):
        assert project_code(text) == good
    assert project_code("2405-330106-04-01-12ab5f") == "2405-330106-04-01-12AB5F"
    assert len(good) == 24
    for bad, why in (
        ("2413-330106-04-01-123456", "不是月份"),
        ("2400-330106-04-01-123456", "不是月份"),
        ("2405-330106-04-01-12345", "20 位"),
        ("24A5-330106-04-01-123456", "前 14 位"),
        ("2405-330106-04-01-12345字", "前 14 位"),
        ("", "20 位"),
    ):
        with pytest.raises(CodeFault, match=why):
            project_code(bad)


def test_limits_of_the_law_as_days() -> None:
    calendar, day = default_calendar(), date(2026, 8, 31)
    approve, eia = APPROVALS["approve"], date(2026, 8, 3)
    assert add_workdays(day, approve.days, calendar).on == date(2026, 9, 28)
    assert add_workdays(day, approve.days + approve.more, calendar).on == date(2026, 11, 27)
    assert add_days_rolled(eia, APPROVALS["eia_report"].days, calendar).on == date(2026, 10, 8)
    assert add_days_rolled(eia, APPROVALS["eia_form"].days, calendar).on == date(2026, 9, 2)
    assert [start_by(day, 3, *[3] * n) for n in range(3)] == [
        date(2026, 11, 30), date(2027, 2, 28), date(2027, 5, 28),
    ]  # fmt: skip
    assert start_by(day, 24, 12) == date(2029, 8, 31)
    due = date(2026, 10, 30)
    assert asked_in_time(due, date(2026, 9, 14), 30, calendar)
    assert not asked_in_time(due, date(2026, 9, 15), 30, calendar)
    assert not asked_in_time(due, date(2026, 11, 2), 0, calendar)
    estimates = [is_over_estimate(Decimal(100), Decimal(x)) for x in ("109.99", "110", "110.01")]
    assert estimates == [False, False, True]
    assert [hastened(20, 50), hastened(7, 50), hastened(1, 50)] == [10, 4, 1]
    assert len(OFFICES) == 8


def test_a_plan_is_even_and_small_counts_are_not_ranked_as_certain() -> None:
    begins, ends = date(2026, 1, 1), date(2026, 4, 11)
    days = (date(2025, 12, 1), begins, date(2026, 2, 20), ends, date(2027, 1, 1))
    assert [expected_percent(begins, ends, d) for d in days] == [0, 0, 50, 100, 100]
    assert expected_percent(ends, ends, date(2026, 4, 12)) == 100
    found = ranked({1: (90, 100), 2: (1, 1), 3: (20, 100), 4: (0, 0)})
    assert [row.words for row in found.values()] == ["第 1–2 名", "第 1–3 名", "第 2–3 名"]
    assert found[2].range_words == "21%–100%"

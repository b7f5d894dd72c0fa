"""Bills of small firms against the vectors of Order 802, and the clocks of a petition."""

from __future__ import annotations

import doctest
from datetime import date
from decimal import Decimal

from qiying.statutes import arrears
from qiying.statutes.rules import ARREARS, table
from qiying.statutes.workdays import add_days_rolled, add_workdays, default_calendar


def test_every_vector_of_order_802() -> None:
    assert doctest.testmod(arrears).failed == 0
    day = date(2026, 3, 1)
    assert arrears.payment_due(day, "large") == date(2026, 4, 30)
    assert arrears.late_interest(Decimal(1_000_000), 60, day) == 30_000
    assert arrears.late_interest(Decimal(1_000_000), -3, day) == 0
    assert arrears.rate_fault(Decimal("2.9"), Decimal("3.0")) and not arrears.rate_fault(
        Decimal(3), Decimal(3)
    )
    assert "30,000.00 元" in arrears.arrears_words(Decimal(1_000_000), day, date(2026, 6, 29))


def test_a_complaint_of_arrears_and_a_petition_run_by_their_days() -> None:
    calendar, clocks = default_calendar(), ARREARS.at(date(2026, 9, 18))
    assert add_workdays(date(2026, 9, 18), clocks.hand_over_workdays, calendar).on == date(2026, 10, 9)
    assert add_days_rolled(date(2026, 10, 9), clocks.result_days, calendar).on == date(2026, 11, 9)
    assert add_days_rolled(date(2026, 10, 9), clocks.longest_days, calendar).on == date(2027, 1, 7)
    petition = table("petition").required_at(date(2026, 11, 1))
    assert [petition[name] for name in ("notice_days", "objection_workdays", "done_days", "longer_days")] == [
        15,
        5,
        60,
        30,
    ]
    assert petition["review_days"] == petition["second_review_days"] == 30

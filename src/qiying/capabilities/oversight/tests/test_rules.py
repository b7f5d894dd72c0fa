"""The law's own examples: months that end on workdays, days before a sitting."""

from datetime import date

import pytest

from qiying.capabilities.oversight.rules.months import months_as_days, months_end, report_days, workday_until
from qiying.statutes.workdays import add_days_rolled, default_calendar

CALENDAR = default_calendar()


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 11, 30), 3, date(2027, 3, 1)),  # 02-28 is a Sunday
        (date(2026, 3, 20), 3, date(2026, 6, 22)),  # Dragon Boat
        (date(2026, 3, 20), 6, date(2026, 9, 20)),  # a make-up workday stays
        (date(2026, 9, 5), 1, date(2026, 10, 8)),  # National Day
        (date(2026, 7, 31), 2, date(2026, 9, 30)),  # no 31st
    ],
)
def test_months_end_on_workdays_and_a_clock_of_days_says_the_same(
    start: date, months: int, end: date
) -> None:
    assert months_end(start, months, CALENDAR) == end
    assert add_days_rolled(start, months_as_days(start, months), CALENDAR).on == end


def test_a_report_is_due_20_10_and_7_days_before_the_sitting() -> None:
    days = report_days(date(2026, 11, 27))
    assert list(days.values()) == [date(2026, 11, 7), date(2026, 11, 17), date(2026, 11, 20)]
    assert workday_until(days["draft"], CALENDAR) == date(2026, 11, 6)  # that 7th is a Saturday
    assert workday_until(days["sent"], CALENDAR) == days["sent"]

"""The law's own example of the days before a sitting."""

from datetime import date

from qiying.capabilities.oversight.rules.sittings import report_days, workday_until
from qiying.statutes.workdays import default_calendar


def test_a_report_is_due_20_10_and_7_days_before_the_sitting() -> None:
    days = report_days(date(2026, 11, 27))
    assert list(days.values()) == [date(2026, 11, 7), date(2026, 11, 17), date(2026, 11, 20)]
    calendar = default_calendar()
    assert workday_until(days["draft"], calendar) == date(2026, 11, 6)  # that 7th is a Saturday
    assert workday_until(days["sent"], calendar) == days["sent"]

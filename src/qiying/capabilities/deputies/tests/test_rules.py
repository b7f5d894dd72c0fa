"""What a proposal may be, and months that end on workdays."""

from datetime import date

import pytest

from qiying.capabilities.deputies.rules import is_several, months_as_days, opening_faults
from qiying.statutes.workdays import add_days_rolled, default_calendar


def test_one_matter_each_and_a_conflict_is_declared() -> None:
    assert is_several("（一）建停车场（二）降房租") and not is_several("建设集卡停车场、完善标线")
    named = [name for name, _ in opening_faults("建停车场；降房租", is_own_firm=True, conflict="")]
    assert named == ["title", "conflict"]
    assert list(opening_faults("建停车场", is_own_firm=True, conflict="我是股东，三十家都停不下")) == []


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
def test_months_end_on_workdays(start: date, months: int, end: date) -> None:
    assert add_days_rolled(start, months_as_days(start, months), default_calendar()).on == end

"""The law's own examples: months that end on workdays, days before a sitting, votes at exactly half, result codes."""

from datetime import date

import pytest

from qiying.capabilities.oversight.rules.months import months_as_days, months_end, report_days, workday_until
from qiying.capabilities.oversight.rules.votes import Vote, VoteRule, graded
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


@pytest.mark.parametrize(
    ("ballots", "members", "grade"),
    [
        ((17, 11, 1), 29, "good"),
        ((14, 10, 5), 29, "fair"),
        ((8, 6, 15), 29, "poor"),
        ((0, 15, 15), 30, "poor"),  # exactly half is not more than half
    ],
)
def test_a_vote_is_graded_by_the_printed_rule(
    ballots: tuple[int, int, int], members: int, grade: str
) -> None:
    assert graded(Vote(*ballots, members), VoteRule()) == grade


def test_at_exactly_half_the_local_rule_decides_and_says_so() -> None:
    half = Vote(0, 15, 15, 30)
    assert graded(half, VoteRule(half_is_enough=True)) == "fair"
    assert "超过半数" in VoteRule().words
    assert "达到半数" in VoteRule(half_is_enough=True).words
    assert graded(Vote(9, 0, 8, 30, present=17), VoteRule(of="present")) == "good"


@pytest.mark.parametrize(
    "vote", [Vote(20, 10, 0, 29), Vote(-1, 1, 1, 29), Vote(10, 5, 0, 29, present=14), Vote(1, 1, 1, 5, 6)]
)
def test_more_ballots_than_members_is_no_vote(vote: Vote) -> None:
    with pytest.raises(ValueError, match=r"票|人"):
        graded(vote, VoteRule())

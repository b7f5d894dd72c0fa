"""The law's own examples: votes at exactly half, opinions handed over in seven days, the report in three months."""

from datetime import date

import pytest

from qiying.capabilities.deliberations.rules.days import (
    characters,
    hand_over_until,
    hearing_until,
    may_ask_again,
    report_until,
    report_words,
)
from qiying.capabilities.deliberations.rules.votes import Vote, VoteRule, graded
from qiying.statutes.workdays import default_calendar

CALENDAR = default_calendar()


def test_opinions_are_handed_over_in_seven_days_and_reported_on_in_three_months() -> None:
    assert report_until(date(2026, 11, 30), 3, CALENDAR) == date(2027, 3, 1)  # 02-28 is a Sunday
    words = report_words(date(2026, 11, 30), 3, date(2027, 3, 1))
    assert "2月28日（周日），那天休息，顺到" in words
    assert hand_over_until(date(2026, 11, 23), 7, CALENDAR) == date(2026, 11, 30)
    assert hand_over_until(date(2026, 11, 21), 7, CALENDAR) == date(2026, 11, 30)  # a Saturday moves on
    assert hearing_until(date(2026, 9, 30), CALENDAR) == date(2026, 10, 30)  # the 31st is a Saturday
    assert hearing_until(date(2026, 11, 2), CALENDAR) == date(2026, 12, 31)


def test_a_second_answer_takes_more_than_half_of_the_movers() -> None:
    assert [may_ask_again(bad, movers) for bad, movers in ((1, 3), (2, 3), (2, 4), (3, 4))] == [
        False,
        True,
        False,
        True,
    ]
    assert characters(["一 二\n三", ""]) == 3


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

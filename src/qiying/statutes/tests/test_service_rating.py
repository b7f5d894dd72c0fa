"""Ratings and rates: what is counted, what is left out, and how a rate is written."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiying.statutes.service_rating import Rate, Rating, RatingCount, bad_rating_follow_up, is_bad
from qiying.statutes.swift_response import (
    CallBack,
    Exclusion,
    HandledRequest,
    swift_response_rates,
)

left_out = st.dictionaries(st.sampled_from(["撤回", "匿名"]), st.integers(0, 9))
rates = st.integers(0, 5000).flatmap(lambda n: st.builds(Rate, st.integers(0, n), st.just(n), left_out))


def test_the_last_two_levels_are_bad_ratings() -> None:
    assert [is_bad(level) for level in range(1, 6)] == [True, True, False, False, False]
    assert Rating.BASICALLY_SATISFIED.zh == "基本满意"
    with pytest.raises(ValueError, match="6"):
        is_bad(6)


def test_a_rate_is_written_with_its_denominator() -> None:
    assert Rate(608, 646).words() == "94.1%（608 / 646）"
    assert Rate(0, 0).words() == "还没有数（0 / 0）"
    assert Rate(0, 0).value is None
    assert Rate(1234, 1234).words() == "100.0%（1,234 / 1,234）"
    assert Rate(3, 4, {"撤回": 3, "匿名": 9, "剔除": 0}).excluded_words() == "没算进去 12 件：撤回 3、匿名 9"


def test_rounding_never_hides_one_case() -> None:
    assert Rate(9999, 10_000).percent() == "99.9%"
    assert Rate(1, 10_000).percent() == "0.1%"
    assert Rate(1, 2).percent(0) == "50%"
    assert Rate(125, 1000).percent(0) == "13%"  # half up


def test_a_share_above_one_is_refused() -> None:
    with pytest.raises(ValueError, match="分母"):
        Rate(5, 4)


def test_the_interval_ends_where_the_score_test_just_accepts() -> None:
    # Both ends solve (p̂ - p)² = z² p (1 - p) / n, which is how Wilson defines them.
    low, high = Rate(608, 646).wilson95() or (0.0, 0.0)
    for end in (low, high):
        assert (608 / 646 - end) ** 2 == pytest.approx(1.959963984540054**2 * end * (1 - end) / 646)
    assert low < 608 / 646 < high
    assert Rate(0, 0).wilson95() is None
    small = Rate(1, 1).wilson95() or (0.0, 0.0)
    assert small[0] == pytest.approx(1 / (1 + 1.959963984540054**2))
    assert small[1] == 1.0


@given(rates)
def test_the_interval_holds_the_share(rate: Rate) -> None:
    interval = rate.wilson95()
    if rate.value is None:
        assert interval is None
    else:
        assert interval is not None
        assert 0 <= interval[0] <= float(rate.value) <= interval[1] <= 1


@given(rates, rates, rates)
def test_rates_of_groups_add_by_counts(a: Rate, b: Rate, c: Rate) -> None:
    assert a + b == b + a
    assert (a + b) + c == a + (b + c)
    assert (a + b).excluded_total == a.excluded_total + b.excluded_total
    assert hash(a + b) == hash(b + a)


def test_silence_is_not_satisfaction() -> None:
    count = RatingCount.of([5, 5, 4, 3, 2, 1, None, None, None, None], annulled=1)
    assert count.good_rate() == Rate(4, 6, {"没评价": 4, "复核后剔除": 1})
    assert count.bad_rate().value == Fraction(1, 3)
    assert count.participation() == Rate(7, 11)
    assert count.by_level[Rating.VERY_SATISFIED] == 2
    assert RatingCount.of([None]).good_rate().words() == "还没有数（0 / 0）"


def test_bad_ratings_are_followed_up_over_all_named_ones() -> None:
    called, rectified = bad_rating_follow_up(8, 8, 6)
    assert (called.words(), rectified.words()) == ("100.0%（8 / 8）", "75.0%（6 / 8）")


def test_each_rate_has_its_own_denominator_and_names_who_was_left_out() -> None:
    requests = [
        HandledRequest(True, CallBack.YES, CallBack.YES),
        HandledRequest(True, CallBack.YES, CallBack.NO),
        HandledRequest(True, CallBack.NO, CallBack.NO_ANSWER),
        HandledRequest(False, CallBack.NO_ANSWER, CallBack.NO_ANSWER),
        HandledRequest(True),
        HandledRequest(True, is_anonymous=True),
        HandledRequest(False, CallBack.NO, CallBack.NO, exclusion=Exclusion.WITHDRAWN),
        HandledRequest(False, CallBack.NO, CallBack.NO, exclusion=Exclusion.STRUCK_OUT),
    ]
    found = swift_response_rates(requests)
    out = {"匿名": 1, "撤回": 1, "剔除": 1}
    assert found.response == Rate(4, 5, out)
    assert found.solution == Rate(2, 3, {**out, "没接通或不愿说": 1, "还没回访": 1})
    assert found.satisfaction == Rate(1, 2, {**out, "没接通或不愿说": 2, "还没回访": 1})
    score = Fraction(4, 5) * 20 + Fraction(2, 3) * 40 + Fraction(1, 2) * 40
    assert found.composite() == score


def test_a_composite_without_answers_is_unknown() -> None:
    found = swift_response_rates([HandledRequest(True)])
    assert found.composite() is None
    with pytest.raises(ValueError, match="100"):
        found.composite(50, 50, 50)


answers = st.sampled_from(CallBack)


@given(
    st.lists(
        st.builds(
            HandledRequest,
            st.booleans(),
            answers,
            answers,
            st.booleans(),
            st.sampled_from([None, *Exclusion]),
        )
    )
)
def test_every_request_is_counted_or_left_out_by_name(
    requests: list[HandledRequest],
) -> None:
    found = swift_response_rates(requests)
    for rate in (found.response, found.solution, found.satisfaction):
        assert rate.denominator + rate.excluded_total == len(requests)

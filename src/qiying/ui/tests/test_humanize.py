"""Dates, money, rates and counts in the words of the design language."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiying.ui import humanize as h

TODAY = date(2026, 11, 18)
NOW = datetime(2026, 11, 18, 3, 10, tzinfo=UTC)  # 11:10 in Beijing


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 18), "今天"),
        (date(2026, 11, 19), "明天"),
        (date(2026, 11, 20), "后天（周五）"),
        (date(2026, 11, 17), "昨天"),
        (date(2026, 11, 16), "前天（周一）"),
        (date(2026, 11, 25), "11月25日（周三）"),
        (date(2027, 1, 4), "2027年1月4日（周一）"),
        (None, ""),
    ],
)
def test_a_day_is_said_as_a_person_says_it(day, words):
    assert h.day_words(day, TODAY) == words


def test_a_near_day_can_carry_its_date_once():
    assert h.day_dated_words(date(2026, 11, 20), TODAY) == "后天（11月20日 周五）"
    assert h.day_dated_words(date(2026, 11, 25), TODAY) == "11月25日（周三）"


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 11, 18, 2, 30, tzinfo=UTC), "今天 10:30"),
        (datetime(2026, 11, 17, 7, 8, tzinfo=UTC), "昨天 15:08"),
        (datetime(2026, 11, 17, 16, 5, tzinfo=UTC), "今天 0:05"),
        (datetime(2026, 11, 16, 6, 2, tzinfo=UTC), "11月16日 14:02"),
        (datetime(2025, 11, 16, 6, 2, tzinfo=UTC), "2025年11月16日 14:02"),
    ],
)
def test_a_moment_is_said_in_beijing_time(at, words):
    assert h.moment_words(at, NOW) == words


def test_a_moment_without_zone_is_refused():
    with pytest.raises(ValueError, match="aware"):
        h.moment_words(datetime(2026, 11, 18), NOW)


def test_workdays_left_are_words_and_unknown_is_not_zero():
    assert [h.workdays_left_words(n) for n in (2, 0, -3, None)] == [
        "还剩 2 个工作日",
        "今天到期",
        "已超期 3 个工作日",
        "还不知道",
    ]


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (36_795_000, "36.8 万元"),
        (3_126_0000_00, "3,126 万元"),
        (1_2000_0000_00, "1.2 亿元"),
        (9_999_99, "9,999.99 元"),
        (0, "0 元"),
        (-36_795_000, "-36.8 万元"),
        (999_999_999_999, "100 亿元"),
        (None, ""),
    ],
)
def test_money_to_read(fen, words):
    assert h.money_words(fen) == words


def test_money_to_pay_keeps_every_fen():
    assert h.money_exact_words(36_795_001) == "367,950.01 元"


def test_a_rate_always_carries_its_denominator():
    assert h.rate_words(608, 646) == "94.1%（608 / 646）"
    assert h.rate_words(0, 0) == "还没有（0 件）"


@given(st.integers(1, 10_000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_a_percentage_is_never_further_than_half_a_tenth(pair):
    part, whole = pair
    assert abs(float(h.percent_words(part, whole)[:-1]) - part / whole * 100) <= 0.0500001


def test_differences_of_rates_are_points():
    assert h.points_words(0.941, 0.926) == "升 1.5 点"
    assert h.points_words(0.5, 0.503) == "降 0.3 点"
    assert h.points_words(0.5, 0.5) == "没变"
    assert h.points_words(None, 0.5) == ""


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (820, "820 B"),
        (88_064, "86 KB"),
        (2_202_009, "2.1 MB"),
        (1024 * 1024, "1 MB"),
        (1024 * 1024 - 1, "1 MB"),
    ],
)
def test_file_sizes(size, words):
    assert h.bytes_words(size) == words


def test_a_masked_phone_never_shows_more_than_seven_digits():
    assert h.phone_mask("13812342207") == "138****2207"
    assert h.phone_mask("66881203") == "******03"
    assert h.phone_mask("") == h.phone_mask(None) == ""
    assert h.phone_mask("1") == "*1"


def test_counts_are_exact_up_to_the_cap():
    assert [h.count_words(n) for n in (0, 999, 1000, 1001)] == ["0", "999", "1,000", "1000+"]


def test_the_greeting_follows_the_hour_in_beijing():
    assert h.greeting(NOW) == "中午好"
    assert h.greeting(NOW - timedelta(hours=1)) == "上午好"
    assert h.greeting(datetime(2026, 11, 18, 20, tzinfo=UTC)) == "晚上好"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("程法 2025-12-05 审核", "程法 2025年12月5日 审核"),
        ("2026-10-28以观摩的名义", "2026年10月28日以观摩的名义"),
        ("项目代码 2608-330499-04-01-000105", "项目代码 2608-330499-04-01-000105"),
        ("2026-13-01、2026-00-10、12026-01-01", "2026-13-01、2026-00-10、12026-01-01"),
    ],
)
def test_days_in_a_stored_text_are_said_and_numbers_like_them_are_not(text, said):
    assert h.days_said(text) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (2026, "2026"),
        (9999, "9999"),
        (10_000, "10,000"),
        (-1_200_000, "-1,200,000"),
        (Decimal("250000.50"), "250,000.50"),
    ],
)
def test_a_big_number_is_grouped_and_a_year_is_not(number, said):
    assert h.number_said(number) == said

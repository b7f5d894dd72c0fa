"""Null semantics, equality, arithmetic and temporal values, as the tables of the specification have them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qiying.decision.feel.calendar import civil_from_days, days_from_civil
from qiying.decision.feel.temporal import FeelDate
from qiying.decision.feel.temporal_text import duration_from_text, temporal_from_text

from .helpers import reasons, value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("null = null", True),
        ('"foo" = null', False),
        ('1 = "1"', None),
        ("null < 1", None),
        ("null in [1..10]", None),
        ("true < false", None),
        ("null and false", False),
        ("null and true", None),
        ("null or true", True),
        ('"x" or false', None),
        ("not(null)", None),
        ("1 + null", None),
        ("1 / 0", None),
        ("10 ** 6144 * 10", None),
        ("{a: 1} = {a: 1}", True),
        ("{a: 1} = {a: 1, b: 2}", False),
        ("[1, 2] = [1, 2]", True),
        ("[1, 2] = [2, 1]", False),
        ("[1..5] = [1..5)", False),
        ("1 in (2, 3, [0..1])", True),
        ("1 in [2, 3, 1]", True),
        ("1 in (1 = 1)", None),
        ("5 in (> 4)", True),
        ("5 in (= 4)", False),
        ("5 in (!= 4)", True),
        ("[1, 2] in [[1, 2], [3]]", True),
        ("if null then 1 else 2", 2),
        ("{a: 1}.b", None),
        ("[][1]", None),
        ("[1, 2, 3][-1]", 3),
        ("for i in 3..1 return i", [3, 2, 1]),
        ("for i in [] return i", []),
        ("some i in [] satisfies true", False),
        ("every i in [] satisfies false", True),
        ("some i in [null, 1] satisfies i > 0", True),
        ("every i in [null, 1] satisfies i > 0", None),
        ("1 instance of number", True),
        ("null instance of number", False),
        ("[1] instance of list<number>", True),
        ("[1] instance of list", None),
        ("2 in [3..1]", None),
        ("2 ** 1000000000", None),
        ("{f: function(a, b) [a, b], r: f(b: 1)}.r", [None, 1]),
        ("1 between 2 and null", False),
        ("3 between 2 and null", None),
    ],
)
def test_null_and_comparison_follow_the_tables(text: str, expected: object) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('@"2024-01-31" + @"P1M"', "2024-02-29"),
        ('@"2024-02-29" - @"P1Y"', "2023-02-28"),
        ('@"2024-03-01" - @"2024-02-28"', "P2D"),
        ('@"2024-01-01" + duration("PT36H")', "2024-01-02"),
        ('@"2024-01-01T23:30:00" + @"PT1H"', "2024-01-02T00:30:00"),
        ('@"23:30:00" + @"PT1H"', "00:30:00"),
        ('@"10:00:00+02:00" - @"09:00:00Z"', "-PT1H"),
        ('@"P1Y" + @"P2M"', "P1Y2M"),
        ('@"P1D" * 1.5', "P1DT12H"),
        ('@"P1D" / @"PT12H"', 2),
        ('@"P1Y" / 2', "P6M"),
        ('@"P1Y" + @"P1D"', None),
        ('@"2024-01-01" + 1', None),
        ('@"2024-01-01T00:00:00Z" = @"2024-01-01T01:00:00+01:00"', True),
        ('@"2024-01-01T00:00:00" < @"2024-01-01T01:00:00+01:00"', True),
        ('@"10:00:00" < @"11:00:00+08:00"', True),
        ('@"2024-07-01T12:00:00@Europe/Paris" = @"2024-07-01T10:00:00Z"', True),
        ('@"2024-07-01T12:00:00@Europe/Paris".time offset', "PT2H"),
        ('@"2024-07-01T12:00:00@Asia/Shanghai".timezone', "Asia/Shanghai"),
        ('@"2024-12-30".weekday', 1),
        ('week of year(@"2024-12-30")', 1),
        ('day of year(@"2024-12-31")', 366),
        ('day of week(@"2024-12-30")', "Monday"),
        ('@"P1Y14M".years', 2),
        ('@"-P1DT2H".hours', -2),
        ('years and months duration(@"2020-02-29", @"2021-02-28")', "P11M"),
        ('years and months duration(@"2021-02-28", @"2020-02-29")', "-P11M"),
        ('date and time(2024, 2, 29, 8, 30, 0, "Asia/Shanghai")', "2024-02-29T08:30:00@Asia/Shanghai"),
        ('date("2023-02-29")', None),
        ('time("24:00:00")', "00:00:00"),
        ('string(date("-999999999-01-01"))', "-999999999-01-01"),
        ('date("999999999-12-31") + @"P1D"', None),
        ('for d in @"2024-02-28"..@"2024-03-01" return d.day', [28, 29, 1]),
    ],
)
def test_dates_times_and_durations_follow_the_tables(text: str, expected: object) -> None:
    assert value(text) == expected


def test_numbers_have_34_digits() -> None:
    assert value("1 / 3") == "0." + "3" * 34
    assert value("0.1 + 0.2 = 0.3") is True


def test_a_failure_leaves_its_reason() -> None:
    assert reasons("1 + null") == ["type.arithmetic"]
    assert reasons('date("x")') == ["call.failed"]
    assert reasons("nowhere") == ["name.unknown"]


@settings(max_examples=100, deadline=None)
@given(st.dates())
def test_day_numbers_agree_with_the_standard_library(day: dt.date) -> None:
    days = (day - dt.date(1970, 1, 1)).days
    assert days_from_civil(day.year, day.month, day.day) == days
    assert civil_from_days(days) == (day.year, day.month, day.day)
    assert FeelDate(day.year, day.month, day.day).week_of_year == day.isocalendar().week


@settings(max_examples=100, deadline=None)
@given(st.integers(-365_000_000_000, 365_000_000_000))
def test_day_numbers_turn_back_over_all_years(days: int) -> None:
    assert days_from_civil(*civil_from_days(days)) == days


@settings(max_examples=100, deadline=None)
@given(st.integers(-(10**20), 10**20), st.booleans())
def test_durations_print_so_that_they_read_back(size: int, months: bool) -> None:
    text = f"{'-' if size < 0 else ''}P{abs(size) % 10**9}M" if months else f"PT{abs(size) % 10**12}S"
    found = duration_from_text(text)
    assert found is not None
    assert duration_from_text(str(found)) == found


@pytest.mark.parametrize(
    "text",
    ["2024-13-01", "2024-02-30", "998-01-01", "02024-01-01", "10:00", "10:60:00", "10:00:00+19:00", "P", "PT",
     "P1H", "1Y", "10:00:00@Nowhere/City", "10:00:00@../../etc/passwd", "2024-01-01 10:00:00", "P1Y1D"],
)  # fmt: skip
def test_texts_that_are_no_dates_or_durations_are_refused(text: str) -> None:
    assert temporal_from_text(text) is None


def test_money_compares_exactly_on_the_line() -> None:
    """A share of exactly 5 % meets 5 %, where binary fractions would miss it."""
    for revenue in range(100, 2_000, 7):
        spent = Decimal(revenue) * 5 / 100
        assert value("spent >= revenue * 0.05", spent=spent, revenue=Decimal(revenue)) is True

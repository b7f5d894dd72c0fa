"""The thresholds of the standard, at their edges."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiying.statutes.size_class import (
    Indicator,
    Industry,
    SizeClass,
    assess,
    classify,
    industry_for,
    missing_indicators,
    why_no_industry,
)

I = Industry  # noqa: E741
VECTORS = [
    (I.INDUSTRY, 1000, "40000", None, "大型"),
    (I.INDUSTRY, 999, "50000", None, "中型"),
    (I.INDUSTRY, 300, "2000", None, "中型"),
    (I.INDUSTRY, 300, "1999.99", None, "小型"),
    (I.INDUSTRY, 25, "200", None, "微型"),
    (I.INDUSTRY, 19, "5000", None, "微型"),
    (I.WHOLESALE, 5, "1000", None, "小型"),
    (I.WHOLESALE, 4, "9999", None, "微型"),
    (I.REAL_ESTATE, None, "1000", "4999", "小型"),
    (I.REAL_ESTATE, None, "99", "99999", "微型"),
    (I.SOFTWARE, 10, "50", None, "小型"),
    (I.SOFTWARE, 9, "50", None, "微型"),
    (I.AGRICULTURE, None, "500", None, "中型"),
    (I.AGRICULTURE, None, "499.99", None, "小型"),
    (I.LEASING_BUSINESS, 300, None, "120000", "大型"),
    (I.LEASING_BUSINESS, 299, None, "200000", "中型"),
    (I.OTHER, 10, None, None, "小型"),
    (I.OTHER, 9, None, None, "微型"),
    (I.PROPERTY_MANAGEMENT, 99, "9999", None, "微型"),
]
money = st.decimals(0, 300_000, places=2)


def _money(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@pytest.mark.parametrize(("industry", "staff", "revenue", "assets", "expected"), VECTORS)
def test_the_class_is_the_lowest_that_an_indicator_reaches(
    industry: Industry, staff: int | None, revenue: str | None, assets: str | None, expected: str
) -> None:
    found = classify(industry, staff, _money(revenue), _money(assets))
    assert found is not None
    assert found.zh == expected


@pytest.mark.parametrize("industry", list(Industry))
def test_every_lower_bound_is_inclusive(industry: Industry) -> None:
    for place, size in enumerate((SizeClass.LARGE, SizeClass.MEDIUM, SizeClass.SMALL)):
        at: dict[str, int] = {bound[0].value: bound[1:][place] for bound in industry.bounds}
        assert assess_by(industry, at) == size
        for indicator in at:
            assert assess_by(industry, at | {indicator: at[indicator] - 1}) == size - 1


def assess_by(industry: Industry, figures: dict[str, int]) -> SizeClass | None:
    full = {"staff": None, "revenue_wan": None, "assets_wan": None} | figures
    staff, revenue, assets = full["staff"], full["revenue_wan"], full["assets_wan"]
    return classify(
        industry,
        staff,
        None if revenue is None else Decimal(revenue),
        None if assets is None else Decimal(assets),
    )


def test_a_missing_indicator_is_unknown_unless_another_already_decides() -> None:
    assert classify(I.INDUSTRY, 400, None) is None
    assert missing_indicators(I.INDUSTRY, 400, None) == (Indicator.REVENUE,)
    assert assess(I.INDUSTRY, 400, None, None).words() == "还不知道，缺营业收入（从业人员够中型）"
    assert classify(I.INDUSTRY, 19, None) == SizeClass.MICRO  # 微型 needs only one indicator
    assert missing_indicators(I.OTHER) == (Indicator.STAFF,)


def test_words_name_the_reason() -> None:
    words = assess(I.INDUSTRY, 999, Decimal(50000), None).words()
    assert words == "中型（从业人员够中型，营业收入够大型，取低的）"
    with pytest.raises(ValueError, match="负数"):
        classify(I.OTHER, -1)


@given(st.sampled_from(Industry), st.integers(0, 3000), money, money, st.integers(0, 500), money)
def test_growing_never_makes_an_enterprise_smaller(
    industry: Industry, staff: int, revenue: Decimal, assets: Decimal, more: int, more_money: Decimal
) -> None:
    before = classify(industry, staff, revenue, assets)
    after = classify(industry, staff + more, revenue + more_money, assets + more_money)
    assert before is not None
    assert after is not None
    assert before <= after


@given(st.sampled_from(Industry), st.integers(0, 3000), money, money, st.sampled_from(Indicator))
def test_what_is_decided_without_an_indicator_stays_decided_with_it(
    industry: Industry, staff: int, revenue: Decimal, assets: Decimal, hidden: Indicator
) -> None:
    whole = classify(industry, staff, revenue, assets)
    partial = classify(
        industry,
        None if hidden == Indicator.STAFF else staff,
        None if hidden == Indicator.REVENUE else revenue,
        None if hidden == Indicator.ASSETS else assets,
    )
    assert partial in (None, whole)


@pytest.mark.parametrize(
    ("code", "industry"),
    [
        ("A", I.AGRICULTURE),
        ("C39", I.INDUSTRY),
        ("39", I.INDUSTRY),
        ("3911", I.INDUSTRY),
        ("06", I.INDUSTRY),
        ("D", I.INDUSTRY),
        ("47", I.CONSTRUCTION),
        ("5181", I.WHOLESALE),
        ("F52", I.RETAIL),
        ("54", I.TRANSPORT),
        ("5910", I.TRANSPORT),
        ("593", I.STORAGE),
        ("60", I.POST),
        ("H61", I.LODGING),
        ("62", I.CATERING),
        ("63", I.TELECOMMUNICATIONS),
        ("6421", I.TELECOMMUNICATIONS),
        ("i65", I.SOFTWARE),
        ("7010", I.REAL_ESTATE),
        ("7020", I.PROPERTY_MANAGEMENT),
        ("703", I.OTHER),
        ("72", I.LEASING_BUSINESS),
        ("M", I.OTHER),
        ("85", I.OTHER),
        ("R90", I.OTHER),
    ],
)
def test_an_industry_code_finds_its_row(code: str, industry: Industry) -> None:
    assert industry_for(code) is industry
    assert why_no_industry(code) == ""


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("59", "填到 3 位"),
        ("K", "填到 3 位"),
        ("70", "填到 3 位"),
        ("F", "填到 2 位"),
        ("53", "没有列这个行业"),
        ("J66", "没有列这个行业"),
        ("84", "没有列这个行业"),
        ("P", "没有列这个行业"),
        ("99", "不是国民经济行业代码"),
        ("软件", "不是国民经济行业代码"),
        ("", "不是国民经济行业代码"),
    ],
)
def test_an_industry_without_a_row_says_why(code: str, why: str) -> None:
    assert industry_for(code) is None
    assert why in why_no_industry(code)

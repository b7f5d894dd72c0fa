"""Sentences people read: thresholds as written, units, gaps."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from qiying.decision.indicators import standard_registry
from qiying.decision.logic.from_feel import read_condition
from qiying.decision.logic.scope import Scope
from qiying.decision.policy.compile import compile_policy
from qiying.decision.policy.load import load_policies
from qiying.decision.words import formula_text
from qiying.decision.words.policies import policy_text
from qiying.decision.words.values import money_text, percent_text

REGISTRY = standard_registry()
POLICIES = {p.id: p for p in load_policies([Path(__file__).parents[5] / "policies"])}


@pytest.mark.parametrize(
    ("feel", "said"),
    [
        ("应纳税所得额 <= 3000000", "应纳税所得额不超过300万元"),
        ("应纳税所得额 < 3000000", "应纳税所得额低于300万元"),
        ("营业收入 > 200000000", "营业收入高于2亿元"),
        ("职工人数 in (10..300]", "职工人数高于10人且不超过300人"),
        ("职工人数 = 5", "职工人数等于5人"),
        ("研发费用 / 营业收入 >= 0.05", "研发费用与营业收入之比不低于5%"),
        ("研发费用 / 营业收入 in [0.03..0.04)", "研发费用与营业收入之比不低于3%且低于4%"),
        ("科技人员占比 >= 0.1", "科技人员占比不低于10%"),
        ("是高新技术企业", "是高新技术企业"),
        ("not(是高新技术企业)", "不是高新技术企业"),
        ('企业规模 in ("小型", "微型")', "企业规模属于小型、微型"),
        ('not(企业规模 = "大型")', "企业规模不属于大型"),
        ('starts with(行业代码, "C")', "行业代码属于以C开头的代码"),
        ('成立日期 <= @"2025-06-30"', "成立日期不晚于2025年6月30日"),
        ("研发费用 + 成本费用总额 > 100", "成本费用总额与研发费用之和高于100元"),
    ],
)
def test_conditions_read_as_they_were_written(feel, said):
    assert formula_text(read_condition(feel, Scope(REGISTRY, date(2026, 6, 30))), REGISTRY) == said


def test_money_and_shares_are_short_and_exact():
    amounts: list[int | Decimal] = [0, Decimal("0.01"), 9999, 10000, 3000100, 123456789, 200000000]
    assert [money_text(a) for a in amounts] == [
        "0元", "0.01元", "9999元", "1万元", "300.01万元", "123,456,789元", "2亿元",
    ]  # fmt: skip
    assert percent_text(Fraction(1, 20)) == "5%"
    assert percent_text(Fraction(1, 3)) == "约33.3333%"


@pytest.mark.parametrize("key", sorted(POLICIES))
def test_every_shipped_policy_can_be_printed(key):
    one = compile_policy(POLICIES[key], REGISTRY, date(2026, 6, 30))
    text = policy_text(one, REGISTRY)
    assert POLICIES[key].document.number in text
    assert not any(sign in text for sign in (">=", "<=", " and ", "Fraction", "None"))


def test_a_printed_policy_reads_like_the_notice():
    one = compile_policy(POLICIES["cn-stable-jobs-refund-2025"], REGISTRY, date(2025, 6, 30))
    lines = policy_text(one, REGISTRY).splitlines()
    assert "1. 失业保险足额缴费月数不低于12个月（通知稳岗返还部分）" in lines
    assert "· 大型企业：金额为上年度失业保险费×30%（通知稳岗返还部分）" in lines

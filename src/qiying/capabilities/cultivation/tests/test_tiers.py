"""The ladder's tables against the vectors of the measures, exact to the fen and the hundredth; what is missing in words."""

from __future__ import annotations

from datetime import date
from typing import Any

from qiying.capabilities.cultivation.rules.gaps import gaps
from qiying.capabilities.cultivation.rules.tiers import APPLY, RECHECK, ladder, tables
from qiying.decision.indicators import standard_registry

OLD, NEW = date(2026, 3, 31), date(2026, 4, 1)
REGISTRY = standard_registry()
WAN = 10_000
SPECIALISED: dict[str, Any] = {
    "企业规模": "小型",
    "是科技和创新型中小企业": "是",
    "从事细分市场年数": 3,
    "营业收入": 1_500 * WAN,
    "近两年新增股权融资": 0,
    "上年度营业收入": 1_400 * WAN,
    "主营业务收入占比": "0.80",
    "资产负债率": "0.80",
    "研发费用": 100 * WAN,
    "上年度研发费用": 100 * WAN,
    "在用一类知识产权数": 1,
    "近三年获省级科技奖励": "否",
    "有省级以上研发机构": "否",
    "上年发生重大事故或严重失信": "否",
    "专精特新评价得分": "50",
}
GIANT: dict[str, Any] = {
    **SPECIALISED,
    "是省级专精特新中小企业": "是",
    "营业收入": "55125000",
    "上年度营业收入": 5_200 * WAN,
    "前年度营业收入": 5_000 * WAN,
    "主营业务收入占比": "0.90",
    "资产负债率": "0.75",
    "研发费用": 700 * WAN,
    "上年度研发费用": 500 * WAN,
    "在用一类知识产权数": 4,
    "近三年获国家级科技奖励前三名": "否",
    "细分市场占有率": "0.10",
    "细分市场全国排名": 9,
    "属于六基或产业链关键环节": "是",
    "专精特新评价得分": "60",
}
INNOVATIVE: dict[str, Any] = {
    "企业规模": "小型",
    "上年发生重大事故或严重失信": "否",
    "近三年获省级科技奖励": "否",
    "是高新技术企业": "否",
    "有省级以上研发机构": "否",
    "近三年新增股权融资": 0,
    "高价值一类知识产权数": 0,
    "自主研发一类知识产权数": 0,
    "一类知识产权数": 0,
    "二类知识产权数": 1,
    "营业收入": 1_000 * WAN,
    "研发费用": 50 * WAN,
    "上年度营业收入": "8928571.43",  # 12 % less
    "资产负债率": "0.60",
    "主导产品属于战略性新兴产业": "否",
    "主营业务收入占比": "0.75",
}


def outcome(tier: str, facts: dict[str, Any], on: date = NEW, purpose: str = APPLY, **changed: Any) -> str:
    chosen = tables(on, purpose)
    index = chosen.index(tier)
    assert index is not None
    return chosen.engine.evaluate(REGISTRY.stored({**facts, **changed}))[index].outcome


def missing(tier: str, facts: dict[str, Any], on: date = NEW, **changed: Any) -> list[str]:
    chosen = tables(on)
    index = chosen.index(tier)
    assert index is not None
    return gaps(chosen.book.compiled[index], REGISTRY.stored({**facts, **changed}), REGISTRY)


def test_a_specialised_firm_meets_every_number_and_misses_each_by_the_least() -> None:
    yes: list[dict[str, Any]] = [
        {},
        {"营业收入": 1_200 * WAN, "近两年新增股权融资": 2_000 * WAN},
        {"在用一类知识产权数": 0, "近三年获省级科技奖励": "是"},
        {"在用一类知识产权数": 0, "有省级以上研发机构": "是"},
        {"是科技和创新型中小企业": "否", "是科技型中小企业": "是"},
    ]
    no: list[dict[str, Any]] = [
        {"营业收入": "14999900", "近两年新增股权融资": "19999900"},
        {"上年度研发费用": "999900"},
        {"研发费用": "999999.99"},
        {"营业收入": "33444816", "上年度营业收入": 3_300 * WAN},  # 100万 of it is 2.99 %
        {"资产负债率": "0.8001"},
        {"主营业务收入占比": "0.7999"},
        {"专精特新评价得分": "49.99"},
        {"从事细分市场年数": "2.9"},
        {"在用一类知识产权数": 0},
        {"是科技和创新型中小企业": "否", "是科技型中小企业": "否"},
        {"企业规模": "大型"},
        {"上年发生重大事故或严重失信": "是"},
    ]
    assert [outcome("specialised", SPECIALISED, **c) for c in yes] == ["eligible"] * len(yes)
    assert [outcome("specialised", SPECIALISED, **c) for c in no] == ["not_eligible"] * len(no)
    assert all(missing("specialised", SPECIALISED, **c) for c in no)
    scoreless = {k: v for k, v in SPECIALISED.items() if k != "专精特新评价得分"}
    assert outcome("specialised", scoreless) == "unknown"  # stored with its proof, never computed


def test_a_giant_grows_by_five_percent_a_year_compound_and_not_a_hair_less() -> None:
    yes: list[dict[str, Any]] = [
        {},
        {"研发费用": 500 * WAN, "上年度研发费用": 700 * WAN},
        {"在用一类知识产权数": 3, "近三年获国家级科技奖励前三名": "是"},
        {"细分市场占有率": "0.02", "细分市场全国排名": 3},
    ]
    no: list[dict[str, Any]] = [
        {"营业收入": 5_512 * WAN},  # 4.995 %
        {"营业收入": "55124999.99"},
        {"研发费用": 599 * WAN, "上年度研发费用": 600 * WAN},
        {"在用一类知识产权数": 3},
        {"资产负债率": "0.7501"},
        {"营业收入": "49999999.99", "前年度营业收入": 4_000 * WAN},
        {"细分市场占有率": "0.0999"},
        {"是省级专精特新中小企业": "否"},
        {"专精特新评价得分": "59.99"},
        {"从事细分市场年数": 2},
    ]
    assert [outcome("giant", GIANT, **c) for c in yes] == ["eligible"] * len(yes)
    assert [outcome("giant", GIANT, **c) for c in no] == ["not_eligible"] * len(no)
    later = date(2027, 2, 1)  # growth is not looked at again
    assert outcome("giant", GIANT, later, RECHECK, 前年度营业收入=5_400 * WAN) == "eligible"
    assert outcome("giant", GIANT, later, APPLY, 前年度营业收入=5_400 * WAN) == "not_eligible"


def test_the_innovative_score_has_floors_of_its_own() -> None:
    chosen = tables(NEW)
    index = chosen.index("innovative")
    assert index is not None
    score = chosen.book.compiled[index].score
    assert score is not None

    def points(**changed: Any) -> list[int]:
        return [int(c.low) for c in score.contributions(REGISTRY.stored({**INNOVATIVE, **changed}))]

    assert points() == [25, 20, 25]  # 70 in all
    assert outcome("innovative", INNOVATIVE) == "eligible"
    weak: dict[str, Any] = {
        "研发费用": 25 * WAN, "上年度营业收入": 800 * WAN, "资产负债率": "0.5", "主导产品属于战略性新兴产业": "是"
    }  # fmt: skip
    assert points(**weak) == [15, 30, 30]  # 75 in all, and not enough
    assert outcome("innovative", INNOVATIVE, **weak) == "not_eligible"
    assert "创新能力得分15分" in missing("innovative", INNOVATIVE, **weak)[0]
    assert outcome("innovative", INNOVATIVE, **weak, 是高新技术企业="是") == "eligible"
    assert outcome("innovative", INNOVATIVE, **weak, 近三年新增股权融资=500 * WAN) == "eligible"
    bands = {"0.55": [25, 25, 25], "0.75": [25, 20, 25], "0.7501": [25, 15, 25]}
    assert {debt: points(资产负债率=debt) for debt in bands} == bands


def test_the_tech_score_of_115_fails_without_staff() -> None:
    facts: dict[str, Any] = {
        "职工人数": 100, "营业收入": 1_000 * WAN, "资产总额": 1_000 * WAN, "上年发生重大事故或严重失信": "否",
        "成本费用总额": 900 * WAN, "是高新技术企业": "否", "近五年获国家级科技奖励前三名": "否",
        "有省级以上研发机构": "否", "近五年主导制定国际国家或行业标准": "否", "研发费用": 45 * WAN, "一类知识产权数": 0,
        "二类知识产权数": 4,
    }  # fmt: skip
    assert outcome("tech", facts, 科技人员占比="0.12") == "not_eligible"  # 58
    assert outcome("tech", facts, 科技人员占比="0.15") == "eligible"  # 62
    full: dict[str, Any] = {"研发费用": 60 * WAN, "一类知识产权数": 1}
    assert outcome("tech", facts, **full, 科技人员占比="0.09") == "not_eligible"  # 80, staff 0
    assert [ladder().tiers["tech"].is_open(date(2026, m, d)) for m, d in ((5, 31), (6, 1), (8, 31), (9, 1))] == [
        False, True, True, False,
    ]  # fmt: skip


def test_the_day_chooses_the_version_and_the_old_one_judges_the_rechecks_of_2026() -> None:
    tiers = ladder().tiers

    def table(tier: str, on: date, purpose: str) -> str:
        found = tiers[tier].version(on, purpose)
        return found.table if found else ""

    for tier, old, new in (
        ("specialised", "specialised-sme", "specialised-2"),
        ("giant", "little-giant", "giant-2"),
    ):
        assert [table(tier, on, APPLY) for on in (OLD, NEW)] == [old, new]
        rechecks = [table(tier, on, RECHECK) for on in (OLD, NEW, date(2026, 12, 31), date(2027, 1, 1))]
        assert rechecks == [old, old, old, new]
    assert table("innovative", OLD, APPLY) == table("innovative", NEW, APPLY) == "innovative-63"
    small = {**SPECIALISED, "营业收入": 1_000 * WAN, "专精特新评价得分": "60", "从事细分市场年数": 2}
    assert [outcome("specialised", small, on) for on in (OLD, NEW)] == ["eligible", "not_eligible"]
    assert outcome("specialised", small, date(2026, 9, 1), RECHECK) == "eligible"
    old_giant = {**GIANT, "自建研发机构": "是", "近两年营业收入平均增长率": "0.05", "细分市场省内排名": 3}
    assert outcome("giant", {**old_giant, "资产负债率": "0.70", "营业收入": 10_000 * WAN}, OLD) == "eligible"
    assert (
        outcome("giant", {**old_giant, "资产负债率": "0.7001", "营业收入": 10_000 * WAN}, OLD)
        == "not_eligible"
    )


def test_what_is_missing_is_told_with_the_distance() -> None:
    told = missing(
        "specialised", SPECIALISED, 上年度研发费用="950000", 资产负债率="0.85", 专精特新评价得分="45"
    )
    assert any("上年度研发费用" in one and "还差5万元" in one for one in told)
    assert any("资产负债率" in one and "多了5%" in one for one in told)
    assert any("还差5分" in one for one in told)
    assert missing("specialised", SPECIALISED) == []
    assert any(
        "前年度营业收入" in one and "营业收入还差" in one
        for one in missing("giant", GIANT, 营业收入=5_512 * WAN)
    )


def test_a_title_lasts_three_years_and_false_data_bar_for_three() -> None:
    assert ladder().until("giant", date(2026, 9, 1)) == date(2029, 8, 31)
    assert ladder().until("innovative", date(2024, 2, 29)) == date(2027, 2, 27)
    assert ladder().until("tech", date(2026, 9, 1)) == date(2026, 12, 31)
    assert ladder().barred_until(date(2026, 9, 1)) == date(2029, 9, 1)

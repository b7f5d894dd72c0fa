"""Fair competition and bidding as pure rules: every vector of the facts, and what must not be flagged."""

from __future__ import annotations

import doctest

import pytest

from qiying.capabilities.legal_environment.rules import bidding, fair
from qiying.capabilities.legal_environment.rules.bidding import Offer, bond_fault, clues_of, standing

FLAGGED = {
    "上市公司募集资金80%以上投资本区的，给予500万元奖励。": {"local_investment": "look"},
    "招商备忘录：乙方自投产之日起三年内缴纳的增值税，区财政按地方留成部分全额返还。": {
        "tax_refund": "block",
        "named_firm": "block",
        "local_tax": "block",
    },
    "对从区外迁入的规上企业，一次性奖励100万元。": {"move_in": "block"},
    "企业将注册地变更至本区的，给予50万元补助。": {"move_in": "block"},
    "年度在本区纳税达到500万元的企业，按地方贡献的50%给予奖励。": {"local_tax": "block"},
    "纳入本区统计的批发企业，给予10万元奖励。": {"local_statistics": "block"},
    "新入统的服务业企业奖励5万元。": {"local_statistics": "block"},
    "投标人获得区级奖项的加2分。": {"local_score": "block"},
    "在本地缴纳社保满一年的投标人加分。": {"local_score": "block"},
    "政府投资项目应当优先采购本区企业的产品。": {"local_first": "block"},
    "外地企业应当在本区设立分公司后方可投标。": {"outsiders": "block"},
    "享受政策的企业十年内不得迁出。": {"no_leaving": "block"},
    "申请材料由指定的中介机构出具。": {"named_supplier": "block"},
    "对特定企业实行一事一议，给予奖励。": {"named_firm": "block"},
    "行业协会统一规定最低收费标准。": {"price": "look"},
    "首次上规的工业企业奖励20万元。": {"first_above": "look"},
}
PASSED = (
    "对本区国家级专精特新“小巨人”企业，不分所有制、不分来源，奖励20万元。",
    "在本区依法登记、依法纳税的中小企业，购置设备按10%补助。",
    "科技型中小企业研发费用加计扣除，按照国家规定享受税收优惠。",
    "不得指定中介机构办理。",
    "奖励20万元，不以迁入、纳税和纳统为条件。",
    "引进人才落户的，给予安家补贴。",
    "",
)


def test_every_vector_is_flagged_with_its_article_and_nothing_else_is() -> None:
    for text, wanted in FLAGGED.items():
        found = fair.flags_of(text)
        assert {f.code: f.level for f in found} == wanted, text
        assert all(f.article.startswith("《公平竞争审查条例") and f.words in text for f in found)
    assert [text for text in PASSED if fair.flags_of(text)] == []
    whole = fair.flags_of("。\n".join(FLAGGED))
    assert len(whole) == sum(len(w) for w in FLAGGED.values())


def test_an_exception_without_a_term_is_incomplete() -> None:
    given = {"exception": "science", "no_milder": "普惠的办法做不到", "ends": ""}
    assert set(fair.exception_faults(given)) == {"ends"}
    assert fair.exception_faults({**given, "ends": "2027-12-31"}) == {}
    assert fair.exception_faults({"ends": ""}) == {}
    assert set(fair.exception_faults({"exception": "²"})) == {"exception", "no_milder", "ends"}


def test_the_six_flags_are_clues_in_the_order_of_the_law() -> None:
    base = {"甲": 100, "乙": 101, "丙": 102, "丁": 103}
    offers = [Offer(name, price) for name, price in base.items()]
    (only,) = clues_of(offers)
    assert (only.code, only.bidders) == ("alike", ("甲", "乙", "丙", "丁"))
    shared = [
        Offer("甲", 900, author="小王", agent="代理一", staff=frozenset({"项目甲"}), account="6222", wording="同"),
        Offer("乙", 777, author="小王", agent="代理一", staff=frozenset({"项目甲"}), account="6222", wording="同",
              mixed_with="甲"),
        Offer("丙", 512, author="小李"),
    ]  # fmt: skip
    assert [c.code for c in clues_of(shared)] == list(bidding.FLAGS)
    assert all(set(c.bidders) == {"甲", "乙"} for c in clues_of(shared))
    assert clues_of([Offer("甲", 100), Offer("乙", 130), Offer("丙", 190)]) == []
    assert clues_of([Offer("甲", 1, author=" "), Offer("乙", 3, author=" ")]) == []
    assert bidding.price_pattern([100, 110, 121]) == "报价从低到高按同一个比例递增"
    assert bidding.price_pattern([5, 5, 5]) == "报价全都一样"


@pytest.mark.parametrize(
    ("kind", "least"), [("works", 4_000_000), ("goods", 2_000_000), ("services", 1_000_000)]
)
def test_what_must_be_tendered_is_from_the_limit_on(kind: str, least: int) -> None:
    assert standing(kind, least).code == "must"
    assert standing(kind, least - 1, small_from=500_000).code == "small"
    assert standing(kind, 499_999, small_from=500_000).code == "free"
    assert standing(kind, least, in_scope=False, small_from=500_000).code == "small"


def test_bonds_have_their_cap() -> None:
    assert bond_fault(80_000, 4_000_000, bidding.BID_BOND_PERCENT) == ""
    assert bond_fault(80_001, 4_000_000, bidding.BID_BOND_PERCENT)
    assert bond_fault(400_001, 4_000_000, bidding.PERFORMANCE_BOND_PERCENT)
    assert [doctest.testmod(m).failed for m in (fair, bidding)] == [0, 0]

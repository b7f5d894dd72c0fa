"""Pasted policy texts: what rules read, the words it came from, and what stays unread in sight."""

from __future__ import annotations

from datetime import date

import pytest

from qiying.capabilities.policies.rules.drafting import draft
from qiying.capabilities.policies.rules.drafting_pieces import Drafted, sheet_of_pieces
from qiying.capabilities.policies.rules.table_words import read_sheet
from qiying.capabilities.policies.tests import drafting_texts as texts
from qiying.decision.indicators import standard_registry

ON = date(2026, 11, 18)


def values(found: Drafted, kind: str) -> list[str]:
    return [piece.value for piece in found.pieces if piece.kind == kind]


def tiers(found: Drafted) -> list[tuple[dict[str, str], str]]:
    return [({c.column: c.cell for c in p.conditions}, p.value) for p in found.pieces if p.kind == "tier"]


def test_the_head_of_a_notice_is_read():
    found = draft(texts.TECH)
    assert values(found, "name") == ["海盐县人民政府办公室关于支持科技企业创新发展的若干措施"]
    assert values(found, "number") == ["盐政办发〔2026〕12号"]
    assert values(found, "department") == ["区科技局"]
    assert values(found, "co_unit") == ["区财政局"]
    assert values(found, "valid_from") == ["2026-03-01"]
    assert values(found, "valid_to") == ["2028-12-31"]


def test_tiers_with_ratio_cap_and_source():
    found = draft(texts.TECH)
    assert tiers(found) == [
        ({"首次认定高新技术企业": "true"}, "300000"),
        ({"重新认定高新技术企业": "true"}, "100000"),
        ({"上年度营业收入": ">= 20000000", "研发费用 / 营业收入": ">= 0.05"}, "min(研发费用 * 0.1, 500000)"),
    ]
    assert [p.source for p in found.pieces if p.kind == "tier"] == ["第二条", "第二条", "第三条"]
    assert values(found, "cap_year") == ["1000000"]
    assert values(found, "group") == ["同类政策"]
    assert values(found, "excludes") == ["被列入严重失信名单"]
    assert values(found, "material") == ["营业执照复印件", "高新技术企业证书", "上年度研发费用专项审计报告"]


def test_sizes_equipment_and_a_total_cap():
    found = draft(texts.EQUIPMENT)
    assert tiers(found)[0] == (
        {"企业规模": '"小型", "微型"', "设备投资额": ">= 1000000"}, "min(设备投资额 * 0.15, 600000)"
    )  # fmt: skip
    assert values(found, "cap_total") == ["5000000"]
    assert values(found, "requires") == ["注册地在本区", "技改项目已备案"]
    assert values(found, "valid_to") == ["2028-12-31"]
    assert values(found, "department") == ["海盐县经济和信息化局"]


def test_no_application_and_shares_without_a_cap():
    found = draft(texts.STEADY)
    assert values(found, "delivery") == ["免申即享"]
    assert tiers(found)[1] == ({"企业规模": '"大型"'}, "上年度失业保险费 * 0.3")


def test_age_once_and_materials_in_one_sentence():
    found = draft(texts.RENT)
    assert tiers(found) == [
        ({"成立日期": '>= 评估日 - @"P3Y"', "企业规模": '"微型"', "职工人数": ">= 5"}, "20000")
    ]
    assert values(found, "first") == ["true"]
    assert values(found, "material") == ["租赁合同", "营业执照", "租金发票"]
    assert values(found, "valid_to") == ["2027-06-30"]


def test_ranges_include_their_numbers_as_the_civil_code_says():
    found = draft(texts.RISE)
    assert ({"营业收入": "[50000000..100000000]"}, "200000") in tiers(found)
    assert ({"营业收入增长率": ">= 0.1"}, "50000") in tiers(found)
    assert values(draft(texts.FAIR), "requires")[0] == "职工人数 <= 300"


def test_sums_told_apart_become_tiers_that_ask_for_their_condition():
    found = [p for p in draft(texts.FIRST_SET).pieces if p.kind == "tier"]
    assert [p.value for p in found] == ["2000000", "1000000", "500000"]
    assert all("请补上条件" in p.ask for p in found)


def test_a_sentence_that_shuts_out_still_demands_the_rest():
    found = draft(texts.PLEDGE)
    assert values(found, "requires") == ["资产负债率 < 0.7"]
    assert values(found, "excludes") == ["近两年有行贿犯罪记录"]


def test_what_cannot_be_read_is_shown():
    found = draft(texts.FIRST_SET)
    assert [found.words(one) for one in found.unread] == ["二、企业应当在认定后6个月内提出申请"]
    assert draft(texts.NOTHING).pieces == ()


@pytest.mark.parametrize("text", texts.ALL)
def test_every_piece_points_at_its_words_and_the_draft_is_read_by_the_engine(text):
    found = draft(text)
    for piece in found.pieces:
        assert found.words(piece.span)
        assert piece.kind_label
    reading = read_sheet(sheet_of_pieces(found.pieces, "draft"), standard_registry(), ON)
    assert [said for said in reading.said.values() if said.problem] == []


@pytest.mark.parametrize(
    "text", ["", "〔2026〕号", "自2026年13月40日起施行", "给予万元", "1" * 50_000, "按的%给予。；\x00"]
)
def test_odd_texts_do_no_harm(text):
    draft(text)


Tiers = list[tuple[dict[str, str], str]]
STEPS: Tiers = [
    ({"营业收入": "(50000000..100000000]"}, "200000"), ({"营业收入": "(100000000..500000000]"}, "500000"),
    ({"营业收入": "(500000000..1000000000]"}, "1000000"), ({"营业收入": "> 1000000000"}, "2000000"),
]  # fmt: skip
TITLES: Tiers = [({"首次认定高新技术企业": "true"}, "200000"), ({"重新认定高新技术企业": "true"}, "100000")]
READ: list[tuple[str, Tiers]] = [
    ("营业收入首次超过5000万元、1亿元、5亿元、10亿元的，分别奖励20、50、100、200万元", STEPS),
    ("对年营业收入首次突破5000万元、1亿元、5亿元、10亿元的企业，分别给予20万元、50万元、100万元、200万元奖励", STEPS),
    ("奖励标准：首次认定高新技术企业二十万元，重新认定壹拾万元", TITLES),
    ("首次认定高新技术企业奖励贰拾万元，重新认定高新技术企业奖励一十万元", TITLES),
    ("营业收入超过5000万元的，奖励20万元；超过1亿元的，奖励50万元",
     [({"营业收入": "> 50000000"}, "200000"), ({"营业收入": "> 100000000"}, "500000")]),
    ("营业收入超过5000万元的奖励20万元，营业收入超过1亿元的奖励50万元",
     [({"营业收入": "> 50000000"}, "200000"), ({"营业收入": "> 100000000"}, "500000")]),
    ("营业收入达到5000万元的给予10万元，达到1亿元的给予20万元",
     [({"营业收入": ">= 50000000"}, "100000"), ({"营业收入": ">= 100000000"}, "200000")]),
    ("年度营业收入不超过500万元的企业，给予一次性奖励5万元", [({"营业收入": "<= 5000000"}, "50000")]),
    ("支持营业收入超过5000万元的企业，给予30万元奖励", [({"营业收入": "> 50000000"}, "300000")]),
    ("成立满三年的企业，一次性给予叁拾万元奖励", [({"成立日期": '<= 评估日 - @"P3Y"'}, "300000")]),
    ("职工人数一百人以上的企业，奖励10万", [({"职工人数": ">= 100"}, "100000")]),
    ("营业收入1亿5000万元以上的，奖励30万元", [({"营业收入": ">= 150000000"}, "300000")]),
    ("研发费用500万元（含）以上的，奖励20万元", [({"研发费用": ">= 5000000"}, "200000")]),
    ("按研发费用的百分之十给予补助，最高五十万元", [({}, "min(研发费用 * 0.1, 500000)")]),
    ("给予设备投资额10%的补助，最高100万元", [({}, "min(设备投资额 * 0.1, 1000000)")]),
    ("每家企业每年累计不超过一百万元", []),
    ("奖励总额不超过500万元", []),
]  # fmt: skip
UNREAD = [
    "按实际投入的15%予以奖励,最高不超过100万元(实际投资额30万元及以上)",
    "对实际投资额30万元及以上的项目，按实际投入的15%予以奖励，最高不超过100万元",
    "首次超过5000万元、1亿元、5亿元、10亿元的，分别奖励20、50、100、200万元",
    "给予最高50万元奖励", "给予不超过50万元的补助", "最高可获得100万元奖励", "一次性奖励最高可达50万元",
    "奖励100万元封顶", "补助50万元以内", "奖励金额原则上不超过30万元", "补贴上限20万元", "至多给予15万元补助",
    "每招用一人给予1000元补贴", "每新增一项发明专利奖励5000元", "对租用办公用房的，按每平方米30元补贴", "补贴标准为20元/平方米",
    "按设备投资额的10%补助，每个项目最高不超过100万元", "给予最高不超过实际投资额15%、总额不超过100万元的补助",
    "对投资5000万元以上的项目给予奖励100万元", "对入库税收增长20%以上的企业，按增量的30%奖励", "贷款额度最高500万元",
    "每家企业给予20万元奖励，最高不超过3家", "按研发费用的10%给予补助，分三年兑现",
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), READ, ids=[text for text, _ in READ])
def test_a_sentence_whose_numbers_are_all_used_is_read(text, wanted):
    found = draft(text)
    assert tiers(found) == wanted
    assert found.unread == ()


@pytest.mark.parametrize("text", UNREAD)
def test_a_ceiling_is_never_a_gift_and_a_number_nobody_used_leaves_the_sentence_unread(text):
    found = draft(text)
    assert [found.words(one) for one in found.unread] == [text]
    assert tiers(found) == []


def test_what_is_half_read_says_so_and_the_highest_threshold_stands_first():
    (tier,) = [
        p for p in draft("营业收入超过5000万元且利润达到500万元的企业奖励20万元").pieces if p.kind == "tier"
    ]
    assert tier.ask == "这句里还有没读懂的数，请补上"
    found = draft("营业收入达到5000万元的给予10万元；达到1亿元的给予20万元；达到5亿元的给予50万元奖励")
    rows = sheet_of_pieces(found.pieces, "draft")["table"]["rows"]
    assert [row["then"] for row in rows] == [["500000"], ["200000"], ["100000"]]

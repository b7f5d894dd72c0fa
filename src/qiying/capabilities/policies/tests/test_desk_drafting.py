"""Pasted policy texts: what rules read, the words it came from, and what stays unread in sight."""

from __future__ import annotations

from datetime import date

import pytest

from qiying.capabilities.policies.rules.drafting import draft
from qiying.capabilities.policies.rules.drafting_pieces import Drafted
from qiying.capabilities.policies.rules.drafting_table import sheet_of_pieces
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
        ({"成立日期": '>= 评估日 - @"P1095D"', "企业规模": '"微型"', "职工人数": ">= 5"}, "20000")
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

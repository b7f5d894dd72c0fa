"""What people type into cells, conditions and amounts, as FEEL that means the same."""

from datetime import date

import pytest

from qiying.decision.indicators import standard_registry
from qiying.decision.logic.amounts import evaluate, read_amount
from qiying.decision.logic.from_feel import read_cell, read_condition
from qiying.decision.logic.scope import Scope
from qiying.decision.words import formula_text
from qiying.decision.words.typed import amount_feel, cell_feel, condition_feel

REGISTRY = standard_registry()
SCOPE = Scope(REGISTRY, date(2026, 6, 30))


@pytest.mark.parametrize(("column", "typed", "feel"), [
    ("营业收入", "100万", "1000000"), ("营业收入", ">=100万", ">= 1000000"), ("营业收入", ">= 100万元", ">= 1000000"),
    ("营业收入", "50万元", "500000"), ("营业收入", "500万元以上", ">= 5000000"), ("营业收入", "500万元（含）以上", ">= 5000000"),
    ("营业收入", "不低于500万元且低于2000万元", "[5000000..20000000)"), ("营业收入", "1亿元以下", "<= 100000000"),
    ("营业收入", "高于500万元，且不超过1.5亿", "(5000000..150000000]"), ("营业收入", "500万元到1000万元", "[5000000..10000000]"),
    ("营业收入", "营业收入不低于500万元", ">= 5000000"), ("营业收入", ">= 5,000,000", ">= 5000000"),
    ("营业收入", "低于100万元，或不低于1亿元", "< 1000000, >= 100000000"), ("营业收入", "不限", "-"),
    ("营业收入", "≥５００万", ">= 5000000"), ("营业收入", "> 100万 且 < 200万", "(1000000..2000000)"),
    ("营业收入增长率", "20%", "0.2"), ("营业收入增长率", "不低于20%", ">= 0.2"), ("营业收入增长率", "> 20%", "> 0.2"),
    ("研发费用 / 营业收入", "不低于5%", ">= 0.05"), ("职工人数", "300人以下", "<= 300"), ("职工人数", "不超过300人", "<= 300"),
    ("职工人数", "满10人", ">= 10"), ("企业规模", "中型", '"中型"'), ("企业规模", "小型、微型", '"小型", "微型"'),
    ("企业规模", "属于小型、微型", '"小型", "微型"'), ("企业规模", "不属于大型", 'not("大型")'), ("企业规模", "小微企业", '"小型", "微型"'),
    ("企业规模", "中型企业", '"中型"'), ("是高新技术企业", "是", "true"), ("是高新技术企业", "不是高新技术企业", "false"),
    ("被列入严重失信名单", "否", "false"), ("成立日期", "不早于2025年1月1日", '>= @"2025-01-01"'),
    ("成立日期", "2025年1月1日以前", None), ("营业收入", "很多", None), ("企业规模", "巨型", None),
])  # fmt: skip
def test_a_typed_cell_becomes_feel(column, typed, feel):
    assert cell_feel(typed, column, REGISTRY) == feel
    if feel is not None:
        read_cell(column, feel, SCOPE)


@pytest.mark.parametrize(("typed", "feel"), [
    ("营业收入不低于500万元且企业规模属于小型、微型", '营业收入 >= 5000000 and 企业规模 in ("小型", "微型")'),
    ("营业收入 >= 500万 且 职工人数 > 10人", "营业收入 >= 5000000 and 职工人数 > 10"),
    ("企业规模为中型", '企业规模 in ("中型")'), ("不是高新技术企业", "not(是高新技术企业)"),
    ("未被列入严重失信名单", "not(被列入严重失信名单)"), ("注册地在本区，且是科技型中小企业", "注册地在本区 and 是科技型中小企业"),
    ("营业收入500万元至2000万元", "营业收入 in [5000000..20000000]"), ("企业规模不属于大型", 'not(企业规模 in ("大型"))'),
    ("营业收入增长率达到20%或研发费用超过100万", "营业收入增长率 >= 0.2 or 研发费用 > 1000000"), ("天气好", None),
])  # fmt: skip
def test_a_typed_condition_becomes_feel(typed, feel):
    assert condition_feel(typed, REGISTRY) == feel
    if feel is not None:
        read_condition(feel, SCOPE)


@pytest.mark.parametrize(("typed", "yuan"), [
    ("50万元", 500000), ("30万", 300000), ("1.5亿元", 150000000), ("300,000", 300000), ("研发费用×10%", 100),
    ("研发费用的10%", 100), ("研发费用×10%与50元中较低者", 50), ("研发费用的10%，最高80元", 80), ("研发费用 * 0.1", 100),
])  # fmt: skip
def test_a_typed_amount_becomes_feel(typed, yuan):
    feel = amount_feel(typed, REGISTRY)
    assert feel is not None
    assert evaluate(read_amount(feel, SCOPE), {"研发费用": 100000}) == yuan


@pytest.mark.parametrize(("column", "cell"), [
    ("营业收入", "[5000000..20000000)"), ("营业收入", "> 100000000"), ("营业收入", "<= 123.45"), ("职工人数", "(10..300]"),
    ("企业规模", '"小型", "微型"'), ("企业规模", 'not("大型")'), ("是高新技术企业", "true"), ("是高新技术企业", "false"),
    ("营业收入增长率", ">= 0.125"), ("营业收入", "< 5, >= 10"), ("成立日期", '<= @"2025-06-30"'), ("被列入严重失信名单", "false"),
])  # fmt: skip
def test_what_the_readout_says_can_be_typed_back(column, cell):
    meant = read_cell(column, cell, SCOPE)
    typed = cell_feel(formula_text(meant, REGISTRY), column, REGISTRY)
    assert typed is not None and read_cell(column, typed, SCOPE) == meant

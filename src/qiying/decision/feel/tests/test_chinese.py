"""Plain Chinese of expressions and cells, and the names an expression needs."""

from __future__ import annotations

import pytest

from qiying.decision.feel import cell_to_chinese, free_names, parse_expression, parse_unary_tests, to_chinese

UNITS = {"研发费用": "元", "营业收入": "元", "从业人数": "人"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("研发费用 / 营业收入 >= 0.05", "研发费用除以营业收入不低于5%"),
        ("营业收入 > 20000000 and 从业人数 < 300", "营业收入高于2000万元，并且从业人数低于300人"),
        ("营业收入 between 20000000 and 400000000", "营业收入在2000万元（含）至4亿元（含）之间"),
        ("从业人数 in [10..300)", "从业人数在10人（含）至300人（不含）之间"),
        ('行业 in ("制造业", "软件业")', "行业为“制造业”、“软件业”之一"),
        ('成立日期 >= @"2020-01-01"', "成立日期不早于2020年1月1日"),
        ("(a or b) and c", "（a，或者b），并且c"),
        ("not(有失信记录)", "不满足“有失信记录”"),
        ("高新技术企业 = true", "高新技术企业：是"),
        ("证书 = null", "证书没有值"),
        ("(营业收入 - 12345) * 0.5", "（营业收入减12345元）的50%"),
        ('years and months duration(成立日期, today()) >= @"P3Y"', "从成立日期到今天的年月不少于3年"),
        ("if 营业收入 > 100000000 then 500000 else 0", "如果营业收入高于1亿元，则为50万元，否则为0元"),
        ("min(研发费用 * 0.1, 300000)", "研发费用的10%、30万元中最小的"),
        ('some x in 专利 satisfies x.类型 = "发明"', "专利中的至少一个“x”满足：x的类型为“发明”"),
    ],
)
def test_expressions_read_as_people_would_say_them(text: str, words: str) -> None:
    assert to_chinese(parse_expression(text, UNITS), UNITS, unit="元") == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("-", "营业收入不限"),
        (">= 20000000", "营业收入不低于2000万元"),
        ("[1..5)", "营业收入在1元（含）至5元（不含）之间"),
        ("not(0)", "营业收入不等于0元"),
        ("? > 3 and ? < 10", "营业收入高于3元，并且营业收入低于10元"),
        ("< 5, > 9", "营业收入低于5元，或者营业收入高于9元"),
    ],
)
def test_cells_name_their_column(text: str, words: str) -> None:
    assert cell_to_chinese(parse_unary_tests(text), "营业收入", "元") == words


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("研发费用 / 营业收入 >= 0.05", {"研发费用", "营业收入"}),
        ("sum(a, b)", {"a", "b"}),
        ("for x in xs return x + y", {"xs", "y"}),
        ("some x in xs, y in x satisfies y > z", {"xs", "z"}),
        ("{a: 1, b: a + c}.b", {"c"}),
        ("function(x) x + y", {"y"}),
        ("f(x)", {"f", "x"}),
        ("items[item > limit]", {"items", "limit"}),
        ("a.b.c", {"a"}),
    ],
)
def test_free_names_are_those_that_must_come_from_outside(text: str, names: set[str]) -> None:
    assert free_names(parse_expression(text)) == names

"""Static checks: what is wrong is said in Chinese, at its column, before anything runs."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qiying.decision.feel import Declaration, FeelType, check_expression, check_unary_tests

NUMBER = FeelType("number")
DECLARED = {
    "营业收入": Declaration(NUMBER, "元", low=Decimal(0)),
    "研发费用": Declaration(NUMBER, "元"),
    "行业": Declaration(FeelType("string"), allowed=("制造业", "软件业")),
    "成立日期": Declaration(FeelType("date")),
    "高新技术企业": Declaration(FeelType("boolean")),
}


@pytest.mark.parametrize(
    ("text", "column", "code", "words"),
    [
        ("营业收人 > 5", 1, "name.unknown", "营业收入"),
        ('营业收入 > "高"', 1, "type.compare", "数字不能与文本比较"),
        ("高新技术企业 > true", 1, "type.order", "不分大小"),
        ('成立日期 + 3 > @"2020-01-01"', 1, "type.arithmetic", "日期与数字"),
        ("营业收入 > 5 and 营业收入 < 3", 14, "never.true", "不能同时成立"),
        ('行业 = "农业"', 1, "never.true", "制造业、软件业"),
        ("营业收入 < 0", 1, "never.true", "不小于0"),
        ("营业收入 in [5..3]", 9, "never.true", "没有任何值"),
        ("研发费用 between 9 and 3", 1, "never.true", "永远不成立"),
        ("1 > 2", 1, "never.true", "永远不成立"),
        ("if 营业收入 then 1 else 2", 4, "type.condition", "是否"),
        ("高新技术企业 and 营业收入", 12, "type.condition", "数字"),
        ("substring(营业收入, 1)", 1, "call.arguments", "substring(string, start position"),
        ("sqrr(4)", 1, "call.unknown", "sqrt"),
        ('成立日期 < @"2020-13-01"', 8, "literal.temporal", "不是日期"),
        ("营业收入 >", 7, "syntax.atom", "缺一个值"),
        ("营业收入\n  > 研发费用费", 2, "name.unknown", "研发费用"),
    ],
)
def test_a_mistake_is_reported_where_it_stands(text: str, column: int, code: str, words: str) -> None:
    problems = check_expression(text, DECLARED).problems
    assert code in [problem.code for problem in problems]
    found = next(problem for problem in problems if problem.code == code)
    assert words in str(found)
    if "\n" not in text:
        assert (found.line, found.column) == (1, column)
    else:
        assert found.line == column


@pytest.mark.parametrize(
    "text",
    [
        "研发费用 / 营业收入 >= 0.05",
        "营业收入 > 5 or 营业收入 < 3",
        '行业 in ("制造业", "软件业") and 高新技术企业',
        'years and months duration(成立日期, @"2025-01-01") >= @"P3Y"',
        "some x in [营业收入, 研发费用] satisfies x > 3",
        "min(研发费用 * 0.1, 300000)",
        "成立日期.year >= 2020",
        "[{a: 1}][a > 0].a",
        "if 高新技术企业 then 营业收入 else null",
        "营业收入 >= 5 and 营业收入 <= 5",
    ],
)
def test_sound_expressions_raise_nothing(text: str) -> None:
    assert check_expression(text, DECLARED).problems == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [("> 5, [3..9]", "overlap.tests"), ('"a"', "type.compare"), ("< 0", "never.true"), ("5, 6, 5", "overlap.tests"),
     ("[9..1]", "never.true")],
)  # fmt: skip
def test_a_cell_is_checked_against_its_column(text: str, code: str) -> None:
    problems = check_unary_tests(text, DECLARED, DECLARED["营业收入"]).problems
    assert [problem.code for problem in problems] == [code]


@pytest.mark.parametrize(
    "text", ["-", "[1..2], [3..4]", "> 研发费用", "not(5)", "? > 3 and ? < 9", "[1..2), [2..3]"]
)
def test_sound_cells_raise_nothing(text: str) -> None:
    assert check_unary_tests(text, DECLARED, DECLARED["营业收入"]).problems == ()


def test_the_wanted_type_of_a_result_is_checked() -> None:
    checked = check_expression('"十万"', DECLARED, FeelType("number"))
    assert [problem.code for problem in checked.problems] == ["type.result"]

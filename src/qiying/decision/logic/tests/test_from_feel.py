"""FEEL in matching mode against the FEEL interpreter, on complete facts; and what it refuses."""

import random
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from qiying.decision.feel import (
    FeelError,
    evaluate,
    evaluate_unary_tests,
    parse_expression,
    parse_unary_tests,
)
from qiying.decision.feel.temporal import FeelDate
from qiying.decision.indicators import Indicator, Registry
from qiying.decision.logic.amounts import evaluate as amount_of
from qiying.decision.logic.amounts import read_amount, truth
from qiying.decision.logic.formula import FALSE, TRUE
from qiying.decision.logic.from_feel import read_cell, read_condition
from qiying.decision.logic.normal import normalise
from qiying.decision.logic.scope import Scope

REGISTRY = Registry(
    (
        Indicator("甲", "count", "个", "年", "样例", Decimal(0), Decimal(20)),
        Indicator("乙", "number", "%", "年", "样例", Decimal(-1), Decimal(1), decimals=4),
        Indicator("收入", "money", "元", "年", "样例", Decimal(0)),
        Indicator("费用", "money", "元", "年", "样例", Decimal(0)),
        Indicator("类别", "text", "", "时点", "样例"),
        Indicator("名单", "boolean", "", "时点", "样例"),
        Indicator("成立", "date", "", "时点", "样例"),
    )
)
DAY = date(2026, 6, 30)
CONDITIONS = [
    "甲 >= 3 and 甲 < 9",
    "甲 between 3 and 9 or 名单",
    "甲 in [3..9)",
    "甲 in (1, 5, >= 12)",
    "not(甲 = 5) and 甲 != 6",
    "甲 * 2 - 3 > 乙 * 100",
    "费用 / 收入 >= 0.05",
    "费用 / 收入 * 100 < 5 or 甲 > 10",
    "0.05 <= 费用 / 收入",
    "费用 >= 0.05 * 收入",
    "(费用 + 收入) / 3 > 300",
    "max(费用, 收入 / 20) >= 50",
    "min(费用, 收入, 400) = 50",
    "sum(费用, 收入, 1) <= 1051",
    "(if 名单 then 甲 else 10) >= 8",
    "if 甲 > 5 then 名单 else 费用 > 40",
    '类别 = "C35" or starts with(类别, "I")',
    '类别 in ("C35", "A01") and not(名单)',
    'list contains(["C35", "I65"], 类别)',
    '类别 != "C35"',
    "名单 = true",
    "名单 != (甲 > 5)",
    '成立 >= @"2020-01-01" and 成立 <= date("2025-06-30")',
    "收入 != null",
    "-乙 < 0.25",
    "1 - 费用 / 收入 > 0.95",
]
AMOUNTS = [
    "费用 * 0.5",
    "min(费用, 甲 * 10.5) + 1",
    "if 甲 > 5 then 费用 else 收入 / 3",
    "round half up(收入 / 7, 1)",
    "floor(收入 / 7) - ceiling(费用 / 3)",
    "max([费用, 收入 - 费用, 12.34])",
    "-费用 + 收入 * (甲 + 2) / 4",
]


def random_case(rng):
    """Stored facts and the same facts for FEEL."""
    income = rng.choice([100, 1000, Decimal("333.33")])
    facts = {
        "甲": rng.randint(0, 20),
        "乙": Decimal(rng.randint(-10000, 10000)) / 10000,
        "收入": income,
        "费用": rng.choice([Decimal(income) * Decimal("0.05"), Decimal(50), Decimal("49.99")]),
        "类别": rng.choice(["C35", "I65", "A01", "C"]),
        "名单": rng.random() < 0.5,
        "成立": rng.choice([date(2019, 12, 31), date(2020, 1, 1), date(2025, 6, 30)]),
    }
    stored = REGISTRY.stored(facts)
    shown = {n: REGISTRY[n].shown(v) for n, v in stored.items()}
    day = shown["成立"]
    assert isinstance(day, date)
    return stored, {**shown, "成立": FeelDate(day.year, day.month, day.day)}


@pytest.mark.parametrize("text", CONDITIONS)
def test_a_condition_means_what_the_interpreter_says(text):
    normal, rng = normalise(read_condition(text, Scope(REGISTRY, DAY))), random.Random(1)
    for _ in range(60):
        stored, shown = random_case(rng)
        certain, possible = truth(normal, stored)
        assert certain == possible
        assert evaluate(parse_expression(text, REGISTRY.names), shown).value is certain, (text, shown)


@pytest.mark.parametrize("text", AMOUNTS)
def test_an_amount_is_what_the_interpreter_computes(text):
    amount, rng = read_amount(text, Scope(REGISTRY, DAY)), random.Random(2)
    for _ in range(40):
        stored, shown = random_case(rng)
        exact, decimal = (
            amount_of(amount, stored),
            evaluate(parse_expression(text, REGISTRY.names), shown).value,
        )
        assert exact is not None
        assert isinstance(decimal, Decimal)
        assert abs(exact - Fraction(decimal)) < Fraction(1, 10**20)


@pytest.mark.parametrize("cell", ["-", ">= 3", "[3..9)", "not(4, 5)", "1, 7, > 12", "? > 3 and ? < 9", "甲"])
def test_a_cell_means_the_same_as_its_unary_tests(cell):
    normal, rng = normalise(read_cell("甲", cell, Scope(REGISTRY, DAY))), random.Random(3)
    for _ in range(40):
        stored, shown = random_case(rng)
        assert (
            evaluate_unary_tests(parse_unary_tests(cell, REGISTRY.names), shown["甲"], shown).value
            is truth(normal, stored)[0]
        )


def test_a_missing_fact_is_unknown_where_the_interpreter_sees_null():
    scope = Scope(REGISTRY, DAY)
    for text in ('类别 = "C35"', '类别 != "C35"', "甲 = 3", "甲 in (1, 2)", "not(名单)", "名单 = false"):
        assert truth(normalise(read_condition(text, scope)), {}) == (False, True), text
    assert read_condition("甲 = null", scope) == FALSE
    assert read_condition("甲 != null", scope) == TRUE


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("丙 > 1", "没有“丙”"),
        ('甲 > "5"', "不能比较"),
        ("甲 > 名单", "不能比较"),
        ("成立 > 5", "日期"),
        ("甲 * 甲 > 4", "相乘"),
        ("甲", "条件"),
        ("甲 ** 2 > 4", "乘方"),
        ("甲 / 0 > 1", "除数"),
        ('matches(类别, "C.*")', "matches"),
        ("some x in [1, 2] satisfies x > 甲", "不支持"),
    ],
)
def test_what_matching_cannot_decide_is_refused_with_a_place(text, says):
    with pytest.raises(FeelError) as caught:
        read_condition(text, Scope(REGISTRY, DAY))
    problem = caught.value.problem
    assert says in problem.message
    assert 0 <= problem.span.start < problem.span.end <= len(text)

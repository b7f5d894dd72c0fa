"""What checking finds: amounts below zero, grouped digits, worked examples that come out otherwise."""

from datetime import date
from fractions import Fraction

import pyarrow as pa
import pytest
import yaml

from qiying.decision.batch import Matcher
from qiying.decision.batch.table import result_table
from qiying.decision.dmn.engine import evaluate_decision
from qiying.decision.dmn.reader import read_model
from qiying.decision.indicators import standard_registry
from qiying.decision.logic.amounts import evaluate, fen, read_amount
from qiying.decision.logic.scope import Scope
from qiying.decision.planes import Columns
from qiying.decision.policy.book import PolicyBook
from qiying.decision.policy.check import check_policy
from qiying.decision.policy.dmn_xml import to_dmn
from qiying.decision.policy.load import read_policy
from qiying.decision.policy.model import Policy
from qiying.decision.scalar import ScalarEngine, explain

REGISTRY, DAY = standard_registry(), date(2026, 6, 30)


def policy(then: str = "100000", *requires: str, cell: str = "-", **more: object) -> Policy:
    content = {
        "id": "p", "name": "试", "document": {"number": "试〔2026〕1号"}, "department": "科技局", "delivery": "申报",
        "requires": [{"when": one} for one in requires],
        "table": {"hit": "F", "inputs": ["营业收入"], "rows": [{"when": [cell], "then": then}]}, **more,
    }  # fmt: skip
    return read_policy(yaml.safe_dump({k: v for k, v in content.items() if v}, allow_unicode=True))


def errors(one: Policy) -> list[str]:
    return [f"{p.message}。{p.advice}" for p in check_policy(one, REGISTRY, DAY) if p.severity == "error"]


def in_a_batch(book: PolicyBook, *staff: int) -> list[int | None]:
    """The amounts a batch pays firms of these numbers of people."""
    columns = Columns.from_facts([{"职工人数": n, "营业收入": "1"} for n in staff], REGISTRY)
    table = result_table(Matcher(book, columns), pa.array([str(n) for n in staff]))
    found: list[int | None] = table.to_pydict()["amount_fen"]
    return found


NEGATIVE: list[tuple[str, ...]] = [
    ("职工人数 - 100",),
    ("职工人数 - 100", "职工人数 >= 99"),
    ("(营业收入 - 上年度营业收入) * 0.05",),
    ("(营业收入 - 上年度营业收入) * 0.05", "营业收入增长率 >= 0.1"),
    ("营业收入增长率 * 1000000",),
    ("(营业收入 - 上年度营业收入) / 上年度营业收入 * 500000",),
    ("min(300000, 设备投资额 * 0.1) - 100000",),
    ("if 职工人数 > 90 then 职工人数 - 100 else 0",),
    ("if 职工人数 > 100 then 5 else 职工人数 - 10",),
    ("-50000",),
    ("应纳税所得额 * 0.1",),
    ("floor(职工人数 / 10) * 10 - 20",),
    ("500000 - 营业收入 * 0.01",),
    ("sum(研发费用 * 0.1, -1000)",),
    ("(研发费用 - 上年度研发费用) * 营业收入增长率",),
    ("round half up(职工人数 - 100, 2)",),
    ("500000 - 上年度研发费用", "上年度研发费用 <= 500001"),
]
FINE: list[tuple[str, ...]] = [
    ("职工人数 - 100", "职工人数 > 100"),
    ("职工人数 - 100", "职工人数 in [100..5000]"),
    ("(营业收入 - 上年度营业收入) * 0.05", "营业收入 > 上年度营业收入"),
    ("(营业收入 - 上年度营业收入) * 0.05", "营业收入 / 上年度营业收入 >= 1.1"),
    ("(营业收入 - 上年度营业收入) * 0.05", "(营业收入 - 上年度营业收入) / 上年度营业收入 >= 0.1"),
    ("营业收入增长率 * 1000000", "营业收入增长率 >= 0.1"),
    ("(营业收入 - 上年度营业收入) / 上年度营业收入 * 500000", "营业收入 >= 上年度营业收入 * 1.05"),
    ("max(0, 营业收入 - 上年度营业收入)",),
    ("min(300000, 设备投资额 * 0.1) - 100000", "设备投资额 >= 1000000"),
    ("if 职工人数 > 100 then 职工人数 - 100 else 0",),
    ("应纳税所得额 * 0.1", "应纳税所得额 > 0"),
    ("研发费用 * 营业收入 / 1000",),
    ("研发费用增速 * 研发费用", "研发费用增速 >= 0.2"),
    ("500000 - 上年度研发费用", "上年度研发费用 <= 500000"),
    ("max(职工人数 - 100, 职工人数 * 2)",),
]


@pytest.mark.parametrize("given", NEGATIVE, ids=" | ".join)
def test_an_amount_that_can_be_negative_is_an_error(given):
    (found,) = errors(policy(*given))
    assert "金额会小于 0" in found and "max(0, " in found


@pytest.mark.parametrize("given", FINE, ids=" | ".join)
def test_an_amount_its_conditions_keep_above_zero_is_none(given):
    assert errors(policy(*given)) == []


def test_what_is_published_with_a_negative_amount_pays_nothing_alone_and_in_a_batch():
    one = policy("职工人数 - 100")
    book = PolicyBook.of([one], REGISTRY, DAY)
    stored = [REGISTRY.stored({"职工人数": n, "营业收入": "1"}) for n in (24, 100, 180)]
    alone = [explain(ScalarEngine(book), facts)[0].payment for facts in stored]
    assert [paid.amount for paid in alone if paid] == in_a_batch(book, 24, 100, 180) == [0, 0, 8000]


@pytest.mark.parametrize("cell", [">= 5,000,000", "5,000", "[1,000..2,000]", "营业收入 > 10,000"])
def test_digits_grouped_by_commas_are_refused(cell):
    assert "写 " in errors(policy(cell=cell))[0] and "千位分隔" in errors(policy(cell=cell))[0]


def test_lists_are_no_grouped_digits():
    assert errors(policy(cell="1000, 2000")) == []
    assert errors(policy(cell="100, 200, 300")) == []
    assert "千位" in errors(policy("max(100,000, 营业收入)"))[0]


EXAMPLE = {"facts": {"营业收入": "6000000"}, "outcome": "eligible", "amount_yuan": "100000.00", "row": 1}


@pytest.mark.parametrize("change", [
    {"outcome": "not_eligible", "amount_yuan": "", "row": ""}, {"amount_yuan": "200000"}, {"row": 2},
    {"facts": {"营业收入": "很多"}}, {"amount_yuan": "十万"}, {"points": "5"},
])  # fmt: skip
def test_a_worked_example_that_comes_out_otherwise_is_an_error(change):
    example = {k: v for k, v in {**EXAMPLE, **change}.items() if v != ""}
    (found,) = errors(policy(examples=[example]))
    assert found.startswith("算例 1 与表格不符")


def test_a_worked_example_that_comes_out_is_none():
    assert errors(policy(examples=[EXAMPLE, {"facts": {}, "outcome": "eligible"}])) == []


def test_an_interval_that_begins_where_the_indicator_does_is_no_mistake():
    for cell in ("[0..5000000)", "[0..5000000[", "]0..5000000]"):
        assert [p for p in check_policy(policy(cell=cell), REGISTRY, DAY) if p.severity != "note"] == []


@pytest.mark.parametrize("text", ["decimal(职工人数 * 0.5, 0)", "round half up(职工人数 * 0.5, 0)",
                                  "round half down(职工人数 * 0.5, 0)", "round up(职工人数 * 0.5, 0)",
                                  "round down(职工人数 * 0.5, 0)", "floor(职工人数 * 0.5)", "ceiling(职工人数 * 0.5)"])  # fmt: skip
def test_rounding_is_feels_alone_in_a_batch_and_in_the_exported_table(text):
    one = policy(text)
    book, model = PolicyBook.of([one], REGISTRY, DAY), read_model(to_dmn(one, REGISTRY))
    for n in range(12):
        stored = REGISTRY.stored({"职工人数": n, "营业收入": "1"})
        wanted = Fraction(evaluate_decision(model, "试", {"职工人数": n, "营业收入": 1}).value) * 100
        answer = explain(ScalarEngine(book), stored)[0].payment
        value = evaluate(read_amount(text, Scope(REGISTRY, DAY)), stored)
        assert value is not None and answer is not None
        assert [Fraction(answer.amount or 0), Fraction(fen(value))] == [wanted, wanted]
        assert in_a_batch(book, n) == [wanted]

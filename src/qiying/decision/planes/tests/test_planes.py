"""Planes: exact ties, tails, chunks, and what becomes missing at ingest."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest

from qiying.decision.batch.money import amounts_fen
from qiying.decision.indicators import Indicator, Registry
from qiying.decision.logic.amounts import read_amount
from qiying.decision.logic.scope import Scope
from qiying.decision.planes import Columns, PlaneEngine
from qiying.decision.planes.columns import STORED
from qiying.decision.policy.book import PolicyBook
from qiying.decision.policy.model import Clause, Document, Output, Policy, Row, Table

DAY = date(2026, 6, 30)
REGISTRY = Registry(
    (
        Indicator("研发", "money", "元", "年", "样例", Decimal(0)),
        Indicator("营收", "money", "元", "年", "样例", Decimal(0)),
        Indicator("利润", "money", "元", "年", "样例"),
        Indicator("人数", "count", "人", "年", "样例", Decimal(0), Decimal(1000)),
        Indicator("占比", "number", "%", "年", "样例", Decimal(0), Decimal(1), decimals=4),
        Indicator("行业", "text", "", "时点", "样例"),
        Indicator("名单", "boolean", "", "时点", "样例"),
        Indicator("成立", "date", "", "时点", "样例"),
    )
)


def book(*conditions):
    """One policy per condition."""
    policies = [
        Policy(f"p{i}", f"p{i}", Document("样例"), "样例", "申报", Table("F", (), (Output("金额"),), (Row((), ("1",)),)),
               requires=(Clause(text),))
        for i, text in enumerate(conditions)
    ]  # fmt: skip
    return PolicyBook.of(policies, REGISTRY, DAY)


def outcomes(condition, table):
    """1 eligible, 0 not, None unknown, for every row of an Arrow table."""
    columns = Columns.from_arrow(table, REGISTRY)
    planes = PlaneEngine(book(condition)).run(columns)
    sure, open_ = set(planes.listed(0).tolist()), set(planes.listed(0, unknown=True).tolist())
    return [1 if i in sure else None if i in open_ else 0 for i in range(columns.rows)]


@pytest.mark.parametrize("share", ["0.05", "0.03", "0.0333", "0.6"])
def test_two_hundred_thousand_exact_ties_are_all_decided_right(share):
    rng = np.random.default_rng(5)
    exact = Fraction(share)
    revenue = rng.integers(1, 9 * 10**10, 50_000) * exact.denominator
    spent = revenue // exact.denominator * exact.numerator
    nudged = spent + rng.integers(-1, 2, len(spent))
    fields = [pa.field(n, pa.int64(), metadata={STORED: b"1"}) for n in ("研发", "营收")]
    table = pa.table([pa.array(nudged), pa.array(revenue)], schema=pa.schema(fields))
    columns = Columns.from_arrow(table, REGISTRY)
    planes = PlaneEngine(book(f"研发 / 营收 >= {share}", f"研发 / 营收 > {share}")).run(columns)
    for policy, expected in ((0, nudged >= spent), (1, nudged > spent)):
        assert planes.listed(policy).tolist() == np.flatnonzero(expected).tolist()
    assert all(
        (Fraction(int(a), int(b)) >= exact) == (a >= c)
        for a, b, c in zip(nudged[:500].tolist(), revenue[:500].tolist(), spent[:500].tolist(), strict=True)
    )


def test_a_divisor_of_zero_or_less_is_unknown_unless_the_rest_decides():
    table = pa.table({"利润": [1.0, 1.0, 1.0, None], "研发": [1.0, 1.0, 1.0, 1.0]})
    assert outcomes("研发 / 利润 >= 0.5", table) == [1, 1, 1, None]
    table = pa.table({"利润": [0.0, -5.0, 1.0], "研发": [1.0, 1.0, 1.0]})
    assert outcomes("研发 / 利润 >= 0.5", table) == [None, None, 1]
    assert outcomes("研发 / 利润 >= 0.5 and 研发 > 2", table) == [0, 0, 0]


def test_nan_infinity_and_values_out_of_range_become_missing_and_are_listed():
    table = pa.table({"研发": [float("nan"), float("inf"), -1.0, 5.0, None], "人数": [1, 2, 3, 1001, 5]})
    columns = Columns.from_arrow(table, REGISTRY)
    assert columns.refused["研发"].rows == (0, 1, 2)
    assert columns.refused["人数"].rows == (3,)
    assert outcomes("研发 >= 5", table) == [None, None, None, 1, None]


@pytest.mark.parametrize(
    "values",
    [
        pa.array([0.285, 1.005, 2.675, 8.5, 0.1 + 0.2]),
        pa.array([Decimal("0.29"), Decimal("1.01"), Decimal("2.68"), Decimal("8.50"), Decimal("0.30")]),
        pa.array(["0.285", "1.005", "2.675", "8.5", "0.3"]),
    ],
)
def test_money_is_read_exactly_with_halves_up(values):
    column = Columns.from_arrow(pa.table({"研发": values}), REGISTRY).columns["研发"]
    assert column.values.tolist() == [29, 101, 268, 850, 30]


def test_dates_texts_and_booleans_are_read_and_compared():
    table = pa.table({
        "成立": pa.array([date(2020, 1, 1), date(2025, 7, 1), None]),
        "行业": pa.array(["C3562", "I65", None]).dictionary_encode(),
        "名单": pa.array([True, False, None]),
    })  # fmt: skip
    assert outcomes('成立 <= 评估日 - @"P365D"', table) == [1, 0, None]
    assert outcomes('starts with(行业, "C") or 行业 = "I65"', table) == [1, 1, None]
    assert outcomes('行业 != "C3562"', table) == [0, 1, None]
    assert outcomes("not(名单)", table) == [0, 1, None]
    assert outcomes("名单 or not(名单)", table) == [1, 1, 1]


def test_an_absent_column_is_missing_everywhere_and_still_cannot_break_a_tautology():
    table = pa.table({"人数": [1, 2]})
    assert outcomes("研发 > 5", table) == [None, None]
    assert outcomes("研发 > 5 or 研发 <= 5", table) == [1, 1]


@pytest.mark.parametrize("rows", [1, 63, 64, 65, 1000])
def test_chunks_and_tails_do_not_change_the_result(rows):
    rng = np.random.default_rng(rows)
    table = pa.table({"人数": pa.array(rng.integers(0, 9, rows), mask=rng.random(rows) < 0.3)})
    columns, one = Columns.from_arrow(table, REGISTRY), book("人数 >= 5", "人数 < 3 or 人数 > 7", "人数 >= 0")
    whole, chunked = PlaneEngine(one).run(columns), PlaneEngine(one, chunk_rows=64).run(columns)
    assert (whole.words == chunked.words).all()
    assert whole.counts().sum(axis=1).tolist() == [rows] * 3
    assert whole.counts()[2].tolist() == [rows, 0, 0]
    assert int(np.bitwise_count(whole.words[:, 1, -1]).max()) <= (rows - 1) % 64 + 1


def test_many_listed_texts_use_the_table_and_agree_with_comparisons():
    rng = np.random.default_rng(1)
    codes = [f"{a}{b:02d}" for a in "ABCDEF" for b in range(60)]
    table = pa.table({"行业": pa.array(rng.choice(codes, 500), mask=rng.random(500) < 0.1)})
    listed = set(rng.choice(codes, 80, replace=False).tolist())
    condition = "行业 in (" + ", ".join(f'"{c}"' for c in sorted(listed)) + ")"
    expected = [None if v is None else int(v in listed) for v in table["行业"].to_pylist()]
    assert outcomes(condition, table) == expected


@pytest.mark.parametrize(
    "text", ["研发 * 0.155", "min(研发 / 3, 营收 * 0.07)", "研发 * 人数 / 营收", "研发 - 营收 * 0.335"]
)
def test_amounts_of_columns_are_the_exact_fractions_rounded_half_up(text):
    rng = np.random.default_rng(2)
    table = pa.table({
        "研发": pa.array(rng.integers(0, 10**6, 300) / 100, mask=rng.random(300) < 0.1),
        "营收": pa.array(rng.integers(0, 10**6, 300) / 100),
        "人数": pa.array(rng.integers(0, 1000, 300)),
    })  # fmt: skip
    columns = Columns.from_arrow(table, REGISTRY)
    amount = read_amount(text, Scope(REGISTRY, DAY))
    found, known = amounts_fen(amount, columns, np.arange(300))
    from qiying.decision.logic.amounts import evaluate, fen

    exact = [evaluate(amount, columns.facts(i)) for i in range(300)]
    assert known.tolist() == [value is not None for value in exact]
    assert found.tolist() == [
        0 if value is None else max(fen(value), 0) for value in exact
    ]  # below zero is nothing


def test_amounts_beyond_64_bits_fall_back_to_exact_numbers():
    table = pa.table({"研发": [8.0e12], "人数": [1000], "营收": [9.0e12]})
    columns = Columns.from_arrow(table, REGISTRY)
    found, _ = amounts_fen(
        read_amount("研发 * 人数 * 人数 / 营收 / 7", Scope(REGISTRY, DAY)), columns, np.arange(1)
    )
    assert found.tolist() == [12698413]

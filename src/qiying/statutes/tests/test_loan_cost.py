"""Every vector of loan cost: both rates with all fees, exact at thresholds, fees that may not be taken."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from qiying.statutes.loan_cost import (
    BANNED,
    WAYS,
    Cost,
    Fee,
    Terms,
    cost_of,
    read_fees,
)

FEES = "担保费，5000，明川担保公司，放款前一次\n评估费，2000 元，评估公司，放款前一次"
YUAN = 100


def worked(principal: int, rate: str, months: int, way: str, fees: str = "") -> Cost:
    read, wrong = read_fees(fees)
    assert wrong == []
    cost = cost_of(Terms(principal * YUAN, Decimal(rate), months, way, read))
    assert cost is not None
    return cost


def test_the_loan_of_the_facts_costs_575_simple_and_583_internal() -> None:
    """FACTS-next O: 500,000 with interest 21,750, guarantee 5,000, appraisal 2,000, repaid at once after a year."""
    cost = worked(500_000, "4.35", 12, "bullet", FEES)
    assert (cost.interest, cost.fees) == (21_750 * YUAN, 7_000 * YUAN)
    assert (cost.simple, cost.irr) == (Decimal("5.75"), Decimal("5.83"))
    # what is received is worth what is paid: (521,750 / 493,000 − 1), to ten places
    exact = Fraction(521_750, 493_000) - 1
    assert abs(Fraction(cost.irr_exact) / 100 - exact) < Fraction(1, 10**10)
    # fees paid at the end instead of first: both rates are the simple one
    late = worked(500_000, "4.35", 12, "bullet", FEES.replace("放款前一次", "到期一次"))
    assert (late.simple, late.irr) == (Decimal("5.75"), Decimal("5.75"))


def test_every_way_of_repaying_pays_the_principal_back_to_the_fen() -> None:
    for way in WAYS:
        for months in (1, 7, 12, 36):
            cost = worked(333_333, "3.65", months, way, "担保费，1%，担保公司，每年一次")
            assert sum(p.principal for p in cost.payments) == 333_333 * YUAN, (way, months)
            assert all(p.principal >= 0 and p.interest >= 0 for p in cost.payments)
            years = -(-months // 12)
            assert cost.fees == years * 333_333, (way, months)
    # without fees every way costs the rate itself, simply; monthly interest is worth more within the year
    for way in WAYS:
        cost = worked(1_200_000, "6", 12, way)
        assert abs(cost.simple - 6) <= Decimal("0.01"), way
        assert cost.irr == (Decimal("6.00") if way == "bullet" else Decimal("6.17")), way


def test_a_loan_that_costs_nothing_has_rate_nought_and_one_eaten_by_fees_has_none() -> None:
    free = worked(100_000, "0", 12, "equal_payment")
    assert (free.simple, free.irr, free.interest) == (Decimal("0.00"), Decimal("0.00"), 0)
    fee = Fee("担保费", 10_000 * YUAN, Decimal(0), "担保公司", "first")
    assert cost_of(Terms(10_000 * YUAN, Decimal(4), 12, "bullet", (fee,))) is None


def test_fees_are_read_line_by_line_and_what_may_not_be_taken_is_refused_with_its_source() -> None:
    fees, wrong = read_fees("担保费，1%，明川担保，每年一次\n\n公证费,800,公证处,放款前")
    assert wrong == [] and [f.of(1_000_000) for f in fees] == [10_000, 80_000]
    for word in BANNED:
        assert "60号" in read_fees(f"{word}，100，银行，放款前一次")[1][0]
    for text in ("担保费", "担保费，一百，担保，放款前一次", "担保费，1，担保，随时", "担保费，-1，担保，到期一次",
                 "担保费，21%，担保，到期一次", "担保费，0.001，担保，到期一次", "，1，担保，到期一次",
                 "担保费，²，担保，到期一次", f"担保费，{'9' * 5000}，担保，到期一次"):  # fmt: skip
        assert read_fees(text)[1], text
    assert read_fees("\n".join(["担保费，1，甲，到期一次"] * 13))[1]


@settings(max_examples=40, deadline=None)
@given(
    st.integers(10_000, 10**9), st.integers(0, 3600), st.integers(1, 60), st.sampled_from(list(WAYS)),
    st.integers(0, 999),
)  # fmt: skip
def test_the_internal_rate_makes_received_and_paid_worth_the_same(
    fen: int, rate: int, months: int, way: str, fee: int
) -> None:
    fees = (Fee("担保费", fee, Decimal(0), "担保", "first"),)
    cost = cost_of(Terms(fen, Decimal(rate) / 100, months, way, fees))
    assert cost is not None
    monthly = (1 + cost.irr_exact / 100) ** (Decimal(1) / 12) - 1
    worth = sum((Decimal(p.total) / (1 + monthly) ** p.month for p in cost.payments[1:]), Decimal(0))
    assert abs(worth - (fen - cost.payments[0].total)) <= Decimal(fen) / 10**8 + 1
    dearer = cost_of(Terms(fen, Decimal(rate + 1) / 100, months, way, fees))
    assert dearer is not None and dearer.irr_exact >= cost.irr_exact

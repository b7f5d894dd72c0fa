"""The fee tables of Order 481 against the vectors, and the figures of the sources."""

from __future__ import annotations

import doctest
from decimal import Decimal

from qiying.statutes import litigation_fee as fees

VECTORS = """
10,000 50 25 16.67 120 50
100,000 2,300 1,150 766.67 1,020 1,400
150,000 3,300 1,650 1,100 1,270 2,150
200,000 4,300 2,150 1,433.33 1,520 2,900
680,000 10,600 5,300 3,533.33 3,920 9,200
1,000,000 13,800 6,900 4,600 5,000 12,400
3,200,000 32,400 16,200 10,800 5,000 34,400
13,400,000 102,200 51,100 34,066.67 5,000 80,800
20,000,000 141,800 70,900 47,266.67 5,000 87,400
35,000,000 216,800 108,400 72,266.67 5,000 102,400
"""
EDGES = {
    9_999: 50, 30_000: 550, 350_000: 6_550, 500_000: 8_800, 2_000_000: 22_800, 5_000_000: 46_800,
    10_000_000: 81_800, 100_000_000: 541_800,
}  # fmt: skip
QUICK = (
    (100_000, "0.025", -200), (200_000, "0.02", 300), (500_000, "0.015", 1_300), (1_000_000, "0.01", 3_800),
    (2_000_000, "0.009", 4_800), (5_000_000, "0.008", 6_800), (10_000_000, "0.007", 11_800),
    (20_000_000, "0.006", 21_800), (90_000_000, "0.005", 41_800),
)  # fmt: skip


def test_every_vector_of_the_fee_table() -> None:
    for line in VECTORS.strip().splitlines():
        claim, *wanted = [Decimal(word.replace(",", "")) for word in line.split()]
        found = [
            fee(claim)
            for fee in (
                fees.property_fee, fees.half_fee, fees.payment_order_fee, fees.preservation_fee, fees.enforcement_fee,
            )
        ]  # fmt: skip
        assert found == wanted, claim
    for amount, fee in EDGES.items():
        assert fees.property_fee(Decimal(amount)) == fee, amount
    for amount, rate, plus in QUICK:
        assert fees.property_fee(Decimal(amount)) == Decimal(rate) * amount + plus, amount
    assert fees.preservation_fee(Decimal(1_000)) == fees.preservation_fee(Decimal(0)) == 30
    assert fees.bankruptcy_fee(Decimal(35_000_000)) == 108_400
    assert fees.bankruptcy_fee(Decimal(1_000_000_000)) == 300_000
    assert [fees.CONFIRMATION, fees.LABOUR] == [0, 10]


def test_the_figures_of_the_sources_come_out_of_the_half_fee() -> None:
    """99 cases of some 20,000,000 saved 20余万; 6,000,000 over 1,161 cases are 5,168 a case."""
    full = 99 * fees.property_fee(Decimal(202_020))
    assert round(full, -2) == 428_700 and round(full / 2) == 214_350
    assert round(Decimal(6_000_000) / 1_161) == 5_168
    assert abs(fees.property_fee(Decimal(257_900)) - 5_168) < 2
    assert abs(fees.half_fee(Decimal(653_600)) - 5_168) < 2


def test_the_words_say_the_method() -> None:
    assert doctest.testmod(fees).failed == 0
    assert fees.fee_saved(Decimal(3_200_000)).amount == 16_200

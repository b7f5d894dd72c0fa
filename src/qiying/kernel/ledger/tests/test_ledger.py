"""Shares with nothing lost, and declarations that cannot be right. The writer is proved by the ledgers themselves."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiying.capabilities.policies.services.money.entries import MONEY
from qiying.kernel.ledger.arithmetic import fault, moved, shares_of
from qiying.kernel.ledger.declaring import declare_ledger, ledgers

PAGE = Path(__file__).parents[5] / "docs/kits/ledger.md"


def test_shares_go_by_the_largest_remainder_and_sum_to_the_total():
    four = {"bank": Decimal(20), "fund": Decimal(40), "province": Decimal(20), "local": Decimal(20)}
    assert shares_of(10_001, four) == {"bank": 2000, "fund": 4001, "province": 2000, "local": 2000}
    assert shares_of(600_000_000, four)["fund"] == 240_000_000
    for wrong in (
        four | {"bank": Decimal("19.99")},
        {"bank": Decimal("99.99")},
        {},
        {"bank": Decimal(110), "fund": Decimal(-10)},
    ):
        with pytest.raises(ValueError):
            shares_of(1, wrong)
    with pytest.raises(ValueError):
        shares_of(-1, four)


@given(st.integers(0, 10**15), st.lists(st.integers(0, 10_000), min_size=1, max_size=6))
def test_whatever_is_shared_nothing_is_lost_or_made(total, cuts):
    edges = sorted({0, 10_000, *cuts})
    shares = {f"s{n}": Decimal(b - a) / 100 for n, (a, b) in enumerate(pairwise(edges))}
    given_to = shares_of(total, shares)
    assert sum(given_to.values()) == total
    assert all(abs(given_to[who] - total * share / 100) < 1 for who, share in shares.items())


def test_a_movement_is_positive_and_a_fault_is_said_in_the_words_of_the_ledger():
    with pytest.raises(ValueError):
        moved("a", "b", 0)
    labels = {"stock": "库存"}
    assert fault({"source": -3, "stock": 3}, ["stock"], labels) == ""
    assert fault({"source": -3, "stock": 4}, ["stock"], labels) == "借贷不平，差 1"
    assert fault({"source": 3, "stock": -3}, ["stock"], labels) == "库存成了负数：-3"


def test_a_ledger_is_declared_once_and_whole():
    assert MONEY in ledgers() and declare_ledger(MONEY) is MONEY
    for wrong in (
        replace(MONEY, title="另一本"),
        replace(MONEY, code="odd", outside=("treasury", "paid")),
        replace(MONEY, code="odd", labels={"treasury": "财政"}),
    ):
        with pytest.raises(ValueError):
            declare_ledger(wrong)
    assert "odd" not in {one.code for one in ledgers()}


def test_the_page_shows_the_ledger_of_policies():
    source = Path(MONEY.also.__code__.co_filename).with_name("entries.py").read_text()
    shown = PAGE.read_text().split("```python\n")[1].split("```")[0]
    assert shown.strip() in source

"""Every vector of shares, fees, leverage and portfolio: Decimal and whole fen, never float."""

from __future__ import annotations

import doctest
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiying.capabilities.risk_sharing.rules import law
from qiying.capabilities.risk_sharing.rules.law import (
    CAPITAL_LEAST,
    FUND_BY_TITLE,
    PROGRAMMES,
    SYSTEM,
    WAN,
    Portfolio,
    Standing,
    average_fee,
    cap_faults,
    fee_of,
    fund_fee_most,
    guaranteed,
    limits_of,
    parts_of,
    share_faults,
    title_fault,
    within_ceiling,
)

ON = date(2026, 11, 18)
SCI = PROGRAMMES["sci_tech"]


def shares(**given: str | int) -> dict[str, Decimal]:
    return {party: Decimal(str(share)) for party, share in given.items()}


def test_shares_of_the_texts() -> None:
    four = shares(bank=20, fund=40, reguarantor=20, government=20)
    assert parts_of(600_000_000, four) == {
        "bank": 120_000_000, "fund": 240_000_000, "reguarantor": 120_000_000, "government": 120_000_000,
    }  # fmt: skip
    assert share_faults(SCI, "specialised", four, ON) == {}
    assert list(parts_of(10_001, four).values()) == [2000, 4001, 2000, 2000]
    assert guaranteed(10_001, four) == 8001
    too_much = share_faults(SCI, "high_tech", shares(bank=20, fund=36, reguarantor=20, government=24), ON)
    assert list(too_much) == ["fund"] and "35%" in too_much["fund"][0]
    assert share_faults(SCI, "high_tech", shares(bank=20, fund=35, reguarantor=20, government=25), ON) == {}
    bank = share_faults(
        SCI, "specialised", shares(bank="19.99", fund=40, reguarantor=20, government="20.01"), ON
    )
    assert "不低于 20%" in bank["bank"][0]
    short = share_faults(SCI, "specialised", shares(bank=20, fund=40, reguarantor=20, government="19.99"), ON)
    assert short == {"bank": ["各方加起来是 99.99%，要正好 100%"]}
    assert "reguarantor" in share_faults(
        SCI, "giant", shares(bank=20, fund=40, reguarantor="19.99", guarantor="20.01"), ON
    )
    for title, most in FUND_BY_TITLE.items():
        fits = shares(bank=20, fund=most, reguarantor=20, guarantor=60 - most)
        assert share_faults(SCI, title, fits, ON) == {}
        over = {
            **fits,
            "fund": Decimal(most) + Decimal("0.01"),
            "guarantor": fits["guarantor"] - Decimal("0.01"),
        }
        assert list(share_faults(SCI, title, over, ON)) == ["fund"]
    assert list(share_faults(SCI, "", shares(bank=20, fund=1, reguarantor=20, guarantor=59), ON)) == ["fund"]
    three = shares(
        bank=30, guarantor=40, insurer=30
    )  # bank, guarantor, insurer (Nanhu): ratios are the district's
    assert share_faults(PROGRAMMES["local"], "", three, ON) == {}
    anhui = shares(guarantor=40, reguarantor=30, bank=20, government=10)  # 4321
    assert share_faults(PROGRAMMES["local"], "", anhui, ON) == {}
    assert (
        share_faults(PROGRAMMES["inclusive"], "", shares(bank=20, fund=20, reguarantor=20, guarantor=40), ON)
        == {}
    )
    assert "fund" in share_faults(
        PROGRAMMES["inclusive"], "giant", shares(bank=20, fund=21, guarantor=59), ON
    )
    assert "起才有" in share_faults(SCI, "specialised", four, date(2024, 7, 23))["bank"][0]
    assert share_faults(SCI, "specialised", four, date(2024, 7, 24)) == {}
    for bad in ("-1", "100.01", "19.999"):
        assert "bank" in share_faults(SCI, "specialised", {**four, "bank": Decimal(bad)}, ON)


@given(st.integers(0, 10**13), st.lists(st.integers(0, 10_000), min_size=5, max_size=5))
def test_nothing_is_lost_or_made_by_dividing(fen: int, cuts: list[int]) -> None:
    edges = sorted([0, *cuts, 10_000])
    given_ = {p: Decimal(b - a) / 100 for p, a, b in zip(law.PARTIES, edges, edges[1:], strict=False)}
    parts = parts_of(fen, given_)
    assert sum(parts.values()) == fen
    assert all(abs(part - fen * given_[party] / 100) < 1 for party, part in parts.items())
    assert guaranteed(fen, given_) == sum(parts.get(p, 0) for p in SYSTEM)


def test_titles_that_expired_give_nothing() -> None:
    assert title_fault("specialised", True, ON, ON) == "" == title_fault("", None, None, ON)
    assert "到期" in title_fault("specialised", True, date(2026, 11, 17), ON)
    assert "名录" in title_fault("high_tech", False, ON, ON) and "哪天" in title_fault("tech", True, None, ON)
    assert title_fault("national", None, ON, ON) == ""


def test_fees() -> None:
    assert fund_fee_most(500 * WAN) == Decimal("0.3") and fund_fee_most(50_001 * WAN // 100) == Decimal("0.5")
    assert (fee_of(500 * WAN, Decimal("0.3")), fee_of(50, Decimal(1)), fee_of(49, Decimal(1))) == (
        1_500_000,
        1,
        0,
    )
    assert average_fee([(100, Decimal("0.8")), (300, Decimal("1.2"))]) == Decimal("1.1")
    assert average_fee([]) is None


def test_leverage_client_and_group() -> None:
    ten, fifteen = (limits_of(20_000 * WAN, is_mainly_small=small) for small in (False, True))
    assert (ten.total, fifteen.total) == (200_000 * WAN, 300_000 * WAN)
    assert (ten.client, ten.group) == (2000 * WAN, 3000 * WAN) == (fifteen.client, fifteen.group)
    assert CAPITAL_LEAST == 2000 * WAN

    def words(now: Standing, fen: int, part: int) -> str:
        return "；".join(cap_faults(SCI, ten, now, fen=fen, part=part).get("fen", []))

    assert words(Standing(), 2500 * WAN, 2000 * WAN) == ""
    assert "第十六条" in words(Standing(), 2501 * WAN, 2000 * WAN + 1)
    assert words(Standing(total=198_000 * WAN), 2500 * WAN, 2000 * WAN) == ""
    assert "10 倍" in words(Standing(total=198_000 * WAN + 1), 2500 * WAN, 2000 * WAN)
    assert words(Standing(group=1000 * WAN), 2500 * WAN, 2000 * WAN) == ""
    assert "关联方" in words(Standing(group=1000 * WAN + 1), 2500 * WAN, 2000 * WAN)
    assert words(Standing(firm=500 * WAN), 2500 * WAN, 2000 * WAN) == ""
    assert "一户最多 3000 万元" in words(Standing(firm=500 * WAN + 1), 2500 * WAN, 2000 * WAN)
    assert "一户最多 1000 万元" in str(
        cap_faults(PROGRAMMES["inclusive"], ten, Standing(), fen=1000 * WAN + 1, part=1)
    )


@pytest.mark.parametrize(
    ("small", "little", "base", "words"),
    [
        (799, 500, "all", ["支小支农占 79.9%"]),
        (800, 499, "all", ["占全部的 49.9%"]),
        (800, 499, "small", []),
        (800, 500, "all", []),
        (800, 399, "small", ["占支小支农的 49.88%"]),
        (800, 400, "small", []),
    ],
)
def test_the_portfolio_and_both_readings_of_its_half(
    small: int, little: int, base: str, words: list[str]
) -> None:
    found = Portfolio(1000, small, little).breaches(base)
    assert len(found) == len(words) and all(w in f for w, f in zip(words, found, strict=True))
    assert Portfolio(0, 0, 0).breaches(base) == []


def test_the_ceiling_of_payouts() -> None:
    assert within_ceiling(100, 0, 1000, Decimal(5)) == 50 and within_ceiling(100, 20, 1000, Decimal(4)) == 20
    assert within_ceiling(10, 60, 1000, Decimal(5)) == 0 and within_ceiling(10, 0, 1000, Decimal(5)) == 10


def test_the_examples_in_the_rules_are_true() -> None:
    assert doctest.testmod(law).failed == 0

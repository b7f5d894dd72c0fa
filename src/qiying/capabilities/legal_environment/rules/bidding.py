"""Bidding: what must be tendered, what bonds may be, and the six flags that let bidders be taken to have colluded.

《招标投标法实施条例》arts. 26, 40, 58; 发改委令第16号（必须招标的工程项目规定）. A flag is a clue, never a finding.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import NamedTuple

MUST_TENDER = {"works": 4_000_000, "goods": 2_000_000, "services": 1_000_000}
"""Yuan from which a project in scope must be tendered (发改委令第16号第五条)."""
BID_BOND_PERCENT, PERFORMANCE_BOND_PERCENT = 2, 10
FLAGS = {
    "author": "投标文件由同一单位或者个人编制",
    "agent": "委托同一单位或者个人办理投标事宜",
    "staff": "项目管理成员为同一人",
    "alike": "投标文件异常一致，或者报价呈规律性差异",
    "mixed": "投标文件相互混装",
    "account": "投标保证金从同一单位或者个人的账户转出",
}
"""The six of article 40, in its order."""


class Standing(NamedTuple):
    """What a project of an amount is."""

    code: str
    label: str


@dataclass(frozen=True)
class Offer:
    """One bid as far as the flags look at it; `price` in yuan."""

    bidder: str
    price: int
    author: str = ""
    agent: str = ""
    staff: frozenset[str] = frozenset()
    account: str = ""
    wording: str = ""
    mixed_with: str = ""


@dataclass(frozen=True)
class Clue:
    """A flag, whom it concerns and what raised it."""

    code: str
    bidders: tuple[str, ...]
    why: str
    label: str = field(default="")


def standing(kind: str, amount: int, *, in_scope: bool = True, small_from: int = 0) -> Standing:
    """Say whether a project must be tendered, is a small work of the district's own rules, or is free.

    >>> standing("works", 4_000_000).code, standing("works", 3_999_999, small_from=500_000).code
    ('must', 'small')
    """
    if in_scope and amount >= MUST_TENDER[kind]:
        return Standing("must", "必须招标")
    if amount >= small_from:
        return Standing("small", "小额工程、小额采购，按区里的办法")
    return Standing("free", "限额以下，单位自己定")


def bond_fault(bond: int, whole: int, percent: int) -> str:
    """Say why a bond is too high; empty where it is not.

    >>> bond_fault(80_001, 4_000_000, 2)
    '最多 80000 元（2%）'
    """
    return f"最多 {whole * percent // 100} 元（{percent}%）" if bond * 100 > whole * percent else ""


def clues_of(offers: Sequence[Offer]) -> list[Clue]:
    """Return every clue among the bids of one tender, in the order of article 40."""
    found = [
        *_shared(offers, "author", lambda o: [o.author]),
        *_shared(offers, "agent", lambda o: [o.agent]),
        *_shared(offers, "staff", lambda o: sorted(o.staff)),
        *_alike(offers),
        *_mixed(offers),
        *_shared(offers, "account", lambda o: [o.account]),
    ]
    return [Clue(c.code, c.bidders, c.why, FLAGS[c.code]) for c in found]


def _shared(offers: Sequence[Offer], code: str, values: Callable[[Offer], Sequence[str]]) -> list[Clue]:
    by: dict[str, list[str]] = defaultdict(list)
    for offer in offers:
        for value in values(offer):
            if value.strip():
                by[value.strip()].append(offer.bidder)
    return [Clue(code, tuple(who), f"都是“{value}”") for value, who in by.items() if len(set(who)) > 1]


def _alike(offers: Sequence[Offer]) -> list[Clue]:
    found = [
        Clue("alike", (a.bidder, b.bidder), "投标文件文字一样")
        for a, b in combinations(offers, 2)
        if a.wording and a.wording == b.wording
    ]
    if pattern := price_pattern([o.price for o in offers]):
        found.append(Clue("alike", tuple(o.bidder for o in sorted(offers, key=lambda o: o.price)), pattern))
    return found


def price_pattern(prices: Sequence[int]) -> str:
    """Return in words how three or more prices follow a pattern, empty where they do not.

    >>> price_pattern([102, 100, 103, 101])
    '报价从低到高每家差 1 元'
    """
    row = sorted(prices)
    if len(row) < 3 or row[0] <= 0:
        return ""
    steps = {b - a for a, b in pairwise(row)}
    if len(steps) == 1:
        (step,) = steps
        return f"报价从低到高每家差 {step} 元" if step else "报价全都一样"
    if all(b * b == a * c for a, b, c in zip(row, row[1:], row[2:], strict=False)):
        return "报价从低到高按同一个比例递增"
    return ""


def _mixed(offers: Sequence[Offer]) -> list[Clue]:
    names = {o.bidder for o in offers}
    return [
        Clue("mixed", (o.bidder, o.mixed_with), f"{o.bidder}的文件里有{o.mixed_with}的")
        for o in offers
        if o.mixed_with in names - {o.bidder}
    ]

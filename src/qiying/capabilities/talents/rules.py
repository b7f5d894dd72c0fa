"""Which talents fit a need, and why, in words; what was never consented to is not among them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

FIELD, WORDS, NEAR = 40, 4, 10
LEAST = 12
"""Points below which nobody is suggested: a few chance words are no reason."""
MOST_WORDS = 8


class Sought(Protocol):
    """What a need says."""

    field: str
    title: str
    about: str


class Offered(Protocol):
    """What a talent says."""

    field: str
    about: str
    place: str


@dataclass(frozen=True)
class Fit:
    """How well somebody fits, and the reasons."""

    points: int
    reasons: tuple[str, ...]


def pairs(text: str) -> set[str]:
    """Return the two-character pieces of a text, as the search cuts Chinese words.

    >>> sorted(pairs("数控，机床"))
    ['数控', '机床']
    """
    found: set[str] = set()
    run = ""
    for sign in f"{text} ":
        if sign.isalnum():
            run += sign.lower()
            continue
        found |= {run[n : n + 2] for n in range(len(run) - 1)}
        run = ""
    return found


COMMON = pairs("工作 经验 负责 企业 公司 项目 技术 管理 人员 以上 相关 能够 熟悉 从事")


def fit(need: Sought, talent: Offered, region: str) -> Fit:
    """Return how a talent fits a need: the field, words both say, and being here."""
    points, reasons = 0, []
    if need.field == talent.field:
        points += FIELD
        reasons.append(f"同一领域：{need.field}")
    shared = sorted((pairs(f"{need.title} {need.about}") & pairs(talent.about)) - COMMON)
    if shared:
        points += WORDS * min(len(shared), MOST_WORDS)
        reasons.append(f"都说到：{'、'.join(shared[:4])}")
    if points and region and region in talent.place:
        points += NEAR
        reasons.append("人在本地")
    return Fit(points, tuple(reasons))


def ranked(
    need: Sought, talents: Iterable[Offered], region: str, most: int = 10
) -> list[tuple[Offered, Fit]]:
    """Return who fits best, first the best; nobody who hardly fits."""
    found = [(one, fit(need, one, region)) for one in talents]
    kept = [pair for pair in found if pair[1].points >= LEAST]
    return sorted(kept, key=lambda pair: -pair[1].points)[:most]

"""The words of matchmaking, and what a text may say: no way to reach somebody, no intent with oneself. Pure."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from qiying.kernel.tables.cells import phones_in

TOLD: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
SIDES: dict[str, str] = TOLD["sides"]
FIELDS: dict[str, str] = TOLD["fields"]
KINDS: dict[str, str] = TOLD["technical"] | TOLD["kinds"]
REASONS: dict[str, str] = TOLD["reasons"]
TITLES: list[str] = TOLD["titles"]
LAWFUL = "公平竞争审查"
MARKET = frozenset({"association", "bank", "mediator", "agency", "public_service"})
"""Kinds of units that act in the market as firms do: what they agree is no measure of a government."""
MOST_YUAN = 10**12
_REACH = re.compile(
    r"[\w.+-]+@[\w-]+\.\w+|(?:微信|weixin|wechat|vx|v信|qq|扣扣)\s*(?:号|:|：)?\s*[a-z0-9_-]{5,}",
    re.IGNORECASE,
)


def ways_to_reach(text: str) -> list[str]:
    """Return the telephone numbers and addresses that stand in a text anybody may read."""
    return [*phones_in(text), *(m[0] for m in _REACH.finditer(text))]


def yuan_of(wan: Decimal | int | None) -> int | None:
    """Return 万元 as whole yuan."""
    return None if wan is None else round(wan * 10_000)


def amount_faults(yuan: int | None) -> list[str]:
    """Say what is wrong with an amount; none is an intent without one."""
    if yuan is None:
        return []
    if yuan <= 0:
        return ["金额要大于 0；没有金额的请空着"]
    return ["金额太大，请核对单位是不是万元"] if yuan > MOST_YUAN else []


def same_hands(one: str, other: str, person: int | None, another: int | None) -> str:
    """Say why two parties cannot agree with each other: it is one party, or one person speaks for both."""
    if one == other:
        return "不能和自己签意向，请换一方"
    return "确认的人也是发起的人，请对方自己的人来确认" if person == another else ""


def said(flag: object) -> str:
    """Return a fair-competition flag in one sentence."""
    label, article, words = (str(getattr(flag, name, "")) for name in ("label", "article", "words"))
    return f"{label}（{article}）：“{words}”"

"""The words of matchmaking, and what a text may say: no way to reach somebody, no intent with oneself. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from qiying.kernel.search.tokens import STOP, reduced
from qiying.kernel.tables.cells import phones_in

SIDES = {"need": "需求", "resource": "资源"}
FIELDS = {
    "capital": "资金",
    "land": "土地厂房",
    "technology": "技术",
    "market": "市场订单",
    "overseas": "出海",
    "talent": "人才",
}
TECHNICAL = {
    "develop": "技术开发",
    "transfer": "技术转让",
    "license": "技术许可",
    "consult": "技术咨询",
    "service": "技术服务",
}
"""Technical contracts of 民法典第八百四十三条."""
KINDS = {
    **TECHNICAL,
    "credit": "贷款授信",
    "equity": "股权投资",
    "supply": "采购供应",
    "premises": "用地用房",
    "overseas": "出海服务",
    "talent": "人才合作",
    "strategic": "战略合作",
}
REASONS = {
    "price": "价格谈不拢",
    "funds": "资金没到位",
    "terms": "条件不合",
    "changed": "一方计划变了",
    "silent": "对方没有回音",
    "rules": "不合规定",
    "other": "其他",
}
"""Why an intent came to nothing."""
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


def shared_words(mine: str, theirs: str, most: int = 3) -> list[str]:
    """Return what both texts say, two characters at least, the longest first."""
    found: list[str] = []
    other = reduced(theirs)
    for phrase in reduced(mine).split(STOP):
        at = 0
        while at < len(phrase) - 1:
            size = 2
            if phrase[at : at + size] not in other:
                at += 1
                continue
            while at + size < len(phrase) and phrase[at : at + size + 1] in other:
                size += 1
            found.append(phrase[at : at + size])
            at += size
    kept = [w for w in dict.fromkeys(found) if not w.isdigit()]
    return sorted(kept, key=lambda w: -len(w))[:most]


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


def same_hands(one: str, other: str, people: Iterable[int], others: Iterable[int]) -> str:
    """Say why two parties cannot agree with each other: it is one party, or one person speaks for both."""
    if one == other:
        return "不能和自己签意向，请换一方"
    return "确认的人也是发起的人，请对方自己的人来确认" if set(people) & set(others) else ""


def said(flag: object) -> str:
    """Return a fair-competition flag in one sentence."""
    label, article, words = (str(getattr(flag, name, "")) for name in ("label", "article", "words"))
    return f"{label}（{article}）：“{words}”"

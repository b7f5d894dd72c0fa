"""What an amount of a policy is: money that is paid, tax or fees not to be paid, or a base something is reckoned from.

Only money paid may be added up: 加计扣除 lowers what is taxed, and a loan's share is nobody's income.
"""

from __future__ import annotations

from typing import NamedTuple

from qiying.decision.policy.model import Policy


class AmountKind(NamedTuple):
    """A kind of amount: `label` stands before the figure, `note` says what it is not."""

    code: str
    label: str
    note: str


PAID = AmountKind("paid", "", "")
SAVED = AmountKind("saved", "少缴", "少缴的税费，不是发的钱")
BASE_NOTE = "是计算用的基数，不是到手的钱"
BASES = ("扣除额", "基数", "贷款额", "授信", "应纳税所得额", "额度", "担保额")
SAVINGS = ("税", "减免", "抵减", "扣减", "减征", "免征", "减缴", "缓缴")


def amount_kind(wording: Policy) -> AmountKind:
    """Return what the first amount of a policy is, by the name of its column and who gives it."""
    output = next((one for one in wording.table.outputs if one.type == "money"), None)
    if output is None:
        return PAID
    if any(word in output.name for word in BASES):
        return AmountKind("base", output.name, BASE_NOTE)
    by_tax_office = "税务" in wording.department
    return SAVED if by_tax_office or any(word in output.name for word in SAVINGS) else PAID


def held_title(policy_name: str, held: frozenset[str]) -> str:
    """Return the title a policy is about if it is among those held; `held` are the yes-or-no indicators that are true.

    >>> held_title("专精特新中小企业认定", frozenset({"是省级专精特新中小企业"}))
    '省级专精特新中小企业'
    """
    if not any(word in policy_name for word in ("认定", "评价", "评定", "入库")):
        return ""
    for name in sorted(held):
        title = name.removeprefix("是")
        bare = title.removeprefix("国家级").removeprefix("省级").removeprefix("市级")
        if title != name and bare in policy_name:
            return title
    return ""

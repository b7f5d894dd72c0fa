"""What publishing a version will do, looked at before it is done: basis, days, money, examples, who gets it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from qiying.capabilities.policies.models import Budget, PolicyVersion
from qiying.capabilities.policies.selectors.shelf import wording_of
from qiying.ui.humanize import money_words


def draft_basis(number: str) -> str | None:
    """Return the word that says a document is not issued yet; None when its number says nothing of the kind."""
    words = ("征求意见稿", "公开征求意见", "讨论稿", "送审稿", "草案", "草稿", "未印发", "待印发", "拟印发")
    return next((word for word in words if word in number), None)


@dataclass(frozen=True)
class Look:
    """One thing to look at: what it is in words, and whether it needs to be confirmed by itself."""

    code: str
    label: str
    words: str
    is_doubtful: bool = False


def publishing_looks(version: PolicyVersion, today: date) -> list[Look]:
    """Return what a reviewer confirms before a version is published; doubtful ones each by themselves."""
    wording = wording_of(version)
    basis = wording.document.number
    word = draft_basis(basis)
    found = [Look("basis", "依据", f"{basis}，还是{word}，不能发布" if word else basis, word is not None)]
    start = max(filter(None, (wording.valid_from, version.effective_from)), default=None)
    if start is not None and start > today:
        words = f"{start.year}年{start.month}月{start.day}日起才有效，发布后到那天才匹配、才能申报"
        found.append(Look("validity", "有效期", words, True))
    else:
        until = wording.valid_to
        words = f"发布后马上按它匹配，到 {until}" if until else "发布后马上按它匹配，没写到哪天为止"
        found.append(Look("validity", "有效期", words, until is None))
    if version.policy.grant == "money" and version.policy.is_paid_here:
        budget = Budget.objects.filter(policy_id=version.policy_id, year=(start or today).year).first()
        words = (
            f"今年下达 {money_words(budget.appropriated_fen)}" if budget else "还没有下达资金，核定的要排队等"
        )
        found.append(Look("budget", "资金", words, budget is None))
    count = len(wording.examples)
    words = f"{count} 个算例，都和表格对得上" if count else "没有算例，没人按例子核过表格"
    found.append(Look("examples", "算例", words, not count))
    return found

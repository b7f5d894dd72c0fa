"""What people enter for the acts of an application, with labels and limits."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.cases.standard import ending

Documents = list[int]


def documents(label: str = "材料") -> Any:
    """Return a field of uploaded files."""
    return entry(label, default=(), widget="documents", max_length=20)


def reason(label: str, *, least: int = 4, **rest: Any) -> Any:
    """Return a field of a few sentences."""
    return entry(label, widget="textarea", min_length=least, max_length=500, **rest)


class Submission(ActionInput):
    """What the opening event says of an application; its facts stand in the evaluation it names."""

    policy: str = entry("政策", max_length=60)
    version: int = entry("版本")
    evaluation: int = entry("评估")
    title: str = entry("标题", max_length=120)
    project: str = entry("项目", default="", max_length=120)
    stage: str = entry("申领阶段", default="", max_length=40)
    way: Literal["applied", "automatic", "instant", "counter"] = entry("方式", default="applied")
    amount_fen: int | None = entry("评估金额（分）", default=None)
    documents: Documents = documents()


class Remark(ActionInput):
    text: str = entry("说明", default="", widget="textarea", max_length=500)


class Reason(ActionInput):
    reason: str = reason("理由")


class WithdrawReason(ending.Withdraw):
    """What the system gives unasked is declined without a word."""

    reason: str = entry("为什么撤回", default="", widget="textarea", max_length=300)


class Opinion(ActionInput):
    """A co-department's part of the joint review."""

    opinion: Literal["agree", "disagree"] = entry("意见", choices={"agree": "同意", "disagree": "不同意"})
    reason: str = entry("理由", default="", widget="textarea", max_length=500, help="不同意要写明理由")


class Review(ActionInput):
    """The lead's finding: what to grant and why less than the engine says."""

    amount_yuan: Decimal | None = entry(
        "拟兑现金额（元）",
        default=None,
        widget="number",
        help="不填就是评估的金额；可以少，不能多",
        ge=0,
        max_digits=14,
        decimal_places=2,
    )
    reason: str = entry(
        "审核意见",
        default="",
        widget="textarea",
        max_length=500,
        help="金额比评估的少，或有单位不同意，要写明为什么",
    )


class Refusal(ActionInput):
    """Why nothing is granted; every reason on its own line, because the enterprise reads all of them."""

    kind: Literal["conditions", "material", "duplicate", "listed", "project", "objection", "other"] = entry(
        "属于哪一类",
        choices={
            "conditions": "条件不符合",
            "material": "材料没补齐",
            "duplicate": "已经享受过",
            "listed": "在负面清单上",
            "project": "同一项目已获支持",
            "objection": "公示异议成立",
            "other": "其他",
        },
    )
    reason: str = reason("理由", help="一条一行，写全：企业看得到，也凭它申请复核")


class Objection(ActionInput):
    """What somebody says against a payout while it is made public; all of it can be erased."""

    text: str = entry("异议", widget="textarea", personal=True, min_length=10, max_length=2000)
    name: str = entry("姓名", default="", personal=True, max_length=40)
    phone: str = entry("电话", default="", widget="tel", personal=True, max_length=20)


class DecideObjection(ActionInput):
    objection_no: int = entry("哪一条异议", source="policy_objections")
    decision: Literal["rejected", "again", "refuse"] = entry(
        "怎么定",
        choices={"rejected": "异议不成立", "again": "异议成立，退回重审", "refuse": "异议成立，不予兑现"},
    )
    finding: str = reason("查明的情况")


class Appeal(ActionInput):
    reason: str = reason("为什么不服", least=10)
    documents: Documents = documents("新的材料")


class DecideAppeal(ActionInput):
    decision: Literal["upheld", "rejected"] = entry(
        "怎么定", choices={"upheld": "复核成立，退回重审", "rejected": "维持不予兑现"}
    )
    finding: str = reason("查明的情况")


class Rating(ActionInput):
    """好差评: one to five, by whoever asked (国办发〔2019〕51号)."""

    stars: Literal["5", "4", "3", "2", "1"] = entry(
        "满意吗",
        widget="radio",
        choices={"5": "非常满意", "4": "满意", "3": "基本满意", "2": "不满意", "1": "非常不满意"},
    )
    comment: str = entry("说一句", default="", widget="textarea", personal=True, max_length=500)


class AccountGiven(ActionInput):
    account_id: int = entry("账户")


class Paid(ActionInput):
    payment_number: str = entry("支付号", max_length=32)
    paid_on: date = entry("到账日期", widget="date")
    amount_fen: int = entry("金额（分）", gt=0)
    reference: str = entry("回单号", default="", max_length=60)


class PaymentFailed(ActionInput):
    payment_number: str = entry("支付号", max_length=32)
    reason: str = entry("没付成的原因", max_length=200)


class Delivered(ActionInput):
    on: date = entry("兑现日期", widget="date")
    note: str = entry("怎么兑现的", default="", widget="textarea", max_length=300)


class ClawedBack(ActionInput):
    amount_fen: int = entry("追回金额（分）", gt=0)
    reason: str = entry("为什么追回", widget="textarea", max_length=300)

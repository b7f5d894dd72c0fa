"""What firms and institutions enter for a financing request, and what its cases keep."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from qiying.capabilities.financing.models import WORDS
from qiying.kernel.cases.entering import ActionInput, Extras, entry
from qiying.statutes.loan_cost import MOST_MONTHS, MOST_RATE, WAYS

SHARED_DAYS = 30
KINDS, RESULTS, PART_RESULTS, REASONS = (WORDS[k] for k in ("kinds", "results", "part_results", "reasons"))


class RequestExtras(Extras):
    fen: int = 0
    months: int = 12
    purpose: str = ""


class PartExtras(Extras):
    product_id: int = 0
    consent_id: int = 0
    reason: str = ""


class Sharing(ActionInput):
    facts: list[str] = entry(
        "同意机构看哪些资料", default=(), widget="multiselect", source="financing_facts", max_length=60,
        help="只给您选的机构看，看一次记一次，随时能撤回；一项不选也能申请",
    )  # fmt: skip
    until: date | None = entry(
        "看到哪天为止", default=None, widget="date", help=f"不写就是 {SHARED_DAYS} 天，最长 90 天"
    )


class Wish(ActionInput):
    enterprise_id: int | None = entry(
        "哪家企业", default=None, source="enterprises", tells_asker="id", help="只有一家就不用选"
    )
    product_ids: list[int] = entry(
        "向哪几家申请", widget="multiselect", source="financing_products", min_length=1, max_length=8,
        help="可以几家一起，最多 8 家；同一家机构一次一个产品",
    )  # fmt: skip
    amount: Decimal = entry("想要多少（万元）", widget="number", gt=0, le=100_000, decimal_places=4)
    months: int = entry("用几个月", widget="number", ge=1, le=MOST_MONTHS)
    kind: str = entry("做什么用", choices=KINDS)
    purpose: str = entry(
        "说说用途和还款来源", widget="textarea", min_length=4, max_length=1000, help="您选的机构都看得到"
    )


class Opening(Sharing, Wish):
    """What a firm wants, and after it what it lets institutions see."""


class Again(Sharing):
    documents: list[int] = entry(
        "补的材料", default=(), widget="documents", max_length=20, help="只有这一家看得到"
    )


class PartOpening(ActionInput):
    title: str = entry("事项", max_length=120)
    product_id: int = entry("产品")
    unit_id: int = entry("机构", source="units")
    consent_id: int = entry("授权", default=0)


class Offering(ActionInput):
    amount: Decimal = entry("给多少（万元）", widget="number", gt=0, le=100_000, decimal_places=4)
    rate: Decimal = entry(
        "年利率（%）", default=Decimal(0), widget="number", ge=0, le=MOST_RATE, decimal_places=2,
        help="不是贷款的填 0",
    )  # fmt: skip
    months: int = entry("几个月", widget="number", ge=1, le=MOST_MONTHS)
    way: str = entry("怎么还", default="interest_first", choices=WAYS)
    security: str = entry("增信方式", default="none", choices=WORDS["securities"])
    fees: str = entry(
        "利息以外的费用", default="", widget="textarea", max_length=1000,
        help="一行一项：担保费，1%，明川担保公司，每年一次。没写的不能再收",
    )  # fmt: skip
    text: str = entry("说明、还要企业做什么", default="", widget="textarea", max_length=1000)
    valid_until: date = entry("这个方案到哪天有效", widget="date")


class Refusing(ActionInput):
    kind: str = entry("为什么", choices=REASONS)
    reason: str = entry(
        "讲给企业听", widget="textarea", min_length=6, max_length=600, help="差什么、怎样才行"
    )


class Wanting(ActionInput):
    text: str = entry("请企业补什么", widget="textarea", min_length=4, max_length=600)


class Choosing(ActionInput):
    offer_id: int = entry("选哪个方案", widget="radio", source="financing_offers")


class Dropping(ActionInput):
    reason: str = entry("为什么都不选", widget="textarea", min_length=4, max_length=300)

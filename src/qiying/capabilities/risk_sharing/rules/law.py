"""Who bears what part of a loan that is not repaid, and how far a guarantor may go: pure arithmetic in fen and percent.

财金〔2024〕60号 (sci-tech guarantees, from 2024-07-24), 财金〔2025〕11号 (inclusive, from 2025-03-01),
国办发〔2019〕6号, 《融资担保公司监督管理条例》 (国务院令第683号) arts. 7, 15 to 17. Percentages are `Decimal`,
money is whole fen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from qiying.kernel.ledger.arithmetic import shares_of

YUAN = 100
WAN = 10_000 * YUAN
PARTIES = {
    "bank": "银行", "guarantor": "担保机构", "insurer": "保险机构", "reguarantor": "省级再担保",
    "fund": "国家融资担保基金", "government": "地方政府",
}  # fmt: skip
SYSTEM = ("guarantor", "reguarantor", "fund", "government")
"""The guarantee system: who stands behind the guarantor's promise to the bank."""
TITLES = {
    "giant": "专精特新“小巨人”企业", "specialised": "专精特新中小企业", "national": "承担国家科技项目的企业",
    "high_tech": "高新技术企业", "scored": "创新积分选出的科技型中小企业", "tech": "科技型中小企业",
    "innovative": "创新型中小企业", "": "没有称号",
}  # fmt: skip
FUND_BY_TITLE = {
    "giant": 40, "specialised": 40, "national": 40, "high_tech": 35, "scored": 35, "tech": 30, "innovative": 30,
}  # fmt: skip
TITLE_FACTS = {
    "giant": "是专精特新小巨人企业", "specialised": "是省级专精特新中小企业", "high_tech": "是高新技术企业",
    "scored": "是科技型中小企业", "tech": "是科技型中小企业", "innovative": "是科技和创新型中小企业",
}  # fmt: skip
"""The register's fact of a title, under the engine's name."""
Faults = dict[str, list[str]]


@dataclass(frozen=True)
class Programme:
    """One kind of sharing: limits of each part in percent, and of the loan of one firm in fen."""

    code: str
    label: str
    source: str
    valid_from: date
    bank_least: Decimal
    firm_most: int
    ceiling: Decimal  # yearly payouts in percent of what is covered
    system_most: Decimal = Decimal(100)
    province_least: Decimal = Decimal(0)
    fund_most: Mapping[str, int] = field(default_factory=dict)  # by title; others get nothing of the fund
    is_sample: bool = False


PROGRAMMES = {
    one.code: one
    for one in (
        Programme(
            "sci_tech", "科技创新专项担保", "财金〔2024〕60号", date(2024, 7, 24), Decimal(20), 3000 * WAN, Decimal(5),
            Decimal(80), Decimal(20), FUND_BY_TITLE,
        ),
        Programme(
            "inclusive", "政府性融资担保", "财金〔2025〕11号、国办发〔2019〕6号", date(2019, 1, 22), Decimal(20),
            1000 * WAN, Decimal(4), Decimal(80), Decimal(0), dict.fromkeys(TITLES, 20),
        ),
        Programme(
            "local", "区县风险池", "区县约定（样例）", date(2020, 1, 1), Decimal(20), 1000 * WAN, Decimal(5),
            is_sample=True,
        ),
    )
}  # fmt: skip


def percent(value: Decimal) -> str:
    """Return a percentage as people write it.

    >>> percent(Decimal("20.00")), percent(Decimal("19.99"))
    ('20%', '19.99%')
    """
    return f"{value.normalize():f}%"


def share_faults(programme: Programme, title: str, shares: Mapping[str, Decimal], on: date) -> Faults:
    """Return what is wrong with the shares of a loan, by party; together they are exactly 100 %."""
    faults: Faults = {}

    def wrong(party: str, words: str) -> None:
        faults.setdefault(party, []).append(words)

    if on < programme.valid_from:
        wrong("bank", f"{programme.source}从 {programme.valid_from} 起才有")
    for party, share in shares.items():
        if not 0 <= share <= 100 or share != share.quantize(Decimal("0.01")):
            wrong(party, "填 0 到 100，最多两位小数")
    if faults:
        return faults
    total = sum(shares.values(), Decimal(0))
    if total != 100:
        wrong("bank", f"各方加起来是 {percent(total)}，要正好 100%")
    if shares.get("bank", Decimal(0)) < programme.bank_least:
        wrong("bank", f"银行不低于 {percent(programme.bank_least)}（{programme.source}）")
    if (system := sum((shares.get(p, Decimal(0)) for p in SYSTEM), Decimal(0))) > programme.system_most:
        wrong("guarantor", f"担保体系合计 {percent(system)}，不超过 {percent(programme.system_most)}")
    if shares.get("reguarantor", Decimal(0)) < programme.province_least:
        wrong("reguarantor", f"省级再担保不低于 {percent(programme.province_least)}（{programme.source}）")
    most = Decimal(programme.fund_most.get(title, 0))
    if shares.get("fund", Decimal(0)) > most:
        wrong("fund", f"{TITLES[title]}，国家基金最多分担 {percent(most)}（{programme.source}）")
    return faults


def title_fault(title: str, is_held: bool | None, until: date | None, on: date) -> str:
    """Return why a title gives no share of the fund; `is_held` is the register's word, None where it has none."""
    if not title:
        return ""
    if until is None:
        return "写上称号有效到哪天"
    if until < on:
        return f"{TITLES[title]}的称号 {until} 到期了，不能再按它分担"
    if is_held is False:
        return f"企业名录里没有{TITLES[title]}，称号没有认定或者到期了"
    return ""


def parts_of(fen: int, shares: Mapping[str, Decimal]) -> dict[str, int]:
    """Return each party's part of an amount in fen, largest remainder; parties with nothing are left out."""
    return {party: part for party, part in shares_of(fen, shares).items() if shares[party]}


def guaranteed(fen: int, shares: Mapping[str, Decimal]) -> int:
    """Return the part of a loan the guarantor answers for to the bank: all but the bank's and the insurer's."""
    return sum(part for party, part in parts_of(fen, shares).items() if party in SYSTEM)


# --- fees ---------------------------------------------------------------------------------
SMALL_LOAN = 500 * WAN


def fund_fee_most(fen: int) -> Decimal:
    """Return the fund's highest yearly fee in percent of a guarantee.

    >>> fund_fee_most(500 * WAN), fund_fee_most(500 * WAN + 100 * YUAN)
    (Decimal('0.3'), Decimal('0.5'))
    """
    return Decimal("0.3") if fen <= SMALL_LOAN else Decimal("0.5")


def fee_of(fen: int, rate: Decimal) -> int:
    """Return a yearly fee in fen, rounded half up."""
    exact = Fraction(fen) * Fraction(rate) / 100
    return int(exact + Fraction(1, 2))


def average_fee(loans: Iterable[tuple[int, Decimal]]) -> Decimal | None:
    """Return the average guarantee fee in percent, weighted by amount; 国办发〔2019〕6号 asks for less than 1 %."""
    rows = list(loans)
    whole = sum(fen for fen, _ in rows)
    paid = sum(Fraction(fen) * Fraction(rate) for fen, rate in rows)
    return Decimal(round(paid / whole * 10_000)) / 10_000 if whole else None


# --- how far a guarantor may go -----------------------------------------------------------
CAPITAL_LEAST = 2000 * WAN


@dataclass(frozen=True)
class Limits:
    """What a guarantor may answer for at most, in fen: in all, for one client, for a group (arts. 15, 16)."""

    total: int
    client: int
    group: int
    times: int


def limits_of(net_assets: int, *, is_mainly_small: bool) -> Limits:
    """Return the limits of a guarantor; 15 times its net assets where it mainly serves small firms and farms.

    >>> limits_of(20_000 * WAN, is_mainly_small=False) == Limits(200_000 * WAN, 2000 * WAN, 3000 * WAN, 10)
    True
    """
    times = 15 if is_mainly_small else 10
    return Limits(net_assets * times, net_assets // 10, net_assets * 15 // 100, times)


@dataclass(frozen=True)
class Standing:
    """What a guarantor answers for already, in fen: in all, for this client, for its group; the firm's loans."""

    total: int = 0
    client: int = 0
    group: int = 0
    firm: int = 0


def cap_faults(programme: Programme, limits: Limits, now: Standing, *, fen: int, part: int) -> Faults:
    """Return which cap a further loan would break; `part` is what the guarantor answers for of it."""
    faults: list[str] = []
    if now.firm + fen > programme.firm_most:
        faults.append(
            f"这家企业在保的贷款会到 {yuan(now.firm + fen)}，{programme.label}一户最多 {yuan(programme.firm_most)}"
        )
    if now.total + part > limits.total:
        faults.append(
            f"在保余额会到 {yuan(now.total + part)}，超过净资产 {limits.times} 倍的 {yuan(limits.total)}（第十五条）"
        )
    if now.client + part > limits.client:
        faults.append(
            f"对这家企业的担保会到 {yuan(now.client + part)}，超过净资产 10% 的 {yuan(limits.client)}（第十六条）"
        )
    if now.group + part > limits.group:
        faults.append(
            f"对这家企业和关联方的担保会到 {yuan(now.group + part)}，超过净资产 15% 的 {yuan(limits.group)}（第十六条）"
        )
    return {"fen": faults} if faults else {}


# --- the portfolio ------------------------------------------------------------------------
@dataclass(frozen=True)
class Portfolio:
    """How much of what is covered goes to small firms and farms, and to loans of at most 5 million, in fen."""

    total: int
    small: int
    little: int  # of `small`, those of at most 5 million a firm

    @property
    def small_share(self) -> Decimal | None:
        return share_of(self.small, self.total)

    def little_share(self, base: str) -> Decimal | None:
        """Return the share of loans up to 5 million of all, or of those to small firms: the text does not say."""
        return share_of(self.little, self.total if base == "all" else self.small)

    def breaches(self, base: str) -> list[str]:
        """Return what 财金〔2025〕11号 asks for and is not met: 80 % small, of which 50 % up to 5 million."""
        found = []
        if self.total and self.small * 100 < self.total * 80:
            found.append(f"支小支农占 {percent_of(self.small_share)}，要不低于 80%")
        whole = self.total if base == "all" else self.small
        if whole and self.little * 100 < whole * 50:
            of = "全部" if base == "all" else "支小支农"
            found.append(f"单户 500 万元以下占{of}的 {percent_of(self.little_share(base))}，要不低于 50%")
        return found


def share_of(part: int, whole: int) -> Decimal | None:
    """Return a share in percent with two decimals, rounded half up; None of nothing."""
    return Decimal(int(Fraction(part * 10_000, whole) + Fraction(1, 2))) / 100 if whole else None


def percent_of(share: Decimal | None) -> str:
    return "—" if share is None else percent(share)


def within_ceiling(due: int, paid_before: int, covered: int, ceiling: Decimal) -> int:
    """Return how much of what is due this year's ceiling still lets be shared; what is beyond stays the guarantor's."""
    most = int(Fraction(covered) * Fraction(ceiling) / 100)
    return max(0, min(due, most - paid_before))


def yuan(fen: int) -> str:
    """Return an amount exactly, in ten thousand yuan where two decimals say it.

    >>> yuan(3000 * WAN), yuan(10_001), yuan(0), yuan(2_304_000)
    ('3000 万元', '100.01 元', '0 元', '23,040 元')
    """
    if abs(fen) >= WAN and fen % (WAN // 100) == 0:
        return f"{trimmed(f'{Decimal(fen) / WAN:f}')} 万元"
    return f"{trimmed(f'{Decimal(fen) / YUAN:,.2f}')} 元"


def trimmed(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number

"""What a loan costs a year with all its fees (贷款明白纸): payments in fen, a simple and an internal rate of return.

企业贷款综合融资成本清单 lists each fee with who takes it and when; 中国人民银行公告〔2021〕第3号 wants a yearly rate.
Neither formula could be read, so both rates are shown and each says how it was worked out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache

WAYS = {
    "bullet": "到期一次还本付息",
    "interest_first": "按月付息、到期还本",
    "equal_principal": "按月等额还本金",
    "equal_payment": "按月等额还本息",
}
WHENS = {"first": "放款前一次", "yearly": "每年一次", "last": "到期一次"}
SIMPLE = "单利：利息加全部费用，除以每月还没还的本金和用款时间"
IRR = "内部收益率（IRR）：按每一笔钱进出的时间算，放款前收的费用先扣，月率复利成年率"
BANNED = ("保证金", "承诺费", "咨询费", "顾问费", "资金管理费")
"""财金〔2024〕60号: besides interest and guarantee fee no deposit, promise or consulting fee."""
MOST_MONTHS = 360
MOST_RATE = Decimal(36)
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Fee:
    """A fee beside the interest: fen, or a share of the principal in per cent; who takes it, and when."""

    name: str
    fen: int
    percent: Decimal
    payee: str
    when: str

    def of(self, principal: int) -> int:
        """Return what is taken each time, in fen."""
        return self.fen + whole(principal * self.percent / 100)

    @property
    def words(self) -> str:
        size = f"{self.percent.normalize():f}%" if self.percent else _yuan(self.fen)
        return f"{self.name} {size}，{self.payee}收，{WHENS[self.when]}"


@dataclass(frozen=True)
class Terms:
    """A loan as it is offered: fen, per cent a year, months, how it is repaid, all fees."""

    principal: int
    rate: Decimal
    months: int
    way: str
    fees: tuple[Fee, ...] = ()


@dataclass(frozen=True)
class Payment:
    """What is paid at the end of a month, in fen; month 0 is the day of the loan."""

    month: int
    principal: int = 0
    interest: int = 0
    fees: int = 0

    @property
    def total(self) -> int:
        return self.principal + self.interest + self.fees


@dataclass(frozen=True)
class Cost:
    """A loan worked out: payments by month, sums in fen, both rates in per cent a year, exact."""

    terms: Terms
    payments: tuple[Payment, ...]
    simple_exact: Decimal
    irr_exact: Decimal

    @property
    def interest(self) -> int:
        return sum(p.interest for p in self.payments)

    @property
    def fees(self) -> int:
        return sum(p.fees for p in self.payments)

    @property
    def simple(self) -> Decimal:
        return self.simple_exact.quantize(CENT, ROUND_HALF_UP)

    @property
    def irr(self) -> Decimal:
        return self.irr_exact.quantize(CENT, ROUND_HALF_UP)


def sheet(cost: Cost, lender: str) -> tuple[str, ...]:
    """Return 贷款明白纸 in sentences: what is paid to whom and when, both yearly rates and how each was worked out."""
    terms, way = cost.terms, WAYS[cost.terms.way]
    return (
        f"本金 {_yuan(terms.principal)}，期限 {terms.months} 个月，{way}。",
        f"1．利息：年利率 {terms.rate}%，共 {_yuan(cost.interest)}，{lender}收，{way}。",
        *(f"{n}．{fee.words}。" for n, fee in enumerate(terms.fees, 2)),
        f"利息和费用共 {_yuan(cost.interest + cost.fees)}，没有列出的费用不收。",
        f"年化综合成本：{cost.simple}%（单利），{cost.irr}%（内部收益率）。",
        f"{SIMPLE}。{IRR}。",
    )


def _yuan(fen: int) -> str:
    return f"{Decimal(fen) / 100:,.2f} 元"


def whole(amount: Decimal) -> int:
    """Return whole fen, halves up."""
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def read_fees(text: str) -> tuple[tuple[Fee, ...], list[str]]:
    """Return the fees of a text, one a line as 名称，金额，收款方，什么时候, and what is wrong with it.

    >>> read_fees("担保费，1%，明川担保，每年一次")[0][0].words
    '担保费 1%，明川担保收，每年一次'
    """
    fees, wrong = [], []
    for number, line in enumerate((x.strip() for x in text.splitlines() if x.strip()), 1):
        parts = [p.strip() for p in line.replace(",", "，").split("，")]
        when = next((code for code, words in WHENS.items() if parts[-1] in {words, words[:3]}), "")
        if len(parts) != 4 or not parts[0] or not parts[2] or not when:
            wrong.append(f"第 {number} 行要写成“名称，金额，收款方，{'或'.join(WHENS.values())}”")
            continue
        if any(word in parts[0] for word in BANNED):
            wrong.append(f"第 {number} 行：利息和担保费以外，不得收{parts[0]}（财金〔2024〕60号）")
            continue
        size = _size(parts[1])
        if size is None:
            wrong.append(f"第 {number} 行的金额写成元（5000）或者本金的百分之几（1%）")
            continue
        fees.append(Fee(parts[0][:20], size[0], size[1], parts[2][:40], when))
    if len(fees) > 12:
        wrong.append("最多写 12 项费用")
    return tuple(fees), wrong


def _size(text: str) -> tuple[int, Decimal] | None:
    """Return fen and per cent of an amount as written."""
    bare = text.removesuffix("元").removesuffix("%").strip()
    if not bare.replace(".", "", 1).isascii() or not bare.replace(".", "", 1).isdigit() or len(bare) > 14:
        return None
    number = Decimal(bare)
    if text.endswith("%"):
        return (0, number) if number <= 20 else None
    fen = number * 100
    return (int(fen), Decimal(0)) if fen == fen.to_integral_value() else None


@lru_cache(maxsize=4096)
def cost_of(terms: Terms) -> Cost | None:
    """Return what a loan costs; None where fees leave nothing to be lent, so that it has no rate."""
    payments = _payments(terms)
    received = terms.principal - payments[0].total
    if received <= 0:
        return None
    with localcontext() as context:
        context.prec = 40
        return Cost(terms, payments, _simple(terms, payments), _irr(received, payments))


def _payments(terms: Terms) -> tuple[Payment, ...]:
    """Return all payments: interest by month on what is still owed, the last one takes what rounding left."""
    months, left = terms.months, terms.principal
    monthly = terms.rate / 1200
    found = [Payment(0, fees=_fees(terms, 0))]
    for month in range(1, months + 1):
        is_last = month == months
        interest = 0 if terms.way == "bullet" else whole(left * monthly)
        if terms.way == "bullet" and is_last:
            interest = whole(left * monthly * months)
        principal = left if is_last else min(left, _part(terms, interest))
        left -= principal
        found.append(Payment(month, principal, interest, _fees(terms, month)))
    return tuple(found)


def _part(terms: Terms, interest: int) -> int:
    """Return the principal paid in a month that is not the last."""
    if terms.way == "equal_principal":
        return terms.principal // terms.months
    if terms.way == "equal_payment":
        return max(_annuity(terms) - interest, 0)
    return 0


@lru_cache(maxsize=1024)
def _annuity(terms: Terms) -> int:
    """Return the equal monthly payment in fen."""
    monthly = terms.rate / 1200
    if not monthly:
        return terms.principal // terms.months
    with localcontext() as context:
        context.prec = 40
        grown = (1 + monthly) ** terms.months
        return whole(terms.principal * monthly * grown / (grown - 1))


def _fees(terms: Terms, month: int) -> int:
    """Return the fees taken in a month: yearly ones at the beginning of each year of the loan."""
    found = 0
    for fee in terms.fees:
        is_first = fee.when == "first" and month == 0
        is_yearly = fee.when == "yearly" and month % 12 == 0 and month < terms.months
        if is_first or is_yearly or (fee.when == "last" and month == terms.months):
            found += fee.of(terms.principal)
    return found


def _simple(terms: Terms, payments: Sequence[Payment]) -> Decimal:
    """Return interest and fees over the principal still owed each month and a twelfth of a year, in per cent."""
    left, used = terms.principal, 0
    for payment in payments[1:]:
        used += left
        left -= payment.principal
    cost = sum(p.interest + p.fees for p in payments)
    return Decimal(cost) * 12 * 100 / used


def _irr(received: int, payments: Sequence[Payment]) -> Decimal:
    """Return the yearly rate at which the payments are worth what was received, in per cent.

    Their worth falls as the rate rises, so there is one root and halving finds it.
    """
    totals = [p.total for p in payments[1:]]

    def worth(monthly: Decimal) -> Decimal:
        v, found = 1 / (1 + monthly), Decimal(0)
        for total in reversed(totals):
            found = (found + total) * v
        return found

    low, high = Decimal(0), Decimal("0.01")
    while worth(high) > received:
        low, high = high, high * 2
    while high - low > Decimal("1e-15"):
        middle = (low + high) / 2
        low, high = (middle, high) if worth(middle) > received else (low, middle)
    return (((1 + high) ** 12) - 1) * 100 if high > Decimal("1e-14") else Decimal(0)

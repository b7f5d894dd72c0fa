"""When a small firm's bill is due and what lateness costs: 《保障中小企业款项支付条例》 (国务院令第802号)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from qiying.statutes.rules import table

Debtor = Literal["government", "large"]


def payment_due(delivered: date, debtor: Debtor, agreed_days: int | None = None) -> date:
    """Return the day by which a debtor pays; of an agreed term a government's counts at most its longest.

    >>> str(payment_due(date(2026, 3, 1), "government")), str(payment_due(date(2026, 3, 1), "government", 90))
    ('2026-03-31', '2026-04-30')
    """
    rule = table("arrears_payment").required_at(delivered)
    if debtor == "large":
        return delivered + timedelta(days=agreed_days or int(rule["large_enterprise_days"]))
    days = agreed_days or int(rule["government_days"])
    return delivered + timedelta(days=min(days, int(rule["government_agreed_longest_days"])))


def late_interest(amount: Decimal, days: int, on: date) -> Decimal:
    """Return the interest of a bill so many days late where no rate was agreed (0.05 % a day), to the cent."""
    percent = Decimal(table("arrears_payment").required_at(on)["late_interest_per_day_percent"])
    return (amount * percent / 100 * max(days, 0)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def rate_fault(agreed: Decimal, lpr: Decimal) -> str:
    """Say why an agreed yearly rate of late interest does not stand: it is not below the one-year LPR at signing."""
    return f"约定的逾期利率 {agreed}% 低于签合同时一年期 LPR {lpr}%（第十五条）" if agreed < lpr else ""


def arrears_words(amount: Decimal, delivered: date, today: date) -> str:
    """Say by when a bill was due from either debtor, and what its lateness costs until today."""
    public, large = (payment_due(delivered, debtor) for debtor in ("government", "large"))
    costs = [late_interest(amount, (today - due).days, today) for due in (public, large)]
    return (
        f"{delivered} 交付、没有约定日子的：对方是机关、事业单位应在 {public} 以前付，是大型企业在 {large} 以前付；"
        f"没有约定利率的按日万分之五，到今天分别是 {costs[0]:,} 元、{costs[1]:,} 元。"
    )

"""What a court costs by 《诉讼费用交纳办法》 (国务院令第481号): the fee tables, halvings, and what mediation saves.

Amounts are yuan as decimals, rounded to the cent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from qiying.statutes.rules import table

CENT = Decimal("0.01")
IN_FORCE = date(2007, 4, 1)
BANKRUPTCY_MOST = Decimal(300_000)
LABOUR = Decimal(10)
CONFIRMATION = Decimal(0)
"""司法确认 is a case of special procedure: no fee (art. 8(1); 法释〔2011〕5号 art. 11)."""


def _by_table(code: str, amount: Decimal, on: date) -> Decimal:
    """Return the fee of a table: a flat sum, then each band at its percentage, at most what the table allows."""
    entry = table(code).required_at(on)
    fee, lower = Decimal(entry["flat"]), Decimal(entry["flat_to"])
    for upper, percent in entry["bands"]:
        if amount <= lower:
            break
        top = amount if upper is None else min(amount, Decimal(upper))
        fee += (top - lower) * Decimal(percent) / 100
        lower = top
    most = entry.values.get("most")
    return _cents(min(fee, Decimal(most)) if most else fee)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def property_fee(amount: Decimal, on: date = IN_FORCE) -> Decimal:
    """Return the fee of a property case (art. 13(1)).

    >>> [str(property_fee(Decimal(x))) for x in (10_000, 350_000, 20_000_000)]
    ['50.00', '6550.00', '141800.00']
    """
    return _by_table("litigation_fee", amount, on)


def half_fee(amount: Decimal, on: date = IN_FORCE) -> Decimal:
    """Return the fee of a case mediated, withdrawn or heard in summary procedure (arts. 15, 16); they do not stack."""
    return _cents(property_fee(amount, on) / 2)


def payment_order_fee(amount: Decimal, on: date = IN_FORCE) -> Decimal:
    """Return the fee of a payment order, a third (art. 14(3))."""
    return _cents(property_fee(amount, on) / 3)


def bankruptcy_fee(amount: Decimal, on: date = IN_FORCE) -> Decimal:
    """Return the fee of a bankruptcy: half, at most 300,000 yuan (art. 14(6))."""
    return min(half_fee(amount, on), BANKRUPTCY_MOST)


def preservation_fee(amount: Decimal, on: date = IN_FORCE) -> Decimal:
    """Return the fee of preserving property, at most 5,000 yuan (art. 14(2))."""
    return _by_table("preservation_fee", amount, on)


def enforcement_fee(amount: Decimal, on: date = IN_FORCE) -> Decimal:
    """Return the fee of enforcement (art. 14(1))."""
    return _by_table("enforcement_fee", amount, on)


@dataclass(frozen=True)
class Saved:
    """What a mediated dispute saves, by its method in words."""

    amount: Decimal
    full: Decimal
    words: str


def fee_saved(amount: Decimal, on: date = IN_FORCE) -> Saved:
    """Return what mediating saves: half the fee, as the sources reckon; the full one is what was never filed.

    >>> fee_saved(Decimal(680_000)).words
    '标的 680,000 元，受理费 10,600.00 元（第十三条），调解、简易程序减半 5,300.00 元（第十五、十六条）；节省按减半算'
    """
    full, half = property_fee(amount, on), half_fee(amount, on)
    words = (
        f"标的 {amount:,} 元，受理费 {full:,} 元（第十三条），调解、简易程序减半 {half:,} 元（第十五、十六条）；"
        "节省按减半算"
    )
    return Saved(half, full, words)

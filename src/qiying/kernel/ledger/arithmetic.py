"""Arithmetic of double entry: what each movement takes from one account and gives to another, in whole units.

A movement is a mapping account → amount whose values sum to zero. The unit is the ledger's: fen of money, grams of a
quota, places of a training.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal

Moves = dict[str, int]


def moved(source: str, target: str, amount: int) -> Moves:
    """Return the postings of a movement from one account to another; raise ValueError unless amount > 0."""
    if amount <= 0:
        raise ValueError("a movement is positive")
    return {source: -amount, target: amount}


def summed(postings: Iterable[tuple[str, int]]) -> Moves:
    """Return the balance of each account."""
    total: Moves = {}
    for account, amount in postings:
        total[account] = total.get(account, 0) + amount
    return total


def is_balanced(moves: Mapping[str, int]) -> bool:
    """Tell whether what is given is what is taken."""
    return sum(moves.values()) == 0


def fault(balances: Mapping[str, int], guarded: Collection[str], labels: Mapping[str, str]) -> str:
    """Return what is wrong with the balances of one book as one Chinese sentence; empty when nothing is.

    `guarded` are the accounts that may never be negative.
    """
    if sum(balances.values()) != 0:
        return f"借贷不平，差 {sum(balances.values())}"
    for account in guarded:
        if balances.get(account, 0) < 0:
            return f"{labels.get(account, account)}成了负数：{balances[account]}"
    return ""


def shares_of(total: int, shares: Mapping[str, Decimal]) -> dict[str, int]:
    """Divide `total` units by percentages, nothing lost: what rounding leaves goes to the largest remainders.

    Of two equal remainders the larger share gets the unit, then the one named first. Raises ValueError when the
    percentages do not sum to exactly 100 or one is negative, or when the total is negative.
    """
    if total < 0 or any(share < 0 for share in shares.values()):
        raise ValueError("amounts and shares are not negative")
    if sum(shares.values(), Decimal(0)) != 100:
        raise ValueError(f"shares sum to {sum(shares.values(), Decimal(0))}, not 100")
    exact = {who: total * share / 100 for who, share in shares.items()}
    whole = {who: int(amount) for who, amount in exact.items()}
    left = total - sum(whole.values())
    by_rest = sorted(shares, key=lambda who: (whole[who] - exact[who], -shares[who]))
    for who in by_rest[:left]:
        whole[who] += 1
    return whole

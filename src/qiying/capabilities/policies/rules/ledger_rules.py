"""Arithmetic of the ledger: what each movement takes from one account and gives to another, in fen.

Every movement is a mapping account → fen whose values sum to zero. Accounts: treasury (where appropriations come
from, negative by what was given), available, reserved, committed, paid.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

TREASURY, AVAILABLE, RESERVED, COMMITTED, PAID = "treasury", "available", "reserved", "committed", "paid"
BALANCES = (AVAILABLE, RESERVED, COMMITTED, PAID)
"""Accounts that may never be negative; together they are what was appropriated."""

Moves = dict[str, int]


def moved(source: str, target: str, fen: int) -> Moves:
    """Return the postings of a movement from one account to another; raise ValueError unless fen > 0."""
    if fen <= 0:
        raise ValueError("a movement of money is positive")
    return {source: -fen, target: fen}


def commit_moves(reserved: int, fen: int) -> Moves:
    """Return the postings that commit `fen` when `reserved` was set aside before.

    The difference goes back to what is available, or is taken from it.
    """
    if fen <= 0 or reserved < 0:
        raise ValueError("a movement of money is positive")
    moves = {RESERVED: -reserved, AVAILABLE: reserved - fen, COMMITTED: fen}
    return {account: value for account, value in moves.items() if value}


def summed(postings: Iterable[tuple[str, int]]) -> Moves:
    """Return the balance of each account."""
    total: Moves = {}
    for account, fen in postings:
        total[account] = total.get(account, 0) + fen
    return total


def is_balanced(moves: Mapping[str, int]) -> bool:
    """Tell whether what is given is what is taken."""
    return sum(moves.values()) == 0


def fault(balances: Mapping[str, int]) -> str:
    """Return what is wrong with the balances of a budget as one Chinese sentence; empty when nothing is."""
    if sum(balances.values()) != 0:
        return f"借贷不平，差 {sum(balances.values())} 分"
    for account in BALANCES:
        if balances.get(account, 0) < 0:
            return f"{account} 成了负数：{balances[account]} 分"
    return ""


def shortfalls(available: int, wanted: Iterable[int]) -> list[int]:
    """Return for each one in the queue how much money is still missing until its turn, all before it included."""
    missing, needed = [], 0
    for fen in wanted:
        needed += fen
        missing.append(max(0, needed - available))
    return missing

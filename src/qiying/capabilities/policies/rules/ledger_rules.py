"""Arithmetic of the ledger: what each movement takes from one account and gives to another, in fen.

Every movement is a mapping account → fen whose values sum to zero. Accounts: treasury (where appropriations come
from, negative by what was given), available, reserved, committed, paid.
"""

from __future__ import annotations

from collections.abc import Iterable

from qiying.kernel.ledger.arithmetic import Moves

TREASURY, AVAILABLE, RESERVED, COMMITTED, PAID = "treasury", "available", "reserved", "committed", "paid"
BALANCES = (AVAILABLE, RESERVED, COMMITTED, PAID)
"""Accounts that may never be negative; together they are what was appropriated."""


def commit_moves(reserved: int, fen: int) -> Moves:
    """Return the postings that commit `fen` when `reserved` was set aside before.

    The difference goes back to what is available, or is taken from it.
    """
    if fen <= 0 or reserved < 0:
        raise ValueError("a movement of money is positive")
    moves = {RESERVED: -reserved, AVAILABLE: reserved - fen, COMMITTED: fen}
    return {account: value for account, value in moves.items() if value}


def shortfalls(available: int, wanted: Iterable[int]) -> list[int]:
    """Return for each one in the queue how much money is still missing until its turn, all before it included."""
    missing, needed = [], 0
    for fen in wanted:
        needed += fen
        missing.append(max(0, needed - available))
    return missing

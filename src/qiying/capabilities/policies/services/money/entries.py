"""The ledger of policies' money: which tables it is, and what is asked of it before something moves."""

from __future__ import annotations

from qiying.capabilities.policies.models import Budget, LedgerEntry, LedgerPosting
from qiying.capabilities.policies.rules.ledger_rules import BALANCES, TREASURY
from qiying.capabilities.policies.services.money.checking import other_differences
from qiying.kernel.ledger.declaring import Ledger
from qiying.ui.humanize import money_exact_words

MONEY = Ledger(
    code="policy_money",
    title="政策资金",
    book=Budget,
    entry=LedgerEntry,
    posting=LedgerPosting,
    outside=(TREASURY,),
    balances={account: f"{account}_fen" for account in BALANCES},
    given="appropriated_fen",
    labels=dict(LedgerPosting.Account.choices),
    words=money_exact_words,
    name_of=lambda budget: f"{budget.policy.name} {budget.year} 年",
    book_name="budget",
    also=other_differences,
)


def budget_locked(policy_id: int, year: int) -> Budget | None:
    """Return the budget of a policy and year, locked until the transaction ends; None when there is none.

    The order of locks is everywhere: batch, payment, case, budget; of two budgets the one with the smaller id.
    """
    return Budget.objects.select_for_update().filter(policy_id=policy_id, year=year).first()

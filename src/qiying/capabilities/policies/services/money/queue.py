"""The queue of a budget: the earliest application first, nobody overtaken; served when money comes."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from qiying.capabilities.policies.models import Budget, MoneyWait
from qiying.capabilities.policies.rules.ledger_rules import COMMITTED, RESERVED
from qiying.capabilities.policies.services.money.entries import MONEY
from qiying.capabilities.policies.services.money.ledger import money_release, money_reserve, waiting_in
from qiying.capabilities.policies.services.money.movements import case_follow
from qiying.kernel.cases.models import Case
from qiying.kernel.ledger.services import held_by
from qiying.kernel.permissions.errors import KernelError
from qiying.kernel.permissions.viewer import system_viewer

APPROVED_AND_WAITING = "waiting_money"
log = logging.getLogger(__name__)


def queue_serve(*, budget: Budget, at: datetime, limit: int = 500) -> int:
    """Give the money that is there to those who wait, the earliest first; return how many were served.

    Each is a transaction of its own that locks case before budget, like every act. It ends at the first one the
    money is not enough for, also when a later one would fit: nobody is overtaken.
    """
    served = 0
    for _ in range(limit):
        budget.refresh_from_db()
        first = waiting_in(budget.policy_id, budget.year).select_related("application__case").first()
        if first is None or not _is_enough(budget, first) or not _serve(first, at):
            break
        served += 1
    return served


def queue_serve_later(budget_id: int, at: datetime) -> None:
    """Serve the queue once the transaction that brought the money is through; the worker does it again anyway."""

    def run() -> None:
        queue_serve(budget=Budget.objects.get(pk=budget_id), at=at)

    transaction.on_commit(run, robust=True)


def queues_tick(now: datetime) -> int:
    """Serve every queue there is money for and return how many were served; the worker's task."""
    waits = MoneyWait.objects.filter(
        policy_id=OuterRef("policy_id"), year=OuterRef("year"), ended_at__isnull=True
    )
    rich = Budget.objects.filter(Exists(waits), available_fen__gt=0)
    return sum(queue_serve(budget=budget, at=now) for budget in rich)


def _is_enough(budget: Budget, wait: MoneyWait) -> bool:
    held = held_by(MONEY, application_id=wait.application_id)
    return budget.available_fen >= wait.fen - held.get(RESERVED, 0) - held.get(COMMITTED, 0)


def _serve(wait: MoneyWait, at: datetime) -> bool:
    """Serve one; False when it could not be, so that the queue stops here."""
    actor = system_viewer("worker", district_id=wait.application.district_id)
    try:
        with transaction.atomic():
            case = Case.objects.select_for_update(of=("self",)).get(pk=wait.application.case_id)
            application = wait.application
            application.case = case
            if case.closed_on is not None or not case.is_open:
                money_release(application=application, actor=actor, at=at, memo="这一件已经办结")
                return True
            if case.state == APPROVED_AND_WAITING:
                case_follow(application, "money_found", actor, at)
                return True
            return money_reserve(application=application, fen=wait.fen, actor=actor, at=at)
    except KernelError:
        log.exception("the queue of policy %s stops at application %s", wait.policy_id, wait.application_id)
        return False

"""One payment back to its ground: clause, facts, approvals, ledger."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from qiying.capabilities.policies.models import Application, LedgerEntry, Payment
from qiying.capabilities.policies.selectors.applying import Fact, facts_of
from qiying.capabilities.policies.selectors.shelf import wording_of
from qiying.capabilities.policies.selectors.wording import Laid, Tier, laid_out
from qiying.decision.indicators import standard_registry
from qiying.decision.indicators.located import FileError
from qiying.decision.policy.compile import compile_policy
from qiying.kernel.cases.models import CaseEvent
from qiying.kernel.cases.vocabulary import PROCEDURES


@dataclass(frozen=True)
class Step:
    """An act of the case: who, what, when."""

    at: Any
    who: str
    what: str


@dataclass(frozen=True)
class Trace:
    """Everything a payment rests on."""

    payment: Payment
    application: Application

    @cached_property
    def laid(self) -> Laid | None:
        return _laid(self.application)

    @property
    def tier(self) -> Tier | None:
        """The tier that decided."""
        row, tiers = self.application.evaluation.row, self.laid.tiers if self.laid else ()
        if row and 0 < row <= len(tiers):
            return tiers[row - 1]
        return tiers[0] if len(tiers) == 1 else None

    @property
    def facts(self) -> tuple[Fact, ...]:
        return facts_of(self.application.evaluation)

    @property
    def steps(self) -> tuple[Step, ...]:
        return _steps(self.application)

    @cached_property
    def entries(self) -> list[LedgerEntry]:
        rows = LedgerEntry.objects.filter(application=self.application)
        return list(rows.prefetch_related("postings").order_by("pk"))

    @cached_property
    def earlier(self) -> list[Payment]:
        return list(self.application.payments.exclude(pk=self.payment.pk).order_by("pk"))


def trace_of(payment: Payment) -> Trace:
    """Return what a payment rests on; the payment comes from `payments_visible_to`."""
    rows = Application.objects.select_related("case", "version__policy", "evaluation", "batch__policy")
    return Trace(payment, rows.get(pk=payment.application_id))


def _laid(application: Application) -> Laid | None:
    """Return the version's wording as it was applied; None when it cannot be read any more."""
    registry = standard_registry()
    try:
        compiled = compile_policy(wording_of(application.version), registry, application.evaluation.as_of)
    except FileError:
        return None
    return laid_out(compiled, registry)


def _steps(application: Application) -> tuple[Step, ...]:
    machine = PROCEDURES.latest(application.case.procedure)
    events = CaseEvent.objects.filter(case_id=application.case_id).order_by("seq")
    steps = []
    for event in events.values("at", "actor_name", "action", "actor_role"):
        action = str(event["action"])
        if action == machine.opening.code:
            label = machine.opening.label
        elif machine.has_action(action):
            label = machine.action(action).label
        else:
            label = action
        who = "企业" if event["actor_role"] == "asker" else str(event["actor_name"] or "系统")
        steps.append(Step(event["at"], "系统" if who == "worker" else who, label))
    return tuple(steps)

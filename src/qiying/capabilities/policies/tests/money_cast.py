"""Money in tests: applications as bare rows for the ledger, whole cases for the treasury."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count

from qiying.capabilities.policies.models import (
    Application,
    Budget,
    Evaluation,
    Payment,
    PaymentBatch,
    Policy,
)
from qiying.capabilities.policies.services.money.batches import batch_make, batch_release
from qiying.capabilities.policies.services.money.budgets import budget_appropriate
from qiying.capabilities.policies.services.money.files import accounts_check
from qiying.capabilities.policies.services.money.payments import payment_settle
from qiying.capabilities.policies.tests.applying_world import Desk
from qiying.capabilities.policies.tests.world import World
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.engine import case_open
from qiying.kernel.cases.models import Case
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.tests.factories import make_enterprise
from qiying.kernel.permissions.viewer import Viewer

_keys = count(1)


def give(world: World, policy: Policy, fen: int, year: int = 2026) -> Budget:
    """Appropriate money as the treasurer does."""
    return budget_appropriate(
        policy=policy,
        year=year,
        fen=fen,
        document="财预〔2026〕1号",
        memo="年初预算",
        key=f"test-{next(_keys)}",
        actor=world.viewer("treasurer"),
        at=world.now,
    )


def bare_application(
    world: World, policy: Policy, fen: int, *, applied_at: datetime | None = None
) -> Application:
    """Return an application just received, without what the pages ask: for what the ledger does with it."""
    version = policy.current
    assert version is not None
    evaluation = Evaluation.objects.create(
        policy=policy,
        version=version,
        enterprise=world.enterprise,
        as_of=local_date(world.now),
        facts="{}",
        outcome="eligible",
        amount_fen=fen,
        answer="{}",
        version_digest="",
        made_at=world.now,
    )
    told = {"policy": policy.code, "version": version.no, "evaluation": evaluation.pk, "title": policy.name}
    case = case_open(
        procedure="policy_application",
        actor=world.viewer("system"),
        data={**told, "way": "automatic", "amount_fen": fen},
        now=world.now,
        district_id=world.district.pk,
        extras={"enterprise": world.enterprise.pk, "way": "automatic"},
    )
    return Application.objects.create(
        case=case,
        district=world.district,
        policy=policy,
        version=version,
        enterprise=world.enterprise,
        evaluation=evaluation,
        year=2026,
        asked_fen=fen,
        applied_at=applied_at or world.now + timedelta(seconds=next(_keys)),
    )


def released(batch: PaymentBatch, actor: Viewer, at: datetime) -> PaymentBatch:
    """Look at the accounts of a batch and release it."""
    _, checked = accounts_check(batch=batch, actor=actor, at=at)
    return batch_release(batch=batch, actor=actor, at=at, checked=checked)


class Treasury(Desk):
    """A policy with money, enterprises that fit it, and what the two treasurers do."""

    def __init__(self, world: World, fen: int = 100_000_000, **details: object) -> None:
        super().__init__(world, fen=0, **details)  # type: ignore[arg-type]
        self.budget = give(world, self.policy, fen) if fen else None

    def enterprise(self, name: str) -> Enterprise:
        row = make_enterprise(self.world.district, name)
        self.world.facts(row, 营业收入="6000000", 是高新技术企业="是")
        return row

    def approved_of(self, name: str, **data: object) -> Case:
        """Return an approved case of another enterprise, filed at the counter."""
        return self.approved(who="desk", enterprise=self.enterprise(name), way="counter", **data)

    def payment(self, case: Case) -> Payment:
        return Payment.objects.filter(application__case=case).latest("pk")

    def batch(self, *cases: Case, who: str = "treasurer") -> PaymentBatch:
        ids = [self.payment(c).pk for c in cases]
        return batch_make(payment_ids=ids, actor=self.world.viewer(who), at=self.world.now)

    def sent(self, *cases: Case) -> PaymentBatch:
        return released(self.batch(*cases), self.world.viewer("treasurer2"), self.world.now)

    def arrived(self, case: Case, on: date | None = None, reference: str = "R1") -> Payment:
        payment = self.payment(case)
        day = on or local_date(self.world.now)
        actor = self.world.viewer("treasurer")
        payment_settle(payment=payment, on=day, reference=reference, actor=actor, at=self.world.now)
        return Payment.objects.get(pk=payment.pk)

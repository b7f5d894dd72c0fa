"""A hundred officers approve at once against one short budget; two treasurers pay the same batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from qiying.capabilities.policies.models import Application, Budget, MoneyWait, Payment
from qiying.capabilities.policies.services.money.batches import batch_release
from qiying.capabilities.policies.services.money.files import accounts_check
from qiying.capabilities.policies.services.money.ledger import money_commit, money_release, money_reserve
from qiying.capabilities.policies.services.money.payments import payment_settle
from qiying.capabilities.policies.services.money.queue import queue_serve
from qiying.capabilities.policies.tests.applying_world import INSTANT
from qiying.capabilities.policies.tests.money_cast import Treasury, bare_application, give
from qiying.capabilities.policies.tests.world import World, make_world
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.engine import case_act
from qiying.kernel.ledger.checking import ledger_differences
from qiying.kernel.permissions.errors import ActionNotAvailable

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.slow]

THREADS = 100


def at_once(calls: list[Callable[[], object]]) -> list[object]:
    """Run all calls at the same time and return what each returned or raised."""

    def run(call: Callable[[], object]) -> object:
        try:
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(min(THREADS, len(calls))) as pool:
        return list(pool.map(run, calls))


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_hundred_approvals_never_exceed_a_short_budget(world):
    """即申即享: 100 officers confirm 100,000 yuan each; the budget has 3.7 million."""
    desk = Treasury(world, fen=370_000_000, text=INSTANT)
    cases = [
        desk.apply("desk", enterprise=desk.enterprise(f"企业{n:03}号"), way="counter") for n in range(100)
    ]
    actor = world.viewer("policy")

    def approve(case):
        return lambda: case_act(case=case, action="confirm", actor=actor, data={}, now=world.now).state

    results = Counter(map(str, at_once([approve(c) for c in cases])))
    assert results == {"approved": 37, "waiting_money": 63}
    budget = Budget.objects.get()
    assert (budget.available_fen, budget.committed_fen) == (0, 370_000_000)
    assert Payment.objects.count() == 37
    assert MoneyWait.objects.filter(ended_at__isnull=True).count() == 63
    assert list(ledger_differences()) == []
    give(world, desk.policy, 50_000_000)  # five more, the earliest of those who wait
    served = Application.objects.filter(money_wait__is_served=True).order_by("applied_at")
    waiting = Application.objects.filter(money_wait__isnull=False, money_wait__ended_at=None).order_by("pk")
    assert (served.count(), waiting.count()) == (5, 58)
    assert max(a.applied_at for a in served) <= min(a.applied_at for a in waiting)
    assert {a.case.state for a in served} == {"approved"}


def test_reserving_committing_and_releasing_at_once_stays_exact(world):
    policy = world.published()
    budget = give(world, policy, 5_000)
    moment = world.now
    apps = [
        bare_application(world, policy, 100 + n, applied_at=moment + timedelta(seconds=n)) for n in range(100)
    ]
    actor = world.viewer("policy")

    def work(n, app):
        def call():
            done = money_reserve(application=app, fen=100 + n, actor=actor, at=moment)
            if done and n % 3 == 0:
                money_release(application=app, actor=actor, at=moment, memo="撤回")
            elif done:
                done = money_commit(application=app, fen=90 + n, actor=actor, at=moment)
            return done

        return call

    results = at_once([work(n, a) for n, a in enumerate(apps)])
    assert all(isinstance(r, bool) for r in results), results
    at_once([lambda: queue_serve(budget=budget, at=moment) for _ in range(8)])
    budget.refresh_from_db()
    assert budget.available_fen >= 0
    assert budget.available_fen + budget.reserved_fen + budget.committed_fen == 5_000
    first = MoneyWait.objects.filter(ended_at__isnull=True).order_by("applied_at").first()
    assert first is not None
    assert first.fen > budget.available_fen, "the queue stops only where the money is not enough"
    assert list(ledger_differences()) == []


def test_two_officers_releasing_and_settling_the_same_batch_pay_once(world):
    desk = Treasury(world)
    case = desk.approved()
    batch = desk.batch(case)
    second = world.viewer("treasurer2")
    _, checked = accounts_check(batch=batch, actor=second, at=world.now)

    def release():
        return batch_release(batch=batch, actor=second, at=world.now, checked=checked).state

    results = at_once([release, release, release])
    refused = [r for r in results if isinstance(r, ActionNotAvailable)]
    assert len(refused) == 2
    assert "钱复" in str(refused[0])
    payment = Payment.objects.get()
    day = local_date(world.now)

    def settle():
        actor = world.viewer("treasurer")
        return payment_settle(payment=payment, on=day, reference="R1", actor=actor, at=world.now)

    assert Counter(at_once([settle, settle, settle])) == {True: 1, False: 2}
    budget = Budget.objects.get()
    assert (budget.committed_fen, budget.paid_fen) == (0, 10_000_000)
    assert list(ledger_differences()) == []

"""The ledger: it always balances, is never overspent, and nobody in the queue is overtaken."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from qiying.capabilities.policies.models import (
    Application,
    Budget,
    Clawback,
    LedgerEntry,
    LedgerPosting,
    MoneyWait,
    Payment,
    Policy,
)
from qiying.capabilities.policies.rules import ledger_rules
from qiying.capabilities.policies.services.money.budgets import (
    budget_appropriate,
    budget_reduce,
    budget_transfer,
)
from qiying.capabilities.policies.services.money.entries import MONEY
from qiying.capabilities.policies.services.money.ledger import (
    money_commit,
    money_release,
    money_reserve,
    queue_place,
)
from qiying.capabilities.policies.services.money.movements import Kind, payment_move
from qiying.capabilities.policies.services.money.queue import queue_serve
from qiying.capabilities.policies.tests.money_cast import bare_application, give
from qiying.capabilities.policies.tests.world import AWARD, World, make_world
from qiying.kernel.ledger.arithmetic import fault, summed
from qiying.kernel.ledger.checking import ledger_differences
from qiying.kernel.ledger.services import entry_write, held_by
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def policy(world):
    return world.published()


def _on(world):
    return {"actor": world.viewer("policy"), "at": world.now}


def _balances(budget):
    budget.refresh_from_db()
    return (budget.available_fen, budget.reserved_fen, budget.committed_fen, budget.paid_fen)


def test_money_goes_from_available_over_reserved_to_committed(world, policy):
    budget = give(world, policy, 1_000)
    one = bare_application(world, policy, 600)
    assert money_reserve(application=one, fen=600, **_on(world))
    assert money_reserve(application=one, fen=600, **_on(world)), "asking twice reserves once"
    assert _balances(budget) == (400, 600, 0, 0)
    assert money_commit(application=one, fen=500, **_on(world))
    assert _balances(budget) == (500, 0, 500, 0), "what is granted less is free again"
    assert money_commit(application=one, fen=500, **_on(world))
    money_release(application=one, memo="撤回", **_on(world))
    money_release(application=one, memo="撤回", **_on(world))
    assert _balances(budget) == (1_000, 0, 0, 0)
    assert list(ledger_differences()) == []


def test_without_a_budget_one_waits_and_is_served_when_money_is_given(world, policy):
    one = bare_application(world, policy, 600)
    assert not money_reserve(application=one, fen=600, **_on(world))
    assert queue_place(one) == 1
    budget = give(world, policy, 1_000)
    assert queue_serve(budget=budget, at=world.now) == 1
    assert queue_place(one) is None
    assert _balances(budget) == (400, 600, 0, 0)


def test_nobody_is_overtaken_even_if_a_later_one_would_fit(world, policy):
    budget = give(world, policy, 1_000)
    first = bare_application(world, policy, 1_500)
    second = bare_application(world, policy, 100)
    assert not money_reserve(application=first, fen=1_500, **_on(world))
    assert not money_reserve(application=second, fen=100, **_on(world))
    assert (queue_place(first), queue_place(second)) == (1, 2)
    assert queue_serve(budget=budget, at=world.now) == 0
    money_release(application=first, memo="撤回", **_on(world))
    assert queue_place(second) == 1
    assert queue_serve(budget=budget, at=world.now) == 1
    assert _balances(budget) == (900, 100, 0, 0)


def test_who_applied_earlier_and_came_to_the_queue_later_stands_before(world, policy):
    give(world, policy, 100)
    late = bare_application(world, policy, 500, applied_at=world.now)
    early = bare_application(world, policy, 500, applied_at=world.now - timedelta(days=1))
    money_reserve(application=late, fen=500, **_on(world))
    money_reserve(application=early, fen=500, **_on(world))
    assert (queue_place(early), queue_place(late)) == (1, 2)


def test_a_reservation_held_is_committed_while_others_wait(world, policy):
    budget = give(world, policy, 1_000)
    holder = bare_application(world, policy, 800, applied_at=world.now + timedelta(days=1))
    money_reserve(application=holder, fen=800, **_on(world))
    waiter = bare_application(world, policy, 900, applied_at=world.now)
    assert not money_reserve(application=waiter, fen=900, **_on(world))
    assert money_commit(application=holder, fen=800, **_on(world))
    assert _balances(budget) == (200, 0, 800, 0)


def test_only_what_nobody_has_a_claim_on_is_taken_back(world, policy):
    budget = give(world, policy, 1_000)
    money_reserve(application=bare_application(world, policy, 700), fen=700, **_on(world))
    take = {
        "document": "财预〔2026〕9号",
        "memo": "压减",
        "actor": world.viewer("treasurer"),
        "at": world.now,
    }
    with pytest.raises(GuardFailed, match=r"可用的只有 3\.00 元"):
        budget_reduce(budget=budget, fen=301, key="a", **take)
    budget_reduce(budget=budget, fen=300, key="b", **take)
    budget_reduce(budget=budget, fen=300, key="b", **take)
    assert _balances(budget) == (0, 700, 0, 0)
    assert budget.appropriated_fen == 700


def test_money_moves_between_policies_of_one_unit_only(world, policy):
    budget = give(world, policy, 1_000)
    sister = world.published(AWARD.replace("sample-hnte", "sister"))
    other = world.published(AWARD.replace("sample-hnte", "other"))
    Policy.objects.filter(pk=other.pk).update(lead_unit=world.units["co"])
    other.refresh_from_db()
    move = {
        "document": "财预〔2026〕9号",
        "memo": "调剂",
        "actor": world.viewer("treasurer"),
        "at": world.now,
    }
    with pytest.raises(GuardFailed, match="只能在同一个主办部门"):
        budget_transfer(source=budget, target=other, fen=400, key="x", **move)
    for _ in range(2):
        moved = budget_transfer(source=budget, target=sister, fen=400, key="y", **move)
    assert (_balances(budget)[0], _balances(moved)[0]) == (600, 400)
    assert list(ledger_differences()) == []


def test_giving_needs_a_paper_a_memo_and_the_treasury(world, policy):
    call = {"policy": policy, "year": 2026, "key": "k", "at": world.now}
    with pytest.raises(GuardFailed) as refused:
        budget_appropriate(fen=0, document="", memo="", actor=world.viewer("treasurer"), **call)
    assert set(refused.value.fields) == {"amount_yuan", "document", "memo"}
    with pytest.raises(NotPermitted):
        budget_appropriate(fen=1, document="文号", memo="说明", actor=world.viewer("policy"), **call)
    assert not Budget.objects.exists()


def test_an_entry_must_balance_and_cannot_be_changed(world, policy):
    budget = give(world, policy, 1_000)
    with pytest.raises(ValueError):
        entry_write(
            MONEY,
            book=budget,
            kind=LedgerEntry.Kind.RESERVE,
            moves={"available": -1},
            key="odd",
            **_on(world),
        )
    for statement in ("UPDATE policies_ledgerposting SET amount = 1", "DELETE FROM policies_ledgerentry"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_check_names_the_first_difference(world, policy, capsys):
    budget = give(world, policy, 1_000)
    call_command("ledger_check")
    assert "账平" in capsys.readouterr().out
    Budget.objects.filter(pk=budget.pk).update(available_fen=900, reserved_fen=100)
    with pytest.raises(CommandError, match=r"可用余额 9\.00 元，分录加起来 10\.00 元"):
        call_command("ledger_check")


def test_shortfalls_say_what_is_missing_until_ones_turn():
    assert ledger_rules.shortfalls(100, [60, 50, 10]) == [0, 10, 20]


OPS = ("reserve", "release", "commit", "pay", "fail", "clawback", "give", "reduce", "serve")
STEPS = st.lists(
    st.tuples(st.sampled_from(OPS), st.integers(0, 4), st.integers(1, 700)), min_size=1, max_size=30
)


@given(STEPS)
def test_whatever_happens_the_ledger_balances(steps):
    """A sequence of movements in any order; what is not possible is refused and changes nothing."""
    with transaction.atomic():
        world = make_world()
        run = Run(world)
        for op, who, fen in steps:
            run.do(op, who, fen)
            run.check()
        assert list(ledger_differences()) == []
        transaction.set_rollback(True)


class Run:
    """Five applications to one budget, and a model of what each should hold."""

    def __init__(self, world: World) -> None:
        self.world, self.policy = world, world.published()
        self.budget = give(world, self.policy, 1_000)
        self.given = 1_000
        self.apps = [bare_application(world, self.policy, 500) for _ in range(5)]

    def do(self, op: str, who: int, fen: int) -> None:
        getattr(self, op)(self.apps[who], fen)

    def reserve(self, app, fen):
        if not self.payments(app):
            money_reserve(application=app, fen=fen, **_on(self.world))

    def commit(self, app, fen):
        if not self.payments(app) and money_commit(application=app, fen=fen, **_on(self.world)):
            app.granted_fen = held_by(MONEY, application_id=app.pk)["committed"]
            self.make_payment(app)

    def make_payment(self, app):
        n = app.payments.count()
        Payment.objects.create(
            application=app, number=f"Z{app.pk}-{n}", amount_fen=app.granted_fen, made_at=self.world.now
        )

    def payments(self, app):
        return list(app.payments.filter(state__in=["ready", "paid"]))

    def release(self, app, fen):
        if not app.payments.filter(state="paid").exists():
            money_release(application=app, memo="", **_on(self.world))

    def pay(self, app, fen):
        for payment in app.payments.filter(state="ready"):
            payment_move(payment, Kind.PAY, "", **_on(self.world))
            payment_move(payment, Kind.PAY, "", **_on(self.world))
            app.payments.filter(pk=payment.pk).update(state="paid")
            Application.objects.filter(pk=app.pk).update(paid_fen=payment.amount_fen)

    def fail(self, app, fen):
        for payment in app.payments.filter(state="paid", clawed_fen=0):
            payment_move(payment, Kind.FAIL, "", **_on(self.world))
            app.payments.filter(pk=payment.pk).update(state="failed")
            Application.objects.filter(pk=app.pk).update(paid_fen=0)
            self.make_payment(app)

    def clawback(self, app, fen):
        for payment in app.payments.filter(state="paid"):
            back = min(fen, payment.amount_fen - payment.clawed_fen)
            if back:
                row = Clawback.objects.create(
                    payment=payment, amount_fen=back, state="returned", asked_at=self.world.now
                )
                payment_move(payment, Kind.CLAWBACK, "", back=row, **_on(self.world))
                payment.clawed_fen += back
                payment.save()

    def give(self, app, fen):
        give(self.world, self.policy, fen)
        self.given += fen

    def reduce(self, app, fen):
        have = _balances(self.budget)[0]
        actor, key = self.world.viewer("treasurer"), f"r{LedgerEntry.objects.count()}"
        paper = {"document": "文号", "memo": "压减", "key": key}
        try:
            budget_reduce(budget=self.budget, fen=fen, actor=actor, at=self.world.now, **paper)
            self.given -= fen
            assert fen <= have
        except GuardFailed:
            assert fen > have

    def serve(self, app, fen):
        queue_serve(budget=self.budget, at=self.world.now)

    def check(self) -> None:
        available, reserved, committed, paid = _balances(self.budget)
        assert min(available, reserved, committed, paid) >= 0
        assert self.budget.appropriated_fen == self.given == available + reserved + committed + paid
        held = [held_by(MONEY, application_id=a.pk) for a in self.apps]
        for account, total in (("reserved", reserved), ("committed", committed), ("paid", paid)):
            assert all(h.get(account, 0) >= 0 for h in held)
            assert sum(h.get(account, 0) for h in held) == total
        waiting = MoneyWait.objects.filter(ended_at__isnull=True)
        for wait in waiting:
            has = held_by(MONEY, application_id=wait.application_id)
            assert has.get("reserved", 0) + has.get("committed", 0) < wait.fen
        sums = summed(LedgerPosting.objects.values_list("account", "amount"))
        assert fault(sums, MONEY.balances, MONEY.labels) == ""

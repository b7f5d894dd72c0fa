"""Loans taken in, claims decided and shares paid at the same time: limits hold and nothing is written twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from qiying.capabilities.risk_sharing.models import RiskEntry, SharedLoan
from qiying.capabilities.risk_sharing.tests.world import RiskWorld, fen, make_world
from qiying.kernel.cases.engine import case_do
from qiying.kernel.cases.models import Case
from qiying.kernel.ledger.checking import ledger_differences

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


@pytest.fixture
def world() -> RiskWorld:
    return make_world()


def at_once(calls: list[Callable[[], object]]) -> list[object]:
    def run(call: Callable[[], object]) -> object:
        try:
            return call()
        except Exception as error:
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def acting(world: RiskWorld, case: Case, who: str, action: str, **data: Any) -> Callable[[], object]:
    actor = world.viewer(who)
    return lambda: case_do(case=case, action=action, actor=actor, data=data, now=world.now).state


def test_a_clients_limit_holds_when_loans_are_taken_in_at_once(world: RiskWorld) -> None:
    """Net assets of 200 million let one client have 20: of eight loans answered for with 4 million each five fit."""
    cases = [world.confirmed(contract=f"农商借 {n:04}", amount=Decimal(5_000_000)) for n in range(8)]
    done = at_once([acting(world, case, "policy", "record") for case in cases])
    assert sorted(map(str, done)) == ["GuardFailed"] * 3 + ["live"] * 5
    assert world.book().exposure_fen == fen(2000) == world.book().limits.client
    assert (
        RiskEntry.objects.filter(kind="begin").count() == 5 and list(ledger_differences("risk_sharing")) == []
    )


def test_a_claim_a_share_and_a_recovery_are_written_once(world: RiskWorld) -> None:
    case = world.act(world.claim(world.live()), "guarantor", "propose_claim", reason="核过，属实")
    done = at_once([acting(world, case, "policy", "decide_claim", decision="approved") for _ in range(4)])
    assert done.count("paid") == 1 and RiskEntry.objects.filter(kind="claim").count() == 1
    told = {"party": "government", "amount": Decimal(1_200_000), "document": "财政 12 号"}
    done = at_once([acting(world, case, who, "settle", **told) for who in ("guarantor", "policy") * 2])
    assert done.count("paid") == 1 and world.book().due_gov_fen == 0
    back = {"amount": Decimal(4_800_000), "document": "法院执行"}
    done = at_once([acting(world, case, who, "recover", **back) for who in ("guarantor", "second") * 2])
    assert done.count("ended") == 1 and RiskEntry.objects.filter(kind="back").count() == 1
    assert world.book().loss_fen == 0 and list(ledger_differences("risk_sharing")) == []


def test_one_contract_is_filed_once(world: RiskWorld) -> None:
    done = at_once([lambda: world.file().state for _ in range(4)])
    assert done.count("filed") == 1 and SharedLoan.objects.count() == 1

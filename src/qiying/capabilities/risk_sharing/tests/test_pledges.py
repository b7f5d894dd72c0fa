"""A right pledged: valued, registered within five workdays with a certificate, transferred by consent, released."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.http import Http404

from qiying.capabilities.risk_sharing.models import IpPledge
from qiying.capabilities.risk_sharing.tests.test_loans import refusal
from qiying.capabilities.risk_sharing.tests.world import RiskWorld, make_world
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.opening import case_start
from qiying.kernel.documents.models import Certificate
from qiying.kernel.permissions.errors import ActionNotAvailable, NotPermitted


@pytest.fixture
def world(db: None) -> RiskWorld:
    return make_world()


def ask(world: RiskWorld, who: str = "clerk", **more: Any) -> Case:
    told = {
        "kind": "patent", "number": "ZL202310000001.X", "name": "一种精密夹具", "expires_on": date(2043, 1, 5),
        "bank_id": world.units["nonghang"].pk, "amount": Decimal(3_000_000), **more,
    }  # fmt: skip
    return case_start(procedure="ip_pledge", actor=world.viewer(who), data=told, now=world.now)


def valued(world: RiskWorld, case: Case, amount: int = 5_000_000) -> Case:
    return world.act(case, "bank", "value", amount=Decimal(amount), valued_by="正信资产评估")


def test_the_pledge_arises_on_registration_and_ends_on_release(world: RiskWorld) -> None:
    for words, more in (
        ("已经到期", {"expires_on": local_date(world.now)}), ("本区没有这家银行", {"bank_id": world.units["danbao"].pk}),
    ):  # fmt: skip
        assert words in refusal(ask, world, **more)
    case = ask(world)
    assert "已经在质押" in refusal(ask, world, "outsider")
    with pytest.raises(NotPermitted):
        world.act(case, "clerk", "value", amount=Decimal(1), valued_by="自己")
    assert "超过 60%" in refusal(valued, world, case, 4_999_999)
    case = valued(world, case)
    row, today = IpPledge.objects.get(), local_date(world.now)
    assert not row.stands(today) and case.due_by == date(2026, 11, 25)  # five workdays from Wednesday
    with pytest.raises(ActionNotAvailable):  # nothing is pledged yet, nothing needs consent
        world.act(case, "clerk", "ask_transfer", transferee="乙公司", amount=Decimal(1))
    case = world.act(case, "handler", "register")
    row.refresh_from_db()
    paper = Certificate.objects.get()
    assert row.stands(today) and paper.number.startswith("ZYZ-2026-") and paper.case_id == case.pk
    case = world.act(case, "clerk", "ask_transfer", transferee="乙公司", amount=Decimal(4_000_000))
    with pytest.raises(NotPermitted):
        world.act(case, "handler", "decide_transfer", decision="agreed", reason="我来同意")
    case = world.act(case, "bank", "decide_transfer", decision="refused", reason="价款没有提存")
    row.refresh_from_db()
    assert case.state == "registered" and row.transferee == ""
    case = world.act(case, "clerk", "ask_transfer", transferee="乙公司", amount=Decimal(4_000_000))
    case = world.act(case, "bank", "decide_transfer", decision="agreed", reason="价款先还贷")
    row.refresh_from_db()
    assert row.transferee == "乙公司" and row.stands(today)
    with pytest.raises(NotPermitted):
        world.act(case, "clerk", "ask_release", reason="我想注销")
    case = world.act(case, "bank", "ask_release", reason="贷款还清了")
    case = world.act(case, "handler", "release")
    row.refresh_from_db()
    paper.refresh_from_db()
    assert case.outcome == "released" and not row.stands(today) and paper.revoked_at is not None
    assert ask(world).state == "filed"  # the right is free again


def test_a_refused_or_withdrawn_pledge_leaves_the_right_free(world: RiskWorld) -> None:
    world.act(ask(world), "bank", "refuse", reason="权利有争议")
    world.act(ask(world), "clerk", "withdraw", reason="企业不贷了")
    case = valued(world, ask(world))
    assert world.act(case, "handler", "refuse", reason="登记材料和证书不符").state == "refused"
    assert not IpPledge.objects.filter(is_live=True).exists()
    for who in ("otherbank", "rival", "outsider", "desk"):
        with pytest.raises(Http404):
            world.act(case, who, "note", text="看看")

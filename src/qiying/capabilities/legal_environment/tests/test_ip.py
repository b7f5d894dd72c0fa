"""One request about intellectual property reaches four sides at once; they share a record; one answer ends it."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import Http404

from qiying.capabilities.legal_environment.services.ip import SIDES
from qiying.capabilities.legal_environment.tests.world import Legal, counted, make_world
from qiying.kernel.audit.keeping import forget_all
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.cases.standard.children import children_of
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db
WHO = {"court": "court", "procurator": "procurate", "enforcement": "officer", "services": "services"}


@pytest.fixture
def world() -> Legal:
    return make_world()


def ask(world: Legal, **more: Any) -> Case:
    told = {"title": "海外商标被抢注", "kind": "overseas", "text": "我们的商标在境外被抢注，展会被扣货。"}
    return world.open("ip_request", "clerk", **{**told, **more})


def test_all_four_have_it_at_once_and_the_desk_answers_when_the_last_is_done(world: Legal) -> None:
    case = ask(world)
    parts = {p.kind: p for p in children_of(case)}
    assert set(parts) == set(SIDES)
    for who in (*WHO.values(), "market", "clerk"):
        assert cases_visible_to(world.viewer(who)).filter(pk=case.pk).exists(), who
    for who in ("desk", "outsider", "drafter"):
        assert not cases_visible_to(world.viewer(who)).exists(), who
    case = world.act(case, "court", "record", on=world.today, text="约了周五四方会商")
    with pytest.raises(GuardFailed):
        world.act(case, "court", "record", on="2999-01-01", text="还没有到的会商")
    for side, who in list(WHO.items())[:-1]:
        with pytest.raises(Http404):
            world.act(parts[side], "services", "finish", done="acted", text="不是我这一份")
        world.act(parts[side], who, "finish", done="advised", text="给了应诉意见")
    with pytest.raises(ActionNotAvailable):
        world.act(case, "market", "conclude", result="solved", text="还有一方没有办完就汇总")
    world.act(parts["services"], "services", "finish", done="acted", text="请了境外律师提异议")
    case.refresh_from_db()
    assert (case.state, case.turn, len(case.extras["done"])) == ("joining", "lead", 4)
    for who in ("court", "clerk"):
        with pytest.raises(NotPermitted):
            world.act(case, who, "conclude", result="solved", text="不是受理单位来汇总的")
    case = world.act(case, "market", "conclude", result="solved", text="异议成立，抢注的商标被宣告无效。")
    assert (case.state, case.outcome, counted(case)["solved"]) == ("done", "solved", 1)
    mine = world.browser("clerk").get(f"/my/{case.number}/").content.decode()
    assert "宣告无效" in mine and "周五四方会商" not in mine


def test_taking_it_back_takes_back_every_part_and_a_missing_side_is_named(world: Legal) -> None:
    case = world.act(ask(world), "clerk", "withdraw", reason="对方已经撤回申请")
    assert not children_of(case).filter(is_open=True).exists()
    court = Unit.objects.get(pk=world.units["court"].pk)
    court.functions = []
    court.save()
    forget_all()
    with pytest.raises(GuardFailed, match="司法审判"):
        ask(world)

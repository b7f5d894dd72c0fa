"""Bidding and the handbook: two checks by two people, caps and terms at the field, clues only, readers counted once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from qiying.capabilities.legal_environment.models import Agent, Bid, FieldRule, Manual, Reading, Tender
from qiying.capabilities.legal_environment.selectors import bids_visible_to, readers, tenders_visible_to
from qiying.capabilities.legal_environment.services import bidding, manuals
from qiying.capabilities.legal_environment.tests.world import Legal, make_world
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted
from qiying.statutes.credit_code import with_checks

pytestmark = pytest.mark.django_db
CODE = with_checks("9", "1", "330400", "MA2B1C3D")


@pytest.fixture
def world() -> Legal:
    return make_world()


def agent(world: Legal, **more: Any) -> Agent:
    told = {"name": "明川招标代理有限公司", "credit_code": CODE, "head": "郑代理", "staff": 12}
    told |= {"unit": world.units["agency"], "valid_from": world.today, "valid_to": None}
    row: Agent = world.keep(Agent, "reform", **{**told, **more})
    return row


def tender(world: Legal, **more: Any) -> Tender:
    told = {"name": "排水管改造", "number": "MC-2026-001", "kind": "works", "unit": world.units["industry"]}
    told |= {"estimate": 4_000_000, "in_scope": True, "bid_bond": 80_000, "agent": None}
    row: Tender = world.keep(Tender, "drafter", **{**told, **more})
    return row


def out(world: Legal, row: Tender) -> Tender:
    """Return a tender checked, reviewed and put out."""
    told: dict[str, Any] = {"row": row, "now": world.now}
    first = "agency" if row.agent else "drafter"
    bidding.first_check(actor=world.viewer(first), text="资质和评分没有地域限制", **told)
    bidding.review(actor=world.viewer("drafter2"), text="同意发出", is_agreed=True, **told)
    days: dict[str, Any] = {"on": world.today, "opened_on": world.today + timedelta(days=20)}
    return bidding.publish(actor=world.viewer("drafter2"), **days, **told)


def test_the_agent_checks_first_another_person_reviews_then_it_is_out(world: Legal) -> None:
    row = tender(world, agent=agent(world))
    assert row.standing.code == "must"
    told: dict[str, Any] = {"row": row, "now": world.now}
    with pytest.raises(NotPermitted):  # the agent is on the platform: it checks first itself
        bidding.first_check(actor=world.viewer("drafter"), text="替代理查了", **told)
    with pytest.raises(ActionNotAvailable):
        bidding.review(actor=world.viewer("drafter2"), text="还没初查", is_agreed=True, **told)
    bidding.first_check(actor=world.viewer("agency"), text="资质要求偏高", **told)
    row = bidding.review(actor=world.viewer("drafter2"), text="降低资质再查", is_agreed=False, **told)
    assert row.step == "等初查"
    bidding.first_check(actor=world.viewer("agency"), text="改好了", **told)
    bidding.review(actor=world.viewer("drafter2"), text="同意", is_agreed=True, **told)
    days: dict[str, Any] = {"on": world.today, "opened_on": world.today + timedelta(days=19)}
    with pytest.raises(GuardFailed) as early:
        bidding.publish(actor=world.viewer("drafter2"), **days, **told)
    assert set(early.value.fields) == {"opened_on"}
    own = tender(world, number="MC-2026-002", estimate=600_000, bid_bond=0)
    assert own.standing.code == "small"
    bidding.first_check(actor=world.viewer("drafter"), row=own, text="自己招标", now=world.now)
    with pytest.raises(NotPermitted):
        bidding.review(actor=world.viewer("drafter"), row=own, text="自己核审", is_agreed=True, now=world.now)


def test_bad_rows_are_named_at_their_field(world: Legal) -> None:
    lapsed = agent(
        world, valid_from=world.today - timedelta(days=9), valid_to=world.today - timedelta(days=1)
    )
    for more, field in (
        ({"bid_bond": 80_001}, "bid_bond"),
        ({"agent": lapsed}, "agent"),
    ):
        with pytest.raises(GuardFailed) as refused:
            tender(world, **more)
        assert set(refused.value.fields) == {field}
    with pytest.raises(GuardFailed) as code:
        agent(world, name="别的代理", credit_code="91330400MA2B1C3D00")
    assert set(code.value.fields) == {"credit_code"}
    rule = {
        "name": "评标办法",
        "number": "发改〔2020〕1 号",
        "unit": world.units["reform"],
        "reason": "上位法改了",
    }
    with pytest.raises(GuardFailed) as amended:
        world.keep(FieldRule, "reform", **rule, decision="amended", decided_on=world.today)
    assert set(amended.value.fields) == {"replaced_by"}
    assert world.keep(FieldRule, "reform", **rule, decision="repealed", decided_on=world.today).pk
    for who in ("drafter", "market"):
        with pytest.raises(NotPermitted):
            world.keep(FieldRule, who, **{**rule, "number": who}, decision="kept", decided_on=world.today)
    with pytest.raises(NotPermitted):
        world.keep(Tender, "clerk", name="不是我的")
    row = tender(world)
    with pytest.raises(GuardFailed) as unpublished:
        world.keep(Bid, "drafter", tender=row, bidder="甲", price=1)
    assert set(unpublished.value.fields) == {"tender"}


def test_the_flags_are_clues_for_whoever_watches_and_never_a_finding(world: Legal) -> None:
    row = out(world, tender(world, agent=agent(world)))
    for n, name in enumerate(("甲", "乙", "丙", "丁")):
        world.keep(Bid, "drafter", tender=row, bidder=name, price=100 + n)
    (clue,) = bidding.clues(row)
    assert clue.code == "alike"
    key = bidding.clue_key(clue)
    told: dict[str, Any] = {"row": row, "key": key, "now": world.now}
    for who in ("drafter", "agency", "supervisor"):
        with pytest.raises(NotPermitted):
            bidding.clue_check(actor=world.viewer(who), finding="我来核查一下", **told)
    for _ in range(2):
        bidding.clue_check(actor=world.viewer("reform"), finding="调了标书，成本构成不同，排除", **told)
    assert row.clues.get().finding.endswith("排除")
    with pytest.raises(GuardFailed):
        bidding.clue_check(actor=world.viewer("reform"), finding="没有的线索", **{**told, "key": "mixed:甲"})
    seen = {
        who: bids_visible_to(world.viewer(who)).count()
        for who in ("drafter", "reform", "discipline", "agency")
    }
    assert seen == {"drafter": 4, "reform": 4, "discipline": 4, "agency": 0}
    assert [tenders_visible_to(world.viewer(w)).count() for w in ("agency", "market", "outsider")] == [
        1,
        0,
        0,
    ]
    with pytest.raises(GuardFailed):
        world.keep(Tender, "drafter", row=row, name="发出以后改名")


def test_a_reader_of_the_handbook_counts_once_and_a_firm_says_that_it_helped(world: Legal) -> None:
    told: dict[str, Any] = {
        "title": "企业海外知识产权实务指导手册",
        "edition": "2026 版",
        "region": "境外",
        "about": "出海先看",
    }
    told |= {"text": "# 先查\n出海以前先查商标。", "unit": world.units["market"], "valid_from": world.today}
    row: Manual = world.keep(Manual, "market", **told, valid_to=None)
    for who in ("clerk", "clerk", "outsider", "drafter", "market"):
        manuals.read(viewer=world.viewer(who), manual=row, now=world.now)
    given: dict[str, Any] = {"manual": row, "now": world.now}
    manuals.helped(actor=world.viewer("clerk"), text="照着提了异议", **given)
    with pytest.raises(NotPermitted):
        manuals.helped(actor=world.viewer("drafter"), text="替企业说的", **given)
    with pytest.raises(GuardFailed):
        manuals.helped(actor=world.viewer("clerk"), text="短", **given)
    assert readers([row])[row.pk] == {"people": 3, "firms": 2, "said": 1}
    assert Reading.objects.count() == 3

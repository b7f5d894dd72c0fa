"""Perks never beyond their places, delivered by the unit; clean firms by evidence, two people, every year anew."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from qiying.capabilities.honours.models import Perk, PerkBook, PerkGrant, Star
from qiying.capabilities.honours.rules import stars_of, vetoes
from qiying.capabilities.honours.selectors import perk_figures, star_figures
from qiying.capabilities.honours.services.perks import perk_deliver, perk_grant, perk_release, quota_give
from qiying.capabilities.honours.services.stars import (
    evidence_version,
    star_check,
    star_decide,
    star_hand_in,
    stars_tick,
)
from qiying.capabilities.honours.tests.world import EVIDENCE, handed, made, perk
from qiying.kernel.cases.tests.world import World
from qiying.kernel.documents.models import Certificate
from qiying.kernel.enterprises.decision_facts import facts_declare
from qiying.kernel.ledger.checking import ledger_differences
from qiying.kernel.organisations.waiting import waiting_for
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted
from qiying.kernel.permissions.viewer import system_viewer

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def world() -> World:
    return made()


def given(world: World, row: Perk, holder: str = "陈董") -> PerkGrant:
    told: dict[str, Any] = {"holder": holder, "why": "年度优秀企业家", "now": world.now}
    return perk_grant(actor=world.viewer("cultivator"), perk=row, enterprise=world.enterprise, **told)


def test_a_perk_is_given_within_its_places_and_delivered_by_its_unit(world: World) -> None:
    row = perk(world, places=2)
    first = given(world, row)
    assert given(world, row) == first  # the same person is the same place
    given(world, row, "李总")
    with pytest.raises(GuardFailed, match="名额用完了：2026 年共 2 个"), transaction.atomic():
        given(world, row, "王总")
    quota_give(
        actor=world.viewer("cultivator"), perk=row, year=2026, places=5, document="区委办 8 号", now=world.now
    )
    book = PerkBook.objects.get()
    assert (book.given, book.stock, book.reserved, book.used) == (2, 0, 2, 0)  # by the same document once
    with pytest.raises(IntegrityError), transaction.atomic():
        PerkBook.objects.update(stock=-1)
    pile = waiting_for(world.viewer("doctor"), world.now).pile("honours_perks")
    assert pile is not None
    assert pile.count == 2
    done: dict[str, Any] = {"on": world.now.date(), "note": "体检做完了", "now": world.now}
    for who in ("cultivator", "clerk", "outsider"):
        with pytest.raises(NotPermitted):
            perk_deliver(actor=world.viewer(who), grant=first, **done)
    with pytest.raises(GuardFailed):
        perk_deliver(
            actor=world.viewer("doctor"),
            grant=first,
            on=world.now.date() + timedelta(days=1),
            note="还没",
            now=world.now,
        )
    perk_deliver(actor=world.viewer("doctor"), grant=first, **done)
    with pytest.raises(ActionNotAvailable):
        perk_release(actor=world.viewer("cultivator"), grant=first, reason="给错了人", now=world.now)
    second = PerkGrant.objects.get(holder="李总")
    perk_release(actor=world.viewer("cultivator"), grant=second, reason="本人不要了", now=world.now)
    book.refresh_from_db()
    assert (book.stock, book.reserved, book.used) == (1, 0, 1)
    assert perk_figures(world.district.pk, 2026) == {"kinds": 1, "given": 2, "reserved": 0, "used": 1}
    assert list(ledger_differences("perks")) == []
    for who in ("clerk", "doctor", "district_leader", "chamber"):
        with pytest.raises(NotPermitted):
            perk_grant(
                actor=world.viewer(who),
                perk=row,
                enterprise=world.enterprise,
                holder="某",
                why="某",
                now=world.now,
            )


def test_a_clean_firm_is_checked_by_one_and_starred_by_another_every_year(world: World) -> None:
    row = handed(world)
    assert row.claimed == Decimal(95)
    assert handed(world) == row
    with pytest.raises(ActionNotAvailable):
        star_hand_in(
            actor=world.viewer("clerk"), enterprise=world.enterprise, key="k2", now=world.now,
            version=evidence_version(world.district.pk, world.now), answers=EVIDENCE,
        )  # fmt: skip
    with pytest.raises(NotPermitted):
        star_hand_in(
            actor=world.viewer("outsider"), enterprise=world.enterprise, key="k3", now=world.now,
            version=evidence_version(world.district.pk, world.now), answers=EVIDENCE,
        )  # fmt: skip
    with pytest.raises(GuardFailed):
        star_check(
            actor=world.viewer("chamber"), star=row, taken_off=Decimal(96), findings="查不到", now=world.now
        )
    star_check(
        actor=world.viewer("chamber"), star=row, taken_off=Decimal(10), findings="少一份制度", now=world.now
    )
    for who in ("chamber", "clerk", "cultivator"):
        with pytest.raises(NotPermitted):
            star_decide(actor=world.viewer(who), star=row, reason="", now=world.now)
    row = star_decide(actor=world.viewer("chamber2"), star=row, reason="", now=world.now)
    assert (row.stars, row.state) == (4, "confirmed")
    paper = Certificate.objects.get()
    assert row.certificate_id == paper.pk
    assert (paper.valid_until, ["星级", "四星"] in paper.fields) == (row.valid_to, True)
    assert star_figures(world.district.pk, world.now.date()) == {4: 1}
    assert row.valid_to is not None
    world.now = world.now.replace(year=row.valid_to.year, month=row.valid_to.month, day=row.valid_to.day)
    stars_tick(world.now)
    assert waiting_for(world.viewer("clerk"), world.now).pile("honours_restars") is not None
    world.later(days=2)
    stars_tick(world.now)
    row.refresh_from_db()
    assert row.state == "lapsed"
    assert star_figures(world.district.pk, world.now.date()) == {}


def test_a_veto_leaves_no_star_and_points_without_proof_none(world: World) -> None:
    maker = system_viewer("import_service", district_id=world.district.pk)
    told = {"近两年有行贿犯罪记录": "是"}
    facts_declare(actor=maker, enterprise=world.enterprise, values=told, at=world.now, on=world.now.date())
    row = handed(world)
    star_check(
        actor=world.viewer("chamber"), star=row, taken_off=Decimal(0), findings="材料齐全", now=world.now
    )
    row = star_decide(actor=world.viewer("chamber2"), star=row, reason="", now=world.now)
    assert (row.state, row.reason) == ("refused", "一票否决：近两年有行贿犯罪记录")
    assert not Certificate.objects.exists()
    assert Star.objects.filter(decided_on=date(2026, 1, 1)).count() == 0


def test_stars_by_points_and_a_veto_whatever_the_points() -> None:
    points = {"100": 5, "90": 5, "89.99": 4, "80": 4, "79.99": 3, "70": 3, "69.99": 0}
    assert {p: stars_of(Decimal(p)) for p in points} == points
    assert vetoes({"近两年有行贿犯罪记录": True, "被列入严重失信名单": False}) == ["近两年有行贿犯罪记录"]

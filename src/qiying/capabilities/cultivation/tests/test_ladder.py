"""A firm on the ladder: found every night, planned for, titled step by step, lost, re-checked, barred."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from qiying.capabilities.cultivation.models import Plan, Service, Standing, TierRun, Title
from qiying.capabilities.cultivation.rules.tiers import APPLY, RECHECK
from qiying.capabilities.cultivation.selectors import growth, pool_size, tier_figures
from qiying.capabilities.cultivation.services.plans import (
    plan_drop,
    plan_open,
    service_ask,
    service_done,
    service_plan,
)
from qiying.capabilities.cultivation.services.tiering import forget, tiers_run, tiers_tick
from qiying.capabilities.cultivation.services.titles import (
    score_enter,
    step_fault,
    title_doubt,
    title_recheck,
    title_settle,
    titles_tick,
)
from qiying.capabilities.cultivation.tests.world import grown, made, titled
from qiying.kernel.cases.tests.world import World
from qiying.kernel.enterprises.decision_facts import facts_declare, known_facts
from qiying.kernel.enterprises.tests.factories import make_enterprise
from qiying.kernel.notices.models import Notice
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted
from qiying.kernel.permissions.viewer import system_viewer

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def world() -> World:
    return made()


def stands(world: World, tier: str = "specialised", purpose: str = APPLY) -> tuple[str, str]:
    row = Standing.objects.filter(enterprise=world.enterprise, tier=tier, purpose=purpose).first()
    return (row.state, row.gap) if row else ("", "")


def scored(world: World, score: str, year: int = 2026) -> None:
    values = {
        "enterprise": world.enterprise,
        "year": year,
        "score": Decimal(score),
        "proof": "平台证明 2026-7",
    }
    score_enter(actor=world.viewer("cultivator"), values=values, now=world.now)


def told(world: World, **facts: str) -> None:
    maker = system_viewer("import_service", district_id=world.district.pk)
    facts_declare(actor=maker, enterprise=world.enterprise, values=facts, at=world.now, on=world.now.date())


def test_the_night_finds_member_nearly_manual_and_lost(world: World) -> None:
    grown(world)
    titled(world)
    assert stands(world) == ("manual", "还不知道：专精特新评价得分")
    scored(world, "49.99")
    state, gap = stands(world)
    assert state == "near"
    assert "还差0.01分" in gap
    scored(world, "50")
    assert stands(world) == ("member", "")
    world.later(days=1)
    told(world, 资产负债率="0.9")
    tiers_run(district_id=world.district.pk, at=world.now)
    state, gap = stands(world)
    assert state == "lost"
    assert "资产负债率不超过80%（现在资产负债率90%，多了10%）" in gap
    row = Standing.objects.get(tier="specialised")
    world.later(days=1)
    assert tiers_run(district_id=world.district.pk, at=world.now) == 0  # nothing differs, nothing is written
    assert tiers_run(district_id=world.district.pk, at=world.now) == 0  # a day is run once
    assert TierRun.objects.count() == 2
    told(world, 资产负债率="0.85")
    tiers_run(district_id=world.district.pk, at=world.now + timedelta(days=1))
    again = Standing.objects.get(tier="specialised")
    assert (again.state, again.since_on) == ("lost", row.since_on)
    assert "多了5%" in again.gap  # the words follow the numbers
    world.later(days=400)
    tiers_run(district_id=world.district.pk, at=world.now)
    assert stands(world)[0] == "near"  # after a year it stands as any other


def test_a_score_declared_by_the_firm_or_a_title_it_claims_counts_for_nothing(world: World) -> None:
    grown(world)
    told(world, 专精特新评价得分="88", 是科技和创新型中小企业="是")
    tiers_run(district_id=world.district.pk, at=world.now)
    assert stands(world) == ("", "")
    titled(world)
    assert stands(world)[0] == "manual"
    with pytest.raises(GuardFailed):
        scored(world, "101")
    with pytest.raises(GuardFailed):
        scored(world, "60", year=2031)
    for who in ("clerk", "chamber", "district_leader", "outsider"):
        with pytest.raises(NotPermitted):
            score_enter(
                actor=world.viewer(who), values={"enterprise": world.enterprise, "year": 2026}, now=world.now
            )


def test_the_worker_runs_each_night_once_and_breaks_off_anywhere(world: World) -> None:
    grown(world)
    titled(world)
    night = world.now.replace(hour=19, minute=0)  # three in the morning there
    forget()
    assert tiers_tick(night.replace(hour=18, minute=0)) == ""
    forget()
    assert tiers_tick(night).startswith("tiers")
    assert TierRun.objects.get().finished_at is not None
    forget()
    assert tiers_tick(night + timedelta(minutes=5)) == ""
    TierRun.objects.update(finished_at=None, started_at=night - timedelta(hours=1))  # the process died
    forget()
    assert tiers_tick(night + timedelta(minutes=10)).startswith("tiers")
    assert TierRun.objects.get().finished_at is not None


def test_no_step_is_skipped_and_an_expired_title_opens_nothing(world: World) -> None:
    for tier in ("specialised", "giant"):
        with pytest.raises(GuardFailed, match="不能越级"):
            titled(world, tier)
    old = titled(world, "innovative", date(2023, 3, 1))
    assert old.state == "expired"
    with pytest.raises(GuardFailed, match="2026-02-28 到期了"):
        titled(world, "specialised", date(2026, 9, 1))
    titled(world, "specialised", date(2025, 9, 1))  # by the day it was granted the step below held
    with pytest.raises(GuardFailed, match="还有效"):
        titled(world, "specialised", date(2025, 10, 1))
    values = {
        "enterprise": world.enterprise,
        "tier": "giant",
        "goal": "补两件发明专利",
        "due_on": date(2027, 5, 1),
    }
    assert plan_open(actor=world.viewer("cultivator"), values=values, now=world.now).state == "open"
    with pytest.raises(GuardFailed, match="计划已经有了"):
        plan_open(actor=world.viewer("cultivator"), values=values, now=world.now)
    other = make_enterprise(world.district, "新厂有限公司")
    with pytest.raises(GuardFailed, match="不能越级"):
        plan_open(actor=world.viewer("cultivator"), values={**values, "enterprise": other}, now=world.now)


def test_a_title_is_carried_told_before_its_end_rechecked_and_ends(world: World) -> None:
    row = titled(world)
    facts = known_facts(world.enterprise)
    assert facts["是科技和创新型中小企业"].value is True
    assert facts["是科技和创新型中小企业"].source == "official"
    assert row.valid_to == date(2029, 5, 5)
    world.now = world.now.replace(year=2029, month=4, day=10)
    titles_tick(world.now)
    titles_tick(world.now)
    said = Notice.objects.filter(template="cultivation_told", subject=row.subject)
    assert [n.context["what"] for n in said if "到期" in n.context["what"]] == [
        "科技和创新型中小企业的证 2029-05-05 到期，请准备复核"
    ]
    grown(world)
    tiers_run(district_id=world.district.pk, at=world.now)
    assert stands(world, "innovative", RECHECK)[0] in ("near", "unknown", "lost", "member")
    given: dict[str, Any] = {
        "actor": world.viewer("cultivator"),
        "document": "浙经信企业〔2029〕3号",
        "now": world.now,
    }
    with pytest.raises(GuardFailed, match="前一年内"):
        title_recheck(title=row, on=date(2027, 5, 1), **given)
    row = title_recheck(title=row, on=date(2029, 4, 1), **given)
    assert row.valid_to == date(2032, 5, 5)
    world.now = world.now.replace(year=2032, month=5, day=7)
    titles_tick(world.now)
    row.refresh_from_db()
    assert (row.state, row.ended_on) == ("expired", date(2032, 5, 5))
    assert known_facts(world.enterprise)["是科技和创新型中小企业"].value is False
    with pytest.raises(ActionNotAvailable):
        title_recheck(title=row, on=date(2032, 5, 6), **given)


def test_false_data_take_every_title_and_bar_for_three_years_by_a_second_person(world: World) -> None:
    first, second = titled(world), titled(world, "specialised", date(2026, 9, 1))
    title_doubt(
        actor=world.viewer("cultivator"), title=second, reason="专利是买来的", is_false=True, now=world.now
    )
    with pytest.raises(NotPermitted):
        title_settle(actor=world.viewer("cultivator"), title=second, cancels=True, now=world.now)
    title_settle(actor=world.viewer("second"), title=second, cancels=True, now=world.now)
    until = date(world.now.year + 3, world.now.month, world.now.day)
    assert set(Title.objects.values_list("state", "barred_until")) == {("cancelled", until)}
    with pytest.raises(GuardFailed, match="不得申报"):
        titled(world, "innovative", world.now.date())
    assert step_fault(world.enterprise, "innovative", until + timedelta(days=1)) == ""
    assert first.pk != second.pk


def test_a_plan_with_services_asked_for_by_the_firm_alone(world: World) -> None:
    titled(world)
    cultivator = world.viewer("cultivator")
    values = {
        "enterprise": world.enterprise,
        "tier": "specialised",
        "goal": "补一件发明",
        "due_on": date(2027, 5, 1),
    }
    plan = plan_open(actor=cultivator, values=values, now=world.now)
    asked = service_ask(actor=world.viewer("clerk"), plan=plan, what="请人看看专利够不够", now=world.now)
    assert (
        service_ask(actor=world.viewer("clerk"), plan=plan, what="请人看看专利够不够", now=world.now) == asked
    )
    with pytest.raises(NotPermitted):
        service_ask(actor=world.viewer("outsider"), plan=plan, what="请人来", now=world.now)
    day = world.now.date()
    unit = world.units["health"].pk
    service_plan(actor=cultivator, plan=plan, what="财务辅导", unit=unit, planned_on=day, now=world.now)
    with pytest.raises(GuardFailed):
        service_plan(
            actor=cultivator,
            plan=plan,
            what="财务辅导",
            unit=None,
            planned_on=day - timedelta(days=1),
            now=world.now,
        )
    for _ in range(2):
        service_done(actor=cultivator, service=asked, done_on=day, result="够申报", now=world.now)
    assert Service.objects.filter(done_on__isnull=False).count() == 1
    assert [p.pk for p in growth(world.enterprise.pk, day).plans] == [plan.pk]
    titled(world, "specialised", date(2026, 10, 1))
    plan.refresh_from_db()
    assert plan.state == Plan.State.REACHED
    with pytest.raises(ActionNotAvailable):
        plan_drop(actor=cultivator, plan=plan, reason="不想做了", now=world.now)


def test_the_promotion_rate_names_its_denominator(world: World) -> None:
    others = [make_enterprise(world.district, f"第{n}厂有限公司") for n in range(3)]
    for firm in (world.enterprise, *others):
        titled(world, "innovative", date(2025, 6, 1), firm)
    titled(world, "specialised", date(2026, 6, 1), others[0])
    titled(world, "specialised", date(2025, 7, 1), others[1])  # was there before the year began
    found = {f.tier.code: f for f in tier_figures(world.district.pk, date(2026, 11, 1), date(2025, 11, 1))}
    assert (found["specialised"].promoted, found["specialised"].could) == (1, 3)
    assert found["specialised"].rate == "33.3%（1 / 3）"
    assert found["giant"].rate == "0.0%（0 / 1）"
    assert pool_size(world.district.pk, date(2026, 11, 1)) == (4, 2)

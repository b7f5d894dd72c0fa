"""Runs find what the scalar engine says, write only what changed, and may stop anywhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command

from qiying.capabilities.policies.models import (
    Match,
    MatchCount,
    MatchPlan,
    MatchRun,
    MatchState,
    Policy,
    Push,
)
from qiying.capabilities.policies.selectors.matching import enterprises_matched, reach
from qiying.capabilities.policies.selectors.shelf import shelf
from qiying.capabilities.policies.services.catalogue.lifecycle import policy_end
from qiying.capabilities.policies.services.matching import runs, worker
from qiying.capabilities.policies.services.matching.runs import LeaseLost, matches_run, run_steps
from qiying.capabilities.policies.tests.live import live_pairs, stored_pairs
from qiying.capabilities.policies.tests.world import AWARD, make_world
from qiying.decision.indicators import standard_registry
from qiying.kernel.enterprises.columns import register
from qiying.kernel.enterprises.decision_facts import known_facts, stored_facts
from qiying.kernel.enterprises.models import Enterprise, EnterpriseProfile, ProfileChange
from qiying.kernel.enterprises.services import enterprise_update
from qiying.kernel.enterprises.tests.factories import make_enterprise
from qiying.kernel.organisations.tests.factories import importer

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
FULL, NIGHTLY = MatchRun.Kind.FULL, MatchRun.Kind.NIGHTLY
STARTUP = AWARD.replace("sample-hnte", "sample-jobs").replace("高新技术企业奖励", "稳岗奖励").replace(
    "{when: 是高新技术企业, source: 第一条}", "{when: 职工人数 >= 10, source: 第一条}"
).replace("materials: [{name: 高新技术企业证书}]", "")  # fmt: skip


@pytest.fixture
def world():
    worker.forget()
    made = make_world()
    yield made
    worker.forget()


def state_of(policy, enterprise):
    return (
        Match.objects.filter(policy_id=policy.pk, enterprise_id=enterprise.pk)
        .values_list("state", flat=True)
        .first()
    )


def run(world, kind=FULL, **wanted):
    done = matches_run(district_id=world.district.pk, kind=kind, at=world.now, **wanted)
    assert done is not None
    return done.row


def test_eligible_near_and_unknown_pairs_are_kept_and_nothing_else(world):
    policy = world.published()
    rich, near, poor, unsure, blank = (make_enterprise(world.district, f"第{n}家有限公司") for n in range(5))
    world.facts(rich, 营业收入="30000000", 是高新技术企业="是")
    world.facts(near, 营业收入="4500000", 是高新技术企业="是")
    world.facts(poor, 营业收入="3000000", 是高新技术企业="是")
    world.facts(unsure, 营业收入="6000000")
    row = run(world)
    found = {e.name: state_of(policy, e) for e in (rich, near, poor, unsure, blank)}
    assert list(found.values()) == ["eligible", "near", None, "unknown", "unknown"]
    kept = Match.objects.get(enterprise_id=rich.pk)
    assert (kept.amount_fen, kept.row, kept.since_on) == (30_000_000, 1, world.now.date())
    assert Match.objects.get(enterprise_id=unsure.pk).missing == "是高新技术企业"
    assert Match.objects.get(enterprise_id=blank.pk).missing in (
        "是高新技术企业、营业收入",
        "营业收入、是高新技术企业",
    )
    assert (row.enterprises, row.policies, row.added, row.finished_at is not None) == (7, 1, 6, True)
    assert reach(world.district.pk, [policy.pk])[policy.pk][:4] == (1, 1, 4, 0)
    assert not Push.objects.exists()  # the first whole run tells nobody


def test_a_run_over_nothing_new_writes_nothing(world):
    world.published()
    world.facts(营业收入="6000000", 是高新技术企业="是")
    run(world)
    again = run(world, NIGHTLY)
    assert (again.added, again.changed, again.removed) == (0, 0, 0)


def test_only_changed_enterprises_are_looked_at_and_told(world):
    policy = world.published()
    other = make_enterprise(world.district)
    world.facts(other, 营业收入="6000000", 是高新技术企业="否")
    run(world)
    assert not ProfileChange.objects.exists()
    world.later(days=1)
    world.facts(营业收入="6000000", 是高新技术企业="是")
    worker_done(world)
    assert state_of(policy, world.enterprise) == "eligible"
    assert [(p.policy_id, p.enterprise_id, p.amount_fen) for p in Push.objects.all()] == [
        (policy.pk, world.enterprise.pk, 10_000_000)
    ]
    assert not ProfileChange.objects.exists()
    count = MatchCount.objects.get(policy=policy)
    assert (count.eligible, count.unknown) == (1, 1)
    since = Match.objects.get(enterprise_id=world.enterprise.pk).since_on
    world.later(days=1)
    world.facts(营业收入="30000000")
    worker_done(world)
    changed = Match.objects.get(enterprise_id=world.enterprise.pk)
    assert (changed.amount_fen, changed.since_on) == (30_000_000, since)
    assert Push.objects.count() == 1


def worker_done(world):
    """Let the worker find and do everything there is to do now, except the night's run."""
    MatchPlan.objects.update(nightly_on=world.now.date())
    for _ in range(8):
        wanted = worker.next_run(world.now)
        if wanted is None:
            return
        matches_run(at=world.now, **wanted)
    raise AssertionError("the worker finds work for ever")


def test_the_worker_does_the_first_whole_run_then_new_policies_then_the_night(world):
    first = world.published()
    world.facts(营业收入="6000000", 是高新技术企业="是", 职工人数="30")
    while worker.matching_tick(world.now):
        world.later(seconds=1)
    assert list(MatchRun.objects.values_list("kind", flat=True)) == ["full"]
    second = world.published(STARTUP)
    world.later(minutes=1)
    worker.matching_tick(world.now)
    assert list(MatchRun.objects.values_list("kind", flat=True)) == ["full", "policy"]
    assert list(Push.objects.values_list("policy_id", flat=True)) == [second.pk]
    policy_end(
        actor=world.viewer("reviewer"),
        policy=first,
        state="withdrawn",
        reason="不再执行这项政策",
        at=world.now,
    )
    world.later(minutes=1)
    worker.matching_tick(world.now)
    assert state_of(first, world.enterprise) is None
    assert not MatchCount.objects.filter(policy=first).exists()
    world.later(days=1)
    worker.matching_tick(world.now)
    assert MatchRun.objects.latest("pk").kind == "nightly"


def test_a_run_broken_off_is_finished_by_the_next(world):
    policy = world.published()
    world.facts(营业收入="6000000", 是高新技术企业="是")
    steps = run_steps(district_id=world.district.pk, kind=FULL, at=world.now)
    next(steps)
    assert (
        matches_run(district_id=world.district.pk, kind=FULL, at=world.now) is None
    )  # the other one holds it
    world.later(minutes=20)  # its process died, the lease is over
    assert run(world).added == 2
    assert state_of(policy, world.enterprise) == "eligible"
    del steps


def test_a_run_that_fails_says_why_and_lets_go(world, monkeypatch):
    world.published()

    def broken(*rest):
        raise ValueError("kaputt")

    monkeypatch.setattr(runs, "find", broken)
    with pytest.raises(ValueError, match="kaputt"):
        run(world)
    assert MatchRun.objects.get().error == "ValueError: kaputt"
    monkeypatch.undo()
    assert run(world).finished_at is not None


def test_a_run_that_lost_its_lease_stops_and_leaves_the_other_alone(world, monkeypatch):
    world.published()
    steps = run_steps(district_id=world.district.pk, kind=FULL, at=world.now)
    next(steps)
    taken = world.now + timedelta(minutes=30)
    MatchPlan.objects.update(lease_until=taken)
    monkeypatch.setattr(runs, "LEASE", timedelta(minutes=12))  # as if minutes had passed
    with pytest.raises(LeaseLost):
        list(steps)
    assert MatchPlan.objects.get().lease_until == taken


def test_the_columns_of_a_run_are_the_facts_of_the_pages(world):
    world.facts(营业收入="6000000.5", 是高新技术企业="否", 职工人数="12", 注册资本="10000000")
    enterprise_update(
        actor=importer(world.district.pk), enterprise=world.enterprise, at=world.now, industry="3484",
        established_on=world.now.date(), region_unit=None,
    )  # fmt: skip
    rows = register(world.district.pk, standard_registry(), standard_registry().names)
    for place, pk in enumerate(rows.ids.tolist()):
        assert rows.columns.facts(place) == stored_facts(known_facts(Enterprise.objects.get(pk=pk)))


def test_the_command_says_what_it_did(world, capsys):
    world.published()
    call_command("policies_match")
    assert "2 家企业 × 1 项政策，新增 2、改变 0、去掉 0" in capsys.readouterr().out


def test_one_struck_off_or_loaded_in_bulk_is_seen_by_the_next_whole_run(world):
    policy = world.published()
    world.facts(营业收入="6000000", 是高新技术企业="是")
    run(world)
    enterprise_update(
        actor=importer(world.district.pk), enterprise=world.enterprise, at=world.now, status="cancelled"
    )
    loaded = Enterprise.objects.create(district=world.district, name="批量", created_at=world.now)
    worker_done(world)
    assert state_of(policy, world.enterprise) is None
    world.later(days=1)
    run(world, NIGHTLY)
    assert state_of(policy, loaded) == "unknown"
    assert EnterpriseProfile.objects.filter(pk=loaded.pk).exists()


def test_the_table_says_what_the_scalar_engine_says(world):
    world.published()
    world.published(STARTUP)
    values = [
        ("6000000", "是", "30"),
        ("30000000", "否", "9"),
        ("100", "", ""),
        ("", "是", "10"),
        ("5000000", "", "5"),
    ]
    for revenue, title, staff in values:
        world.facts(make_enterprise(world.district), 营业收入=revenue, 是高新技术企业=title, 职工人数=staff)
    run(world)
    found = shelf(world.district.pk, world.now.date())
    for enterprise in Enterprise.objects.filter(district=world.district):
        assert stored_pairs(enterprise.pk) == live_pairs(found, stored_facts(known_facts(enterprise)))


def test_officers_see_who_stands_how_and_outsiders_nobody(world):
    policy = world.published()
    world.facts(营业收入="6000000", 是高新技术企业="是")
    run(world)
    seen = enterprises_matched(world.viewer("policy"), policy, MatchState.ELIGIBLE)
    assert list(seen.values_list("pk", "amount_fen")) == [(world.enterprise.pk, 10_000_000)]  # type: ignore[misc]
    assert not enterprises_matched(world.viewer("outsider"), policy, MatchState.ELIGIBLE).exists()


def test_reach_costs_the_same_for_one_policy_and_for_many(world, django_assert_num_queries):
    policies = [world.published(AWARD.replace("sample-hnte", f"sample-{n}")) for n in range(3)]
    run(world)
    with django_assert_num_queries(4):
        reach(world.district.pk, [policies[0].pk])
    with django_assert_num_queries(4):
        assert len(reach(world.district.pk, [p.pk for p in policies])) == 3


def test_counts_kept_by_small_runs_are_those_of_the_rows(world):
    policy = world.published()
    run(world)
    for step, (revenue, title) in enumerate(
        [("6000000", "是"), ("4500000", "是"), ("1", "是"), ("9000000", "否")]
    ):
        world.later(hours=1 + step)
        world.facts(营业收入=revenue, 是高新技术企业=title)
        worker_done(world)
        count = MatchCount.objects.get(policy=policy)
        rows = list(Match.objects.filter(policy_id=policy.pk).values_list("state", flat=True))
        told = {"eligible": count.eligible, "near": count.near, "unknown": count.unknown}
        assert told == {state: rows.count(state) for state in told}


def test_another_district_is_left_alone(world):
    policy = world.published()
    run(world)
    other = make_world("海宁市")
    other.published(AWARD.replace("sample-hnte", "elsewhere"))
    run(other)
    before = Match.objects.filter(policy_id=policy.pk).count()
    world.later(days=1)
    assert run(world, NIGHTLY).removed == 0
    assert Match.objects.filter(policy_id=policy.pk).count() == before > 0
    assert Policy.objects.count() == 2
    assert timedelta(0) == MatchRun.objects.latest("pk").as_of - world.now.date()

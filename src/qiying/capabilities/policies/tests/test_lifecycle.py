"""A policy is written by one and published by another; what is in force is read anew by every process."""

from datetime import date

import pytest

from qiying.capabilities.policies.models import PolicyState, VersionState
from qiying.capabilities.policies.selectors.shelf import shelf
from qiying.capabilities.policies.services.catalogue.lifecycle import (
    draft_save,
    policy_amend,
    policy_end,
    version_approve,
    version_submit,
)
from qiying.capabilities.policies.services.evaluating import explained
from qiying.capabilities.policies.tests.world import AWARD, World, make_world
from qiying.kernel.enterprises.decision_facts import known_facts
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
TODAY = date(2026, 11, 18)


@pytest.fixture
def world() -> World:
    return make_world()


def test_nobody_reviews_what_he_wrote(world):
    version = version_submit(actor=world.viewer("policy"), version=world.draft(), at=world.now)
    with pytest.raises(NotPermitted):
        version_approve(actor=world.viewer("policy"), version=version, at=world.now)


def test_a_published_policy_is_on_the_shelf_and_evaluated_with_known_facts(world):
    policy = world.published()
    world.facts(营业收入="6000000", 是高新技术企业="是")
    found = shelf(world.district.pk, world.now.date())
    (answer,) = explained(found, known_facts(world.enterprise), {})
    assert found.by_id[policy.pk].code == "sample-hnte"
    assert answer.payment is not None
    assert (answer.outcome, answer.payment.amount) == ("eligible", 10_000_000)


def test_a_policy_that_cannot_be_checked_cannot_be_submitted(world):
    wrong = AWARD.replace("是高新技术企业", "没有这个指标")
    with pytest.raises(GuardFailed) as refused:
        version_submit(actor=world.viewer("policy"), version=world.draft(wrong), at=world.now)
    assert "没有这个指标" in str(refused.value.reasons)


def test_an_amendment_replaces_the_version_in_force(world):
    policy = world.published()
    before = shelf(world.district.pk, world.now.date())
    draft = policy_amend(actor=world.viewer("policy"), policy=policy, at=world.now)
    text = AWARD.replace('"300000"', '"500000"').replace("per_year: 300000", "per_year: 500000")
    draft = draft_save(actor=world.viewer("policy"), version=draft, text=text, revision=0, at=world.now)
    version = version_submit(actor=world.viewer("policy"), version=draft, at=world.now)
    version_approve(actor=world.viewer("reviewer"), version=version, at=world.now)
    after = shelf(world.district.pk, world.now.date())
    assert after.stamp > before.stamp
    assert after.by_id[policy.pk].version_no == 2
    assert [v.state for v in policy.versions.order_by("no")] == [VersionState.SUPERSEDED, VersionState.PUBLISHED]


def test_a_stale_form_does_not_overwrite_somebody_elses_draft(world):
    version = world.draft()
    draft_save(actor=world.viewer("policy"), version=version, text=AWARD, revision=0, at=world.now)
    with pytest.raises(ActionNotAvailable):
        draft_save(actor=world.viewer("policy"), version=version, text=AWARD, revision=0, at=world.now)


def test_an_expired_policy_leaves_the_shelf(world):
    policy = world.published()
    policy_end(actor=world.viewer("system"), policy=policy, state=PolicyState.EXPIRED, at=world.now)
    assert shelf(world.district.pk, world.now.date()).published == ()

"""A policy is written by one and published by another; what is in force is read anew by every process."""

from collections.abc import Callable
from datetime import date

import pytest

from qiying.capabilities.policies.models import PolicyState, VersionState
from qiying.capabilities.policies.selectors.catalogue import (
    others_waiting,
    policies_visible_to,
    publishing_looks,
    state_words,
    tab_counts,
)
from qiying.capabilities.policies.selectors.shelf import shelf
from qiying.capabilities.policies.services.catalogue.lifecycle import (
    details_save,
    draft_save,
    policy_amend,
    policy_create,
    policy_end,
    unread_settle,
    version_approve,
    version_return,
    version_submit,
)
from qiying.capabilities.policies.services.catalogue.loading import file_import, files_read
from qiying.capabilities.policies.services.evaluating import explained
from qiying.capabilities.policies.tests.world import AWARD, World, make_world
from qiying.kernel.enterprises.decision_facts import known_facts
from qiying.kernel.enterprises.tests.factories import viewer
from qiying.kernel.organisations.services.units import unit_move
from qiying.kernel.organisations.tests.factories import make_membership, make_person, make_unit
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted
from qiying.kernel.permissions.viewer import Viewer

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
    assert [v.state for v in policy.versions.order_by("no")] == [
        VersionState.SUPERSEDED,
        VersionState.PUBLISHED,
    ]


def test_a_stale_form_does_not_overwrite_somebody_elses_draft(world):
    version = world.draft()
    draft_save(actor=world.viewer("policy"), version=version, text=AWARD, revision=0, at=world.now)
    with pytest.raises(ActionNotAvailable):
        draft_save(actor=world.viewer("policy"), version=version, text=AWARD, revision=0, at=world.now)


def test_an_expired_policy_leaves_the_shelf(world):
    policy = world.published()
    policy_end(actor=world.viewer("system"), policy=policy, state=PolicyState.EXPIRED, at=world.now)
    assert shelf(world.district.pk, world.now.date()).published == ()


def _stranger(world: World, role: str, unit: str = "co") -> Viewer:
    return viewer(make_person(f"别局{role}", world.units[unit], role))


def _acts(world: World) -> dict[str, tuple[str, Callable[[Viewer], object]]]:
    """Every writing act of the desk with the role it takes, each on a policy that is ready for it."""
    other = AWARD.replace("sample-hnte", "other")
    draft, waiting = world.draft(), world.draft(AWARD.replace("sample-hnte", "waiting"))
    waiting = version_submit(actor=world.viewer("policy"), version=waiting, at=world.now)
    running, at = world.published(AWARD.replace("sample-hnte", "running")), world.now
    bureau, district = world.units["bureau"].pk, world.district.pk
    return {
        "create": ("policy", lambda v: policy_create(
            actor=v, district_id=district, text=other, lead_unit_id=bureau, at=at)),
        "save": ("policy", lambda v: draft_save(actor=v, version=draft, text=AWARD, revision=0, at=at)),
        "details": ("policy", lambda v: details_save(actor=v, policy=running, values={"contact_name": "甲"}, at=at)),
        "submit": ("policy", lambda v: version_submit(actor=v, version=draft, at=at)),
        "amend": ("policy", lambda v: policy_amend(actor=v, policy=running, at=at)),
        "return": ("reviewer", lambda v: version_return(actor=v, version=waiting, note="请再写细一点", at=at)),
        "end": ("reviewer", lambda v: policy_end(
            actor=v, policy=running, state=PolicyState.WITHDRAWN, reason="不再执行了", at=at)),
        "approve": ("reviewer", lambda v: version_approve(actor=v, version=waiting, at=at)),
    }  # fmt: skip


ACTS = ("create", "save", "details", "submit", "amend", "return", "end", "approve")


@pytest.mark.parametrize("act", ACTS)
def test_another_department_changes_nothing_of_a_policy(world, act):
    role, run = _acts(world)[act]
    with pytest.raises(NotPermitted):
        run(_stranger(world, role))
    world.units["co"].refresh_from_db()
    both = make_person("两处", world.units["co"], role)
    make_membership(both, world.units["bureau"], "handler")
    with pytest.raises(NotPermitted):  # a role elsewhere does not count here
        run(viewer(both))


@pytest.mark.parametrize("act", ACTS)
def test_the_unit_above_the_lead_department_may_do_all_of_it(world, act):
    above = make_unit(world.district, "区政府办")
    unit_move(actor=world.viewer("system"), unit=world.units["bureau"], parent=above, at=world.now)
    role, run = _acts(world)[act]
    assert run(viewer(make_person("上级", above, role))) is not None


def test_a_policy_is_handed_over_only_by_who_answers_for_both_departments(world):
    policy = world.published()
    with pytest.raises(NotPermitted):
        details_save(
            actor=world.viewer("policy"),
            policy=policy,
            values={"lead_unit_id": world.units["co"].pk},
            at=world.now,
        )


def test_a_version_waits_only_for_reviewers_of_its_own_department(world):
    version_submit(actor=world.viewer("policy"), version=world.draft(), at=world.now)
    assert others_waiting(world.viewer("reviewer")).count() == 1
    assert others_waiting(world.viewer("co_reviewer")).count() == 0


def test_a_policy_that_rests_on_a_draft_document_is_not_published(world):
    text = AWARD.replace("样例〔2026〕1号", "样例〔2026〕1号（征求意见稿）")
    version = version_submit(actor=world.viewer("policy"), version=world.draft(text), at=world.now)
    with pytest.raises(GuardFailed) as refused:
        version_approve(actor=world.viewer("reviewer"), version=version, at=world.now)
    assert "征求意见稿" in refused.value.message


def test_a_policy_of_next_year_is_published_and_not_in_use(world):
    policy = world.published(AWARD.replace("2026-01-01", "2027-01-01"))
    today = world.now.date()
    assert state_words(policy, today) == "已发布，2027-01-01 起用"
    looks = {one.code: one for one in publishing_looks(policy.current, today)}
    assert looks["validity"].is_doubtful and looks["budget"].is_doubtful and not looks["basis"].is_doubtful
    viewer_, rows = world.viewer("policy"), policies_visible_to(world.viewer("policy"))
    assert tab_counts(rows, viewer_, today)["used"] == 0 and tab_counts(rows, viewer_, today)["coming"] == 1


def test_a_file_of_another_departments_policy_is_told_and_not_entered(world):
    world.published()
    changed = AWARD.replace('"300000"', '"200000"').encode()
    stranger = _stranger(world, "policy")
    (read,) = files_read(world.district.pk, [("a.yaml", changed)], world.now.date(), stranger)
    assert (read.outcome, read.label) == ("others", "别的部门主办，不导入")
    assert file_import(actor=stranger, district_id=world.district.pk, read=read, at=world.now) is None


def test_a_draft_with_unread_parts_is_not_handed_in_until_each_is_settled(world):
    version = world.draft(unread=["给予最高50万元奖励", "分三年兑现"])
    with pytest.raises(GuardFailed) as refused:
        version_submit(actor=world.viewer("policy"), version=version, at=world.now)
    assert len(refused.value.reasons) == 2 and "给予最高50万元奖励" in refused.value.message
    with pytest.raises(NotPermitted):
        unread_settle(actor=_stranger(world, "policy"), version=version, numbers=[0], at=world.now)
    unread_settle(actor=world.viewer("policy"), version=version, numbers=[0, 7], at=world.now)
    version = unread_settle(actor=world.viewer("policy"), version=version, numbers=[1], at=world.now)
    assert version_submit(actor=world.viewer("policy"), version=version, at=world.now).state == "in_review"


def test_a_policy_whose_example_or_amount_is_wrong_is_neither_handed_in_nor_published(world):
    example = AWARD + "examples: [{facts: {营业收入: '1', 是高新技术企业: 是}, outcome: eligible}]\n"
    below, grouped = (
        AWARD.replace('"100000"', '"职工人数 - 100"'),
        AWARD.replace(">= 5000000", ">= 5,000,000"),
    )
    for n, text in enumerate((example, below, grouped)):
        draft = world.draft(text.replace("sample-hnte", f"wrong-{n}"))
        with pytest.raises(GuardFailed):
            version_submit(actor=world.viewer("policy"), version=draft, at=world.now)

"""Applying: what is refused, with which words, and that nothing is written then."""

import pytest

from qiying.capabilities.policies.models import (
    Application,
    Evaluation,
    PolicyState,
)
from qiying.capabilities.policies.services.catalogue.lifecycle import policy_end
from qiying.capabilities.policies.tests.applying_world import REFUSAL, Desk
from qiying.capabilities.policies.tests.world import AWARD, World, make_world
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.enterprises.tests.factories import make_clerk, make_enterprise
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def test_one_key_opens_a_case_that_rests_on_an_authoritative_evaluation(desk):
    case = desk.apply()
    application = Application.objects.get(case=case)
    assert (case.state, case.title, case.number[:2]) == ("received", "样例：高新技术企业奖励", "HQ")
    assert application.evaluation.outcome == "eligible"
    assert application.asked_fen == 10_000_000
    assert application.account is not None and application.account.last4 == "9012"


def test_what_is_not_met_is_refused_with_reasons_and_nothing_is_written(desk, world):
    world.facts(营业收入="1000000")
    with pytest.raises(GuardFailed) as refused:
        desk.apply()
    assert "营业收入" in str(refused.value.reasons)
    assert refused.value.data["nearest"]
    assert not Application.objects.exists() and not Evaluation.objects.exists()


def test_the_same_form_sent_twice_is_one_application(desk):
    first, second = desk.apply(token="abc"), desk.apply(token="abc")
    assert first.number == second.number
    assert Application.objects.count() == 1


def test_a_second_application_names_the_first(desk):
    first = desk.apply()
    with pytest.raises(GuardFailed) as refused:
        desk.apply(token="another")
    assert refused.value.data["earlier"] == first.number


def test_what_was_refused_may_be_applied_for_again(desk):
    first = desk.act(desk.reviewing(), "reviewer", "refuse", **REFUSAL)
    assert (first.state, first.outcome) == ("refused", "refused")
    assert desk.apply().number != first.number


def test_unknown_says_which_fact_is_missing_and_takes_it(world):
    desk = Desk(world)
    other = make_enterprise(world.district, "新来的有限公司")
    world.people["other"] = make_clerk(other, "新人")
    with pytest.raises(GuardFailed) as refused:
        desk.apply("other", enterprise=other, facts={"是高新技术企业": "是"})
    assert refused.value.data["missing"] == ["营业收入"]
    case = desk.apply("other", enterprise=other, facts={"是高新技术企业": "是", "营业收入": "30000000"})
    assert Application.objects.get(case=case).asked_fen == 30_000_000


def test_a_fact_outside_its_range_is_refused_at_its_field(desk):
    with pytest.raises(GuardFailed) as refused:
        desk.apply(facts={"营业收入": "-3"})
    assert "fact_营业收入" in refused.value.fields


def test_an_account_of_somebody_else_is_refused(desk):
    with pytest.raises(GuardFailed) as refused:
        desk.apply(account_holder="别人有限公司", account_number="12")
    assert set(refused.value.fields) == {"account_holder", "account_number"}


def test_a_replaced_policy_says_which_one_replaced_it(desk, world):
    newer = world.published(AWARD.replace("sample-hnte", "newer"), lead_unit_id=world.units["bureau"].pk)
    policy_end(
        actor=world.viewer("reviewer"),
        policy=desk.policy,
        state=PolicyState.REPLACED,
        replaced_by=newer,
        reason="新政策替代旧政策",
        at=world.now,
    )
    with pytest.raises(GuardFailed) as refused:
        desk.apply()
    assert refused.value.data["replaced_by"] == "newer"


def test_an_expired_policy_takes_no_more_applications_but_keeps_its_word(desk, world):
    case = desk.public()
    policy_end(actor=world.viewer("system"), policy=desk.policy, state=PolicyState.EXPIRED, at=world.now)
    with pytest.raises(GuardFailed):
        desk.apply(token="late")
    desk.past_publicity(case)
    case.refresh_from_db()
    assert desk.act(case, "reviewer", "approve").state == "approved"


def test_only_its_own_clerk_or_the_window_applies(desk, world):
    with pytest.raises(NotPermitted):
        desk.apply("outsider")
    case = desk.apply("desk", way="counter")
    assert Application.objects.get(case=case).way == "counter"
    assert not cases_visible_to(world.viewer("outsider")).filter(pk=case.pk).exists()

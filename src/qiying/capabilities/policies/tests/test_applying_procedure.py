"""From one key to money on the account: who may do what, in which order, and why not."""

from datetime import date

import pytest
from django.http import Http404

from qiying.capabilities.policies.models import Application, Evaluation
from qiying.capabilities.policies.tests.applying_world import Desk
from qiying.capabilities.policies.tests.world import World, make_world
from qiying.kernel.permissions.errors import GuardFailed

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


def test_the_way_from_key_to_money(desk):
    case = desk.paid()
    application = Application.objects.get(case=case)
    assert (case.state, case.outcome, application.paid_fen) == ("paid", "paid", 10_000_000)


def test_what_is_not_met_is_refused_with_reasons_and_nothing_is_written(desk, world):
    world.facts(营业收入="1000000")
    with pytest.raises(GuardFailed) as refused:
        desk.apply()
    assert "营业收入" in str(refused.value.reasons)
    assert refused.value.data["nearest"]
    assert not Application.objects.exists() and not Evaluation.objects.exists()


def test_nobody_approves_what_he_reviewed(desk, world):
    from qiying.kernel.organisations.services import membership_start
    from qiying.kernel.organisations.tests.factories import importer

    case = desk.approving()
    membership_start(
        actor=importer(),
        person=world.people["policy"],
        unit=world.units["bureau"],
        role="reviewer",
        valid_from=date(2026, 11, 18),
        at=world.now,
    )
    world._viewers.clear()
    with pytest.raises(GuardFailed) as refused:
        desk.act(case, "policy", "approve")
    assert "要由另一个人来" in refused.value.message
    with pytest.raises(Http404):
        desk.act(case, "co_reviewer", "approve")

"""免申即享: proposed by the engine, sampled by one, approved by another, refused by whoever does not want it."""

import pytest

from qiying.capabilities.policies.models import Application, GrantBatch, GrantItem
from qiying.capabilities.policies.services.applying.accounts import account_give
from qiying.capabilities.policies.services.applying.batches import (
    batch_approve,
    batch_confirm,
    batch_drop,
    batch_open,
    batch_propose,
    item_check,
    without_account,
)
from qiying.capabilities.policies.services.applying.listings import listing_add
from qiying.capabilities.policies.services.applying.ticking import applications_tick, batches_tick
from qiying.capabilities.policies.tests.applying_world import ACCOUNT, AUTOMATIC, Desk
from qiying.capabilities.policies.tests.world import AWARD, World, make_world
from qiying.kernel.cases.engine import case_act
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.tests.factories import make_enterprise, viewer
from qiying.kernel.notices.models import Notice
from qiying.kernel.organisations.tests.factories import make_person
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world, AUTOMATIC)


def with_account(world: World, enterprise: Enterprise) -> Enterprise:
    account_give(
        enterprise=enterprise,
        holder=enterprise.name,
        bank=ACCOUNT["account_bank"],
        number=ACCOUNT["account_number"],
        actor=world.viewer("system"),
        now=world.now,
    )
    return enterprise


def fitting(world: World, count: int, *, account: bool = True) -> list[Enterprise]:
    made = [make_enterprise(world.district, f"第{i}精密机械有限公司") for i in range(count)]
    for enterprise in made:
        world.facts(enterprise, 营业收入="6000000", 是高新技术企业="是")
        if account:
            with_account(world, enterprise)
    return made


def confirmed(world: World, desk: Desk) -> GrantBatch:
    batch = batch_propose(actor=world.viewer("policy"), policy=desk.policy, now=world.now)
    for item in batch.items.filter(is_sampled=True):
        item_check(actor=world.viewer("policy"), item=item, is_ok=True, note="核对过", now=world.now)
    return batch_confirm(actor=world.viewer("policy"), batch=batch, now=world.now)


def test_the_engine_proposes_only_who_fits_beyond_doubt(world, desk):
    firms = fitting(world, 3)
    listing_add(
        actor=world.viewer("policy"),
        enterprise=firms[0],
        reason="严重失信",
        source="海信〔2026〕3号",
        listed_on=world.now.date(),
        until_on=None,
        at=world.now,
    )
    unknown = make_enterprise(world.district, "还不知道有限公司")
    world.facts(unknown, 是高新技术企业="是")
    batch = batch_propose(actor=world.viewer("policy"), policy=desk.policy, now=world.now)
    inside = set(batch.items.values_list("enterprise_id", flat=True))
    assert inside == {world.enterprise.pk, firms[1].pk, firms[2].pk}
    assert set(batch.items.values_list("amount_fen", flat=True)) == {10_000_000}


def test_the_whole_way_pays_and_says_why(world, desk):
    fitting(world, 2)
    with_account(world, world.enterprise)
    batch = batch_approve(actor=world.viewer("reviewer"), batch=confirmed(world, desk), now=world.now)
    assert batches_tick(world.now) == 3
    applications = list(Application.objects.select_related("case", "evaluation"))
    assert {a.case.state for a in applications} == {"publicity"}
    assert all(a.evaluation.outcome == "eligible" for a in applications)
    assert "高新技术企业" in Notice.objects.filter(template="policy_public")[0].context["why"]
    world.later(days=8)
    applications_tick(world.now)
    for one in applications:
        one.case.refresh_from_db()
        assert one.case.state == "approved"
        desk.settle(one.case)
    assert batches_tick(world.now) == 1
    batch.refresh_from_db()
    assert batch.state == "done"


def test_opening_again_opens_nothing_twice(world, desk):
    with_account(world, world.enterprise)
    batch = batch_approve(actor=world.viewer("reviewer"), batch=confirmed(world, desk), now=world.now)
    batch_open(batch=batch, now=world.now)
    batch_open(batch=batch, now=world.now)
    assert Application.objects.count() == 1


def test_nobody_approves_a_batch_he_proposed_or_sampled(world, desk):
    batch = confirmed(world, desk)
    for who in ("policy", "treasurer", "clerk"):
        with pytest.raises(NotPermitted):
            batch_approve(actor=world.viewer(who), batch=batch, now=world.now)
    with pytest.raises(NotPermitted):
        batch_propose(actor=world.viewer("reviewer"), policy=desk.policy, now=world.now)


def test_the_sample_comes_first_and_a_wrong_one_is_struck_out(world, desk):
    fitting(world, 7)
    batch = batch_propose(actor=world.viewer("policy"), policy=desk.policy, now=world.now)
    assert batch.items.filter(is_sampled=True).count() == 5
    with pytest.raises(GuardFailed):
        batch_confirm(actor=world.viewer("policy"), batch=batch, now=world.now)
    item = batch.items.filter(is_sampled=True)[0]
    with pytest.raises(GuardFailed):
        item_check(actor=world.viewer("policy"), item=item, is_ok=False, note="", now=world.now)
    item_check(actor=world.viewer("policy"), item=item, is_ok=False, note="已经注销", now=world.now)
    item.refresh_from_db()
    assert item.state == GrantItem.State.OUT


def test_who_has_no_account_is_asked_for_one_and_left_for_the_next_batch(world, desk):
    (firm,) = fitting(world, 1, account=False)
    with_account(world, world.enterprise)
    batch = confirmed(world, desk)
    assert [i.enterprise_id for i in without_account(batch)] == [firm.pk]
    assert Notice.objects.filter(template="policy_account_wanted").count() == 1
    batch = batch_approve(actor=world.viewer("reviewer"), batch=batch, now=world.now)
    batch_open(batch=batch, now=world.now)
    assert Application.objects.get().enterprise_id == world.enterprise.pk
    assert batch.items.get(enterprise=firm).state == GrantItem.State.OUT
    with_account(world, firm)
    later = batch_propose(actor=world.viewer("policy"), policy=desk.policy, now=world.now)
    assert [i.enterprise_id for i in later.items.all()] == [firm.pk]


def test_an_enterprise_may_say_that_it_does_not_want_it(world, desk):
    with_account(world, world.enterprise)
    batch = batch_approve(actor=world.viewer("reviewer"), batch=confirmed(world, desk), now=world.now)
    batch_open(batch=batch, now=world.now)
    case = Application.objects.get().case
    case_act(
        case=case, action="withdraw", actor=world.viewer("clerk"), data={"reason": "不需要"}, now=world.now
    )
    assert batch.items.get().state == GrantItem.State.REFUSED


def test_facts_corrected_in_between_are_not_paid_by_themselves(world, desk):
    with_account(world, world.enterprise)
    batch = batch_approve(actor=world.viewer("reviewer"), batch=confirmed(world, desk), now=world.now)
    batch_open(batch=batch, now=world.now)
    world.facts(营业收入="100")
    world.later(days=8)
    applications_tick(world.now)
    assert Application.objects.get().case.state == "approving"


def test_another_department_neither_proposes_nor_approves_nor_drops(world, desk):
    stranger = viewer(make_person("别局", world.units["co"], "policy"))
    fitting(world, 1)
    with pytest.raises(NotPermitted):
        batch_propose(actor=stranger, policy=desk.policy, now=world.now)
    batch = confirmed(world, desk)
    with pytest.raises(NotPermitted):
        batch_approve(actor=world.viewer("co_reviewer"), batch=batch, now=world.now)
    with pytest.raises(NotPermitted):
        batch_drop(actor=stranger, batch=batch, note="不是我的", now=world.now)


def test_a_batch_can_be_dropped_until_it_is_approved(world, desk):
    with_account(world, world.enterprise)
    batch = confirmed(world, desk)
    batch_drop(actor=world.viewer("policy"), batch=batch, note="资金还没定", now=world.now)
    with pytest.raises(ActionNotAvailable):
        batch_approve(actor=world.viewer("reviewer"), batch=batch, now=world.now)


def test_only_policies_that_say_so_are_paid_without_applying(world):
    desk = Desk(world, AWARD)
    with pytest.raises(GuardFailed):
        batch_propose(actor=world.viewer("policy"), policy=desk.policy, now=world.now)

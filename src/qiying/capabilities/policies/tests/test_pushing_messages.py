"""Pushes: few at once, seldom, in working hours, only what still holds; who opened or read it is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from qiying.capabilities.policies.models import MatchRun, Policy, PolicySeen, Push, PushChoice
from qiying.capabilities.policies.selectors.matching import reach
from qiying.capabilities.policies.services.catalogue.lifecycle import policy_end
from qiying.capabilities.policies.services.matching.runs import matches_run
from qiying.capabilities.policies.services.pushing.news import subscribers_tell
from qiying.capabilities.policies.services.pushing.receipts import push_seen, receipts_collect
from qiying.capabilities.policies.services.pushing.sending import pushes_send
from qiying.capabilities.policies.services.subscribing import policy_follow, push_choice_save, theme_follow
from qiying.capabilities.policies.tests.world import AWARD, make_world
from qiying.kernel.enterprises.tests.factories import make_enterprise
from qiying.kernel.notices.fan_out import fan_out
from qiying.kernel.notices.models import InboxItem, Notice
from qiying.kernel.notices.services import inbox_mark_read
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)  # ten in the morning in Shanghai


@pytest.fixture
def world():
    made = make_world()
    made.now = MONDAY
    matches_run(district_id=made.district.pk, kind=MatchRun.Kind.FULL, at=made.now)
    return made


def publish(world, *numbers, enterprise=None):
    """Publish policies that the enterprise meets, matched as the worker matches them."""
    world.facts(enterprise, 营业收入="6000000", 是高新技术企业="是")
    policies = [
        world.published(
            AWARD.replace("sample-hnte", f"sample-{n}")
            .replace("样例：高新技术企业奖励", f"第{n}项奖励")
            .replace('"100000"', f'"{n}00000"')
        )
        for n in numbers
    ]
    matches_run(
        district_id=world.district.pk,
        kind=MatchRun.Kind.POLICY,
        at=world.now,
        policy_ids=[p.pk for p in policies],
    )
    return policies


def messages():
    return Notice.objects.filter(template="policy_push").order_by("pk")


def test_at_most_three_policies_a_message_and_two_messages_a_week(world):
    publish(world, 1, 2, 3, *range(4, 9))
    assert Push.objects.filter(state="queued").count() == 8
    assert pushes_send(world.now) == 1
    first = messages().get()
    assert [p["name"] for p in first.context["policies"]] == [
        "第3项奖励",
        "第4项奖励",
        "第5项奖励",
    ]  # capped at 300,000
    assert first.context["more"] == 5
    assert first.to_key == world.enterprise.key
    assert pushes_send(world.now + timedelta(minutes=1)) == 1
    assert pushes_send(world.now + timedelta(minutes=2)) == 0
    assert Push.objects.filter(state="sent").count() == 6
    assert pushes_send(world.now + timedelta(days=7, minutes=1)) == 1
    assert not Push.objects.filter(state="queued").exists()


@pytest.mark.parametrize(
    "when",
    [
        datetime(2026, 11, 23, 0, 59, tzinfo=UTC),  # 8:59
        datetime(2026, 11, 23, 9, 0, tzinfo=UTC),  # 17:00
        datetime(2026, 11, 22, 2, tzinfo=UTC),  # a Sunday
        datetime(2026, 10, 1, 2, tzinfo=UTC),  # the national day
    ],
)
def test_nobody_is_disturbed_outside_working_hours(world, when):
    publish(world, 1)
    assert pushes_send(when) == 0
    assert Push.objects.get().state == "queued"


def test_whoever_said_no_is_left_alone(world):
    clerk = world.viewer("clerk")
    push_choice_save(
        actor=clerk, enterprise=world.enterprise, is_off=False, muted_themes=["award"], at=world.now
    )
    publish(world, 1)
    assert pushes_send(world.now) == 0
    held = Push.objects.get()
    assert (held.state, held.why_held) == ("held", "企业不要这个主题的推送（奖励补助）")
    push_choice_save(actor=clerk, enterprise=world.enterprise, is_off=True, muted_themes=[], at=world.now)
    publish(world, 2)
    pushes_send(world.now)
    assert Push.objects.latest("pk").why_held == "企业选了不要推送"


def test_only_who_speaks_for_an_enterprise_chooses_for_it(world):
    with pytest.raises(NotPermitted):
        push_choice_save(
            actor=world.viewer("outsider"),
            enterprise=world.enterprise,
            is_off=True,
            muted_themes=[],
            at=world.now,
        )
    with pytest.raises(GuardFailed):
        push_choice_save(
            actor=world.viewer("clerk"),
            enterprise=world.enterprise,
            is_off=True,
            muted_themes=["x"],
            at=world.now,
        )
    assert not PushChoice.objects.exists()


def test_what_no_longer_holds_when_its_turn_comes_is_not_sent(world):
    one, two = publish(world, 1, 2)
    policy_end(
        actor=world.viewer("reviewer"), policy=one, state="withdrawn", reason="不再执行这项政策", at=world.now
    )
    world.facts(营业收入="1")
    matches_run(
        district_id=world.district.pk,
        kind=MatchRun.Kind.ENTERPRISE,
        at=world.now,
        enterprise_ids=[world.enterprise.pk],
    )
    assert pushes_send(world.now) == 0
    reasons = dict(Push.objects.values_list("policy_id", "why_held"))
    assert reasons == {one.pk: "轮到时政策已经停用", two.pk: "轮到时已经不符合"}


def test_without_anybody_to_tell_a_push_waits(world):
    alone = make_enterprise(world.district)
    publish(world, 1, enterprise=alone)
    assert pushes_send(world.now) == 0
    assert Push.objects.get().state == "queued"


def test_the_same_version_is_told_once(world):
    publish(world, 1)
    pushes_send(world.now)
    policy = Policy.objects.get()
    for revenue in ("1", "6000000"):  # no longer eligible, then again
        world.later(hours=1)
        world.facts(营业收入=revenue)
        matches_run(
            district_id=world.district.pk,
            kind=MatchRun.Kind.ENTERPRISE,
            at=world.now,
            enterprise_ids=[world.enterprise.pk],
        )
    assert Push.objects.filter(policy=policy).count() == 1
    assert messages().count() == 1


def test_a_message_read_or_a_page_opened_counts_as_read(world, django_assert_num_queries):
    one, two = publish(world, 1, 2)
    pushes_send(world.now)
    fan_out(world.now)
    item = InboxItem.objects.get(template="policy_push")
    assert item.title == "您符合 2 项新政策"
    assert "第2项奖励，可得 20 万元" in item.body
    push_seen(policy=one, enterprise_id=world.enterprise.pk, person_id=None, at=world.now)
    assert PolicySeen.objects.get().policy_id == one.pk
    with django_assert_num_queries(1):
        push_seen(policy=one, enterprise_id=world.enterprise.pk, person_id=None, at=world.now)
    assert reach(world.district.pk, [one.pk])[one.pk][4:8] == (1, 0, 1, 1)
    assert receipts_collect(world.now) == 0
    inbox_mark_read(person_id=item.person_id, at=world.now)
    assert receipts_collect(world.now) == 1
    assert Push.objects.get(policy=two).read_at == world.now


def test_followers_hear_of_what_comes_out_changes_and_ends(world):
    theme_follow(actor=world.viewer("clerk"), theme="award", district_id=world.district.pk, at=world.now)
    policy = world.published()
    told = {"policy": policy.pk, "district": world.district.pk}
    subscribers_tell(told, world.now)
    subscribers_tell(told, world.now)
    policy_follow(actor=world.viewer("outsider"), policy=policy, at=world.now)
    policy_end(
        actor=world.viewer("reviewer"),
        policy=policy,
        state="withdrawn",
        reason="不再执行这项政策",
        at=world.now,
    )
    subscribers_tell(told, world.now)
    fan_out(world.now)
    titles = {item.person.name: item.title for item in InboxItem.objects.filter(template="policy_news")}
    assert titles == {
        "陈雨": "新政策（奖励补助）：样例：高新技术企业奖励",
        "外人": "您关注的政策停用了：样例：高新技术企业奖励",
    }

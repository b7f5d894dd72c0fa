"""The library: anybody reads it, two characters find, what is over says what replaced it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qiying.capabilities.policies.models import PolicySeen, PolicyState, Subscription
from qiying.capabilities.policies.services.catalogue.lifecycle import policy_end
from qiying.capabilities.policies.tests.world import AWARD, World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
RENT = AWARD.replace("sample-hnte", "sample-rent").replace("高新技术企业奖励", "厂房租金补贴")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def browser(world: World, who: str = "") -> Any:
    client = Client()
    if who:
        client.force_login(world.people[who], backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def many(world: World, count: int) -> None:
    for n in range(count):
        world.published(AWARD.replace("sample-hnte", f"sample-{n}").replace("样例：", f"第{n}号样例："))


def test_anybody_reads_the_library_and_a_policy(world):
    world.published(contact_name="王工", contact_phone="0573-1234567")
    page = text_of(browser(world).get("/policies/"))
    assert "高新技术企业奖励" in page
    assert "最高 30万元" in page
    assert '<p class="q-sm">是高新技术企业</p>' in page
    assert "0573-1234567" in page
    assert "还有" in page or "2027" in page
    detail = text_of(browser(world).get("/policies/p/sample-hnte/"))
    for words in ("营业收入不低于500万元", "10万元", "高新技术企业证书", "第二条", "样例〔2026〕1号"):
        assert words in detail
    assert browser(world).get("/policies/p/sample-hnte/print/").status_code == 200


def test_two_characters_of_the_name_or_the_text_find_a_policy(world):
    world.published()
    world.published(RENT)
    for words, found, not_found in (
        ("租金", "厂房租金", "高新技术企业奖励"),
        ("高新", "高新技术企业奖励", None),
    ):
        page = text_of(browser(world).get("/policies/", {"q": words}))
        assert found in page
        assert not_found is None or not_found not in page
    assert "没有找到" in text_of(browser(world).get("/policies/", {"q": "水产"}))


def test_filters_narrow_and_nonsense_does_not_break(world):
    world.published(theme="tech", life_stage="entry")
    world.published(RENT, theme="premises")
    page = text_of(browser(world).get("/policies/", {"theme": "tech"}))
    assert "高新技术企业奖励" in page
    assert "厂房租金" not in page
    page = text_of(browser(world).get("/policies/", {"stage": "entry", "size": "小型", "sort": "amount"}))
    assert "高新技术企业奖励" in page
    for odd in ({"dept": "x"}, {"page": "-1"}, {"sort": "'"}, {"theme": "没有"}, {"q": "%" * 200}):
        assert browser(world).get("/policies/", odd).status_code == 200


def test_a_draft_and_an_unknown_policy_do_not_exist(world):
    world.draft()
    assert browser(world).get("/policies/p/sample-hnte/").status_code == 404
    assert browser(world, "clerk").get("/policies/p/sample-hnte/").status_code == 404
    assert browser(world).get("/policies/p/nothing/").status_code == 404


def test_a_replaced_policy_says_which_one_replaced_it(world):
    old, new = world.published(), world.published(RENT)
    policy_end(
        actor=world.viewer("reviewer"), policy=old, state=PolicyState.REPLACED, at=world.now,
        reason="换成租金补贴", replaced_by=new,
    )  # fmt: skip
    page = text_of(browser(world).get("/policies/p/sample-hnte/"))
    assert "已经被替代" in page
    assert "/policies/p/sample-rent/" in page
    assert "算一算我能不能享受" not in page
    over = text_of(browser(world).get("/policies/", {"show": "over"}))
    assert "高新技术企业奖励" in over
    assert "厂房租金补贴" in over
    assert "高新技术企业奖励" not in text_of(browser(world).get("/policies/"))


def test_an_expired_policy_says_so(world):
    policy = world.published()
    policy_end(actor=world.viewer("system"), policy=policy, state=PolicyState.EXPIRED, at=world.now)
    assert "已经到期" in text_of(browser(world).get("/policies/p/sample-hnte/"))


def test_the_list_costs_the_same_at_one_and_twenty_five_rows(world):
    many(world, 1)
    client = browser(world)
    client.get("/policies/")
    with CaptureQueriesContext(connection) as one:
        client.get("/policies/")
    many_more = 25
    for n in range(1, many_more):
        world.published(AWARD.replace("sample-hnte", f"sample-more-{n}"))
    client.get("/policies/")
    with CaptureQueriesContext(connection) as all_of_them:
        client.get("/policies/")
    assert len(one) == len(all_of_them)
    assert len(one) <= 6


def test_a_clerk_sees_his_own_result_with_sources_and_is_counted_as_having_seen(world):
    world.published()
    world.facts(营业收入="6000000", 是高新技术企业="是")
    page = text_of(browser(world, "clerk").get("/policies/p/sample-hnte/"))
    assert "符合" in page
    assert "10 <small>万元" in page
    assert "营业收入 2025 年 600万元，来自" in page
    assert PolicySeen.objects.filter(enterprise=world.enterprise).count() == 1
    outsider = text_of(browser(world, "outsider").get("/policies/p/sample-hnte/"))
    assert "600万元" not in outsider
    assert "还缺" in outsider


def test_following_needs_a_sign_in_and_is_ones_own(world):
    world.published(theme="tech")
    assert browser(world).post("/policies/p/sample-hnte/follow/").status_code == 302
    assert Subscription.objects.count() == 0
    clerk = browser(world, "clerk")
    clerk.post("/policies/p/sample-hnte/follow/")
    clerk.post("/policies/p/sample-hnte/follow/")
    clerk.post("/policies/follow/", {"theme": "tech"})
    assert Subscription.objects.filter(person=world.people["clerk"]).count() == 2
    row = Subscription.objects.filter(policy__isnull=False).get()
    assert browser(world, "outsider").post(f"/policies/follow/{row.pk}/end/").status_code == 404
    assert "高新技术企业奖励" in text_of(clerk.get("/policies/preferences/"))
    assert clerk.post(f"/policies/follow/{row.pk}/end/").status_code == 302
    assert Subscription.objects.count() == 1


def test_a_second_version_shows_the_history(world):
    policy = world.published()
    from qiying.capabilities.policies.services.catalogue.lifecycle import (
        draft_save,
        policy_amend,
        version_approve,
        version_submit,
    )

    draft = policy_amend(actor=world.viewer("policy"), policy=policy, at=world.now)
    text = AWARD.replace('"100000"', '"150000"')
    draft = draft_save(
        actor=world.viewer("policy"),
        version=draft,
        text=text,
        revision=0,
        at=world.now,
        change_note="提高一档",
    )
    version_submit(actor=world.viewer("policy"), version=draft, at=world.now)
    version_approve(actor=world.viewer("reviewer"), version=draft, at=world.now)
    page = text_of(browser(world).get("/policies/p/sample-hnte/"))
    assert "共 2 版" in page
    assert "提高一档" in page
    assert "15万元" in page

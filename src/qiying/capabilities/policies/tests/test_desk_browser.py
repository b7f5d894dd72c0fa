"""A policy's way through a real browser: pasted, confirmed, edited with a live error, handed in, published by another."""

from __future__ import annotations

import pytest

from qiying.capabilities.policies.models import Policy, PolicyState
from qiying.capabilities.policies.services.catalogue import simulating
from qiying.capabilities.policies.tests.drafting_texts import TECH
from qiying.capabilities.policies.tests.world import AWARD, World, make_world
from qiying.kernel.cases.tests.walking import both_ways
from qiying.ui.tests import browsing

pytestmark = browsing.MARKS


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world()
    simulating.forget()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def test_from_pasted_words_to_a_public_policy(opened, world):
    world.facts(营业收入="60000000", 研发费用="4000000", 首次认定高新技术企业="是", 重新认定高新技术企业="否")
    page = opened(world.people["policy"])
    page.goto("/policy-desk/paste/")
    page.fill("textarea[name=text]", TECH)
    page.click("text=读一遍")
    browsing.sound(page)
    assert page.locator("mark").count() > 10
    page.fill("input[name=code]", "tech-2026")
    page.click("text=用留下的建草稿")
    page.wait_for_url("**/tech-2026/edit/")
    browsing.sound(page)
    cell = page.locator("#f-table-rows-0-then-0")
    cell.fill("三十万")
    page.wait_for_selector("#w-table-rows-0-then-0.pd-wrong")
    assert "三十万" in page.inner_text("#w-table-rows-0-then-0")
    assert "要改" in page.inner_text("#pd-wrong")
    cell.fill("350000")
    page.wait_for_selector("#w-table-rows-0-then-0:not(.pd-wrong)")
    assert "35万元" in page.inner_text("#w-table-rows-0-then-0")
    page.wait_for_selector("#pd-sim .pd-big")
    page.click("text=加一行")
    browsing.has(page.locator("#f-table-rows-3-then-0"), 1)
    page.click("button[value='row_del:3']")
    page.wait_for_load_state()
    assert page.input_value("#f-table-rows-0-then-0") == "350000"
    page.click("text=存好并送审")
    page.wait_for_url("**/policy-desk/tech-2026/")
    other = opened(world.people["reviewer"])
    other.goto("/policy-desk/tech-2026/review/")
    browsing.sound(other)
    for box in other.query_selector_all("input[name=seen], input[name=sure]"):
        box.check()
    other.click("text=审核通过并发布")
    other.wait_for_url("**/policy-desk/tech-2026/")
    assert Policy.objects.get(code="tech-2026").state == PolicyState.PUBLISHED
    assert opened().goto("/policies/p/tech-2026/").status == 200
    assert page.complaints == []
    assert other.complaints == []


@both_ways
def test_the_desk_fits_the_screen_and_is_accessible(opened, world, every):
    world.published()
    world.draft(AWARD.replace("sample-hnte", "second"))
    names = ("", "sample-hnte/", "second/edit/", "second/file/", "sample-hnte/reach/", "import/", "new/")
    browsing.look(opened(world.people["policy"]), [f"/policy-desk/{name}" for name in names], every=every)

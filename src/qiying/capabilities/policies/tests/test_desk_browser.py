"""A policy's way through a real browser: pasted, confirmed, edited with a live error, handed in, published by another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from qiying.capabilities.policies.models import Policy, PolicyState
from qiying.capabilities.policies.services.catalogue import simulating
from qiying.capabilities.policies.tests.drafting_texts import TECH
from qiying.capabilities.policies.tests.world import World, make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world()
    simulating.forget()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield launched
        launched.close()


def signed_in(browser: Any, world: World, who: str, url: str, width: int = 1366) -> Any:
    person = world.people[who]
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    context = browser.new_context(viewport={"width": width, "height": 768})
    context.add_cookies([{"name": "sessionid", "value": session.session_key, "url": url}])
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda line: page.complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


def serious(page: Any) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [v["id"] for v in found if v["impact"] in {"serious", "critical"}]


def test_from_pasted_words_to_a_public_policy(browser, live_server, world):
    world.facts(营业收入="60000000", 研发费用="4000000", 首次认定高新技术企业="是", 重新认定高新技术企业="否")
    page = signed_in(browser, world, "policy", live_server.url)
    page.goto(f"{live_server.url}/policy-desk/paste/")
    page.fill("textarea[name=text]", TECH)
    page.click("text=读一遍")
    assert page.locator("mark").count() > 10
    assert serious(page) == []
    page.fill("input[name=code]", "tech-2026")
    page.click("text=用留下的建草稿")
    page.wait_for_url("**/tech-2026/edit/")
    assert serious(page) == []
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
    page.wait_for_load_state()
    assert page.locator("#f-table-rows-3-then-0").count() == 1
    page.click("button[value='row_del:3']")
    page.wait_for_load_state()
    assert page.input_value("#f-table-rows-0-then-0") == "350000"
    page.click("text=存好并送审")
    page.wait_for_url("**/policy-desk/tech-2026/")
    other = signed_in(browser, world, "reviewer", live_server.url)
    other.goto(f"{live_server.url}/policy-desk/tech-2026/review/")
    assert serious(other) == []
    for box in other.query_selector_all("input[name=seen], input[name=sure]"):
        box.check()
    other.click("text=审核通过并发布")
    other.wait_for_url("**/policy-desk/tech-2026/")
    assert Policy.objects.get(code="tech-2026").state == PolicyState.PUBLISHED
    public = browser.new_context().new_page()
    assert public.goto(f"{live_server.url}/policies/p/tech-2026/").status == 200
    assert page.complaints == []
    assert other.complaints == []


@pytest.mark.parametrize("width", [1366, 390])
def test_the_desk_fits_the_screen_and_is_accessible(browser, live_server, world, width):
    world.published()
    world.draft(world_text("second"))
    page = signed_in(browser, world, "policy", live_server.url, width)
    for address in (
        "",
        "sample-hnte/",
        "second/edit/",
        "second/file/",
        "sample-hnte/reach/",
        "import/",
        "new/",
    ):
        assert page.goto(f"{live_server.url}/policy-desk/{address}").status == 200
        page.wait_for_timeout(150)
        assert serious(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        assert page.complaints == [], (address, page.complaints)


def world_text(code: str) -> str:
    from qiying.capabilities.policies.tests.world import AWARD

    return AWARD.replace("sample-hnte", code)

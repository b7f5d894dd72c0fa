"""On a phone of 390 px: a visitor calculates and shares, a clerk goes from home to one number told to eligible."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from qiying.capabilities.policies.tests.shelves import POLICIES
from qiying.capabilities.policies.tests.world import AWARD, World, make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
STAFF = AWARD.replace("sample-hnte", "sample-staff").replace("高新技术企业奖励", "稳岗补贴").replace(
    "是高新技术企业", "职工人数 >= 20"
)  # fmt: skip
SERIOUS = {"serious", "critical"}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield launched
        launched.close()


def opened(browser: Any, world: World, url: str, who: str = "", width: int = 390, **options: Any) -> Any:
    context = browser.new_context(viewport={"width": width, "height": 844 if width < 800 else 768}, **options)
    if who:
        person = world.people[who]
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.save()
        context.add_cookies([{"name": "sessionid", "value": session.session_key, "url": url}])
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda line: page.complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


def looked(page: Any, name: str, width: int = 390) -> None:
    """Nothing serious from axe, never wider than the screen, no complaints; a picture where one is asked for."""
    page.wait_for_timeout(150)
    if place := os.environ.get("QIYING_TEST_PICTURES"):
        page.screenshot(path=str(Path(place) / f"{name}-{width}.png"), full_page=True)
    found = Axe().run(page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in SERIOUS] == [], name
    assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    assert page.complaints == [], name


def samples(world: World) -> None:
    """Publish the patterns a district would use, and two policies of the cast."""
    themes = ("tech", "award", "premises", "digital", "market")
    world.published(theme="tech", contact_name="王工", contact_phone="0573-86110000")
    world.published(STAFF, theme="talent")
    for n, name in enumerate(("rent-subsidy", "tech-upgrade", "overseas-fair", "ip-pledge-interest")):
        world.published((POLICIES / f"patterns/{name}.yaml").read_text(encoding="utf-8"), theme=themes[n])


def test_a_visitor_calculates_and_shares(browser, live_server, world):
    world.published(theme="tech")
    world.published(STAFF, theme="talent")
    page = opened(browser, world, live_server.url)
    page.goto(live_server.url + "/")
    looked(page, "public-home")
    page.click("text=算一算，企业能享受哪些政策")
    looked(page, "calculator-start")
    page.click("text=开始算")
    for n in range(6):
        looked(page, f"calculator-ask-{n}")
        if page.locator("input[type=radio]").count():
            page.click("label:has-text('是') >> nth=0")
        else:
            page.fill("#answer", "2600" if page.locator("select[name=unit]").count() else "17")
        with page.expect_response(lambda answer: answer.request.method == "POST") as said:
            page.click("text=下一步")
        if said.value.status == 204:
            break
    page.wait_for_url("**/calculator/result/")
    assert page.locator("text=30 万元").count() >= 1
    assert page.locator("text=再增加3人").count() == 1
    page.click("text=生成链接")
    looked(page, "calculator-result")
    link = page.inner_text("#share-link")
    other = opened(browser, world, live_server.url)
    assert other.goto(link).status == 200
    looked(other, "calculator-shared")
    assert "禾川" not in other.content()


def test_without_scripts_the_calculator_works_too(browser, live_server, world):
    world.published()
    page = opened(browser, world, live_server.url, java_script_enabled=False)
    page.goto(live_server.url + "/policies/calculator/")
    page.click("text=开始算")
    page.check("input[value='否']", force=True)
    page.click("text=下一步")
    assert page.url.endswith("/calculator/result/")


def test_a_clerk_tells_one_number_and_is_eligible(browser, live_server, world):
    samples(world)
    world.facts(是高新技术企业="是", 职工人数="17")
    page = opened(browser, world, live_server.url, "clerk")
    page.goto(live_server.url + "/")
    looked(page, "home-before")
    page.click("nav.q-phone-tabs >> text=政策")
    looked(page, "mine-before")
    page.goto(live_server.url + "/policies/mine/facts/营业收入/")
    looked(page, "fact")
    page.fill("#fact", "-1")
    page.click("text=记下，看结果")
    assert "不在范围里" in page.content()
    assert page.input_value("#fact") == "-1"
    page.complaints.clear()  # the browser notes the 422
    looked(page, "fact-refused")
    page.fill("#fact", "2600")
    page.click("text=记下，看结果")
    page.wait_for_url("**/policies/mine/")
    assert "多了" in page.content()
    assert "高新技术企业奖励" in page.content()
    looked(page, "mine-after")
    page.goto(live_server.url + "/")
    assert "您现在能享受" in page.content()
    looked(page, "home-after")
    for address, name in (
        ("/policies/", "library"),
        ("/policies/p/sample-hnte/", "policy-own"),
        ("/policies/preferences/", "preferences"),
    ):
        page.goto(live_server.url + address)
        looked(page, name)


@pytest.mark.parametrize("width", [390, 1366])
def test_the_public_pages_and_the_counter_fit_the_screen(browser, live_server, world, width):
    samples(world)
    world.facts(是高新技术企业="是")
    page = opened(browser, world, live_server.url, width=width)
    for address, name in (
        ("/policies/", "library-public"),
        ("/policies/?theme=tech&q=高新", "library-filtered"),
        ("/policies/?show=over", "library-over"),
        ("/policies/p/sample-tech-upgrade/", "policy-public"),
        ("/policies/p/sample-tech-upgrade/print/", "policy-print"),
    ):
        assert page.goto(live_server.url + address).status == 200, address
        looked(page, name, width)
    desk = opened(browser, world, live_server.url, "desk", width=width)
    desk.goto(live_server.url + "/policies/counter/?enterprise=禾川")
    looked(desk, "counter", width)
    desk.click("text=替它算 >> nth=0")
    looked(desk, "counter-ask", width)
    desk.goto(live_server.url + "/policies/counter/result/")
    looked(desk, "counter-result", width)
    desk.goto(live_server.url + "/policies/counter/print/")
    looked(desk, "counter-print", width)

"""The whole way in a real browser: the clerk on a phone, the officers at their screens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from qiying.capabilities.policies.models import Application
from qiying.capabilities.policies.tests.applying_world import Desk
from qiying.capabilities.policies.tests.world import World, make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


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


def signed_in(browser: Any, world: World, who: str, url: str, width: int) -> Any:
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
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


def sound(page: Any, width: int) -> None:
    """Assert that a page fits the screen, has nothing serious for axe and no script error."""
    page.wait_for_timeout(200)
    found = Axe().run(page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in {"serious", "critical"}] == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    assert page.complaints == [], page.url


def test_from_the_home_page_to_the_decision(browser, live_server, world):
    desk = Desk(world, co_unit_ids=[world.units["co"].pk])
    world.facts(营业收入="6000000")
    url = live_server.url
    phone = signed_in(browser, world, "clerk", url, 390)
    phone.goto(url + "/")
    phone.goto(f"{url}/policies/p/{desk.policy.code}/")
    phone.get_by_role("link", name="一键申报").click()
    sound(phone, 390)
    phone.fill("#id_account_bank", "中国银行海盐支行")
    phone.fill("#id_account_number", "3500 1234 5678 9012")
    phone.check("#id_consent")
    phone.get_by_role("button", name="申报").click()
    phone.wait_for_selector(".ap-steps")
    sound(phone, 390)
    application = Application.objects.select_related("case").get()
    number = application.case.number

    officer = signed_in(browser, world, "policy", url, 1366)
    officer.goto(f"{url}/worklist/")
    officer.get_by_role("link", name="样例：高新技术企业奖励").first.click()
    sound(officer, 1366)
    officer.goto(f"{url}/cases/{number}/do/accept/")
    officer.locator("form button.btn-primary").click()
    co = signed_in(browser, world, "co_reviewer", url, 1366)
    co.goto(f"{url}/cases/{number}/?write=opinion")
    co.locator("label", has_text="同意").first.click()
    co.locator("form[action*='opinion'] button.btn-primary").click()
    co.wait_for_load_state()
    officer.goto(f"{url}/cases/{number}/do/review/")
    officer.locator("form button.btn-primary").click()
    officer.wait_for_load_state()
    application.case.refresh_from_db()
    assert application.case.state == "publicity"

    desk.past_publicity(application.case)
    reviewer = signed_in(browser, world, "reviewer", url, 1366)
    reviewer.goto(f"{url}/cases/{number}/do/approve/")
    sound(reviewer, 1366)
    reviewer.locator("form button.btn-primary").click()
    reviewer.wait_for_load_state()
    phone.goto(f"{url}/policies/applications/{number}/")
    assert "已核定" in phone.inner_text("main")


def test_office_pages_fit_the_screen(browser, live_server, world):
    Desk(world).public()
    office = signed_in(browser, world, "policy", live_server.url, 1366)
    for address in ("/policy-batches/", "/policies/listings/", "/policies/publicity/"):
        assert office.goto(live_server.url + address).status == 200
        sound(office, 1366)

"""The pages in a real browser: nothing serious from axe, never wider than the screen, drafts kept, no complaints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from qiying.capabilities.service_requests.tests.world import World, make_world

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
    page.on("console", lambda line: page.complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


@pytest.mark.parametrize("width", [1366, 390])
def test_pages_are_accessible_and_fit_the_screen(browser, live_server, world, width):
    case = world.handling(co_unit_ids=[world.units["bureau"].pk], co_ask="路权归谁")
    world.act(case, "supervisor", "instruct", text="周五前给准日子")
    pages = {
        "handler": ["/worklist/", f"/cases/{case.number}/", f"/cases/{case.number}/do/meet/"],
        "desk": [f"/cases/{case.number}/letter/", "/cases/?q=货车"],
        "supervisor": ["/board/"],
    }
    for who, addresses in pages.items():
        page = signed_in(browser, world, who, live_server.url, width)
        for address in addresses:
            assert page.goto(live_server.url + address).status == 200, address
            page.wait_for_timeout(200)
            found = Axe().run(page).response["violations"]
            serious = [v["id"] for v in found if v["impact"] in {"serious", "critical"}]
            assert serious == [], (address, serious)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
            assert page.complaints == [], (address, page.complaints)
        page.context.close()


def test_a_draft_outlives_leaving_the_page_and_an_action_opens_in_place(browser, live_server, world):
    case = world.handling()
    page = signed_in(browser, world, "handler", live_server.url, 1366)
    address = f"{live_server.url}/cases/{case.number}/"
    page.goto(f"{address}?write=note")
    page.fill("#write textarea[name=text]", "写到一半的话")
    page.wait_for_timeout(700)
    page.goto(f"{address}?write=note")
    assert page.input_value("#write textarea[name=text]") == "写到一半的话"
    page.click(".q-acts a:has-text('申请延期')")
    page.wait_for_selector("#act-title")
    page.fill("#act-panel [name=workdays]", "2")
    page.fill("#act-panel [name=reason]", "要等市里批复")
    page.click("#act-panel button:has-text('申请延期')")
    page.wait_for_selector("#messages .q-note")
    assert "申请延期：办好了" in page.inner_text("#messages")
    page.context.close()

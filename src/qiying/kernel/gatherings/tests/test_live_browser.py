"""The live page in a real browser: five minutes without a network, two recorders, keyboard alone, no complaints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from qiying.kernel.gatherings.models import Edit, Item
from qiying.kernel.gatherings.tests.world import Hall, make_hall

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
MINUTES = 60_000
TYPED = "我们厂去年招了三百人，今年只招到六十个，夜班公交停了以后年轻人都不肯来。"


@pytest.fixture
def hall(monkeypatch: pytest.MonkeyPatch) -> Hall:
    made = make_hall()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield launched
        launched.close()


def signed_in(browser: Any, hall: Hall, who: str, url: str, width: int = 1366) -> Any:
    person, session = hall.people[who], SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    context = browser.new_context(viewport={"width": width, "height": 768 if width > 500 else 844})
    context.add_cookies([{"name": "sessionid", "value": session.session_key, "url": url}])
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda line: page.complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


def live(browser: Any, hall: Hall, who: str, url: str) -> Any:
    page = signed_in(browser, hall, who, url)
    page.clock.install()
    page.goto(f"{url}/gatherings/{hall.gathering.pk}/live/")
    saved(page)
    return page


def saved(page: Any) -> None:
    """Let the page's clock run until nothing waits to be sent."""
    for _ in range(40):
        page.clock.run_for(500)
        page.wait_for_timeout(50)
        if page.get_attribute("#g-line", "data-pending") == "0":
            return
    raise AssertionError(page.inner_text("#g-line"))


def item(page: Any, no: int = 1) -> Any:
    return page.locator(".g-item", has=page.locator(".g-no", has_text=str(no)))


def test_five_minutes_without_a_network_lose_no_keystroke(browser, live_server, hall):
    hall.running()
    page = live(browser, hall, "desk", live_server.url)
    page.keyboard.press("Control+Enter")
    page.keyboard.type(TYPED[:10])
    saved(page)
    assert Item.objects.get().text == TYPED[:10]
    page.context.set_offline(True)
    for letter in TYPED[10:]:
        page.keyboard.type(letter)
        page.clock.run_for(5 * MINUTES // len(TYPED))
    page.keyboard.press("Alt+2")
    item(page).locator("[data-field=promised_by]").fill("2026-11-27")
    page.keyboard.press("Control+Enter")
    page.keyboard.type("断网时说的第二件事")
    page.clock.run_for(5 * MINUTES)
    assert "网断了" in page.inner_text("#g-line") and Item.objects.get().text == TYPED[:10]
    page.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    saved(page)
    first, second = Item.objects.order_by("no")
    assert (first.text, first.answer, str(first.promised_by)) == (TYPED, "promised", "2026-11-27")
    assert second.text == "断网时说的第二件事" and not Edit.objects.exclude(state="applied")
    page.context.close()


def test_a_browser_that_died_without_a_network_sends_what_it_kept(browser, live_server, hall):
    hall.running()
    page = live(browser, hall, "desk", live_server.url)
    page.keyboard.press("Control+Enter")
    page.context.set_offline(True)
    page.keyboard.type(TYPED)
    page.fill("#g-minutes", "会议定了三件事。")
    page.clock.run_for(MINUTES)
    again = page.context.new_page()
    page.close(run_before_unload=False)
    again.context.set_offline(False)
    again.clock.install()
    again.goto(f"{live_server.url}/gatherings/{hall.gathering.pk}/live/")
    saved(again)
    hall.gathering.refresh_from_db()
    assert Item.objects.get().text == TYPED and hall.gathering.minutes == "会议定了三件事。"
    again.context.close()


def test_two_recorders_are_merged_by_field_and_a_true_conflict_shows_both(browser, live_server, hall):
    hall.running()
    hall.invite("recorder", person=hall.people["handler"])
    hall.edit("text", "路灯坏了")
    one, two = (live(browser, hall, who, live_server.url) for who in ("desk", "handler"))
    two.context.set_offline(True)
    item(two).locator("[data-field=text]").fill("路灯坏了三个月")
    item(two).locator("[data-field=unit]").select_option(str(hall.units["town"].pk))
    item(one).locator("[data-field=text]").fill("工业路的路灯坏了")
    saved(one)
    two.context.set_offline(False)
    for _ in range(20):
        two.clock.run_for(1000)
        two.wait_for_timeout(50)
    assert Item.objects.get().unit == hall.units["town"]  # another field: merged
    note = item(two).locator(".g-conflict").inner_text()
    assert "工业路的路灯坏了" in note and "路灯坏了三个月" in note
    assert item(two).locator("[data-field=text]").input_value() == "路灯坏了三个月"
    item(two).locator(".g-conflict button:has-text('两段都留')").click()
    saved(two)
    assert Item.objects.get().text == "工业路的路灯坏了\n路灯坏了三个月"
    for _ in range(10):
        one.clock.run_for(1000)
        one.wait_for_timeout(50)
    assert item(one).locator("[data-field=text]").input_value() == Item.objects.get().text
    assert item(one).locator(".g-conflict").count() == 0
    one.context.close(), two.context.close()


@pytest.mark.parametrize("width", [1366, 390, 1920])
def test_pages_are_accessible_and_fit_the_screen(browser, live_server, hall, width):
    one = hall.running()
    hall.edit("text", TYPED)
    hall.edit("unit", str(hall.units["town"].pk))
    hall.edit("answer", "promised")
    pages = {
        "desk": [
            f"/gatherings/{one.pk}/",
            f"/gatherings/{one.pk}/live/",
            f"/gatherings/{one.pk}/wall/",
            "/gatherings/",
        ],
        "liaison": [f"/gatherings/{one.pk}/mine/", f"/meet/{hall.town.token}/"],
        "clerk": [f"/meet/{hall.firm.token}/"],
    }
    for who, addresses in pages.items():
        page = signed_in(browser, hall, who, live_server.url, width)
        for address in addresses:
            assert page.goto(live_server.url + address).status == 200, address
            page.wait_for_timeout(300)
            found = Axe().run(page).response["violations"]
            serious = [v["id"] for v in found if v["impact"] in {"serious", "critical"}]
            assert serious == [], (address, serious)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
            assert page.complaints == [], (address, page.complaints)
        page.context.close()

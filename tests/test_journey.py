"""One problem in a real browser, from an enterprise's phone to its own word, through every desk on the way."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from qiying.capabilities.service_requests.tests.world import TEXT, World, make_world
from qiying.kernel.cases.models import Case

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
PHONE, OFFICE = {"width": 390, "height": 844}, {"width": 1366, "height": 768}


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


def page_of(browser: Any, world: World, who: str, url: str, size: dict[str, int]) -> Any:
    """Return a page in which the person is signed in."""
    person = world.people[who]
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    context = browser.new_context(viewport=size)
    context.add_cookies([{"name": "sessionid", "value": session.session_key, "url": url}])
    return context.new_page()


def test_a_problem_travels_from_the_phone_to_its_write_off(
    browser: Any, live_server: Any, world: World
) -> None:
    url = live_server.url
    phone = page_of(browser, world, "clerk", url, PHONE)
    phone.goto(f"{url}/say/")
    phone.fill("textarea[name=text]", TEXT)
    phone.click("button:has-text('交上去')")
    phone.wait_for_url("**/my/**")
    case = Case.objects.get()
    assert case.number in phone.content()

    desk = page_of(browser, world, "desk", url, OFFICE)
    desk.goto(f"{url}/desk/{case.number}/")
    finder = desk.get_by_placeholder("输入几个字来找").first
    finder.fill("城南")
    desk.wait_for_timeout(300)
    finder.press("ArrowDown")
    finder.press("Enter")
    desk.click("button:has-text('交给')")
    desk.wait_for_timeout(1200)
    assert Case.objects.get().state == "assigned", desk.inner_text("body")[:800]

    handler = page_of(browser, world, "handler", url, OFFICE)
    handler.goto(f"{url}/cases/{case.number}/do/take/")
    handler.click("form button.btn-primary, form button:has-text('签收')")
    handler.wait_for_timeout(600)
    handler.goto(f"{url}/cases/{case.number}/")
    handler.fill("#write textarea[name=text]", "限高杆已经往东挪了十米，货车可以进出了。")
    handler.check("#write input[name=result][value=solved]")
    handler.click("#write button:has-text('提交答复')")
    handler.wait_for_selector("#messages .q-note")
    assert Case.objects.get().state == "answered"

    phone.goto(f"{url}/my/{case.number}/")
    assert phone.locator("input[name=value]:checked").count() == 0
    phone.click("label:has(input[name=value][value=solved])")
    phone.click("button:has-text('提交评价')")
    phone.wait_for_timeout(800)
    done = Case.objects.get()
    assert (done.state, done.outcome) == ("written_off", "solved")

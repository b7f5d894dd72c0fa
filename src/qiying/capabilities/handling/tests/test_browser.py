"""Pages of codes, certificates and matters in a real browser: nothing serious from axe, never wider than the screen."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse

from qiying.capabilities.handling.models import Licence
from qiying.capabilities.handling.tests.handling_world import TODAY, Hall, licence_kind, make_hall
from qiying.kernel.documents.certificates import issue_certificate
from qiying.kernel.enterprises.codes import show_code

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


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


def page_of(browser: Any, hall: Hall, who: str, url: str, width: int) -> Any:
    context = browser.new_context(viewport={"width": width, "height": 844})
    if who:
        person, session = hall.people[who], SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.save()
        context.add_cookies([{"name": "sessionid", "value": session.session_key, "url": url}])
    page = context.new_page()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


@pytest.mark.parametrize("width", [1366, 390])
def test_pages_are_accessible_and_fit_the_screen(
    browser: Any, live_server: Any, hall: Hall, width: int
) -> None:
    licence_kind()
    row = issue_certificate(
        "docs_licence", holder=hall.enterprise.name, enterprise=hall.enterprise, by=hall.viewer("desk"), now=hall.now,
        fields={"经营场所": "城南路 8 号", "经营项目": "热食类制售"}, valid_until=TODAY + timedelta(days=900),
    )  # fmt: skip
    Licence.objects.create(
        district=hall.district, enterprise=hall.enterprise, name="卫生许可证", number="W1", issuer="卫生健康局",
        valid_until=TODAY + timedelta(days=20), how="到期前 30 日到窗口延续",
    )  # fmt: skip
    partner = hall.partner("shandong", "山东省", "曲阜市")
    hall.open(
        "qufu",
        "remote_handling",
        partner_id=partner.pk,
        way="in",
        title="注销",
        text="店在这里",
        applicant="孔先生",
    )
    case = hall.act(hall.agency(), "desk", "take")
    pages = {
        "": [f"/verify/{row.token}/", "/verify/"],
        "clerk": ["/my/code/", "/my/certificates/", "/my/licences/", f"/my/{case.number}/", "/open/agency/"],
        "desk": [
            "/code/",
            "/certificates/",
            "/remote/",
            "/remote/partners/",
            "/licences/",
            f"/cases/{case.number}/",
        ],
        "qufu": ["/remote/", "/open/remote_handling/"],
    }
    shots = os.environ.get("QIYING_TEST_SHOTS", "")
    for who, addresses in pages.items():
        page = page_of(browser, hall, who, live_server.url, width)
        for number, address in enumerate(addresses):
            page.goto(live_server.url + address)
            if shots:
                page.screenshot(path=f"{shots}/{who or 'nobody'}-{number}-{width}.png")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
            serious = [
                v for v in Axe().run(page).response["violations"] if v["impact"] in {"serious", "critical"}
            ]
            assert serious == [], (address, serious)
        assert page.complaints == []


def test_a_code_typed_by_a_scanner_is_answered_in_place_and_the_phone_shows_the_next(
    browser: Any, live_server: Any, hall: Hall
) -> None:
    desk = page_of(browser, hall, "desk", live_server.url, 1366)
    desk.goto(live_server.url + reverse("enterprises:scan"))
    for text, words in (
        (show_code(hall.viewer("clerk"), hall.enterprise, hall.now), hall.enterprise.name),
        ("12345", "不是系统发的企业码"),
    ):
        desk.fill("[name=c]", text)
        desk.press("[name=c]", "Enter")
        desk.wait_for_selector(f"#scanned >> text={words}")
    phone = page_of(browser, hall, "clerk", live_server.url, 390)
    phone.goto(live_server.url + reverse("enterprises:my_code"))
    first = phone.text_content(".q-code-text")
    phone.evaluate("htmx.trigger('#code', 'fresh')")
    phone.wait_for_function(
        "first => document.querySelector('.q-code-text').textContent !== first", arg=first
    )
    assert phone.text_content("text=企业服务中心") and desk.complaints == phone.complaints == []

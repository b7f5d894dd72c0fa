"""The pages of numbers in a real browser: axe finds nothing serious, nothing is wider than the screen."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.cockpit.tests.story import live_through
from qiying.kernel.cases.tests.test_pages_browser import browser, signed_in  # noqa: F401
from qiying.ui import assets

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.browser,
    pytest.mark.skipif(not assets.node_modules().is_dir(), reason="needs `npm ci --ignore-scripts`"),
]
PAGES = (
    "/numbers/?month=2026-10",
    "/numbers/cases/?measure=answered&month=2026-10",
    "/numbers/definitions/",
    "/numbers/league/?month=2026-10",
    "/numbers/report/?month=2026-10",
    "/wall/",
    "/method/",
    "/public/numbers/",
)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


@pytest.mark.parametrize(("width", "large"), [(1366, False), (390, True)])
def test_pages_are_accessible_and_fit_the_screen(browser, live_server, world, width, large):  # noqa: F811
    live_through(world)
    page = signed_in(browser, world, "supervisor", live_server.url, width)
    for address in PAGES:
        assert page.goto(live_server.url + address).status == 200, address
        if large:
            page.evaluate("document.documentElement.dataset.text = 'large'")
            page.evaluate("window.dispatchEvent(new Event('resize'))")
        page.wait_for_timeout(300)
        found = Axe().run(page).response["violations"]
        serious = [v["id"] for v in found if v["impact"] in {"serious", "critical"}]
        assert serious == [], (address, serious)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        assert page.complaints == [], (address, page.complaints)
    page.context.close()

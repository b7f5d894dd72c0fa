"""The pages of numbers in a real browser: axe finds nothing serious, nothing is wider than the screen."""

from __future__ import annotations

import pytest

from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.cockpit.tests.story import live_through
from qiying.ui import assets
from qiying.ui.tests import browsing

pytestmark = [
    *browsing.MARKS,
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


def test_pages_are_accessible_and_fit_the_screen(opened, world):
    live_through(world)
    office, phone = opened(world.people["supervisor"]), opened(world.people["supervisor"], 390)
    for address in PAGES:
        for page in (office, phone):
            assert page.goto(address).status == 200, address
            if page is phone:
                browsing.enlarge(page)
            browsing.sound(page)

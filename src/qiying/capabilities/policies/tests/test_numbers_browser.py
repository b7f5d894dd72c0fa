"""The numbers in a real browser: charts drawn, tables behind them, from a number to its rows, no complaint."""

from __future__ import annotations

from typing import Any

import pytest

from qiying.capabilities.policies.tests.numbers_world import a_year
from qiying.capabilities.policies.tests.world import World, make_world
from qiying.ui.tests.browsing import MARKS, has, sound

pytestmark = MARKS


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def test_from_a_number_to_its_rows_and_on_a_phone(opened: Any, world: World) -> None:
    a_year(world)
    page = opened(world.people["leader"])
    page.goto("/policy-numbers/")
    page.wait_for_selector(".q-chart-box canvas, .q-chart-box svg")
    assert page.locator(".q-chart-box canvas, .q-chart-box svg").count() >= 8
    sound(page)
    page.locator("section.q-chart", has_text="从申报到到账几个工作日").locator("summary").click()
    assert (
        page.locator("section.q-chart", has_text="从申报到到账几个工作日")
        .get_by_role("cell", name="1")
        .count()
    )
    page.locator(".q-figure", has_text="拿到钱的企业").locator(".q-figure-value a").click()
    page.wait_for_url("**/rows/**")
    has(page.locator("tbody tr"), 3)
    sound(page)
    phone = opened(world.people["leader"], 390)
    phone.goto("/policy-numbers/")
    phone.wait_for_selector(".q-chart-box canvas, .q-chart-box svg")
    sound(phone, axe=False)

"""The pages in a real browser: nothing serious from axe, never wider than the screen, drafts kept, no complaints."""

from __future__ import annotations

import pytest

from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.cases.tests.walking import both_ways
from qiying.ui.tests import browsing

pytestmark = browsing.MARKS


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


@both_ways
def test_pages_are_accessible_and_fit_the_screen(opened, world, every):
    case = world.handling(co_unit_ids=[world.units["bureau"].pk], co_ask="路权归谁")
    world.act(case, "supervisor", "instruct", text="周五前给准日子")
    pages = {
        "handler": ["/worklist/", f"/cases/{case.number}/", f"/cases/{case.number}/do/meet/"],
        "desk": [f"/cases/{case.number}/letter/", "/cases/?q=货车"],
        "supervisor": ["/board/"],
    }
    for who, addresses in pages.items():
        browsing.look(opened(world.people[who]), addresses, every=every)


def test_a_draft_outlives_leaving_the_page_and_an_action_opens_in_place(opened, world):
    case = world.handling()
    page = opened(world.people["handler"])
    address = f"/cases/{case.number}/"
    page.goto(f"{address}?write=note")
    page.fill("#write textarea[name=text]", "写到一半的话")
    page.wait_for_selector("#write [data-draft-state]:has-text('已存')")
    page.goto(f"{address}?write=note")
    assert page.input_value("#write textarea[name=text]") == "写到一半的话"
    page.click(".q-acts a:has-text('申请延期')")
    page.wait_for_selector("#act-title")
    page.fill("#act-panel [name=workdays]", "2")
    page.fill("#act-panel [name=reason]", "要等市里批复")
    page.click("#act-panel button:has-text('申请延期')")
    page.wait_for_selector("#messages .q-note")
    assert "申请延期：办好了" in page.inner_text("#messages")

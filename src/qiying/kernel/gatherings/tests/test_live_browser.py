"""The live page in a real browser: five minutes without a network, two recorders, keyboard alone, no complaints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from qiying.kernel.cases.tests.walking import both_ways
from qiying.kernel.gatherings.models import Edit, Item
from qiying.kernel.gatherings.tests.world import Hall, make_hall
from qiying.ui.tests import browsing

pytestmark = browsing.MARKS
MINUTES = 60_000
TYPED = "我们厂去年招了三百人，今年只招到六十个，夜班公交停了以后年轻人都不肯来。"


@pytest.fixture
def hall(monkeypatch: pytest.MonkeyPatch) -> Hall:
    made = make_hall()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def live(opened: Any, hall: Hall, who: str) -> Any:
    page = opened(hall.people[who], fresh=True)
    page.clock.install()
    page.goto(f"/gatherings/{hall.gathering.pk}/live/")
    saved(page)
    return page


def saved(page: Any) -> None:
    """Let the page's clock run until nothing waits to be sent."""
    run_until(page, lambda: page.get_attribute("#g-line", "data-pending") == "0")


def run_until(page: Any, until: Callable[[], bool]) -> None:
    """Let the page's clock run, with pauses in which the server answers, until something is so."""
    for _ in range(600):
        page.clock.run_for(500)
        page.wait_for_timeout(50)
        if until():
            return
    raise AssertionError(page.inner_text("#g-line"))


def item(page: Any, no: int = 1) -> Any:
    return page.locator(".g-item", has=page.locator(".g-no", has_text=str(no)))


def test_five_minutes_without_a_network_lose_no_keystroke(opened, hall):
    hall.running()
    page = live(opened, hall, "desk")
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


def test_a_browser_that_died_without_a_network_sends_what_it_kept(opened, hall):
    hall.running()
    page = live(opened, hall, "desk")
    page.keyboard.press("Control+Enter")
    page.context.set_offline(True)
    page.keyboard.type(TYPED)
    page.fill("#g-minutes", "会议定了三件事。")
    page.clock.run_for(MINUTES)
    again = page.context.new_page()
    page.close(run_before_unload=False)
    again.context.set_offline(False)
    again.clock.install()
    again.goto(f"/gatherings/{hall.gathering.pk}/live/")
    saved(again)
    hall.gathering.refresh_from_db()
    assert Item.objects.get().text == TYPED and hall.gathering.minutes == "会议定了三件事。"


def test_two_recorders_are_merged_by_field_and_a_true_conflict_shows_both(opened, hall):
    hall.running()
    hall.invite("recorder", person=hall.people["handler"])
    hall.edit("text", "路灯坏了")
    one, two = (live(opened, hall, who) for who in ("desk", "handler"))
    two.context.set_offline(True)
    item(two).locator("[data-field=text]").fill("路灯坏了三个月")
    item(two).locator("[data-field=unit]").select_option(str(hall.units["town"].pk))
    item(one).locator("[data-field=text]").fill("工业路的路灯坏了")
    saved(one)
    two.context.set_offline(False)
    run_until(two, lambda: item(two).locator(".g-conflict").count() == 1)
    assert Item.objects.get().unit == hall.units["town"]  # another field: merged
    note = item(two).locator(".g-conflict").inner_text()
    assert "工业路的路灯坏了" in note and "路灯坏了三个月" in note
    assert item(two).locator("[data-field=text]").input_value() == "路灯坏了三个月"
    item(two).locator(".g-conflict button:has-text('两段都留')").click()
    saved(two)
    assert Item.objects.get().text == "工业路的路灯坏了\n路灯坏了三个月"
    run_until(one, lambda: item(one).locator("[data-field=text]").input_value() == Item.objects.get().text)
    assert item(one).locator(".g-conflict").count() == 0


@both_ways
def test_pages_are_accessible_and_fit_the_screen(opened, hall, every):
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
        page = opened(hall.people[who], 390 if who == "clerk" else 1366)
        browsing.look(page, addresses, every=every, widths=(1366, 390, 1920))

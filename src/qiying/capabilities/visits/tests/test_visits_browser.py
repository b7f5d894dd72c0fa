"""The phone page in a real browser: planned, opened once, then written, closed and opened without a network, sent once."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from qiying.capabilities.visits.models import Visit, VisitPromise
from qiying.capabilities.visits.tests.world import Walks, make_walks
from qiying.kernel.audit.clock import utc_now
from qiying.kernel.cases.models import Case
from qiying.kernel.documents.models import Document
from qiying.ui.tests import browsing

pytestmark = browsing.MARKS


def photo() -> bytes:
    """Return a small picture."""
    out = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def walks() -> Walks:
    made = make_walks()
    made.now = utc_now()
    return made


def phone(opened: Any, walks: Walks) -> Any:
    page = opened(walks.people["liaison"], 390, fresh=True)
    page.goto("/visits/phone/")
    page.wait_for_selector("#v-line[data-ready='1']")
    page.wait_for_selector("html[data-offline='1']", state="attached")
    page.wait_for_function(
        "async () => { for (const n of await caches.keys()) {"
        " if (await (await caches.open(n)).match('/visits/phone/')) { return true; } } return false; }"
    )
    return page


def write(page: Any, walks: Walks) -> None:
    page.get_by_text(walks.enterprise.name).click()
    page.get_by_role("button", name="我到了").click()
    page.fill("[name=met]", "王总")
    page.fill("[name=talk]", "地下车间没有信号，订单比去年多。")
    page.get_by_role("button", name="加一个问题").click()
    page.fill(".v-problems textarea", "夜班没有公交，招工难。")
    page.get_by_role("button", name="加一件答应的事").click()
    page.fill(".v-promising [data-name=text]", "送一份招工补贴清单")
    page.fill(".v-promising [type=date]", walks.calendar_day)


def sent(page: Any) -> None:
    page.wait_for_selector("#v-line[data-waiting='0']", timeout=20000)
    page.wait_for_selector("#messages .q-note, .v-empty:not([hidden])", timeout=20000)


def test_a_visit_is_written_without_a_network_and_sent_once_when_it_is_back(opened, walks):
    walks.planned(on=walks.day(0))
    page = phone(opened, walks)
    page.context.set_offline(True)
    page.reload()
    page.wait_for_selector("#v-line[data-ready='1']")
    write(page, walks)
    page.wait_for_timeout(400)
    page.reload()  # the browser was closed in between
    page.wait_for_selector("[name=talk]")
    assert page.input_value("[name=talk]").startswith("地下车间")
    page.set_input_files(".v-file", {"name": "门口.png", "mimeType": "image/png", "buffer": photo()})
    page.wait_for_selector(".v-photos img")
    page.get_by_role("button", name="记完了，发送").click()
    page.wait_for_selector("#v-line[data-waiting='1']")
    assert "等着发送" in page.inner_text("#v-page")
    assert Visit.objects.get().state == "planned"
    page.context.set_offline(False)
    sent(page)
    visit = Visit.objects.get()
    assert (visit.state, visit.met) == ("done", "王总")
    assert Case.objects.count() == VisitPromise.objects.count() == 1
    assert Document.objects.get(subject=visit.subject).media_type == "image/jpeg"


def test_an_answer_that_was_lost_on_the_way_makes_nothing_twice(opened, walks):
    walks.planned(on=walks.day(0))
    page = phone(opened, walks)
    write(page, walks)
    lost: list[int] = []

    def lose(route: Any) -> None:
        if not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route("**/visits/phone/send/**", lose)
    page.get_by_role("button", name="记完了，发送").click()
    page.wait_for_selector("#v-line[data-waiting='1']")
    page.wait_for_function("() => document.getElementById('v-line').textContent.indexOf('正在') < 0")
    assert lost == [200]
    page.reload()
    sent(page)
    assert Case.objects.count() == 1 and Visit.objects.get().state == "done"


def test_what_is_refused_stays_on_the_phone_with_the_reason(opened, walks):
    walks.planned(on=walks.day(0))
    page = phone(opened, walks)
    write(page, walks)
    page.fill(".v-promising [type=date]", "2020-01-01")
    page.get_by_role("button", name="记完了，发送").click()
    page.wait_for_selector("text=没发成")
    page.get_by_text(walks.enterprise.name).click()
    assert "不能早于走访那天" in page.inner_text(".v-said")
    assert Visit.objects.get().state == "planned"
    page.complaints.clear()  # the browser notes the 422
    browsing.sound(page)

"""One problem in a real browser, from an enterprise's phone to its own word, through every desk on the way."""

from typing import Any

import pytest

from qiying.capabilities.service_requests.tests.world import TEXT, World, make_world
from qiying.kernel.cases.models import Case
from qiying.ui.tests.browsing import MARKS, has, shows

pytestmark = MARKS


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def send(page: Any, button: str) -> None:
    """Press a button and wait until what it sends is answered."""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.click(button)


def test_a_problem_travels_from_the_phone_to_its_write_off(opened: Any, world: World) -> None:
    phone = opened(world.people["clerk"], 390)
    phone.goto("/say/")
    phone.fill("textarea[name=text]", TEXT)
    phone.click("button:has-text('交上去')")
    phone.wait_for_url("**/my/**")
    case = Case.objects.get()
    shows(phone, case.number)

    desk = opened(world.people["desk"])
    desk.goto(f"/desk/{case.number}/")
    finder = desk.get_by_placeholder("输入几个字来找").first
    finder.fill("城南")
    desk.get_by_role("option", name="城南").first.wait_for()
    finder.press("ArrowDown")
    finder.press("Enter")
    send(desk, "button:has-text('交给')")
    assert Case.objects.get().state == "assigned", desk.inner_text("body")[:800]

    handler = opened(world.people["handler"])
    handler.goto(f"/cases/{case.number}/do/take/")
    send(handler, "form button.btn-primary, form button:has-text('签收')")
    handler.goto(f"/cases/{case.number}/")
    handler.fill("#write textarea[name=text]", "限高杆已经往东挪了十米，货车可以进出了。")
    handler.check("#write input[name=result][value=solved]")
    handler.click("#write button:has-text('提交答复')")
    handler.wait_for_selector("#messages .q-note")
    assert Case.objects.get().state == "answered"

    phone.goto(f"/my/{case.number}/")
    has(phone.locator("input[name=value]:checked"), 0)
    phone.click("label:has(input[name=value][value=solved])")
    send(phone, "button:has-text('提交评价')")
    done = Case.objects.get()
    assert (done.state, done.outcome) == ("written_off", "solved")

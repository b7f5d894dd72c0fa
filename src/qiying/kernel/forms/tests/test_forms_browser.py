"""In a real browser: accessible at both widths, branches open while one types, nothing typed is lost, keys are enough."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from qiying.kernel.forms.models import Response
from qiying.kernel.forms.tests.world import World, client_of, layout, page_layout, question
from qiying.kernel.organisations.models import Person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield launched
        launched.close()


def signed_in(browser: Any, person: Person, url: str, width: int, **more: Any) -> Any:
    context = browser.new_context(viewport={"width": width, "height": 768}, **more)
    secret = client_of(person).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": secret, "url": url}])
    page = context.new_page()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


@pytest.mark.parametrize("width", [1366, 390])
def test_builder_and_answering_are_accessible_and_fit_the_screen(
    browser: Any, live_server: Any, width: int
) -> None:
    world = World()
    inner = [question("金额", "number"), question("种类", "one", options=["甲", "乙"])]
    more = [
        question("窗口", "matrix", rows=["税务"], options=["好", "坏"]),
        question("项目", "group", questions=inner),
    ]
    content = layout(*page_layout()["sections"][0]["questions"], *more, question("现场", "photo"))
    form = world.version(content).form
    pages = [
        (world.officer, reverse("forms:form", args=[form.pk])),
        (world.officer, reverse("forms:question", args=[form.pk, "走访"])),
        (world.officer, reverse("forms:publish", args=[form.pk])),
        (world.clerk, reverse("forms:fill", args=[form.pk])),
    ]
    for person, address in pages:
        page = signed_in(browser, person, live_server.url, width)
        assert page.goto(live_server.url + address).status == 200
        page.wait_for_timeout(200)
        found = Axe().run(page).response["violations"]
        assert [v["id"] for v in found if v["impact"] in {"serious", "critical"}] == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        assert page.complaints == []
        page.context.close()


def test_a_branch_opens_while_one_types_on_and_nothing_typed_is_lost(browser: Any, live_server: Any) -> None:
    world = World()
    content = layout(question("人数", "number"), question("乙", shown_when="人数 > 3"), question("丙"))
    form = world.version(content).form
    page = signed_in(browser, world.clerk, live_server.url, 390)
    page.goto(live_server.url + reverse("forms:fill", args=[form.pk]))
    page.route(
        "**/fill/",
        lambda route: (
            (page.wait_for_timeout(300), route.continue_())
            if route.request.method == "POST"
            else route.continue_()
        ),
    )
    page.get_by_label("人数是什么").fill("5")
    page.get_by_label("丙是什么").click()
    page.keyboard.type("接着写")
    page.get_by_label("乙是什么").wait_for()
    assert page.get_by_label("丙是什么").input_value() == "接着写"
    page.get_by_role("button", name="提交").click()
    page.get_by_text("收到了").wait_for()
    assert Response.objects.get().answers == {"人数": 5, "丙": "接着写"}


def test_it_is_answered_without_script_and_built_with_keys_alone(browser: Any, live_server: Any) -> None:
    world = World()
    form = world.version({**page_layout(), "screens": "question"}).form
    page = signed_in(browser, world.clerk, live_server.url, 390, java_script_enabled=False)
    page.goto(live_server.url + reverse("forms:fill", args=[form.pk]))
    page.get_by_label("现在有多少职工").fill("12")
    page.get_by_role("button", name="下一题").click()
    page.get_by_label("微信").check()
    page.get_by_role("button", name="提交").click()
    assert "收到了" in page.content()
    assert Response.objects.get().answers == {"职工人数": 12, "渠道": ["微信"]}
    page = signed_in(browser, world.officer, live_server.url, 1366)
    page.goto(live_server.url + reverse("forms:form", args=[form.pk]))
    screen = page.locator("#preview")
    screen.get_by_label("上门走访").check()
    screen.get_by_text("上门走访有没有帮助").wait_for()
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("a")
    page.get_by_label("1. 题目").fill("键盘加的题")
    page.keyboard.press("Control+Enter")
    page.get_by_text("存好了").wait_for()
    form.refresh_from_db()
    assert [q["title"] for q in form.draft["sections"][0]["questions"]][-1] == "键盘加的题"

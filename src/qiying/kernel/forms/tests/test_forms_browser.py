"""In a real browser: accessible at both widths, branches open while one types, nothing typed is lost, keys are enough."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from qiying.kernel.cases.tests.walking import both_ways
from qiying.kernel.forms.models import Response
from qiying.kernel.forms.tests.world import World, layout, page_layout, question
from qiying.ui.tests import browsing

pytestmark = browsing.MARKS


@both_ways
def test_builder_and_answering_are_accessible_and_fit_the_screen(opened: Any, every: bool) -> None:
    world = World()
    inner = [question("金额", "number"), question("种类", "one", options=["甲", "乙"])]
    more = [
        question("窗口", "matrix", rows=["税务"], options=["好", "坏"]),
        question("项目", "group", questions=inner),
    ]
    content = layout(*page_layout()["sections"][0]["questions"], *more, question("现场", "photo"))
    form = world.version(content).form
    build = [
        reverse("forms:form", args=[form.pk]),
        reverse("forms:question", args=[form.pk, "走访"]),
        reverse("forms:publish", args=[form.pk]),
    ]
    browsing.look(opened(world.officer), build, every=every)
    browsing.look(opened(world.clerk, 390), [reverse("forms:fill", args=[form.pk])], every=every)


def test_a_branch_opens_while_one_types_on_and_nothing_typed_is_lost(opened: Any) -> None:
    world = World()
    content = layout(question("人数", "number"), question("乙", shown_when="人数 > 3"), question("丙"))
    form = world.version(content).form
    page = opened(world.clerk, 390)
    page.goto(reverse("forms:fill", args=[form.pk]))
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


def test_it_is_answered_without_script_and_built_with_keys_alone(opened: Any) -> None:
    world = World()
    form = world.version({**page_layout(), "screens": "question"}).form
    page = opened(world.clerk, 390, java_script_enabled=False)
    page.goto(reverse("forms:fill", args=[form.pk]))
    page.get_by_label("现在有多少职工").fill("12")
    page.get_by_role("button", name="下一题").click()
    page.get_by_label("微信").check()
    page.get_by_role("button", name="提交").click()
    page.get_by_text("收到了").wait_for()
    assert Response.objects.get().answers == {"职工人数": 12, "渠道": ["微信"]}
    page = opened(world.officer)
    page.goto(reverse("forms:form", args=[form.pk]))
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

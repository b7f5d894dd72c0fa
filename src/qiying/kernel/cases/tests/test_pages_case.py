"""The case page and its acts: who sees what, how many queries, what a refusal keeps."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.cases.context import ROW_MODELS, Rows
from qiying.kernel.cases.models import Case

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture(autouse=True)
def _one_clock(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages look at the world's clock."""
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: world.now)


def client(world: World, who: str) -> Client:
    browser = Client()
    browser.force_login(world.people[who], backend="django.contrib.auth.backends.ModelBackend")
    return browser


def page(case: Case) -> str:
    return reverse("cases:case", args=[case.number])


def do(case: Case, action: str) -> str:
    return reverse("cases:do", args=[case.number, action])


def test_all_rows_read_together_equal_the_rows_read_one_kind_at_a_time(world):
    case = world.handling(co_unit_ids=[world.units["bureau"].pk], co_ask="说说路权归谁")
    world.act(case, "supervisor", "urge", text="请尽快")
    world.act(case, "co_handler", "co_answer", text="路权归街道，我局没有意见。")
    world.act(
        case,
        "handler",
        "answer",
        text="限高杆已经往东挪了十米，货车可以进出了。",
        result="solved",
        quantity="3.5",
    )
    world.act(case, "callback", "contact", method="phone", reached=False, note="没人接")
    world.act(case, "clerk", "give_verdict", value="not_solved", satisfaction=2, comment="还是不行")
    world.act(case, "handler", "ask_extension", workdays=2, reason="要等市里批复")
    case.refresh_from_db()
    rows = Rows(case)
    compared = 0
    for kind in ROW_MODELS:
        for single in ROW_MODELS[kind].objects.filter(case=case):
            together = rows.of(kind)[single.no]
            for f in single._meta.concrete_fields:
                assert getattr(together, f.attname) == getattr(single, f.attname), (kind, f.attname)
                compared += 1
    assert compared > 150


def test_the_case_page_says_what_is_true_and_what_can_be_done(world):
    case = world.handling(co_unit_ids=[world.units["bureau"].pk], co_ask="说说路权归谁")
    text = client(world, "handler").get(page(case)).content.decode()
    assert "11月23日（周一）下班前要答复" in text
    assert "还差区住建局的协办意见" in text
    assert "还差 1 样：区住建局的协办意见" in text
    assert "收到日不计" in text


@pytest.mark.parametrize("who", ["desk", "supervisor", "callback", "handler", "liaison", "leader"])
def test_whoever_takes_part_sees_the_page(world, who):
    case = world.handling()
    assert client(world, who).get(page(case)).status_code == 200


def test_an_outsider_finds_nothing_at_any_address(world):
    case = world.handling()
    browser = client(world, "outsider")
    intake = case.intake_links.get().intake_id
    for url in (
        page(case),
        do(case, "answer"),
        reverse("cases:choices", args=[case.number, "triage", "enterprise_id"]),
    ):
        assert browser.get(url).status_code == 404, url
    assert (
        browser.post(do(case, "answer"), {"text": "不该写进去的答复", "result": "solved"}).status_code == 404
    )
    assert (
        browser.post(reverse("cases:reveal", args=[case.number, intake]), {"reason": "看看"}).status_code
        == 404
    )
    assert Client().get(page(case)).status_code == 302


def warm(browser: Client, case: Case) -> None:
    browser.get(page(case))


def queries(browser: Client, url: str) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert browser.get(url).status_code == 200
    return [q["sql"] for q in caught if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN"))]


def test_the_page_costs_the_same_with_five_events_or_fifty(world):
    case = world.handling(co_unit_ids=[world.units["bureau"].pk])
    browser = client(world, "handler")
    warm(browser, case)
    few = queries(browser, page(case))
    for n in range(50):
        world.act(case, "handler", "note", text=f"第 {n} 条留言")
    many = queries(browser, page(case))
    assert len(many) == len(few)
    assert len(few) <= 14 + 3

"""The page of the numbers: what it says, its rows, its workbook, and nothing for outsiders."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from qiying.capabilities.policies.tests.numbers_world import Year, make_year
from qiying.capabilities.policies.tests.world import World, make_world
from qiying.capabilities.policies.views.numbers.page import OLDER, TITLES
from qiying.kernel.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
PAGE, ROWS = "/policy-numbers/", "/policy-numbers/rows/"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


@pytest.fixture
def year(monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_year()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def browser(world: World, who: str) -> Client:
    client = Client()
    client.force_login(world.people[who], backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_page_says_what_happened_with_every_denominator(year: World) -> None:
    answer = browser(year, "leader").get(PAGE)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "2026年兑现 18 万元，2 家企业拿到" in text
    assert "1 / 3 次到账" in text
    assert "3 次到账，净额是到账 30 万元减退汇 10 万元、追回 2 万元" in text
    assert "材料没补齐" in text
    assert "区科技局" in text
    meant = browser(year, "leader").get("/numbers/definitions/?procedure=policy_application").content.decode()
    for one in ("def-money", "def-enterprises", "def-without", "measure-money_days", "rate-satisfied"):
        assert f"#{one}" in text
        assert f'id="{one}"' in meant


def test_an_empty_year_says_what_to_do(world: World) -> None:
    text = browser(world, "leader").get(PAGE).content.decode()
    assert "2026年还没有政策申请" in text
    assert "在政策台发布政策" in text


@pytest.mark.parametrize("who", ["clerk", "outsider", "desk", "park"])
def test_others_find_no_page(world: World, who: str) -> None:
    client = browser(world, who)
    assert client.get(PAGE).status_code == client.get(f"{ROWS}?figure=paid").status_code == 404


def test_who_is_not_signed_in_is_asked_to(world: World) -> None:
    assert Client().get(PAGE).status_code == 302


@pytest.mark.parametrize("figure", sorted({*TITLES, *OLDER}))
def test_every_figure_opens_its_rows(year: World, figure: str) -> None:
    assert browser(year, "leader").get(f"{ROWS}?figure={figure}&year=2026").status_code == 200


def test_rows_filter_sort_and_export(year: World) -> None:
    client = browser(year, "leader")
    text = client.get(f"{ROWS}?figure=paid&year=2026&sort=-days").content.decode()
    assert text.index("甲精密制造有限公司") < text.index("丙精密制造有限公司")
    assert "乙精密制造有限公司" in text  # it arrived, and came back later
    found = client.get(f"{ROWS}?figure=paid&q=丙精密").content.decode()
    assert "甲精密制造有限公司" not in found
    slow = client.get(f"{ROWS}?measure=money_days&at_least=1&at_most=90").content.decode()
    assert "丙精密制造有限公司" not in slow
    sheet = client.get(f"{ROWS}?figure=paid&export=xlsx")
    assert len(CalamineWorkbook.from_filelike(_file(sheet)).get_sheet_by_index(0).to_python()) == 4


def test_money_people_see_who_was_paid_but_not_who_was_refused(year: World) -> None:
    client = browser(year, "treasurer")
    assert client.get(f"{ROWS}?figure=paid").status_code == 200
    assert client.get(f"{ROWS}?figure=refused").status_code == 404
    page = client.get(PAGE).content.decode()
    assert "figure=refused" not in page
    assert "figure=paid" in page


@pytest.mark.parametrize(
    "query",
    [
        "year=abc&theme=nope&department=-1",
        "year=1999",
        "department=999999999",
        "theme=tax&year=2025",
        "year=%00",
    ],
)
def test_an_odd_address_is_no_error(year: World, query: str) -> None:
    client = browser(year, "leader")
    assert client.get(f"{PAGE}?{query}").status_code == 200
    assert client.get(f"{ROWS}?figure=paid&town=x&size=y&reason=z&policy=q&{query}").status_code == 200
    assert client.get(f"{ROWS}?figure=nothing&{query}").status_code == 404


def test_every_table_is_in_the_workbook_and_the_export_is_recorded(year: World) -> None:
    book = CalamineWorkbook.from_filelike(_file(browser(year, "leader").get(f"{PAGE}?export=xlsx")))
    for name in (
        "件数",
        "比率",
        "按政策",
        "按主办部门",
        "按镇街",
        "按企业规模",
        "按月",
        "触达",
        "资金",
        "口径",
    ):
        assert name in book.sheet_names
    rows = book.get_sheet_by_name("按主办部门").to_python()
    head = rows[1]
    assert rows[2][head.index("净额（元）")] == 180000.0
    assert rows[2][head.index("退汇（元）")] == 100000.0
    assert AuditEntry.objects.filter(action="numbers_export").count() == 1


def _file(answer: Any) -> Any:
    from io import BytesIO

    return BytesIO(answer.content)


def test_the_same_queries_for_one_and_for_fifty(world: World) -> None:
    desk = Year(world)
    desk.pay()
    client = browser(world, "leader")
    client.get(PAGE)

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    before = {address: queries(address) for address in (PAGE, f"{ROWS}?figure=applied", "/")}
    for n in range(49):
        case = desk.apply("desk", enterprise=desk.company(), way="counter")
        if n % 3 == 0:
            desk.act(case, "reviewer", "refuse", kind="material", reason="材料和实际不符，核对过两次。")
    assert {address: queries(address) for address in before} == before
    assert before[PAGE] <= 25, before


def test_a_leader_sees_the_sum_on_the_home_page(year: World) -> None:
    text = browser(year, "leader").get("/", follow=True).content.decode()
    assert "今年兑现 18 万元，2 家企业拿到" in text
    assert "今年兑现" not in browser(year, "policy").get("/", follow=True).content.decode()

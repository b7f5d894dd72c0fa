"""Wall, method, public page: what they say when there is little, and when there is none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.cockpit.tests.story import told
from qiying.cockpit.tests.test_numbers_page import client, text_of
from qiying.kernel.cases import parameters
from qiying.kernel.cases.models import DatedParameter, WorkerBeat

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def set_parameter(world: World, name: str, value: object) -> None:
    DatedParameter.objects.create(
        district=world.district, name=name, value=value, valid_from=date(2020, 1, 1), source="测试"
    )
    parameters.forget()


class TestWall:
    def test_three_facts_with_their_denominators_and_no_names(self, world):
        told(world)
        words = text_of(client(world, "supervisor").get("/wall/"))
        assert "今天来了 1 件，答复了 1 件" in words
        assert "在办 0 件" in words
        assert "禾川" not in words
        assert "截至" in words

    def test_it_says_since_when_there_is_no_news(self, world):
        beat = WorkerBeat.objects.create(name="clocks", ran_at=world.now - timedelta(minutes=20))
        browser = client(world, "supervisor")
        assert not browser.get("/wall/").context["facts"].is_stale
        WorkerBeat.objects.filter(pk=beat.pk).update(ran_at=world.now - timedelta(minutes=31))
        page = browser.get("/wall/")
        assert page.context["facts"].is_stale
        assert "数停在" in text_of(page)

    def test_yesterdays_answers_are_not_todays(self, world):
        told(world)
        world.later(days=1)
        assert client(world, "supervisor").get("/wall/").context["facts"].headline == "今天还没有来件"


class TestMethod:
    def test_it_marks_assumptions_and_admits_what_nobody_records(self, world):
        told(world)
        words = text_of(client(world, "supervisor").get("/method/"))
        assert "推测的定义" in words
        assert "走访企业" in words

    def test_shares_are_counted_from_what_happened(self, world):
        told(world)
        told(world, days=7, level="complex")
        steps = client(world, "supervisor").get("/method/").context["steps"]
        assert [(s.days, s.rate.numerator, s.rate.denominator) for s in steps] == [
            ("1", 2, 2),
            ("3", 1, 2),
            ("5", 1, 1),
        ]

    def test_hard_problems_solved_this_year_count_towards_the_hundred(self, world):
        told(world, level="complex")
        goals = {g.label: g.done for g in client(world, "supervisor").get("/method/").context["goals"]}
        assert goals == {"十佳案例": 0, "难题解决": 1, "走访企业": 0}


class TestPublic:
    def test_everybody_reads_it_and_small_months_are_not_shown(self, world):
        world.now -= timedelta(days=30)
        told(world)
        world.later(days=30)
        page = Client().get(f"/public/numbers/?district={world.district.code}")
        words = text_of(page)
        assert "不到 5 件，不显示" in words
        assert page.context["received"] is None
        assert "禾川" not in words
        assert "城南街道" not in words

    def test_enough_cases_are_shown_with_their_denominator(self, world):
        world.now -= timedelta(days=30)
        for _ in range(5):
            told(world)
        world.later(days=30)
        words = text_of(Client().get(f"/public/numbers/?district={world.district.code}"))
        assert "5 / 5" in words
        assert "城南街道" not in words

    def test_this_month_is_not_public_yet(self, world):
        page = Client().get(f"/public/numbers/?district={world.district.code}&month=2026-11")
        assert page.context["month_words"] == "10月"

    def test_a_district_may_keep_its_numbers_to_itself(self, world):
        set_parameter(world, "cockpit.public", 0)
        assert Client().get(f"/public/numbers/?district={world.district.code}").status_code == 404

    def test_it_asks_little_of_the_database(self, world):
        url = f"/public/numbers/?district={world.district.code}"
        Client().get(url)
        with CaptureQueriesContext(connection) as seen:
            Client().get(url)
        assert len(seen) <= 6


def test_the_league_never_ranks_what_chance_explains(world):
    for value in ("solved", "solved", "not_solved", "solved", "solved", "solved"):
        told(world, value, comment="说两句")
    page = client(world, "supervisor").get("/numbers/league/?month=2026-11")
    rows = page.context["chart"]["options"]["rows"]
    assert [r["place"] for r in rows] == ["same"]
    assert "看不出哪家单位低于全区" in text_of(page)

"""Cases are found by source number, by the unit as people call it, and by words set apart; no filter shows all."""

from __future__ import annotations

import pytest

from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.cases.finding import apart
from qiying.kernel.cases.tests.test_pages_case import client

pytestmark = pytest.mark.django_db
NUMBER = "20261103000123456"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world("明川区")
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def titles(world: World, who: str, url: str) -> list[str]:
    context = client(world, who).get(url).context
    return [str(r.title) for r in context["cases" if "/search/" in url else "rows"]]


def test_a_case_is_found_by_its_number_at_the_source_by_offices_only(world: World) -> None:
    world.submit(title="厂门口路不平", channel="hotline_12345", source_id=NUMBER, who="desk")
    for url in (f"/search/?q={NUMBER}", f"/cases/?q={NUMBER}", f"/worklist/?q={NUMBER}"):
        assert titles(world, "desk", url) == ["厂门口路不平"]
        assert titles(world, "co_handler", url) == []
    assert titles(world, "clerk", f"/search/?q={NUMBER}") == []


def test_a_unit_is_found_by_the_names_people_use(world: World) -> None:
    case = world.triaged(title="夜里没有路灯")
    world.act(case, "desk", "assign", unit_id=world.units["bureau"].pk)
    for name in ("住建", "区住建局", "住建局", "明川区住建局"):
        assert titles(world, "desk", f"/search/?q={name}") == ["夜里没有路灯"], name
        assert titles(world, "desk", f"/cases/?q={name}") == ["夜里没有路灯"], name
        assert titles(world, "desk", f"/cases/?unit={name}") == ["夜里没有路灯"], name


@pytest.mark.parametrize(
    "query", ["unit=卫健", "month=不知道", "state=nope", "channel=nope", "category=nope", "unit=²"]
)
def test_a_filter_that_matches_no_choice_shows_nothing_and_says_so(world: World, query: str) -> None:
    world.triaged()
    answer = client(world, "desk").get(f"/cases/?{query}")
    assert answer.context["rows"] == []
    assert f"里没有“{query.partition('=')[2]}”" in answer.content.decode()


def test_words_written_together_are_set_apart_and_that_is_said(world: World) -> None:
    world.submit(text="我们厂区门口的道路破损严重，大车进不来。", title="大车进不来")
    answer = client(world, "desk").get("/search/?q=厂区道路")
    assert [str(c.title) for c in answer.context["cases"]] == ["大车进不来"]
    assert "没有连在一起写“厂区道路”的" in answer.content.decode()
    assert (apart("厂区道路"), apart("道路"), apart("厂区 道路"), apart("限高杆太低")) == (
        "厂区 道路",
        "",
        "",
        "",
    )

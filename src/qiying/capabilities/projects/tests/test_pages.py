"""Every page of projects as every role; hostile values; as many queries for many rows as for one."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiying.capabilities.projects.models import Ground
from qiying.capabilities.projects.tests.world import ProjectWorld, make_world
from qiying.kernel.audit.keeping import forget_all
from qiying.kernel.cases.tests.walking import both_ways, broken, broken_by_query, browser, let_in
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import GuardFailed

pytestmark = pytest.mark.django_db
WATCHERS = {"investment", "supervisor", "district_leader"}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> ProjectWorld:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def pages() -> dict[str, str]:
    keys: dict[str, Any] = {"grounds": Ground}
    found = {f"/projects/{p}": "" for p in ("", "mine/", "green/", "ranking/")}
    for name, model in keys.items():
        pk = model.objects.earliest("pk").pk
        found |= {f"/projects/{name}/{rest}": "" for rest in ("", "new/", f"{pk}/", f"{pk}/edit/")}
    return found


def test_every_page_lets_in_whom_it_is_for(world: ProjectWorld) -> None:
    case = world.force(world.sign())
    seen = {a: set(who.split()) for a, who in let_in({**world.people, "nobody": None}, pages()).items()}
    offices = {
        "park",
        "trade_leader",
        "service",
        "service_second",
        "land",
        "permits",
        "permits_leader",
        "handler",
    }
    assert seen["/projects/"] == WATCHERS | offices | {"tracker", "other_tracker"}
    assert seen["/projects/mine/"] == {"tracker", "other_tracker"}
    assert seen["/projects/ranking/"] == seen["/projects/green/"] == WATCHERS
    assert seen["/projects/grounds/new/"] == {"investment"}
    asked = {f"/cases/{case.number}/": "", f"/my/{case.number}/": ""}
    seen = {a: set(who.split()) for a, who in let_in(world.people, asked).items()}
    assert {"investment", "tracker", "park", "service", "supervisor", "district_leader"} <= seen[
        f"/cases/{case.number}/"
    ]
    assert not {"handler", "outsider"} & seen[f"/cases/{case.number}/"]
    assert "clerk" in seen[f"/my/{case.number}/"] and "outsider" not in seen[f"/my/{case.number}/"]
    words = browser(world.people["clerk"]).get(f"/my/{case.number}/").content.decode()
    assert "跟踪乙" in words and "卡住了" in words


def test_the_board_tells_the_baseline_and_leaves_as_a_workbook(world: ProjectWorld) -> None:
    case = world.sign()
    world.act(case, "clerk", "report_stuck", text="高压线还没迁", unit_id=None)
    world.act(case, "investment", "ask_green", ground=Ground.objects.get().pk, reason="二十五亿元")
    world.act(case, "service", "decide_green", decision="approved")
    client = browser(world.people["supervisor"])
    words = client.get("/projects/").content.decode()
    assert "224 天" in words and "64 天" in words and "高压线还没迁" in words
    for address in ("/projects/", "/projects/ranking/", "/projects/green/"):
        assert client.get(f"{address}?export=xlsx")["Content-Type"].endswith("sheet")
    green = client.get("/projects/green/").content.decode()
    assert "招商甲" in green and "营商办主任" in green
    ranking = client.get("/projects/ranking/").content.decode()
    assert "第 1 名" in ranking and "0%–79%" in ranking
    assert "这一年还没有签约项目" in client.get("/projects/ranking/?year=2025").content.decode()
    mine = browser(world.people["tracker"]).get("/projects/mine/").content.decode()
    assert "还没有分给您跟踪的项目" in mine


def test_many_rows_cost_as_many_queries_as_one(world: ProjectWorld) -> None:
    def cost(who: str, address: str) -> int:
        client = browser(world.people[who])
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    asked = [
        ("supervisor", "/projects/"),
        ("tracker", "/projects/mine/"),
        ("supervisor", "/projects/ranking/"),
    ]
    world.force(world.sign())
    before = [cost(*one) for one in asked]
    for no in range(6):
        unit = world.units["trade" if no % 2 else "land"].pk
        world.force(world.sign(title=f"第 {no} 个项目", code="", unit_id=unit))
    assert [cost(*one) for one in asked] == before


@both_ways
def test_nobodys_typing_breaks_a_page(world: ProjectWorld, every: bool) -> None:
    case = world.sign()
    person, unit = world.people, world.units
    plan = {"land_by": "2026-11-20", "licence_by": "2026-12-20", "start_by": "2027-01-10", "complete_by": "2027-10-01",
            "produce_by": "2027-12-01"}  # fmt: skip
    signing = {"title": "又一个项目", "firm_name": "某某公司", "kind": "invest", "nature": "capital", "invest": 20000,
               "unit_id": unit["park"].pk, "signed_on": "2026-11-01", "code": "", "output": "", **plan}  # fmt: skip
    dated = {"valid_from": "2027-01-01", "valid_to": ""}
    at = f"/cases/{case.number}/do"
    typed: dict[str, tuple[str, dict[str, Any]]] = {
        "/open/project/": ("investment", signing),
        f"{at}/form_force/": ("investment", {"head": person["district_leader"].pk, "tracker": person["tracker"].pk}),
        f"{at}/ask_approval/": ("investment", {"kind": "record", "unit_id": unit["permits"].pk}),
        f"{at}/ask_green/": ("investment", {"ground": Ground.objects.get().pk, "reason": "二十五亿元"}),
        f"{at}/replan/": ("investment", {**plan, "reason": "土地指标晚到"}),
        f"{at}/own_days/": ("investment", {"days": 3, "reason": "总部改工艺"}),
        f"{at}/report_stuck/": ("clerk", {"text": "高压线还没迁", "unit_id": unit["away"].pk}),
        "/projects/grounds/new/": ("investment", {"title": "外资", "source": "文件", "published_on": "2026-01-01", **dated}),
    }  # fmt: skip
    assert broken(world.people, typed, every) == []
    queries = {"/projects/": ("supervisor", ("q", "kind", "large", "show", "page")),
               "/projects/ranking/": ("supervisor", ("year", "sort"))}  # fmt: skip
    assert broken_by_query(world.people, queries, every) == []


def test_a_ground_that_is_not_published_is_none(world: ProjectWorld) -> None:
    late = {"title": "还没公布", "source": "文件", "published_on": "2027-01-01", "valid_from": "2027-01-01"}
    client = browser(world.people["investment"])
    assert "公布了才能用" in client.post("/projects/grounds/new/", late).content.decode()


def test_without_its_eight_offices_a_district_signs_nothing(world: ProjectWorld) -> None:
    unit = world.units["service"]
    Unit.objects.filter(pk=unit.pk).update(functions=["handling"])
    forget_all()
    with pytest.raises(GuardFailed, match="服务办"):
        world.sign()

"""Every page of experience as every role with rows on it, and with what nobody should have typed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from qiying.capabilities.experience import urls
from qiying.capabilities.experience.services import (
    improvement_record,
    officer_appoint,
    script_save,
    task_give,
    task_record,
)
from qiying.kernel.cases.models import Channel
from qiying.kernel.cases.tests.walking import both_ways, broken, broken_by_query, browser, let_in, unvisited
from qiying.kernel.cases.tests.world import World, cast
from qiying.kernel.organisations.tests.factories import NOW, TODAY, make_district, make_person, make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
UNITS = {
    "desk": ("企业服务中心", ["desk", "coordination"]),
    "hall": ("审批局", ["handling"]),
    "supervision": ("区督查室", ["supervision"]),
    "other": ("区住建局", ["handling"]),
}
PEOPLE = {
    "desk": ("小受", "desk", "desk"),
    "liaison": ("老审", "hall", "liaison"),
    "handler": ("小审", "hall", "handler"),
    "leader": ("审局长", "hall", "leader"),
    "supervisor": ("老督", "supervision", "supervisor"),
    "mayor": ("区长", "supervision", "district_leader"),
    "deputy": ("代表", "supervision", "deputy"),
    "admin": ("运维", "desk", "admin"),
    "stranger": ("外局", "other", "liaison"),
}
STEPS = {"情况1": "有问题", "问题1": "又要了一遍租赁合同", "用时1": 45, "办成了": "办成了"}


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: NOW)


@pytest.fixture
def world() -> World:
    made = World(**cast("体验县", UNITS, PEOPLE))
    made.people["walker"] = make_person("体验的", district=made.district)
    abroad = make_unit(make_district("外县"), "外县服务中心", functions=["desk"])
    made.people["abroad"] = make_person("外县受", abroad, "desk")
    Channel.objects.create(
        district=made.district,
        code="experience_officer",
        name="营商环境体验官",
        group="人",
        silent_after_days=60,
    )
    return made


@pytest.fixture
def rows(world: World) -> dict[str, Any]:
    """Return walks in every state."""
    desk, walker = world.viewer("desk"), world.viewer("walker")
    values = {
        "login": world.people["walker"].login,
        "background": "企业家",
        "per_quarter": 2,
        "valid_from": TODAY,
    }
    officer = officer_appoint(actor=desk, values=values, now=NOW)
    values = {"name": "开办企业", "unit": world.units["hall"].pk, "steps": "交材料", "workdays": 1}
    script = script_save(script=None, actor=desk, values=values, now=NOW)
    due = TODAY + timedelta(days=20)
    done = task_give(script=script, officer=officer, actor=desk, due_on=due, now=NOW)
    task_record(task=done, actor=walker, answers=STEPS, key="k", now=NOW)
    done.refresh_from_db()
    open_ = task_give(script=script, officer=officer, actor=desk, due_on=due, now=NOW)
    second = script_save(script=None, actor=desk, values={**values, "name": "注销企业"}, now=NOW)
    improved = task_give(script=second, officer=officer, actor=desk, due_on=due, now=NOW)
    task_record(task=improved, actor=walker, answers=STEPS, key="k2", now=NOW)
    improved.refresh_from_db()
    improvement_record(task=improved, actor=world.viewer("handler"), text="材料不要第二遍", now=NOW)
    return {"officer": officer, "script": script, "done": done, "open": open_, "improved": improved}


def may_open(r: dict[str, Any]) -> dict[str, str]:
    """Who sees each page; the addresses of all of them."""
    walked = "desk liaison handler leader supervisor walker"
    return {
        "/experience/": f"{' '.join(PEOPLE)} walker abroad",
        "/experience/quarter/": "",
        "/experience/officers/": "desk supervisor abroad",
        "/experience/officers/view/": "",
        "/experience/officers/new/": "desk supervisor abroad",
        f"/experience/officers/{r['officer'].pk}/": "desk supervisor",
        f"/experience/officers/{r['officer'].pk}/end/": "desk supervisor",
        "/experience/scripts/": "desk supervisor abroad",
        "/experience/scripts/view/": "",
        "/experience/scripts/new/": "desk supervisor abroad",
        f"/experience/scripts/{r['script'].pk}/": "desk supervisor",
        f"/experience/scripts/{r['script'].pk}/give/": "desk supervisor",
        f"/experience/{r['done'].pk}/": walked,
        f"/experience/{r['improved'].pk}/": walked,
        f"/experience/{r['open'].pk}/": "walker",
        f"/experience/{r['done'].pk}/improve/": "liaison handler leader",
    }


def test_every_page_opens_for_whom_it_is_and_for_nobody_else(world: World, rows: dict[str, Any]) -> None:
    wanted = may_open(rows)
    assert unvisited(urls, wanted) == []
    found = let_in({**world.people, "nobody": None}, wanted)
    wrong = {a: (set(found[a].split()) ^ set(wanted[a].split()), found[a]) for a in wanted}
    assert {a: w for a, w in wrong.items() if w[0]} == {}


@both_ways
def test_no_form_breaks_on_what_nobody_should_type(world: World, rows: dict[str, Any], every: bool) -> None:
    script = {"name": "办证", "unit": world.units["hall"].pk, "steps": "取号\n交材料", "guide_url": ""}
    script |= {"workdays": 3, "papers": 2, "trips": 1}
    officer = {"login": world.people["clerk"].login, "background": "企业", "per_quarter": 2}
    screen = {"key": "abc", "at": "0", "do": "next", "asked": ["用时1", "情况1"], "a.情况1": "顺利"}
    ends = {"on": TODAY.isoformat(), "reason": "任满了"}
    typed: dict[str, tuple[str, dict[str, Any]]] = {
        "/experience/officers/new/": ("desk", {**officer, "valid_from": TODAY.isoformat()}),
        f"/experience/officers/{rows['officer'].pk}/end/": ("desk", ends),
        "/experience/scripts/new/": ("desk", script),
        f"/experience/scripts/{rows['script'].pk}/": ("desk", {**script, "is_active": "on"}),
        "/experience/quarter/": ("desk", {"x": ""}),
        f"/experience/{rows['done'].pk}/improve/": ("handler", {"text": "不再要第二遍"}),
        f"/experience/{rows['open'].pk}/": ("walker", screen),
    }
    assert broken({**world.people, "nobody": None}, typed, every) == []


@both_ways
def test_no_list_breaks_on_what_stands_in_its_address(
    world: World, rows: dict[str, Any], every: bool
) -> None:
    lists = ("q", "page", "sort", "show", "export")
    asked = {"/experience/officers/": ("desk", lists), "/experience/scripts/": ("desk", lists)}
    assert broken_by_query(world.people, asked, every) == []


def test_empty_lists_say_what_to_do(world: World) -> None:
    for address in ("/experience/", "/experience/officers/", "/experience/scripts/"):
        assert "q-empty" in browser(world.people["desk"]).get(address).content.decode(), address

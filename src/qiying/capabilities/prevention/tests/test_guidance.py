"""Compliance guidance: scored, advised, re-checked, a talk on record; never forced and never an inspection."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.apps import apps

from qiying.capabilities.prevention.procedures.guidance import Asking
from qiying.capabilities.prevention.services.experts import expert_save
from qiying.capabilities.prevention.services.guiding import (
    guidance_open,
    sectors,
)
from qiying.kernel.cases.models import Case, Job
from qiying.kernel.cases.sheets import sheet_keep
from qiying.kernel.cases.tests.walking import browser, let_in
from qiying.kernel.cases.tests.world import DESK, World, cast
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.permissions.errors import GuardFailed

RECHECK = date(2027, 2, 22)


@pytest.fixture
def world(db: None) -> World:
    return World(
        **cast(
            "合规县",
            {"desk": DESK, "market": ("区市场监管局", ["handling"]), "sifa": ("区司法局", ["law_watch"])},
            {
                "inspector": ("执法甲", "market", "inspector"),
                "second": ("林教授", "market", "handler"),
                "watcher": ("司法员", "sifa", "law_watcher"),
                "admin": ("运维", "desk", "admin"),
            },
        )
    )


def ask(world: World, who: str = "clerk", **more: Any) -> Case:
    told = {
        "kind": "assessment",
        "enterprise_id": world.enterprise.pk,
        "sector": "ocean_food",
        "text": "想请专家看看",
        **more,
    }
    return guidance_open(
        actor=world.viewer(who), district_id=world.district.pk, data=Asking(**told), now=world.now
    )


def test_scored_by_sector_visited_advised_and_looked_at_again(world: World) -> None:
    case = ask(world)
    codes = sectors()["ocean_food"]["layout"]["score"]["inputs"]
    answers = dict.fromkeys(codes, "是") | {codes[0]: "否", codes[1]: "部分"}
    for _ in range(2):  # sent twice by a phone
        response = sheet_keep(
            case=case,
            code="assessment",
            answers=answers,
            key="paper-1",
            actor=world.viewer("clerk"),
            now=world.now,
        )
    assert response.points == 85 and response.grade == "中风险"
    expert = expert_save(
        row=None, actor=world.viewer("watcher"), now=world.now,
        values={"name": "林教授", "unit": world.units["sifa"].pk, "person": world.people["second"].pk,
                "sectors": "海洋食品", "title": "食品安全", "valid_from": date(2026, 1, 1)},
    )  # fmt: skip
    with pytest.raises(GuardFailed, match="工作日"):
        world.act(case, "watcher", "arrange", expert_id=expert.pk, meets_on=date(2026, 11, 21))
    case = world.act(case, "watcher", "arrange", expert_id=expert.pk, meets_on=date(2026, 11, 20))
    case = world.act(case, "second", "advise", text="补齐许可范围", recheck_on=RECHECK)
    assert case.due_by == RECHECK
    case = world.act(case, "second", "recheck", result="again", text="还差一项")
    case = world.act(case, "watcher", "advise", text="再补一项", recheck_on=RECHECK)
    case = world.act(case, "watcher", "recheck", result="done", text="都补齐了")
    assert case.outcome == "done"
    assert not FigureDelta.objects.filter(procedure="inspection").exists()
    assert apps.get_model("inspections", "Inspection")._default_manager.count() == 0
    assert apps.get_model("visits", "Visit")._default_manager.count() == 0
    assert Job.objects.filter(kind="event:service_ended").count() == 1


def test_a_talk_has_a_record_and_a_commitment_and_nobody_is_forced(world: World) -> None:
    with pytest.raises(GuardFailed, match="不能强制"):
        ask(world, "inspector")
    with pytest.raises(GuardFailed, match="由部门发起"):
        ask(world, kind="talk")
    case = ask(world, "inspector", kind="talk", sector="", text="原料台账连续两月缺页")
    with pytest.raises(GuardFailed, match="先记约谈"):
        world.act(case, "inspector", "advise", text="补齐台账", recheck_on=RECHECK)
    with pytest.raises(GuardFailed, match="还没有约谈记录"):
        world.act(case, "clerk", "commit")
    told = {"people": "局长和执法甲", "text": "讲了台账的要求", "commitment": "一周内补齐台账"}
    case = world.act(case, "inspector", "talk", **told)
    case = world.act(case, "clerk", "commit")
    assert "陈雨" in case.extras["committed"]
    case = world.act(case, "inspector", "advise", text="补齐台账", recheck_on=RECHECK)
    assert world.act(case, "clerk", "withdraw", text="已经搬走了").state == "withdrawn"


def test_pages_are_for_whom_they_are(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: world.now)
    case = ask(world)
    addresses = {
        f"/cases/{case.number}/sheets/assessment/": "",
        "/guidance/experts/": "",
        "/guidance/experts/new/": "",
        "/open/guidance/": "",
    }
    seen = let_in({**world.people, "nobody": None}, addresses)
    assert set(seen[f"/cases/{case.number}/sheets/assessment/"].split()) == {"clerk", "watcher"}
    assert set(seen["/guidance/experts/"].split()) == {"inspector", "watcher"}
    assert set(seen["/guidance/experts/new/"].split()) == {"inspector", "watcher"}
    assert set(seen["/open/guidance/"].split()) == {"inspector", "watcher", "clerk", "outsider"}
    home = browser(world.people["clerk"]).get("/").content.decode()
    assert "合规指导" in home

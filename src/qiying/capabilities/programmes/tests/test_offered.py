"""Tasks of hot issues and of other capabilities; the tree over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from qiying.capabilities.programmes.services.giving import hot_issue_became
from qiying.capabilities.programmes.tests.test_programme import published
from qiying.capabilities.programmes.tests.world import CHECK, EVIDENCE, TaskWorld, make_world
from qiying.kernel.api_access.services import api_token_create
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.offers import provided
from qiying.kernel.organisations.waiting import waiting_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> TaskWorld:
    return make_world()


def test_a_hot_issue_becomes_one_task_written_off_by_another(world: TaskWorld) -> None:
    for unit, judge in (("traffic", "desk"), ("desk", "supervision")):
        told = {
            "hot_issue": world.units[unit].pk, "becomes": "reform", "title": "园区停车难", "category": "交通",
            "unit_id": world.units[unit].pk, "measure": "新建两处停车场", "cases": ["QY-1"],
        }  # fmt: skip
        hot_issue_became(told, world.now)
        hot_issue_became(told, world.now)
        case = Case.objects.get(extras__origin=f"hot:{world.units[unit].pk}")
        assert case.extras["judge_unit"] == world.units[judge].pk
    hot_issue_became({"hot_issue": 9, "becomes": "policy", "unit_id": world.units["traffic"].pk}, world.now)
    assert Case.objects.count() == 2


def test_its_origin_reads_how_tasks_stand_and_a_due_look_back_waits_for_its_judge(world: TaskWorld) -> None:
    read = provided("tasks_of")
    assert read is not None
    case = world.act(world.act(world.task(), "handler", "claim", **EVIDENCE), "desk", "write_off", **CHECK)
    assert [(c.number, c.outcome) for c in read("opinion:12", world.district.pk)] == [(case.number, "done")]
    assert waiting_for(world.viewer("desk"), world.now).pile("look_backs") is None
    world.later(days=91)
    for who, waits in {"desk": 1, "desk_leader": 1, "handler": 0, "congress": 0}.items():
        pile = waiting_for(world.viewer(who), world.now).pile("look_backs")
        assert (pile.count if pile else 0) == waits, who


def test_the_tree_over_http_is_the_page_s(world: TaskWorld) -> None:
    programme = published(world)
    told: dict[str, Any] = {"name": "测试", "days": 30, "at": world.now}
    answers = {}
    for who in ("deputy", "outsider"):
        _, secret = api_token_create(person=world.people[who], actor=world.viewer(who), **told)
        url = f"/api/v1/programmes/{programme.pk}/tree"
        answers[who] = Client().get(url, HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert answers["outsider"].status_code == 404
    found = answers["deputy"].json()
    assert [n["code"] for n in found["nodes"]] == ["1", "1.1", "1.1.1", "1.1.2", "2", "2.1"]
    assert (found["nodes"][3]["waits_for"], found["nodes"][0]["leaves"]) == (["1.1.1"], 2)

"""One joint inspection from plan to result: who may, what is refused, what the enterprise sees."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps

from qiying.capabilities.inspections.models import Inspection, PlanLine
from qiying.capabilities.inspections.tests.world import InspectionWorld, make_world
from qiying.kernel.cases.models import Case, Job
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.organisations.tests.cast import client_of
from qiying.kernel.permissions.errors import GuardFailed

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> InspectionWorld:
    return make_world()


def refusal(fn: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(GuardFailed) as refused:
        fn(*args, **kwargs)
    return "；".join(refused.value.reasons)


def figures(measure: str) -> int:
    rows = FigureDelta.objects.filter(procedure="inspection", measure=measure)
    return sum(rows.values_list("value", flat=True))


def test_plans_of_two_bodies_become_one_visit_scanned_recorded_and_seen_by_the_enterprise(
    world: InspectionWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: world.now)
    for who, leader in (("inspector", "leader"), ("safety", "safety_leader")):
        plan = world.plan(who)
        world.line(who, place="滨江路8号(一车间)" if who == "safety" else "滨江路 8 号（一车间）")
        world.published(plan, leader)
    line = PlanLine.objects.get(plan__body=world.bodies["market"])
    client = client_of(world.people["inspector"])
    told = {"officers": [world.officers[w].pk for w in ("inspector", "second")], "reason": "年度计划里的检查"}
    sent = client.post(f"/inspections/lines/{line.pk}/open/", told)
    assert sent.status_code == 302, sent.context["form"].errors
    one = Inspection.objects.get()
    case = one.case
    assert one.bodies.count() == 2 and one.items.count() == 2
    assert PlanLine.objects.filter(inspection=one).count() == 2
    case = world.approved(case)
    assert "区应急局还没有定谁去" in refusal(world.inside, case)
    case = world.act(case, "safety", "name_crew", officer_ids=[world.officers["safety"].pk])
    assert "扫了再进门" in refusal(world.act, case, "inspector", "enter")
    case = world.inside(case)
    assert "还没有记" in refusal(world.act, case, "inspector", "leave", met="李厂长")
    page = client.get("/inspections/field/").content.decode()
    assert "禾川" in page and "检查中" in page
    item = world.items["market"].pk
    address = f"/inspections/record/{case.number}/{item}/"
    key = client.get(address).context["draft"].key
    filled = {
        "key": key,
        "at": "0",
        "do": "next",
        "asked": ["台账", "情况"],
        "a.台账": "不符合",
        "a.情况": "缺两天",
    }
    for _ in range(2):  # the button pressed twice
        assert client.post(address, filled).status_code == 302
    case = Case.objects.get(pk=case.pk)
    assert len(case.extras["recorded"]) == 1 and case.extras["problems"] == 1
    case = world.record(Case.objects.get(pk=case.pk))
    case = world.act(case, "inspector", "leave", met="李厂长")
    case = world.act(case, "inspector", "conclude", result="corrected", text="台账当场补齐")
    assert case.outcome == "corrected"
    assert (figures("made"), figures("joint"), figures("body_visits")) == (1, 1, 2)
    visits = apps.get_model("visits", "Visit").objects.filter(enterprise=world.enterprise)
    assert [v.kind for v in visits] == ["inspection"]
    seen = client_of(world.people["clerk"]).get("/inspections/mine/").content.decode()
    assert "今年来检查过 1 次" in seen and "区应急局" in seen and "执法甲" in seen
    own = client_of(world.people["clerk"]).get(f"/my/{case.number}/").content.decode()
    assert "台账当场补齐" in own and "守规矩" in own
    assert client_of(world.people["outsider"]).get(f"/my/{case.number}/").status_code == 404
    assert Job.objects.filter(kind="event:service_ended").count() == 1

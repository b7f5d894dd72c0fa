"""One joint inspection from plan to result: who may, what is refused, what the enterprise sees."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps

from qiying.capabilities.inspections.models import Body, Flag, Inspection, Officer, PlanLine
from qiying.capabilities.inspections.procedures.inspection import Opening
from qiying.capabilities.inspections.rules.inspecting import Cap, Coming, judged, plan_due, unused_since
from qiying.capabilities.inspections.services import planning
from qiying.capabilities.inspections.services.keeping import flag_settle, other_save, row_save
from qiying.capabilities.inspections.services.visiting import inspection_open
from qiying.capabilities.inspections.tests.world import InspectionWorld, make_world
from qiying.kernel.cases.models import Case, Channel, Job
from qiying.kernel.enterprises.codes import read_code
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.tests.cast import client_of
from qiying.kernel.organisations.tests.factories import TODAY
from qiying.kernel.organisations.waiting import waiting_for
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> InspectionWorld:
    return make_world(InspectionWorld)


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
    address = f"/cases/{case.number}/sheets/{item}/"
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


def test_the_vector_of_the_cap_counts_all_and_judges_by_kind(world: InspectionWorld) -> None:
    days = ((date(2026, 1, 10), "daily"), (date(2026, 3, 5), "case"), (date(2026, 6, 1), "daily"))
    before = [Coming(on, kind) for on, kind in days]
    last = judged(Cap(2), before, Coming(date(2026, 8, 1), "daily"))
    assert last.is_blocked and last.counted == {"daily": 2, "case": 1, "special": 0} and last.filled == 2
    assert not judged(Cap(2), before, Coming(date(2026, 8, 1), "case")).is_blocked
    assert not judged(Cap(2), before, Coming(date(2026, 8, 1), "special", is_ordered=True)).is_blocked
    assert not judged(Cap(2), before, Coming(date(2026, 8, 1), "daily", is_exempt=True)).is_blocked
    assert not judged(Cap(2), before, Coming(date(2027, 1, 1), "daily")).is_blocked
    assert (
        judged(Cap(2, ("daily", "case", "special")), before, Coming(date(2026, 8, 1), "special")).filled == 3
    )
    assert judged(Cap(2, reasonable=1), before, Coming(date(2026, 8, 1), "case")).is_unreasonable
    # the same through the door: two daily ones and a case are in the year, the third daily one is shut out
    world.cap(2)
    world.made()
    world.made(world.open(kind="case", clue="complaint", place="二车间"))
    world.made(world.open(place="三车间"))
    assert "超过频次上限" in refusal(world.open, place="四车间")
    assert world.open(kind="case", clue="data", place="四车间").kind == "case"
    assert world.open(kind="special", ordered_by="省局〔2026〕3 号", place="五车间").kind == "special"


def test_who_is_not_listed_or_not_certified_does_not_inspect(world: InspectionWorld) -> None:
    yesterday = TODAY - timedelta(days=1)
    Officer.objects.filter(pk=world.officers["second"].pk).update(valid_to=yesterday)
    assert f"执法证 {yesterday} 到期" in refusal(world.open)
    with pytest.raises(NotPermitted, match="检查主体名录"):
        inspection_open(
            actor=world.viewer("desk"),
            district_id=world.district.pk,
            data=Opening(**world.given()),
            now=world.now,
        )
    assert "没有公布的不能检查" in refusal(world.open, item_ids=[world.items["safety"].pk])
    crew = [world.officers["inspector"].pk]
    case = world.approved(world.open(officer_ids=crew))
    assert "不得少于 2 人" in refusal(world.inside, case)
    with pytest.raises(GuardFailed, match="还有效的人"):
        world.act(case, "inspector", "name_crew", officer_ids=[world.officers["second"].pk])
    Officer.objects.filter(pk=world.officers["second"].pk).update(
        valid_to=TODAY + timedelta(days=10)
    )  # the last day is still good
    case = world.act(case, "leader", "name_crew", officer_ids=[*crew, world.officers["second"].pk])
    assert world.inside(case).state == "entered"
    for who, body, wrong in (
        ("desk", "market", {"person": ["x"]}),
        ("second", "market", {"valid_to": yesterday, "certificate": "浙 9"}),
        ("safety", "safety", {"certificate": "浙 inspector"}),
    ):
        with pytest.raises(GuardFailed):
            world.officer(who, body, **{k: v for k, v in wrong.items() if v != ["x"]})
    for unit, kind in (("supervision", "office"), ("desk", "association")):
        Unit.objects.filter(pk=world.units[unit].pk).update(kind=kind)
        values = {"unit": world.units[unit].pk, "standing": "authority", "basis": "x", "published_on": TODAY,
                  "valid_from": TODAY}  # fmt: skip
        with pytest.raises(GuardFailed, match="不能检查企业"):
            row_save(model=Body, row=None, actor=world.viewer("watcher"), values=values, now=world.now)


def test_the_door_scan_emergency_and_failure_of_the_network(world: InspectionWorld) -> None:
    case = world.approved(world.open())
    with pytest.raises(GuardFailed, match="不是"):
        world.act(case, "inspector", "enter", code="123")
    assert "先扫码再进门" in refusal(
        world.act, case, "inspector", "enter_unscanned", way="emergency", reason="着急进去"
    )
    read_code(
        world.code(), viewer=world.viewer("inspector"), now=world.now
    )  # scanned at the door, without naming why
    case = world.act(case, "inspector", "enter")
    # an emergency: in at once, scanned before leaving, approved afterwards
    fire = world.open(kind="case", clue="emergency", is_emergency=True, place="冷库")
    fire = world.act(fire, "inspector", "enter_unscanned", way="emergency", reason="液氨泄漏报警")
    fire = world.record(fire)
    assert "离开前要扫" in refusal(world.act, fire, "inspector", "leave", met="李厂长")
    world.later(minutes=40)
    fire = world.act(fire, "inspector", "scan_leaving", code=world.code())
    fire = world.act(fire, "inspector", "leave", met="李厂长")
    assert "先补批" in refusal(world.act, fire, "inspector", "conclude", result="none", text="已经处置")
    fire = world.act(fire, "leader", "decide_approval", decision="refused", note="不属于紧急情况")
    assert world.act(fire, "inspector", "conclude", result="none", text="已经处置").outcome == "none"
    assert Flag.objects.get(ban="approval").source == "data"
    # the network fails: ten natural days, moved off a weekend, to fill it in
    off = world.approved(world.open(place="海上平台"))
    off = world.act(off, "inspector", "enter_unscanned", way="offline", reason="平台没有信号")
    clock = next(c for c in off.clocks.all() if c.kind == "fill")
    assert (clock.limit, clock.limit_unit, clock.due_by) == (10, "day", date(2026, 11, 30))
    off = world.act(world.record(off), "inspector", "leave", met="船长")
    assert "先补录" in refusal(world.act, off, "inspector", "conclude", result="none", text="没有问题")
    world.later(days=13)
    off = world.act(off, "inspector", "fill_scan", reason="上岸以后才有信号")
    assert Flag.objects.filter(ban="scan").count() == 1  # filled in on the thirteenth day
    assert world.act(off, "inspector", "conclude", result="none", text="没有问题").state == "concluded"


def test_two_bodies_join_one_visit_and_the_enterprise_is_asked(world: InspectionWorld) -> None:
    case = world.open()
    assert world.open("safety", place="滨江路8号一车间").pk == case.pk
    assert Inspection.objects.count() == 1
    case = Case.objects.get(pk=case.pk)
    assert case.title.startswith("联合检查")
    apart = world.open("safety", kind="case", clue="transfer")
    assert apart.pk != case.pk
    world.act(apart, "safety", "drop", reason="线索核实不实")
    assert "今天不能去" in refusal(
        world.inside, world.approved(world.open(first_on=TODAY + timedelta(days=5), place="二车间"))
    )
    case = world.act(case, "safety", "name_crew", officer_ids=[world.officers["safety"].pk])
    case = world.made(
        case, result="rectify", text="台账缺页", rectify="补齐两天的台账", rectify_by=date(2026, 12, 1)
    )
    task = Case.objects.get(procedure="task")
    assert task.number == case.extras["task"] and task.lead_unit_id == world.units["market"].pk
    with pytest.raises(NotPermitted):
        world.act(case, "inspector", "declare", happened=["gifts"])
    with pytest.raises(GuardFailed):
        world.act(case, "clerk", "declare", happened=["quota"])
    case = world.act(case, "clerk", "declare", happened=["gifts", "head"], text="要了两箱紫菜")
    assert {f.ban for f in Flag.objects.filter(source="firm")} == {"gifts", "head"}
    told = client_of(world.people["inspector"]).get(f"/cases/{case.number}/").content.decode()
    assert "两箱紫菜" not in told
    Channel.objects.create(district=world.district, code="platform", name="企业服务平台", group="线上")
    case = world.act(case, "clerk", "complain", text="态度不好，耽误发货")
    assert Case.objects.filter(procedure="service_request", number=case.extras["complaint"]).exists()
    assert (figures("made"), figures("joint"), figures("body_visits")) == (1, 1, 2)
    flag = Flag.objects.get(ban="gifts")
    told_twice = {"state": "founded", "finding": "收了两箱紫菜，已退", "due_on": date(2026, 12, 2)}
    with pytest.raises(NotPermitted):
        flag_settle(flag=flag, actor=world.viewer("leader"), values=told_twice, now=world.now)
    settled = flag_settle(flag=flag, actor=world.viewer("watcher"), values=told_twice, now=world.now)
    assert settled.task and Case.objects.filter(procedure="task").count() == 2
    with pytest.raises(ActionNotAvailable):
        flag_settle(flag=flag, actor=world.viewer("watcher"), values=told_twice, now=world.now)


def test_who_came_otherwise_is_logged_as_what_it_is(world: InspectionWorld) -> None:
    told = {"enterprise": world.enterprise.name, "unit": world.units["market"].pk, "kind": "supervision", "on": TODAY,
            "people": "局长一行三人", "purpose": "看复工复产", "checked": False}  # fmt: skip
    other_save(actor=world.viewer("leader"), values=told, now=world.now)
    assert Flag.objects.count() == 0
    other_save(actor=world.viewer("leader"), values={**told, "checked": True}, now=world.now)
    assert Flag.objects.get().ban == "named"
    assert figures("made") == 0
    page = client_of(world.people["clerk"]).get("/inspections/mine/").content.decode()
    assert "来过，不是检查" in page and "今年还没有人来检查" in page
    assert "去过了再登记" in refusal(
        other_save,
        actor=world.viewer("leader"),
        values={**told, "on": TODAY + timedelta(days=1)},
        now=world.now,
    )
    with pytest.raises(NotPermitted):
        other_save(
            actor=world.viewer("leader"), values={**told, "unit": world.units["sifa"].pk}, now=world.now
        )


def test_a_plan_over_the_cap_is_refused_and_is_reviewed_before_it_is_published(
    world: InspectionWorld,
) -> None:
    plan = world.plan()
    with pytest.raises(GuardFailed, match="还没有一次"):
        planning.plan_move(plan=plan, step="submit", actor=world.viewer("leader"), values={}, now=world.now)
    for place in ("一车间", "二车间"):
        line = world.line(place=place)
    assert "超过频次上限" in refusal(world.line, place="三车间")
    world.line(place="三车间", kind="special", ordered_by="省局〔2026〕3 号")
    assert "不在本单位公布" in refusal(world.line, place="四车间", items="safety-1")
    assert "已经在计划里" in refusal(world.line, place="一车间")
    assert "2027 年的计划" in refusal(world.line, first=date(2027, 3, 1))
    planning.line_save(
        line=line, actor=world.viewer("inspector"), now=world.now,
        values={"enterprise": world.enterprise.name, "place": "二车间", "kind": "daily", "items": "market-1",
                "first_on": TODAY, "last_on": TODAY},
    )  # fmt: skip
    move = planning.plan_move
    with pytest.raises(NotPermitted):
        move(plan=plan, step="submit", actor=world.viewer("safety_leader"), values={}, now=world.now)
    plan = move(plan=plan, step="submit", actor=world.viewer("leader"), values={}, now=world.now)
    assert waiting_for(world.viewer("watcher"), world.now).pile("inspection_plans").count == 1  # type: ignore[union-attr]
    with pytest.raises(ActionNotAvailable):
        world.line(place="五车间")
    back = {"decision": "refused", "opinion": ""}
    assert "哪里不对" in refusal(
        move, plan=plan, step="review", actor=world.viewer("watcher"), values=back, now=world.now
    )
    with pytest.raises(NotPermitted):
        move(plan=plan, step="review", actor=world.viewer("leader"), values=back, now=world.now)
    plan = move(
        plan=plan,
        step="review",
        actor=world.viewer("watcher"),
        values={**back, "decision": "approved"},
        now=world.now,
    )
    late = {"discussed_on": TODAY + timedelta(days=1)}
    assert "讨论过了" in refusal(
        move, plan=plan, step="publish", actor=world.viewer("leader"), values=late, now=world.now
    )
    plan = move(
        plan=plan, step="publish", actor=world.viewer("leader"), values={"discussed_on": TODAY}, now=world.now
    )
    assert (plan.published_on, plan_due(2026)) == (TODAY, date(2026, 3, 31))
    plan = move(
        plan=plan, step="revise", actor=world.viewer("leader"), values={"reason": "减一次"}, now=world.now
    )
    planning.line_remove(line=line, actor=world.viewer("inspector"), now=world.now)
    assert unused_since(None, date(2021, 1, 1), TODAY) and not unused_since(
        date(2024, 1, 1), date(2018, 1, 1), TODAY
    )

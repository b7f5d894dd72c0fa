"""Bundles walked through the engine: in parallel, by law one after the other, refused, late, revoked, taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from qiying.capabilities.approvals.models import Application, BundleVersion
from qiying.capabilities.approvals.services import plans
from qiying.capabilities.approvals.services.applying import (
    application_submit,
    batch_review,
    batch_take_in,
)
from qiying.capabilities.approvals.tests.applying_world import (
    RESTAURANT,
    bundle,
    fresh,
    online,
    parts,
    submit,
    told,
    world,
)
from qiying.kernel.cases.calendar_changes import calendars_apply
from qiying.kernel.cases.clocks import ends_at
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.models import CaseEvent, Clock
from qiying.kernel.cases.services.calendar import override_set
from qiying.kernel.documents.certificates import standing
from qiying.kernel.documents.models import Certificate
from qiying.kernel.documents.services import document_store
from qiying.kernel.documents.subjects import draft_prefix
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.organisations.tests.factories import make_person
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted
from qiying.statutes.credit_code import with_checks

__all__ = ["world"]
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
FULL = {**RESTAURANT, "招牌": "要", "人员密集": "是"}


def grant(world, case, who, **more):
    return world.act(fresh(case), who, "review", conclusion="grant", **more)


def counted(measure: str) -> int:
    return sum(FigureDelta.objects.filter(measure=measure).values_list("value", flat=True))


def test_one_application_goes_to_every_department_at_the_same_time(world):
    case = submit(world, bundle(world), FULL)
    found = parts(case)
    assert list(found) == ["licence", "food", "sign", "fire"]
    assert {c.state for c in found.values()} == {"reviewing"}
    assert {c.lead_unit_id for c in found.values()} == {
        world.units[u].pk for u in ("approval", "market", "city", "fire")
    }
    clocks = Clock.objects.filter(case__in=found.values(), kind="decide")
    assert {(c.limit, c.limit_unit, c.state) for c in clocks} == {(1, "workday", "running")}
    law = Clock.objects.get(case=case, kind="law")
    assert law.limit == 45
    for code, who in {"licence": "approval", "food": "market", "sign": "city"}.items():
        grant(world, found[code], who)
    assert fresh(case).state == "going"
    grant(world, found["fire"], "fire")
    case = fresh(case)
    assert (case.state, case.outcome) == ("done", "granted")
    package = Certificate.objects.get(case_id=case.pk)
    assert dict(package.fields)["食品经营许可"] == "准予"
    assert Certificate.objects.count() == 5
    assert counted("in_time") == 5
    assert told(case, *found.values()) == []


def test_only_what_is_needed_is_opened(world):
    assert list(parts(submit(world, bundle(world), RESTAURANT))) == ["licence", "food"]


COMPANY = {"企业名称": "明川新芽科技有限公司", "住所": "城南路 1 号", "注册资本": 100, "经营范围": "软件"}
CODE = with_checks("9", "1", "330499", "73000001")


def test_the_law_lets_parts_wait_and_nothing_else_does(world):
    case = submit(world, bundle(world, "company-start"), COMPANY)
    assert list(parts(case)) == ["registration"]
    grant(world, parts(case)["registration"], "market", number=CODE)
    assert set(parts(case)) == {"registration", "seal", "tax", "insurance"}
    for code, who in {"seal": "police", "tax": "tax", "insurance": "labour"}.items():
        grant(world, parts(case)[code], who)
    assert fresh(case).outcome == "granted"


def test_seven_business_hours_run_over_a_holiday(world):
    world.now = datetime(2026, 9, 30, 2, 0, tzinfo=UTC)  # ten o'clock on the eve of National Day
    answers = {"企业名称": "节前科技有限公司", "住所": "城南路 1 号", "注册资本": 10, "经营范围": "软件"}
    case = submit(world, bundle(world, "company-start"), answers)
    clock = Clock.objects.get(case=case, kind="whole")
    calendar = CaseContext(case, world.viewer("desk"), world.now).calendar
    ends = ends_at(clock, calendar)
    assert (str(clock.due_by), f"{ends:%m-%d %H:%M}") == ("2026-10-08", "10-08 10:00")
    override_set(
        actor=world.viewer("admin"), district_id=world.district.pk, on=clock.due_by, is_workday=False,
        reason="台风停工", source="区防指〔2026〕3 号", now=world.now, today=world.now.date(),
    )  # fmt: skip
    calendars_apply(world.now)
    clock.refresh_from_db()
    assert str(clock.due_by) == "2026-10-09"
    assert told(case) == []


def test_a_refusal_is_told_at_once_and_the_rest_goes_on(world):
    case = submit(world, bundle(world), FULL)
    found = parts(case)
    reason = "没有第二个安全出口，不符合消防法第十五条"
    world.act(found["fire"], "fire", "review", conclusion="refuse", reason=reason)
    with pytest.raises(GuardFailed, match="不能自己核准"):
        world.act(fresh(found["fire"]), "fire", "decide", decision="approved")
    second = world.people["fire"]  # nobody else of the unit: somebody joins it
    world.people["fire2"] = make_person("方二", world.units["fire"], "leader")
    world.act(fresh(found["fire"]), "fire2", "decide", decision="approved")
    assert second.pk and fresh(found["fire"]).outcome == "refused"
    for code, who in {"licence": "approval", "food": "market", "sign": "city"}.items():
        grant(world, found[code], who)
    assert fresh(case).state == "joining"
    case = world.act(fresh(case), "desk", "join")
    assert case.outcome == "partly"
    fields = dict(Certificate.objects.get(case_id=case.pk).fields)
    assert fields["公众聚集场所开业消防安全检查"] == "不予"
    with pytest.raises(NotPermitted):
        world.act(fresh(found["fire"]), "desk", "appeal", reason="有出口，在后厨那边")
    again = world.act(fresh(found["fire"]), "clerk", "appeal", reason="有出口，在后厨那边，请来看")
    assert again.state == "appealed"
    again = world.act(
        again, "supervisor", "decide_appeal", decision="approved", finding="后厨有出口，图上漏画"
    )
    assert again.state == "reviewing"
    assert told(case, *found.values()) == []


def test_what_waits_for_a_refused_part_is_never_opened(world):
    answers = {"字号": "老王修鞋", "债务": "没有", "雇过人": "没有"}
    case = submit(world, bundle(world, "sole-trader-exit"), answers)
    reason = "还有一笔税没有缴清，依税收征收管理法第十六条"
    world.act(parts(case)["tax"], "tax", "review", conclusion="refuse", reason=reason)
    world.people["tax2"] = make_person("税二", world.units["tax"], "leader")
    world.act(fresh(parts(case)["tax"]), "tax2", "decide", decision="approved")
    case = fresh(case)
    assert (case.extras["lost"], case.state) == (["licence"], "joining")
    assert world.act(case, "desk", "join").outcome == "refused"
    assert not Certificate.objects.exists()


def test_a_changed_bundle_leaves_running_applications_their_own(world, monkeypatch):
    case = submit(world, bundle(world), RESTAURANT)
    files = dict(plans.bundle_files())
    raw = dict(files["restaurant"])
    extra = {"code": "music", "name": "背景音乐备案", "department": ["林业"], "promise": 2, "one_hand": True}
    raw["parts"] = [*raw["parts"], extra]
    monkeypatch.setattr(plans, "bundle_files", lambda: {**files, "restaurant": raw})
    second = submit(world, bundle(world), {**RESTAURANT, "店名": "阿兰二店"}, key="two")
    assert set(parts(second)) == {"licence", "food", "music"}
    assert [b.number for b in BundleVersion.objects.order_by("number")] == [1, 2]
    for code, who in {"licence": "approval", "food": "market"}.items():
        grant(world, parts(case)[code], who)
    assert fresh(case).outcome == "granted"
    assert Application.objects.filter(case=case, bundle__number=1).exists()


def test_the_same_application_from_two_phones_is_one(world):
    target = bundle(world)
    first = submit(world, target, RESTAURANT, key="same")
    assert submit(world, target, RESTAURANT, key="same").pk == first.pk
    with pytest.raises(GuardFailed, match=first.number):
        submit(world, target, RESTAURANT, key="another")
    assert Application.objects.filter(case__parent=None).count() == 1


def test_all_merchants_of_a_mall_are_taken_in_as_one_batch_and_approved_in_parallel(world):
    merchants = [(f"西投银泰城商户{n:02d}", f"B1-{n:02d}") for n in range(1, 59)]
    batch = batch_take_in(
        actor=world.viewer("desk"), target=bundle(world), name="西投银泰城餐饮商户", place="西投银泰城",
        merchants=merchants, now=world.now,
    )  # fmt: skip
    wholes = [a.case for a in batch.applications.filter(case__parent=None).select_related("case")]
    assert len(wholes) == 58
    world.later(hours=2)
    with pytest.raises(ActionNotAvailable):
        batch_review(actor=world.viewer("stranger"), batch=batch, now=world.now)
    for who in ("approval", "market"):
        assert batch_review(actor=world.viewer(who), batch=batch, now=world.now) == (58, [])
    assert {fresh(c).outcome for c in wholes} == {"granted"}
    assert counted("in_time") == 58 * 3
    assert told(*wholes[:2], *parts(wholes[0]).values()) == []
    with pytest.raises(GuardFailed, match="已经受理过"):
        batch_take_in(
            actor=world.viewer("desk"), target=bundle(world), name="西投银泰城餐饮商户", place="", merchants=merchants,
            now=world.now,
        )  # fmt: skip


def test_a_batch_with_a_wrong_line_is_not_taken_in_at_all(world):
    with pytest.raises(GuardFailed, match="写了两次"):
        batch_take_in(
            actor=world.viewer("desk"), target=bundle(world), name="一批", place="", merchants=[("甲", ""), ("甲", "")],
            now=world.now,
        )  # fmt: skip
    with pytest.raises(NotPermitted):
        batch_take_in(
            actor=world.viewer("clerk"),
            target=bundle(world),
            name="一批",
            place="",
            merchants=[("甲", "")],
            now=world.now,
        )
    assert not Application.objects.exists()


def test_a_certificate_revoked_afterwards_takes_the_package_with_it(world):
    case = submit(world, bundle(world), RESTAURANT)
    found = parts(case)
    grant(world, found["licence"], "approval")
    grant(world, found["food"], "market")
    assert fresh(case).outcome == "granted"
    with pytest.raises(NotPermitted):
        world.act(fresh(found["food"]), "market", "revoke", reason="健康证明是假的，依行政许可法第六十九条")
    world.act(fresh(found["food"]), "market2", "revoke", reason="健康证明是假的，依行政许可法第六十九条")
    today = world.now.date()
    assert {standing(c, today).code for c in Certificate.objects.filter(case_id=case.pk)} == {"revoked"}
    assert Certificate.objects.get(case_id=found["licence"].pk).revoked_at is None
    assert CaseEvent.objects.filter(case=case, action="child_moved", data__contains="已撤销").exists()
    assert told(case, *found.values()) == []


def test_a_joint_visit_falls_on_the_first_day_that_suits_all(world):
    case = submit(world, bundle(world), {**RESTAURANT, "招牌": "要"})
    days = [world.now.date() + timedelta(days=n) for n in range(1, 9)]
    calendar = CaseContext(case, world.viewer("desk"), world.now).calendar
    first, second = [d for d in days if calendar.is_workday(d)][:2]
    with pytest.raises(GuardFailed, match="工作日"):
        world.act(case, "desk", "propose_visit", first=world.now.date().isoformat())
    case = world.act(fresh(case), "desk", "propose_visit", first=first.isoformat(), second=second.isoformat())
    world.act(fresh(case), "clerk", "answer_visit", days=[first.isoformat(), second.isoformat()])
    world.act(fresh(case), "market", "answer_visit", days=[second.isoformat()])
    with pytest.raises(GuardFailed, match="没有您单位的事"):
        world.act(fresh(case), "approval", "answer_visit", days=[second.isoformat()])
    assert fresh(case).extras["visit"]["on"] == ""
    world.act(fresh(case), "city", "answer_visit", days=[second.isoformat(), first.isoformat()])
    assert fresh(case).extras["visit"]["on"] == second.isoformat()
    world.act(fresh(case), "market", "record_visit", text="布局和图一样，招牌尺寸要改小")
    assert told(case) == []


def test_where_no_day_suits_all_the_desk_proposes_others_or_fixes_one(world):
    case = submit(world, bundle(world), RESTAURANT)
    calendar = CaseContext(case, world.viewer("desk"), world.now).calendar
    days = [world.now.date() + timedelta(days=n) for n in range(1, 9)]
    first, second = [d.isoformat() for d in days if calendar.is_workday(d)][:2]
    world.act(fresh(case), "desk", "propose_visit", first=first, second=second)
    world.act(fresh(case), "clerk", "answer_visit", days=[first])
    world.act(fresh(case), "market", "answer_visit", days=[])
    assert fresh(case).extras["visit"]["on"] == ""
    world.act(fresh(case), "desk", "propose_visit", first=second, is_fixed=True)
    assert fresh(case).extras["visit"]["on"] == second


def test_an_escort_goes_with_it_and_the_days_against_the_usual_are_counted(world):
    case = submit(world, bundle(world), RESTAURANT)
    with pytest.raises(GuardFailed, match="参与部门的人"):
        world.act(case, "desk", "name_escort", person_id=world.people["stranger"].pk)
    world.act(fresh(case), "desk", "name_escort", person_id=world.people["desk"].pk)
    world.act(fresh(case), "desk", "note_escort", text="陪着去了市场监管局窗口")
    grant(world, parts(case)["licence"], "approval")
    grant(world, parts(case)["food"], "market")
    assert (counted("escorted"), counted("days_saved")) == (1, 15)


def test_a_department_whose_system_is_down_decides_on_paper_and_the_promise_stays(world):
    case = submit(world, bundle(world), RESTAURANT)
    food = parts(case)["food"]
    due = food.due_by
    given = {"conclusion": "grant", "decided_on": world.now.date().isoformat()}
    with pytest.raises(GuardFailed, match="没有停用"):
        world.act(food, "desk", "record_paper", **given)
    world.act(fresh(food), "desk", "go_on_paper", reason="省里的许可系统停机维护两天")
    assert fresh(food).due_by == due
    with pytest.raises(GuardFailed, match="盖章的决定"):
        world.act(fresh(food), "desk", "record_paper", **given)
    paper = document_store(
        content=b"%PDF-1.4\n%%EOF\n", name="决定.pdf", kind="material", actor=world.viewer("desk"), at=world.now,
        subject=f"{draft_prefix(str(world.people['desk'].pk))}x", district_id=world.district.pk,
    )  # fmt: skip
    world.later(days=6)
    done = world.act(fresh(food), "desk", "record_paper", **given, documents=[paper.pk])
    assert done.outcome == "granted"
    assert Clock.objects.get(case=food, kind="decide").result == "met"
    assert told(food) == []


def test_who_takes_back_the_whole_takes_back_the_parts(world):
    case = submit(world, bundle(world), FULL)
    grant(world, parts(case)["licence"], "approval")
    case = world.act(fresh(case), "clerk", "withdraw", reason="店面没谈下来")
    assert [c.outcome for c in parts(case).values()] == ["granted", "withdrawn", "withdrawn", "withdrawn"]
    assert told(case, *parts(case).values()) == []


def test_the_window_names_everything_missing_once_and_then_all_departments_begin(world):
    target = bundle(world, "produce-early")
    answers = {
        "项目名称": "运达风电二期",
        "项目地点": "园区大道 9 号",
        "项目代码": "x",
        "先投产的": "一号厂房",
    }
    case = submit(world, target, answers)
    assert (case.state, list(parts(case))) == ("submitted", [])
    case = world.act(case, "desk", "request_material", items="消防检测报告、环保设施说明")
    case = world.act(case, "clerk", "give_material", note="都在窗口了")
    with pytest.raises(GuardFailed, match="不能再要"):
        world.act(case, "desk", "request_material", items="还要一份说明")
    case = world.act(fresh(case), "desk", "accept")
    assert len(parts(case)) == 4
    world.act(fresh(case), "desk", "ask_joint_days", days=15, reason="等专家评审")
    world.act(fresh(case), "supervisor", "decide_joint_days", decision="approved")
    with pytest.raises(GuardFailed, match="最多延长 15"):
        world.act(fresh(case), "desk", "ask_joint_days", days=1, reason="还等专家评审")
    law = Clock.objects.get(case=case, kind="law")
    assert (law.limit, law.extended_by) == (45, 15)
    assert told(case) == []


def test_online_only_the_enterprises_own_clerk_applies(world):
    target = bundle(world)
    with pytest.raises(GuardFailed, match="只有企业自己的专员"):
        online(world, target, RESTAURANT, actor=world.viewer("outsider"))
    with pytest.raises(GuardFailed, match="经营者身份证"):
        online(world, bundle(world, "sole-trader-start"), {"字号": "x", "经营场所": "y"})
    with pytest.raises(NotPermitted):
        application_submit(
            target=target, actor=world.viewer("stranger"), answers=RESTAURANT, key="k", now=world.now,
            enterprise=world.enterprise, way="window",
        )  # fmt: skip

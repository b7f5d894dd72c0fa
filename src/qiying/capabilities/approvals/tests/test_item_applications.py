"""One item walked through the engine: in time, missing papers, two people, commitment, survey, opinion, appeal."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from qiying.capabilities.approvals.models import Application
from qiying.capabilities.approvals.services.applying import Target, application_form
from qiying.capabilities.approvals.tests.applying_world import (
    RESTAURANT,
    bundle,
    fresh,
    item,
    online,
    parts,
    submit,
    told,
    world,
)
from qiying.kernel.cases.api import _detail
from qiying.kernel.cases.calendar_changes import calendars_apply
from qiying.kernel.cases.models import Clock, ClockPause
from qiying.kernel.cases.reading import case_reading
from qiying.kernel.cases.services.calendar import override_set
from qiying.kernel.documents.models import Certificate, Document
from qiying.kernel.documents.services import document_store
from qiying.kernel.documents.subjects import draft_prefix
from qiying.kernel.forms.prefill import held_about
from qiying.kernel.forms.services import draft_keep, draft_of
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted
from qiying.statutes.workdays import SHANGHAI

__all__ = ["world"]
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
REASON = "操作间没有分开，不符合条例第四条"


def applied(world, **more):
    return submit(world, Target(world.district.pk, item=item(world, **more)), {})


def test_two_people_decide_and_the_limit_is_the_items(world):
    case = applied(world)
    assert case.state == "submitted"
    case = world.act(case, "market", "accept")
    clocks = {c.kind: c for c in Clock.objects.filter(case=case)}
    assert (clocks["decide"].limit, clocks["law"].limit) == (5, 20)
    case = world.act(case, "market", "review", conclusion="grant", number="浙卫 2026-001")
    assert case.state == "deciding"
    with pytest.raises(GuardFailed, match="不能自己核准"):
        world.act(case, "market", "decide", decision="approved")
    case = world.act(case, "market2", "decide", decision="approved")
    paper = Certificate.objects.get(case_id=case.pk)
    assert (case.outcome, paper.holder) == ("granted", world.enterprise.name)
    assert dict(paper.fields)["许可证号"] == "浙卫 2026-001"
    assert told(case) == []


def test_what_is_promised_within_a_day_one_hand_decides_but_never_a_refusal(world):
    case = world.act(applied(world, promised=3, promised_unit="hour"), "market", "accept")
    assert Clock.objects.get(case=case, kind="decide").limit_unit == "hour"
    with pytest.raises(GuardFailed, match="事实和依据"):
        world.act(case, "market", "review", conclusion="refuse", reason="不行")
    refused = world.act(fresh(case), "market", "review", conclusion="refuse", reason=REASON)
    assert refused.state == "deciding"
    back = world.act(refused, "market2", "decide", decision="refused", note="再看看")
    assert world.act(back, "market", "review", conclusion="grant").state == "granted"


def test_everything_missing_is_named_once_and_nothing_is_refused_before_the_time_is_up(world):
    case = applied(world)
    case = world.act(case, "market", "request_material", items="平面图、健康证明")
    with pytest.raises(GuardFailed, match="时间还没到"):
        world.act(case, "market", "not_accept", reason="材料一直没有补")
    case = world.act(fresh(case), "clerk", "give_material", note="补好了")
    assert case.state == "submitted"
    with pytest.raises(GuardFailed, match="不能再要"):
        world.act(case, "market", "request_material", items="还要一份")
    assert world.act(fresh(case), "market", "accept").state == "reviewing"


def test_a_survey_is_not_counted_and_an_opinion_is_waited_for(world):
    case = world.act(applied(world), "market", "accept")
    due = case.due_by
    case = world.act(case, "market", "start_survey", what="现场踏勘", days=3)
    world.later(days=4)
    case = world.act(case, "market", "end_survey", text="和图纸一样")
    assert case.due_by > due
    case = world.act(case, "market", "ask_opinion", unit_id=world.units["fire"].pk, text="消防有没有意见")
    with pytest.raises(GuardFailed, match="意见没来"):
        world.act(case, "market", "review", conclusion="grant")
    case = world.act(fresh(case), "fire", "opinion", text="没有意见，通道够宽")
    assert world.act(case, "market", "review", conclusion="grant").state == "deciding"
    assert told(case) == []


def test_a_prolongation_is_asked_once_and_granted_by_the_head(world):
    case = world.act(applied(world), "market", "accept")
    case = world.act(case, "market", "ask_days", days=5, reason="情况复杂，要比对资料")
    with pytest.raises(NotPermitted):
        world.act(case, "market", "decide_days", decision="approved")
    case = world.act(fresh(case), "market2", "decide_days", decision="approved")
    assert Clock.objects.get(case=case, kind="law").extended_by == 5
    with pytest.raises(GuardFailed, match="已经延长过"):
        world.act(case, "market", "ask_days", days=5, reason="还要再看一看")


def test_a_commitment_is_checked_later_and_a_false_one_ends_the_permit(world):
    answers = {**RESTAURANT, "告知承诺": "我承诺，愿意接受核查"}
    case = submit(world, bundle(world), answers)
    food = world.act(parts(case)["food"], "market", "review", conclusion="grant")
    assert food.extras["is_committed"] and food.extras["check_by"]
    assert Application.objects.get(case=food).check_by is not None
    assert not parts(case)["licence"].extras["is_committed"]
    done = world.act(fresh(food), "market", "check_commitment", is_true="no", text="没有健康证明")
    assert (done.state, Certificate.objects.get(case_id=food.pk).revoked_reason) == (
        "revoked",
        "承诺不实：没有健康证明",
    )
    assert Application.objects.get(case=food).check_by is None
    assert told(food, case) == []


def test_a_refusal_is_contested_within_sixty_days_and_may_stand(world):
    case = world.act(applied(world), "market", "accept")
    case = world.act(case, "market", "review", conclusion="refuse", reason=REASON)
    case = world.act(case, "market2", "decide", decision="approved")
    assert case.outcome == "refused"
    case = world.act(case, "clerk", "appeal", reason="操作间是分开的，请来看一看")
    case = world.act(
        case, "supervisor", "decide_appeal", decision="refused", finding="现场看过，确实没有分开"
    )
    assert (case.state, case.outcome) == ("refused", "refused")
    world.later(days=61)
    with pytest.raises(GuardFailed, match="超过 60 天"):
        world.act(fresh(case), "clerk", "appeal", reason="还是不服，请再看一看")
    assert told(case) == []


def test_who_is_late_says_why_and_the_asker_reads_it(world):
    case = world.act(applied(world), "market", "accept")
    with pytest.raises(GuardFailed, match="还没超期"):
        world.act(case, "market", "explain_late", text="人手不够，三天内办好")
    world.later(days=20)
    case = world.act(fresh(case), "market", "explain_late", text="人手不够，三天内办好")
    assert case.extras["late_because"] == "人手不够，三天内办好"


def test_the_form_asks_each_paper_once_and_not_what_was_given_before(world):
    target = Target(world.district.pk, item=item(world))
    version = application_form(target, world.now)
    assert application_form(target, world.now).pk == version.pk
    clerk = world.viewer("clerk")
    old = document_store(
        content=b"%PDF-1.4\n%%EOF\n", name="平面图.pdf", kind="material", subject="case:999999", actor=clerk,
        district_id=world.district.pk, at=world.now, enterprise_id=world.enterprise.pk,
    )  # fmt: skip
    facts = held_about(world.enterprise, version.compiled.definition)
    assert facts["材料_平面图"].value == [old.pk]
    draft = draft_of(version=version, subject="apply:x", holder=f"e:{world.enterprise.pk}", at=world.now)
    draft_keep(draft=draft, answers={}, at=world.now)
    case = online(world, target, {"材料_平面图": [old.pk]}, key=draft.key, facts=facts)
    copied = Document.objects.get(subject=f"case:{case.pk}")
    assert (copied.name, copied.pk != old.pk) == ("平面图.pdf", True)
    assert online(world, target, {}, key=draft.key).pk == case.pk
    assert Application.objects.get(case=case).response is not None


def test_missing_papers_are_named_all_together_before_anything_is_opened(world):
    papers = [{"name": "平面图", "is_required": True}, {"name": "健康证明", "is_required": True}]
    target = Target(world.district.pk, item=item(world, materials=papers))
    with pytest.raises(GuardFailed) as refused:
        online(world, target, {})
    assert len(refused.value.reasons) == 2
    assert not Application.objects.exists()
    photo = document_store(
        content=b"%PDF-1.4\n%%EOF\n", name="a.pdf", kind="material", actor=world.viewer("clerk"), at=world.now,
        subject=f"{draft_prefix(str(world.people['clerk'].pk))}x", district_id=world.district.pk,
    )  # fmt: skip
    with pytest.raises(GuardFailed, match="健康证明"):
        online(world, target, {"材料_平面图": [photo.pk]})


def test_somebody_without_an_enterprise_applies_as_himself(world):
    answers = {"字号": "老王修鞋", "债务": "没有", "雇过人": "没有"}
    case = submit(world, bundle(world, "sole-trader-exit"), answers, enterprise=None)
    assert case.enterprise_id is None
    assert case.extras["plan"]["holder"] == "老王修鞋"


def test_a_limit_of_hours_stands_still_to_the_minute_while_papers_are_missing(world):
    world.now = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)  # Monday, ten o'clock
    case = world.act(applied(world, promised=3, promised_unit="hour"), "market", "accept")
    assert _ends(case) == "11-30 14:30"
    world.now += timedelta(hours=1)
    case = world.act(case, "market", "request_material", items="平面图、健康证明")
    world.now += timedelta(hours=23, minutes=17)
    case = world.act(fresh(case), "clerk", "give_material", note="补好了")
    assert _ends(case) == "12-01 13:47"  # two of three hours were left on Tuesday at 10:17
    clock = Clock.objects.get(case=case, kind="decide")
    pause = ClockPause.objects.get(case=case, clock_no=clock.no)
    assert (pause.from_at, pause.to_at) == (world.now - timedelta(hours=23, minutes=17), world.now)
    told_of_it = "11月30日（周一）11:00到12月1日（周二）10:17停表（等补材料），补回工作时间 6 小时 17 分，"
    assert clock.explanation.endswith(f"后来{told_of_it}所以现在到12月1日（周二）13:47。")
    assert case.due_by == clock.due_by == date(2026, 12, 1)
    override_set(
        actor=world.viewer("admin"), district_id=world.district.pk, on=clock.due_by, is_workday=False,
        reason="台风停工", source="区防指〔2026〕3 号", now=world.now, today=world.now.date(),
    )  # fmt: skip
    calendars_apply(world.now)
    case = fresh(case)
    assert _ends(case) == "12-02 10:30"  # one hour ran on Monday, two are left
    assert (case.due_by, told(case)) == (date(2026, 12, 2), [])
    detail = _detail(case_reading(case, world.viewer("market"), world.now))
    shown = next(c for c in detail["clocks"] if c.kind == "decide")
    assert f"{shown.due_at:%H:%M}" == "02:30"
    world.now = datetime(2026, 12, 2, 3, 0, tzinfo=UTC)
    case = world.act(case, "market", "review", conclusion="grant")
    clock.refresh_from_db()
    assert (clock.result, clock.stopped_at, told(case)) == ("breached", world.now, [])


def test_what_is_decided_while_the_clock_of_hours_stands_is_judged_by_when_it_stood(world):
    world.now = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
    case = world.act(applied(world, promised=3, promised_unit="hour"), "market", "accept")
    case = world.act(case, "market", "request_material", items="平面图、健康证明")
    world.now += timedelta(days=60)
    case = world.act(fresh(case), "market", "not_accept", reason="材料一直没有补来，期限已过")
    clock = Clock.objects.get(case=case, kind="decide")
    assert (clock.result, told(case)) == ("met", [])


def _ends(case):
    due_at = Clock.objects.get(case=case, kind="decide").due_at
    assert due_at is not None
    return f"{due_at.astimezone(SHANGHAI):%m-%d %H:%M}"

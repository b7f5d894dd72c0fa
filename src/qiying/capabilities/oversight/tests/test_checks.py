"""A check from its plan to its report; who may go; each finding to where it is put right and back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from qiying.capabilities.oversight.models import CheckGroup, Citation, Finding, LawCheck, ReportHeard
from qiying.capabilities.oversight.selectors.basis import coverage_of
from qiying.capabilities.oversight.services import checks
from qiying.capabilities.oversight.services.reports import next_step, steps_of
from qiying.capabilities.oversight.tests.test_routes import listed
from qiying.capabilities.oversight.tests.world import Oversight, make_world
from qiying.kernel.cases.models import Case, Channel
from qiying.kernel.documents.letters import letter_docx
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Oversight:
    return make_world()


def check(world: Oversight, **more: Any) -> LawCheck:
    article = world.article()
    values: dict[str, Any] = {
        "name": "营商环境条例执法检查",
        "basis": article.basis,
        "starts_on": world.today,
    }
    values |= {"planned_on": world.today - timedelta(days=40), "ends_on": world.today + timedelta(days=30)}
    values |= {"checked": [world.units["market"].pk], **more}
    row: LawCheck = world.keep(LawCheck, **values)
    return row


def group(world: Oversight, row: LawCheck, no: int = 1, **more: Any) -> CheckGroup:
    values: dict[str, Any] = {"check_of": row, "no": no, "leader": world.people["congress"], **more}
    values.setdefault("members", [world.people["deputy"].pk])
    made: CheckGroup = world.keep(CheckGroup, **{**values, "towns": [world.units["traffic"].pk]})
    return made


def found(world: Oversight, row: LawCheck, **more: Any) -> Finding:
    values: dict[str, Any] = {
        "check_of": row,
        "article": world.article(),
        "text": "审批流程冗余",
        "source": "online",
    }
    values |= {"unit": world.units["market"], "found_on": world.today, **more}
    made: Finding = world.keep(Finding, **values)
    checks.finding_cite(made, world.viewer("congress"), world.now)
    return made


def test_bad_plans_groups_and_findings_are_named_at_their_field(world: Oversight) -> None:
    row = check(world)
    for wrong, field in (
        ({"planned_on": world.today - timedelta(days=29)}, "planned_on"),
        ({"ends_on": world.today - timedelta(days=1)}, "ends_on"),
        ({"checked": []}, "checked"),
    ):
        with pytest.raises(GuardFailed) as named:
            check(world, name="另一次", **wrong)
        assert set(named.value.fields) == {field}
    group(world, row)
    inside = world.people["handler"]
    for wrong, field in (
        ({"no": 1}, "no"),
        ({"no": 2, "leader": inside}, "leader"),
        ({"no": 2, "members": [inside.pk]}, "members"),
    ):
        with pytest.raises(GuardFailed) as named:
            group(world, row, **wrong)
        assert set(named.value.fields) == {field}
    with pytest.raises(GuardFailed) as late:
        found(world, row, found_on=row.ends_on + timedelta(days=1))
    assert set(late.value.fields) == {"found_on"}
    with pytest.raises(NotPermitted):
        world.keep(Finding, who="deputy", text="不由代表登记")


def test_the_checklist_by_article_makes_findings_that_cite_it(world: Oversight) -> None:
    row = check(world)
    world.article(12, duty="平等适用支持政策", text="支持政策平等适用。")
    one = group(world, row)
    checks.checklist_make(
        actor=world.viewer("congress"), row=row, unit=world.units["congress"], now=world.now
    )
    with pytest.raises(ActionNotAvailable):
        checks.checklist_make(
            actor=world.viewer("congress"), row=row, unit=world.units["congress"], now=world.now
        )
    answers = {"第12条": "落实", "第36条": "没有落实", "第36条问题": "补了三次材料"}

    def hand_in(who: str) -> int:
        given: dict[str, Any] = {"group": one, "answers": answers, "key": "made-once-12345", "now": world.now}
        one.refresh_from_db()
        return checks.checklist_hand_in(actor=world.viewer(who), **given)

    assert (hand_in("deputy"), hand_in("deputy")) == (1, 0)
    with pytest.raises(NotPermitted):
        hand_in("handler")
    finding = Finding.objects.get()
    assert (finding.article.no, finding.unit, finding.text) == (
        36,
        world.units["market"],
        "没有落实：补了三次材料",
    )
    told = coverage_of(row.basis, world.today)
    assert (told["cited"], len(told["articles"]), told["by_kind"]) == (1, 2, [("检查发现", 1)])


def test_a_finding_goes_to_the_pool_a_task_or_a_route_and_comes_back_with_its_result(
    world: Oversight,
) -> None:
    row, congress = check(world), world.viewer("congress")
    Channel.objects.get_or_create(
        district=world.district, code="enforcement_check", defaults={"name": "执法检查", "group": "移交"}
    )

    def send(finding: Finding, way: str, **more: Any) -> Case:
        return checks.finding_send(actor=congress, row=finding, values={"way": way, **more}, now=world.now)

    pool, task, matter, simple = (found(world, row, text=f"问题{n}，流程冗余") for n in "一二三四")
    case = send(pool, "pool")
    assert (case.procedure, send(pool, "pool").pk) == ("service_request", case.pk)
    with pytest.raises(GuardFailed) as dayless:
        send(task, "task")
    assert set(dayless.value.fields) == {"due_on"}
    duty = send(task, "task", due_on=world.today + timedelta(days=30))
    assert (duty.procedure, duty.extras.get("origin")) == ("task", task.subject)
    routed = send(matter, "matter", list_id=listed(world, "competent").pk)
    routed = world.act(routed, "handler", "answer", text="流程合并了三个环节。")
    routed = world.act(routed, "congress", "judge", result="solved", text="到窗口看过了")
    checks.case_ended({"case": routed.number, "outcome": "solved"}, world.now)
    checks.finding_fixed(actor=congress, row=simple, result="当场撤了一份证明", now=world.now)
    with pytest.raises(ActionNotAvailable):
        checks.finding_fixed(actor=congress, row=pool, result="不能越过办件", now=world.now)
    states = dict(Finding.objects.values_list("text", "state"))
    assert [states[f"问题{n}，流程冗余"] for n in "一二三四"] == ["sent", "sent", "closed", "closed"]
    matter.refresh_from_db()
    assert matter.result == "解决了"
    checks.case_again({"case": routed.number}, world.now)
    matter.refresh_from_db()
    assert (matter.state, matter.closed_on) == ("sent", None)
    assert Citation.objects.filter(subject=f"case:{routed.number}").exists()


def test_the_report_is_made_from_the_data(world: Oversight, monkeypatch: pytest.MonkeyPatch) -> None:
    there = {"visit:12": ("禾川的走访", "/visits/12/"), "gathering:5": ("企业座谈", "/gatherings/5/")}
    monkeypatch.setattr(
        "qiying.capabilities.oversight.services.checks.links_of",
        lambda viewer, subjects: {s: there[s] for s in subjects if s in there},
    )
    row = check(world, assessment="总体落实得好。", proposals="修订第36条的细则。")
    group(world, row)
    checks.finding_fixed(actor=world.viewer("congress"), row=found(world, row), result="改了", now=world.now)
    found(world, row, text="补正没有一次说全", source="offline")
    congress = world.viewer("congress")
    for subject in ("visit:12", "gathering:5", "visit:12"):
        checks.tool_add(actor=congress, row=row, subject=subject, label="一次", now=world.now)
    for subject in (
        "case:1",
        "visit:13",
        "survey:x",
        "gathering:99",
    ):  # no kind, not there, no number, not his to read
        with pytest.raises(GuardFailed) as refused:
            checks.tool_add(actor=congress, row=row, subject=subject, label="不是", now=world.now)
        assert set(refused.value.fields) == {"subject"}
    row.refresh_from_db()
    letter = checks.check_report(row, world.units["congress"], world.today)
    text = "\n".join(letter.paragraphs)
    for words in (
        "1 个检查组到 1 个镇街",
        "走访 1 次、座谈 1 次",
        "共 2 条（",
        "1 / 2 条有结果",
        "修订第36条",
    ):
        assert words in text
    assert letter_docx(letter)[:2] == b"PK"


def test_a_report_heard_says_what_is_owed_and_what_was_late(world: Oversight) -> None:
    values: dict[str, Any] = {"title": "知识产权保护报告", "kind": "work", "unit": world.units["market"]}
    row = world.keep(ReportHeard, **values, meeting_on=date(2026, 12, 25))
    assert next_step(row, world.today) == ("征求意见稿", date(2026, 12, 5))
    row = world.keep(ReportHeard, row, draft_on=date(2026, 12, 7))
    late = [(s["label"], s["late"]) for s in steps_of(row, date(2026, 12, 13))]
    assert late == [
        ("征求意见稿", True),
        ("反馈委员会意见", True),
        ("正式报告", False),
        ("发给组成人员", False),
    ]
    with pytest.raises(GuardFailed):
        world.keep(ReportHeard, row, final_on=date(2026, 12, 1))
    urgent = world.keep(
        ReportHeard, **{**values, "title": "临时议题"}, meeting_on=world.today, is_urgent=True
    )
    assert next_step(urgent, world.today) is None
    assert not any(s["late"] for s in steps_of(urgent, world.today))

"""Plans and attendance, examinations sat once, law-duty reports passed by another."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from qiying.capabilities.study import urls
from qiying.capabilities.study.models import Exam, LawReport, Plan, Question, Sitting, Topic
from qiying.capabilities.study.offers import exams, topics
from qiying.capabilities.study.selectors.exams import results, total
from qiying.capabilities.study.selectors.plans import (
    Attendance,
    attendance,
)
from qiying.capabilities.study.services.exams import exam_open, sitting_answer, sitting_begin
from qiying.capabilities.study.services.keeping import topic_hold
from qiying.capabilities.study.tests.world import TEXTS, Study, answers_to, at, counted, make_world
from qiying.kernel.cases.models import Case, Clock
from qiying.kernel.cases.models.parameters import DatedParameter
from qiying.kernel.cases.parameters import forget
from qiying.kernel.cases.tests.walking import both_ways, broken, broken_by_query, let_in, unvisited
from qiying.kernel.forms.models import Form, Response
from qiying.kernel.forms.selectors import forms_visible_to
from qiying.kernel.gatherings.services.people import check_in
from qiying.kernel.gatherings.services.planning import gathering_move
from qiying.kernel.notices.models import Notice
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, KernelError, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Study:
    return make_world()


# --- plans ---------------------------------------------------------------------------------------------
def test_a_session_has_everybody_of_the_plan_on_its_list_and_counts_who_came(world: Study) -> None:
    plan = world.plan()
    topic, later = world.topic(plan), world.topic(plan, title="条例第二章")
    head = {
        "on": world.today,
        "place": "三楼",
        "starts_at": at(world.today, 19),
        "ends_at": at(world.today, 20),
    }
    for wrong in ("officer", "supervisor", "leader"):
        with pytest.raises(NotPermitted):
            topic_hold(actor=world.viewer(wrong), topic=topic, head=head, now=world.now)
    made = topic_hold(actor=world.viewer("keeper"), topic=topic, head=head, now=world.now)
    people = list(made.attendees.order_by("pk"))
    assert {a.person_id for a in people} == {
        world.people[w].pk for w in ("leader", "keeper", "keeper2", "law_leader")
    }
    with pytest.raises(ActionNotAvailable):
        topic_hold(actor=world.viewer("keeper"), topic=topic, head=head, now=world.now)
    for phase in ("inviting", "running"):
        gathering_move(gathering=made, actor=world.viewer("keeper"), to=phase, now=world.now)
    for one in people[:3]:
        one.refresh_from_db()
        check_in(attendee=one, actor=world.viewer("keeper"), how="code", now=world.now)
    found = attendance(Topic.objects.filter(plan=plan), "plan_id")[plan.pk]
    assert found == Attendance(studied=0, planned=2, came=0, expected=0)
    gathering_move(gathering=made, actor=world.viewer("keeper"), to="closed", now=world.now)
    found = attendance(Topic.objects.filter(plan=plan), "plan_id")[plan.pk]
    assert (found.topics, found.people) == ("1 / 2", "3 / 4（75%）")
    assert (counted("study", "came"), counted("study", "expected")) == (3, 4)
    assert "条例总则" in world.browser("keeper").get(f"/gatherings/{made.pk}/").content.decode()
    waits = topics(world.viewer("keeper"), world.today)
    assert waits is not None and [t.pk for t in waits.rows] == [later.pk]


def test_a_plan_and_its_topics_say_what_is_wrong_at_the_field(world: Study) -> None:
    plan, elsewhere = world.plan(), date(world.today.year + 1, 1, 1)
    world.topic(plan)
    for values, field in (({}, "body"), ({"body": "中心组", "members": [], "units": []}, "members"),
                          ({"body": "中心组", "year": 26}, "year"), ({"body": "中心组", "units": [999_999]}, "units"),
                          ({"body": "中心组", "members": [world.people["clerk"].pk]}, "members")):  # fmt: skip
        with pytest.raises(GuardFailed) as refused:
            world.plan(**values)
        assert list(refused.value.fields) == [field], values
    for values, field in (({}, "title"), ({"title": "别的", "planned_on": elsewhere}, "planned_on")):
        with pytest.raises(GuardFailed) as refused:
            world.topic(plan, **values)
        assert list(refused.value.fields) == [field]
    with pytest.raises(NotPermitted):
        world.keep(Plan, "leader", plan, body="改别人的", members=[], units=[world.units["law"].pk])


# --- examinations --------------------------------------------------------------------------------------
def test_an_examination_is_answered_once_and_the_same_paper_sent_twice_is_one_answer(world: Study) -> None:
    world.bank()
    exam = world.opened()
    done = world.sat(exam, "officer", wrong=2, key="once")
    assert (done.right, done.asked, done.points, done.has_passed) == (3, 5, 60, True)
    again: dict[str, Any] = {"sitting": done, "answers": answers_to(done), "now": world.now}
    same = sitting_answer(actor=world.viewer("officer"), key="once", **again)
    assert (same.right, Response.objects.count()) == (3, 1)
    with pytest.raises(ActionNotAvailable, match="只能考一次"):
        sitting_answer(actor=world.viewer("officer"), key="twice", **again)
    with pytest.raises(NotPermitted):
        sitting_answer(actor=world.viewer("officer2"), key="other", **again)
    assert world.sat(exam, "officer2", wrong=3).has_passed is False
    assert (counted("study", "sat"), counted("study", "passed")) == (2, 1)
    for wrong in ("keeper", "supervisor", "clerk", "outsider"):
        with pytest.raises(NotPermitted):
            sitting_begin(actor=world.viewer(wrong), exam=exam, now=world.now)


def test_on_a_phone_the_paper_is_answered_on_its_screens_and_a_second_one_is_refused(world: Study) -> None:
    world.bank()
    exam = world.opened(opens_on=world.today, closes_on=date(2099, 1, 1))
    phone, url = world.browser("officer"), f"/study/mine/{exam.pk}/"
    assert "开始考试" in phone.get(url).content.decode()
    assert phone.post(url).status_code == 302
    sitting = Sitting.objects.get()
    page = phone.get(f"{url}paper/").content.decode()
    key = page.split('name="key" value="')[1].split('"')[0]
    right = answers_to(sitting)
    given: dict[str, Any] = {**{f"a.{code}": v for code, v in right.items()}, "asked": list(right)}
    for at_screen in range(3):
        answer = phone.post(f"{url}paper/", {**given, "at": str(at_screen), "do": "next", "key": key})
        assert answer.status_code == 302, answer.content.decode()[:2000]
    sitting.refresh_from_db()
    assert sitting.points == 100
    assert "得 100 分" in phone.get(url).content.decode()
    second = phone.post(f"{url}paper/", {**given, "at": "2", "do": "next", "key": "another"})
    assert second.status_code in (302, 409) and Response.objects.count() == 1
    assert phone.get(f"{url}paper/").status_code == 302
    assert world.browser("outsider").get(url).status_code == 404


def test_drawn_papers_are_found_nowhere_and_no_page_tells_what_is_right(world: Study) -> None:
    world.bank()
    exam = world.opened()
    assert Form.objects.filter(is_listed=False).count() == 2
    for who in ("keeper", "law_leader", "officer", "desk", "admin"):
        assert not forms_visible_to(world.viewer(who)).exists()
    page = world.browser("officer")
    page.post(f"/study/mine/{exam.pk}/")
    layout = Sitting.objects.get().paper.version.layout
    assert "答案" not in str(layout) and "right" not in str(layout)
    assert page.get("/study/questions/").status_code == 404
    assert "出处" not in page.get(f"/study/mine/{exam.pk}/paper/").content.decode()
    world.sat(exam, "officer2", wrong=2)
    late = world.browser("officer2")
    assert "正确的是" not in late.get(f"/study/mine/{exam.pk}/").content.decode()
    Exam.objects.update(opens_on=date(2020, 1, 1), closes_on=date(2020, 1, 2))
    assert "正确的是" in late.get(f"/study/mine/{exam.pk}/").content.decode()


def test_opening_needs_questions_enough_and_fixes_the_pass_mark_of_its_day(world: Study) -> None:
    with pytest.raises(GuardFailed, match="题库里只有 0 题"):
        world.opened()
    world.bank()
    told = {"district": world.district, "name": "study.pass_mark", "value": 80, "valid_from": world.today}
    DatedParameter.objects.create(**told, source="区里定的")
    forget()
    exam = exam_open(actor=world.viewer("keeper"), exam=Exam.objects.get(), now=world.now)
    assert exam.pass_mark == 80 and world.sat(exam, "officer", wrong=1).has_passed
    assert not world.sat(exam, "officer2", wrong=2).has_passed
    with pytest.raises(ActionNotAvailable):
        exam_open(actor=world.viewer("keeper"), exam=exam, now=world.now)
    with pytest.raises(GuardFailed):
        world.keep(Exam, "keeper", exam, title="改名", units=[world.units["law"].pk])
    for values, field in (({"closes_on": world.today - timedelta(days=1)}, "closes_on"), ({"papers": 0}, "papers"),
                          ({"ones": 0, "manies": 0, "judges": 0}, "ones"), ({"units": []}, "units")):  # fmt: skip
        with pytest.raises(GuardFailed) as refused:
            world.exam(title="另一场", **values)
        assert list(refused.value.fields) == [field]


def test_results_count_who_did_not_sit_in_the_whole(world: Study) -> None:
    world.bank()
    exam = world.opened()
    world.sat(exam, "officer")
    world.sat(exam, "officer2", wrong=4)
    lines = {x.unit: x for x in results(exam, world.today)}
    build = lines["区住建局"]
    assert (build.sat_share, build.pass_share, build.mean) == ("2 / 3（67%）", "1 / 3（33%）", "60.0")
    assert build.missing == ["住建局长"]
    assert lines["企业服务中心"].mean == "没有人考"
    assert total(list(lines.values())).pass_share == "1 / 5（20%）"
    url = f"/study/exams/{exam.pk}/"
    assert "住建局长" in world.browser("keeper").get(url).content.decode().split("<main")[1]
    assert "住建局长" not in world.browser("supervisor").get(url).content.decode().split("<main")[1]
    assert world.browser("supervisor").get(f"{url}results.xlsx").content[:2] == b"PK"
    waits = exams(world.viewer("desk"), world.today)
    assert waits is not None and waits.rows.count() == 1
    done = exams(world.viewer("officer"), world.today)
    assert done is not None and done.rows.count() == 0


# --- law-duty reports ----------------------------------------------------------------------------------
def test_a_report_is_written_by_the_leader_passed_by_another_and_read_by_his_unit_then(world: Study) -> None:
    (case,) = world.given()
    clock = Clock.objects.get(case=case)
    assert (clock.kind, clock.due_by) == ("report", world.today + timedelta(days=30))
    row = LawReport.objects.get()
    url = f"/study/reports/{row.pk}/"
    for wrong in ("officer", "law_leader", "keeper", "supervisor"):
        with pytest.raises((KernelError, Http404)):
            world.act(case, wrong, "submit", **TEXTS)
    assert world.browser("officer").get(url).status_code == 404
    world.act(case, "keeper", "urge", text="月底前请交上来。")
    told = set(Notice.objects.filter(template="study_told").values_list("to_key", flat=True))
    assert told == {f"p:{world.people['leader'].pk}"}
    case = world.act(case, "leader", "submit", **TEXTS)
    with pytest.raises(KernelError):
        world.act(case, "leader", "publish", text="自己通过自己")
    case = world.act(case, "keeper", "send_back", text="不足再具体一点")
    assert Clock.objects.get(case=case, kind="again").state == "running"
    case = world.act(case, "leader", "submit", **{**TEXTS, "lacks": "涉企检查还有重复，明年全部合并。"})
    assert world.browser("officer").get(url).status_code == 404
    case = world.act(case, "keeper", "publish", text="写得实，通过。")
    assert (case.state, case.outcome) == ("published", "published")
    assert "全部合并" in world.browser("officer").get(url).content.decode()
    assert "全部合并" in world.browser("supervisor").get(url).content.decode()
    assert [world.browser(w).get(url).status_code for w in ("desk", "clerk", "outsider", "admin")] == [
        404
    ] * 4
    names = ("received", "in_time", "sent_back", "published")
    assert [counted("law_report", m) for m in names] == [1, 2, 1, 1]
    assert not Clock.objects.filter(case=case, state="running").exists()


def test_a_report_is_given_once_a_year_to_leaders_alone_and_late_is_counted_late(world: Study) -> None:
    made = world.given("build", "law", days=5)
    assert [c.title.split()[0] for c in made] == ["司法局长", "住建局长"] or len(made) == 2
    with pytest.raises(GuardFailed):
        world.given("build", "law")
    with pytest.raises(GuardFailed):
        world.given("desk")
    with pytest.raises(GuardFailed):
        world.given("leaders", days=0)
    own = Case.objects.get(law_report__person=world.people["law_leader"])
    with pytest.raises(KernelError):
        world.act(own, "law_leader", "void", text="自己作废自己")
    case = Case.objects.get(law_report__person=world.people["leader"])
    world.act(case, "keeper", "void", text="换了人，作废")
    assert world.given("build")[0].pk != case.pk
    world.later(days=9)
    own = world.act(own, "law_leader", "submit", **TEXTS)
    with pytest.raises(KernelError):
        world.act(own, "law_leader", "publish", text="自己通过自己")
    assert (counted("law_report", "late"), counted("law_report", "voided")) == (1, 1)


# --- pages ---------------------------------------------------------------------------------------------
@both_ways
def test_every_page_lets_in_who_may_and_stands_hostile_values(world: Study, every: bool) -> None:
    world.bank(4)
    plan, exam, draft = world.plan(), world.opened(), world.exam(title="还没抽")
    topic, report, question = world.topic(plan), world.published(), Question.objects.all()[0]
    cast = ("keeper", "leader", "officer", "desk", "supervisor", "outsider")
    people: dict[str, Any] = {who: world.people[who] for who in cast} | {"nobody": None}
    look, own = {"keeper", "leader", "desk", "supervisor"}, {"keeper", "leader", "officer", "desk"}
    keepers, body = {"keeper"}, {"leader", "officer"}
    expected = {
        "/study/plans/": look, f"/study/plans/{plan.pk}/": look, "/study/topics/": look,
        f"/study/topics/{topic.pk}/": look, "/study/questions/": keepers, f"/study/questions/{question.pk}/": keepers,
        "/study/exams/": look, f"/study/exams/{exam.pk}/": look, f"/study/exams/{draft.pk}/": keepers,
        f"/study/exams/{exam.pk}/results.xlsx": look, "/study/mine/": own,
        f"/study/mine/{exam.pk}/": {"leader", "officer", "desk"}, "/study/reports/": look | own,
        f"/study/reports/{report.pk}/": keepers | body | {"supervisor"}, "/study/reports/give/": keepers,
        "/study/hours/": look | own,
    }  # fmt: skip
    found = {k: set(v.split()) for k, v in let_in(people, expected).items()}
    assert found == expected
    for name in ("plans", "topics", "questions", "exams", "reports", "hours"):
        heads = world.browser("keeper").get(f"/study/{name}/").context["table"]["columns"]
        for sort in (h["sort"] for h in heads if h["sort"]):
            assert world.browser("keeper").get(f"/study/{name}/?sort={sort}").status_code == 200, (name, sort)
    visited = {
        *expected,
        f"/study/mine/{exam.pk}/paper/",
        "/study/hours/2026/certificate.pdf",
        "/study/hours/certificates/",
    }
    left = unvisited(urls, dict.fromkeys(visited))
    assert not [n for n in left if not n.endswith(("_new", "_act", "_view")) and "import" not in n]
    law, build = str(world.units["law"].pk), str(world.units["build"].pk)
    typed: dict[str, tuple[str, Any]] = {
        "/study/plans/new/": ("keeper", {"body": "中心组", "year": "2026", "unit": law, "source": "计划", "units": [law]}),
        "/study/topics/new/": (
            "keeper", {"title": "新专题", "plan": str(plan.pk), "law": "《条例》", "planned_on": f"{plan.year}-12-01"},
        ),
        f"/study/topics/{topic.pk}/hold/": (
            "keeper", {"on": str(world.today), "starts": "19:00", "ends": "20:30", "place": "三楼"},
        ),
        "/study/questions/new/": (
            "keeper", {"text": "新题", "kind": "one", "options": "甲\n乙", "answer": "A", "law": "第一条", "field": "条例",
                       "valid_from": str(world.today)},
        ),
        "/study/exams/new/": (
            "keeper", {"title": "新考试", "year": "2026", "unit": law, "ones": "1", "manies": "1", "judges": "1",
                       "papers": "1", "opens_on": str(world.today), "closes_on": "2098-01-01", "units": [build]},
        ),
        "/study/reports/give/": ("keeper", {"year": "2027", "due_on": "2027-01-15", "units": [build]}),
        f"/study/mine/{exam.pk}/": ("officer", {}),
        "/study/hours/certificates/": ("keeper", {"year": "2026"}),
    }  # fmt: skip
    assert broken(people, typed, every) == []
    asked = {"/study/hours/": ("keeper", ("year", "unit", "q", "show", "sort")), "/study/reports/": ("keeper", ("year", "show", "sort")),
             "/study/exams/": ("keeper", ("q", "sort")), "/study/topics/": ("keeper", ("q", "show")),
             "/study/plans/": ("keeper", ("q",)), "/study/questions/": ("keeper", ("q", "kind", "field"))}  # fmt: skip
    assert broken_by_query(people, asked, every) == []


def test_queries_do_not_grow_with_rows(world: Study) -> None:
    client = world.browser("keeper")
    world.bank(5)
    plan, exam = world.plan(), world.opened()
    world.topic(plan)
    world.given()

    def queries() -> list[int]:
        counts = []
        urls = (
            "plans/",
            f"plans/{plan.pk}/",
            "topics/",
            "questions/",
            "exams/",
            f"exams/{exam.pk}/",
            "reports/",
            "hours/",
        )
        for url in urls:
            client.get(f"/study/{url}")
            with CaptureQueriesContext(connection) as found:
                assert client.get(f"/study/{url}").status_code == 200
            counts.append(len(found))
        return counts

    before = queries()
    for n in range(6):
        world.topic(plan, title=f"专题 {n}")
        world.plan(body=f"学习组 {n}")
        world.exam(title=f"考试 {n}")
    world.sat(exam, "officer")
    world.sat(exam, "officer2")
    world.given("law", "leaders")
    world.trained(100, "officer")
    assert queries() == before

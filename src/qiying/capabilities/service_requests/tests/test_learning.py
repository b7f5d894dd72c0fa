"""After closing: who is called back and reviewed, what becomes hot, what is looked at again, what becomes a model."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiying.capabilities.service_requests.models import (
    AnswerTemplate,
    BestCase,
    FollowUp,
    HotIssue,
    ReExamination,
    Review,
)
from qiying.capabilities.service_requests.selectors_learning.common import (
    followed_cases,
    month_before,
    month_end,
    month_of,
)
from qiying.capabilities.service_requests.selectors_learning.templates import templates_for
from qiying.capabilities.service_requests.selectors_learning.waiting import waiting_cases, waiting_rows
from qiying.capabilities.service_requests.services import best_cases, hot_issues
from qiying.capabilities.service_requests.services.answer_templates import answer_template_save
from qiying.capabilities.service_requests.services.filed import filed_look, filed_remind
from qiying.capabilities.service_requests.services.follow_ups import (
    case_closed_plan,
    catch_up,
    follow_up_record,
    follow_ups_draw,
    is_drawn,
    month_draw,
)
from qiying.capabilities.service_requests.services.reviews import month_review, review_write, reviews_draw
from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.audit.personal import personal_get
from qiying.kernel.cases import parameters
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.jobs import jobs_run
from qiying.kernel.cases.models import Case, DatedParameter, Job
from qiying.kernel.notices.models import Notice
from qiying.kernel.organisations.services import membership_start
from qiying.kernel.organisations.tests.factories import importer, make_person
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted
from qiying.kernel.permissions.viewer import Viewer, system_viewer

pytestmark = pytest.mark.django_db
STORY = "一家机械企业门口的限高杆挡住货车，每天绕三公里。街道和交通部门现场量过，往东挪了十米，一天办好。"


@pytest.fixture
def world() -> World:
    return make_world()


def closed(world: World, *, stars: int | None = 5, value: str = "solved", **data) -> Case:
    case = world.answered(**data)
    return world.act(
        case, "clerk", "give_verdict", value=value, satisfaction=stars, may_close=value == "partly"
    )


def end_of(case: Case) -> date:
    """Return the day a case was closed."""
    assert case.closed_on is not None
    return case.closed_on


def unconfirmed(world: World) -> Case:
    case = world.answered()
    for days in (1, 1, 3):  # Thursday, Friday, Monday
        world.later(days=days)
        world.act(case, "callback", "contact", method="phone", reached=False)
    world.act(case, "callback", "ask_unconfirmed", reason="三天都没联系上")
    return world.act(case, "supervisor", "decide_unconfirmed", decision="approved")


def filed(world: World) -> Case:
    case = world.handling()
    words = "规划里这块地是绿地，现在不能盖厂房；等控规调整以后可以再报一次。"
    world.act(case, "handler", "explain", text=words, basis="控制性详细规划", obstacle="控规还没调整")
    return world.act(case, "supervisor", "decide_explain", decision="approved")


def many(world: World, n: int, text: str = "厂门口的限高杆太低，货车进不去") -> list[Case]:
    return [_triaged(world, text) for _ in range(n)]


def _triaged(world: World, text: str) -> Case:
    case = world.submit(text=f"{text}，请帮忙看看。")
    return world.act(case, "desk", "triage", kind="problem", category="park_transport", level="general")


def sampled(world: World, percent: int) -> None:
    DatedParameter.objects.create(
        district=world.district,
        name="follow_up.percent",
        value=percent,
        valid_from=date(2020, 1, 1),
        source="测试",
    )
    parameters.forget()


def planned(world: World) -> FollowUp:
    """Return the call-back of a badly rated case, on the day it is due."""
    case = closed(world, stars=2)
    case_closed_plan({"case": case.number}, world.now)
    world.later(days=30)
    return FollowUp.objects.get(case=case)


# --- months and the draw ------------------------------------------------------------------


@given(st.dates(date(2004, 1, 1), date(2030, 12, 31)), st.integers(0, 40))
def test_months_go_back_and_forth_without_loss(day, n):
    month = month_of(day)
    assert month_before(month_before(month, n), -n) == month
    assert month <= day <= month_end(month)


@given(st.text("23456789ABCDEFGH", min_size=5, max_size=5), st.floats(0, 100), st.floats(0, 100))
def test_a_larger_share_never_drops_a_case_that_was_drawn(number, one, other):
    month = date(2026, 11, 1)
    small, large = sorted((one, other))
    assert is_drawn(number, month, large) or not is_drawn(number, month, small)
    assert not is_drawn(number, month, 0)
    assert is_drawn(number, month, 100)


def test_the_share_drawn_is_about_what_the_rule_says_and_changes_with_the_month():
    numbers = [f"Q-20261118-{i:05d}" for i in range(2000)]
    first = {n for n in numbers if is_drawn(n, date(2026, 11, 1), 30)}
    second = {n for n in numbers if is_drawn(n, date(2026, 12, 1), 30)}
    assert 520 < len(first) < 680
    assert first != second


# --- waiting for a verdict ------------------------------------------------------------------


def test_tries_count_once_a_workday_and_say_how_many_are_missing(world):
    case = world.answered()
    for _ in range(2):
        world.act(case, "callback", "contact", method="phone", reached=False)
    world.later(days=1)
    world.act(case, "callback", "contact", method="phone", reached=False)
    (row,) = waiting_rows(list(waiting_cases(world.viewer("callback"))), local_date(world.now))
    assert (len(row.tried), row.left, row.needed) == (2, 1, 3)
    with pytest.raises(GuardFailed) as refused:
        world.act(case, "callback", "ask_unconfirmed", reason="联系不上")
    assert row.why_not in refused.value.reasons
    world.later(days=1)
    world.act(case, "callback", "contact", method="phone", reached=False)
    (row,) = waiting_rows(list(waiting_cases(world.viewer("callback"))), local_date(world.now))
    assert (row.left, row.why_not) == (0, "")
    world.act(case, "callback", "ask_unconfirmed", reason="联系不上企业")
    (row,) = waiting_rows(list(waiting_cases(world.viewer("callback"))), local_date(world.now))
    assert row.is_asked


def test_a_try_for_an_earlier_answer_does_not_count_for_the_next(world):
    case = world.answered()
    world.act(case, "callback", "contact", method="phone", reached=False)
    world.act(case, "clerk", "give_verdict", value="not_solved")
    world.act(case, "handler", "answer", text="又去了一次，这回全部挪开了。", result="solved")
    (row,) = waiting_rows(list(waiting_cases(world.viewer("callback"))), local_date(world.now))
    assert row.tried == []


def test_the_oldest_answer_stands_first_and_other_districts_stay_out(world):
    first = world.answered()
    world.later(days=2)
    second = world.answered()
    assert [c.pk for c in waiting_cases(world.viewer("callback"))] == [first.pk, second.pk]
    assert not waiting_cases(make_world("柯桥区").viewer("callback")).exists()


def also_handler(world: World) -> Viewer:
    """Return a call-back officer who is a member of the handling town as well."""
    from qiying.kernel.enterprises.tests.factories import viewer

    person = make_person("两头", world.units["callback"], "callback")
    membership_start(
        actor=importer(world.district.pk),
        person=person,
        unit=world.units["town"],
        role="handler",
        valid_from=date(2020, 1, 1),
        at=world.now,
    )
    return viewer(person)


def test_who_belongs_to_the_handling_unit_neither_sees_nor_records_its_call_backs(world):
    follow_up = planned(world)
    both = also_handler(world)
    world.answered()
    assert not waiting_cases(both).exists()
    assert waiting_cases(world.viewer("callback")).count() == 1
    assert not followed_cases(both).exists()
    with pytest.raises(NotPermitted):
        follow_up_record(
            follow_up=follow_up,
            actor=both,
            reached=True,
            still_solved=True,
            satisfaction=5,
            note="",
            now=world.now,
        )


# --- call-backs -----------------------------------------------------------------------------


def test_closing_plans_a_call_after_thirty_days_for_a_bad_rating_and_an_unconfirmed_end(world):
    good, bad, partly = closed(world), closed(world, stars=2), closed(world, value="partly", stars=4)
    silent = unconfirmed(world)
    jobs_run(world.now, limit=200)
    found = {f.case_id: f for f in FollowUp.objects.all()}
    assert {found[c.pk].why for c in (bad, partly)} == {"bad_rating"}
    assert found[silent.pk].why == "unconfirmed"
    assert good.pk not in found
    assert found[bad.pk].due_on == end_of(bad) + timedelta(days=30)
    assert found[bad.pk].month == month_of(found[bad.pk].due_on)


def test_the_monthly_list_takes_every_bad_one_and_a_share_of_the_rest_whoever_draws_it(world):
    sampled(world, 0)
    good, bad = closed(world), closed(world, stars=1)
    month = month_of(end_of(good) + timedelta(days=30))
    assert month_draw(district_id=world.district.pk, month=month) == 1
    sampled_in = date(2026, 1, 1)
    DatedParameter.objects.filter(name="follow_up.percent").update(value=100, valid_from=sampled_in)
    parameters.forget()
    assert month_draw(district_id=world.district.pk, month=month) == 1
    assert month_draw(district_id=world.district.pk, month=month) == 0
    assert dict(FollowUp.objects.values_list("case_id", "why")) == {good.pk: "sample", bad.pk: "bad_rating"}


def test_the_daily_task_draws_the_month_that_is_due_now(world):
    closed(world, stars=1)
    world.later(days=30)
    assert follow_ups_draw(world.now) == 1
    assert follow_ups_draw(world.now) == 0
    assert catch_up(world.now, months=6, district_id=world.district.pk) == 0


def test_a_call_that_says_not_solved_takes_the_case_up_again_on_the_same_promise(world):
    follow_up = planned(world)
    promised = follow_up.case.promised_by
    done = follow_up_record(
        follow_up=follow_up,
        actor=world.viewer("callback"),
        reached=True,
        still_solved=False,
        satisfaction=1,
        note="又挪回去了，货车还是进不来",
        now=world.now,
    )
    case = Case.objects.get(pk=follow_up.case_id)
    assert done.is_reopened
    assert (case.state, case.reopen_count, case.promised_by) == ("handling", 1, promised)
    assert personal_get([done.follow_up.note_ref])[done.follow_up.note_ref] == "又挪回去了，货车还是进不来"
    entry = AuditEntry.objects.get(action="follow_up_recorded")
    assert "挪回去" not in entry.data
    assert not any("挪回去" in e.data for e in case.events.all())


def test_a_call_too_late_to_reopen_is_kept_with_the_reason(world):
    follow_up = planned(world)
    world.later(days=70)
    done = follow_up_record(
        follow_up=follow_up,
        actor=world.viewer("callback"),
        reached=True,
        still_solved=False,
        satisfaction=None,
        note="还是没有解决",
        now=world.now,
    )
    assert not done.is_reopened
    assert "90 天" in done.reasons[0]
    assert FollowUp.objects.get().still_solved is False


def test_a_call_has_to_say_what_was_said_and_is_recorded_once(world):
    follow_up = planned(world)
    call = {"follow_up": follow_up, "actor": world.viewer("callback"), "now": world.now}
    with pytest.raises(GuardFailed) as refused:
        follow_up_record(**call, reached=True, still_solved=None, satisfaction=9, note="")
    assert set(refused.value.fields) == {"still_solved", "satisfaction"}
    with pytest.raises(GuardFailed) as refused:
        follow_up_record(**call, reached=True, still_solved=False, satisfaction=None, note="")
    assert set(refused.value.fields) == {"note"}
    missed = follow_up_record(**call, reached=False, still_solved=True, satisfaction=5, note="")
    assert (missed.follow_up.state, missed.follow_up.still_solved) == ("unreached", None)
    follow_up_record(**call, reached=True, still_solved=True, satisfaction=4, note="")
    with pytest.raises(ActionNotAvailable):
        follow_up_record(**call, reached=True, still_solved=True, satisfaction=4, note="")


def test_handlers_and_desk_may_not_record_a_call(world):
    follow_up = planned(world)
    for who in ("handler", "liaison", "leader", "desk", "clerk", "outsider"):
        with pytest.raises(NotPermitted):
            follow_up_record(
                follow_up=follow_up,
                actor=world.viewer(who),
                reached=True,
                still_solved=True,
                satisfaction=5,
                note="",
                now=world.now,
            )


def test_a_second_closing_moves_the_call_that_was_not_made_yet(world):
    case = closed(world, stars=2)
    jobs_run(world.now, limit=200)
    world.later(days=10)
    world.act(case, "clerk", "reopen", reason="又出现了同样的问题")
    world.act(case, "handler", "answer", text="再去一次，彻底挪走了。", result="solved")
    case = world.act(case, "clerk", "give_verdict", value="solved", satisfaction=5)
    jobs_run(world.now, limit=200)
    (row,) = FollowUp.objects.all()
    assert row.due_on == end_of(case) + timedelta(days=30)


# --- reviews --------------------------------------------------------------------------------


def test_the_months_reviews_name_every_rule_that_holds(world):
    plain = closed(world)
    world.later(hours=1)
    again = closed(world)
    world.later(days=1)
    refused = world.answered()
    for text in ("第一次没有办成", "第二次还是没办成"):
        world.act(refused, "clerk", "give_verdict", value="not_solved", comment=text)
        if Case.objects.get(pk=refused.pk).state == "escalated":
            world.act(refused, "supervisor", "send_back", text="请到现场再办一次")
        world.later(days=14)
        world.act(refused, "handler", "answer", text="这一次全部挪走，车能进了。", result="solved")
    world.act(refused, "clerk", "give_verdict", value="solved")
    month = month_of(local_date(world.now))
    for m in {month_of(end_of(plain)), month}:
        month_review(district_id=world.district.pk, month=m)
    why = {r.case_id: set(r.why.split(",")) for r in Review.objects.all()}
    assert plain.pk not in why
    assert why[again.pk] == {"repeated"}
    assert {"refused", "long", "repeated"} <= why[refused.pk]


def test_a_red_card_and_a_reopening_lead_to_a_review_drawn_after_the_month(world):
    case = world.handling()
    clock = case.clocks.get(kind="handle")
    case_act(
        case=case,
        action="fire_rung",
        actor=system_viewer("worker"),
        data={"clock_no": clock.no, "rung": "red", "kind": "red"},
        now=world.now,
    )
    world.act(case, "handler", "answer", text="限高杆已经往东挪了十米。", result="solved")
    case = world.act(case, "clerk", "give_verdict", value="solved")
    world.act(case, "clerk", "reopen", reason="又出现了同样的问题")
    world.act(case, "handler", "answer", text="再去一次，彻底挪走了。", result="solved")
    world.act(case, "clerk", "give_verdict", value="solved")
    assert reviews_draw(world.now) == 0
    world.later(days=31)
    assert reviews_draw(world.now) == 1
    assert reviews_draw(world.now) == 0
    assert Review.objects.get().why == "reopened,red"


def written(world: World, *, nominate: bool = True, who: str = "desk") -> Review:
    case = closed(world)
    closed_in = month_of(end_of(case))
    review, _ = Review.objects.get_or_create(case=case, month=closed_in, defaults={"why": "long"})
    return review_write(
        review=review,
        actor=world.viewer(who),
        cause="现场没人牵头，三家互相等",
        lesson="第一天就要一起到现场",
        measure="限高设施挪动改成一家牵头",
        is_nominated=nominate,
        now=world.now,
    )


def test_the_unit_writes_its_review_but_cannot_nominate_itself(world):
    assert written(world, who="leader", nominate=False).state == "done"
    with pytest.raises(NotPermitted):
        written(world, who="leader", nominate=True)
    with pytest.raises(NotPermitted):
        written(world, who="handler", nominate=False)
    assert written(world, who="supervisor").is_nominated


def test_a_review_has_to_say_something(world):
    review = written(world)
    with pytest.raises(GuardFailed) as refused:
        review_write(
            review=review,
            actor=world.viewer("desk"),
            cause="",
            lesson="短",
            measure="限高设施挪动改成一家牵头",
            is_nominated=True,
            now=world.now,
        )
    assert set(refused.value.fields) == {"cause", "lesson"}


# --- hot issues -----------------------------------------------------------------------------


def test_the_fifth_similar_case_makes_a_hot_issue_once_and_the_sixth_joins_it(world):
    many(world, 4)
    assert hot_issues.hot_issues_find(world.now) == 0
    many(world, 1)
    assert hot_issues.hot_issues_find(world.now) == 1
    assert hot_issues.hot_issues_find(world.now) == 0
    issue = HotIssue.objects.get()
    assert issue.cases.count() == 5
    assert issue.words[0] == "限高"
    assert issue.title == f"园区交通配套：{'、'.join(issue.words)}"
    assert Notice.objects.filter(template="hot_found").count() == 1
    many(world, 1)
    assert hot_issues.hot_issues_find(world.now) == 0
    assert issue.cases.count() == 6


def test_different_matters_of_one_category_are_one_issue_of_the_whole_category(world):
    for text in (
        "路灯不亮夜班危险",
        "公交末班车太早",
        "道路坑洼轮胎爆了",
        "斑马线被磨没了",
        "红绿灯时间过短",
    ):
        _triaged(world, text)
    assert hot_issues.hot_issues_find(world.now) == 1
    issue = HotIssue.objects.get()
    assert (issue.words, issue.title) == ([], "园区交通配套")


def test_cases_outside_the_window_do_not_count(world):
    many(world, 3)
    world.later(days=31)
    many(world, 4)
    assert hot_issues.hot_issues_find(world.now) == 0


def test_a_dismissed_issue_does_not_come_back_with_the_same_cases(world):
    many(world, 5)
    hot_issues.hot_issues_find(world.now)
    issue = HotIssue.objects.get()
    with pytest.raises(GuardFailed):
        hot_issues.hot_dismiss(issue=issue, actor=world.viewer("desk"), reason=" ", now=world.now)
    hot_issues.hot_dismiss(
        issue=issue, actor=world.viewer("desk"), reason="同一个园区门口的一件事", now=world.now
    )
    many(world, 4)
    assert hot_issues.hot_issues_find(world.now) == 0
    many(world, 1)
    assert hot_issues.hot_issues_find(world.now) == 1


def test_a_hot_issue_goes_from_found_through_policy_to_solved(world):
    many(world, 5)
    hot_issues.hot_issues_find(world.now)
    issue = HotIssue.objects.get()
    who = {"issue": issue, "actor": world.viewer("supervisor"), "now": world.now}
    with pytest.raises(ActionNotAvailable):
        hot_issues.hot_solve(**who, result="全区限高杆都量过了")
    with pytest.raises(GuardFailed) as refused:
        hot_issues.hot_confirm(**who, title="限高杆太低", unit_id=10**9, measure="全区排查限高设施")
    assert set(refused.value.fields) == {"unit"}
    unit = world.units["bureau"]
    hot_issues.hot_confirm(**who, title="限高杆太低", unit_id=unit.pk, measure="全区排查限高设施")
    hot_issues.hot_become(**who, becomes="reform")
    hot_issues.hot_become(**who, becomes="reform")
    (job,) = Job.objects.filter(kind="event:hot_issue_became")
    assert (job.payload["becomes"], len(job.payload["cases"])) == ("reform", 5)
    assert Notice.objects.filter(template="hot_confirmed", to_key=f"u:{unit.pk}").count() == 1
    done = hot_issues.hot_solve(**who, result="全区 31 处限高杆全部整改")
    assert (done.state, done.closed_on) == ("solved", local_date(world.now))
    with pytest.raises(NotPermitted):
        hot_issues.hot_confirm(**{**who, "actor": world.viewer("handler")}, title="x", unit_id=1, measure="y")


# --- filed cases ----------------------------------------------------------------------------


def test_a_supervisors_changed_reopens_a_filed_case_even_after_a_year(world):
    case = filed(world)
    world.later(days=400)
    row = filed_look(
        case=case, actor=world.viewer("supervisor"), has_changed=True, reason="控规 11 月批了", now=world.now
    )
    case.refresh_from_db()
    assert (row.state, case.state, case.reopen_count) == ("reopened", "handling", 1)
    with pytest.raises(ActionNotAvailable):
        filed_look(
            case=case, actor=world.viewer("supervisor"), has_changed=True, reason="控规批了", now=world.now
        )


def test_the_desks_changed_waits_for_a_supervisor(world):
    case = filed(world)
    row = filed_look(
        case=case, actor=world.viewer("desk"), has_changed=True, reason="控规批了", now=world.now
    )
    case.refresh_from_db()
    assert (row.state, case.state) == ("changed", "filed")
    assert Notice.objects.filter(template="obstacle_changed").count() == 1
    again = filed_look(
        case=case,
        actor=world.viewer("supervisor"),
        has_changed=True,
        reason="看过批文，是变了",
        now=world.now,
    )
    assert (again.pk, again.state) == (row.pk, "reopened")


def test_every_filed_case_is_looked_at_once_a_year(world):
    case = filed(world)
    world.later(days=200)
    assert filed_remind(world.now) == 0
    world.later(days=170)
    assert filed_remind(world.now) == 1
    assert filed_remind(world.now) == 0
    filed_look(case=case, actor=world.viewer("desk"), has_changed=False, reason="控规还没动", now=world.now)
    assert ReExamination.objects.get().state == "stands"
    world.later(days=300)
    assert filed_remind(world.now) == 0
    world.later(days=70)
    assert filed_remind(world.now) == 1


def test_who_handled_a_filed_case_cannot_re_examine_it(world):
    case = filed(world)
    with pytest.raises(NotPermitted):
        filed_look(
            case=case, actor=world.viewer("leader"), has_changed=True, reason="我看变了", now=world.now
        )
    both = also_handler(world)
    with pytest.raises(NotPermitted):
        filed_look(case=case, actor=both, has_changed=True, reason="我看变了", now=world.now)


# --- best cases -----------------------------------------------------------------------------


def chosen(world: World, title: str = "一根限高杆挪出一条路") -> BestCase:
    return best_cases.best_case_choose(
        review=written(world), actor=world.viewer("supervisor"), title=title, story=STORY, now=world.now
    )


def test_only_a_supervisor_chooses_and_only_nominated_reviews(world):
    review = written(world, nominate=False)
    give = {"title": "一根限高杆", "story": STORY, "now": world.now}
    with pytest.raises(ActionNotAvailable):
        best_cases.best_case_choose(review=review, actor=world.viewer("supervisor"), **give)
    with pytest.raises(NotPermitted):
        best_cases.best_case_choose(review=written(world), actor=world.viewer("desk"), **give)
    best = chosen(world)
    with pytest.raises(ActionNotAvailable):
        review_write(
            review=best.review,
            actor=world.viewer("desk"),
            cause="改一改原因看看",
            lesson="改一改教训看看",
            measure="改一改措施看看",
            is_nominated=False,
            now=world.now,
        )


def test_a_year_has_ten_at_most_and_places_close_up(world):
    found = [chosen(world, f"第{i}件好事情") for i in range(10)]
    with pytest.raises(GuardFailed):
        chosen(world, "第十一件好事")
    moved = best_cases.best_case_move(
        best=found[2], actor=world.viewer("supervisor"), is_up=True, now=world.now
    )
    assert moved.rank == 2
    assert (
        best_cases.best_case_move(
            best=found[0], actor=world.viewer("supervisor"), is_up=True, now=world.now
        ).rank
        == 1
    )
    best_cases.best_case_remove(best=found[0], actor=world.viewer("supervisor"), now=world.now)
    ranks = list(BestCase.objects.order_by("rank").values_list("title", "rank"))
    assert [r for _, r in ranks] == list(range(1, 10))
    assert ranks[0][0] == "第2件好事情"


@pytest.mark.parametrize(
    ("story", "word"),
    [
        (STORY + "联系电话 138 0000 1111。", "电话"),
        (STORY + "联系人陈雨很满意。", "联系人"),
        (STORY + "禾川精密机械有限公司送来锦旗。", "企业名字"),
        (STORY + "禾川精密机械送来锦旗。", "企业名字"),
    ],
)
def test_a_story_names_nobody_who_did_not_agree(world, story, word):
    best = chosen(world)
    from qiying.kernel.audit.personal import personal_put
    from qiying.kernel.cases.models import Intake

    Intake.objects.update(contact_name_ref=personal_put(["陈雨"], at=world.now)[0])
    give = {"best": best, "actor": world.viewer("supervisor"), "title": best.title, "now": world.now}
    with pytest.raises(GuardFailed) as refused:
        best_cases.best_case_save(**give, story=story, names_enterprise=False, consent="")
    assert any(word in r for r in refused.value.fields["story"])
    if word == "企业名字":
        with pytest.raises(GuardFailed) as refused:
            best_cases.best_case_save(**give, story=story, names_enterprise=True, consent="")
        assert set(refused.value.fields) == {"consent"}
        row = best_cases.best_case_save(
            **give, story=story, names_enterprise=True, consent="陈总 11月12日电话同意"
        )
        assert best_cases.best_case_publish(
            best=row, actor=world.viewer("supervisor"), is_published=True, now=world.now
        ).is_published


def test_a_hidden_asker_is_never_named(world):
    review = written(world)
    Case.objects.filter(pk=review.case_id).update(hide_asker=True)
    best = best_cases.best_case_choose(
        review=review, actor=world.viewer("supervisor"), title="一根限高杆", story=STORY, now=world.now
    )
    with pytest.raises(GuardFailed) as refused:
        best_cases.best_case_save(
            best=best,
            actor=world.viewer("supervisor"),
            title=best.title,
            story=STORY,
            names_enterprise=True,
            consent="陈总 11月12日电话同意",
            now=world.now,
        )
    assert "names_enterprise" in refused.value.fields


# --- answer templates -----------------------------------------------------------------------


def template(world: World, who: str = "liaison", unit: str = "town", **more) -> AnswerTemplate:
    given = {
        "name": "限高杆挪动",
        "text": "限高杆已于【日期】挪到【地点】。",
        "category": "",
        "is_active": True,
        **more,
    }
    return answer_template_save(actor=world.viewer(who), unit_id=world.units[unit].pk, now=world.now, **given)


def test_a_units_head_keeps_its_templates_and_nobody_elses(world):
    row = template(world)
    with pytest.raises(NotPermitted):
        template(world, who="handler")
    with pytest.raises(NotPermitted):
        template(world, who="co_liaison")
    with pytest.raises(GuardFailed) as refused:
        template(world, who="leader")
    assert set(refused.value.fields) == {"name"}
    with pytest.raises(GuardFailed):
        template(world, name="别的", category="no_such_kind")
    with pytest.raises(NotPermitted):
        answer_template_save(
            actor=world.viewer("co_liaison"),
            unit_id=world.units["bureau"].pk,
            name="改到我这",
            text="把别的单位的模板拿过来",
            category="",
            is_active=True,
            now=world.now,
            template=row,
        )


def test_templates_fit_the_case_and_the_unit_that_answers(world):
    template(world, name="各类都行")
    template(world, name="正好这类", category="park_transport")
    template(world, name="别的类", category="arrears")
    template(world, name="停用的", is_active=False)
    template(world, who="co_liaison", unit="bureau", name="别的单位")
    case = world.handling()
    assert [t.name for t in templates_for(case, world.viewer("handler"))] == ["正好这类", "各类都行"]
    assert not templates_for(case, world.viewer("co_handler")).exists()
    assert not templates_for(case, world.viewer("clerk")).exists()

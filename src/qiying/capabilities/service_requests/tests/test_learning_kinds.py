"""From one case to one kind: reviews and hot issues."""

from __future__ import annotations

import pytest

from qiying.capabilities.service_requests.models import (
    HotIssue,
    Review,
)
from qiying.capabilities.service_requests.services import hot_finding, hot_issues
from qiying.capabilities.service_requests.services.reviews import month_review, review_write, reviews_draw
from qiying.capabilities.service_requests.tests.learning_world import (
    _triaged,
    closed,
    end_of,
    many,
    written,
)
from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import Case, Job
from qiying.kernel.enterprises.tests.factories import make_enterprise
from qiying.kernel.figures.periods import month_of
from qiying.kernel.notices.models import Notice
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted
from qiying.kernel.permissions.viewer import system_viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


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


def test_the_fifth_similar_case_makes_a_hot_issue_once_and_the_sixth_joins_it(world):
    many(world, 4)
    assert hot_finding.hot_issues_find(world.now) == 0
    many(world, 1)
    assert hot_finding.hot_issues_find(world.now) == 1
    assert hot_finding.hot_issues_find(world.now) == 0
    issue = HotIssue.objects.get()
    assert issue.cases.count() == 5
    assert "厂门口的限高杆太低" in issue.words
    assert "货车进不去" in issue.title
    assert (issue.askers, len(issue.examples)) == (5, 3)
    assert Notice.objects.filter(template="hot_found").count() == 1
    many(world, 1)
    assert hot_finding.hot_issues_find(world.now) == 0
    assert issue.cases.count() == 6
    issue.refresh_from_db()
    assert issue.askers == 6


DIFFERENT = (
    "路灯不亮夜班危险",
    "公交末班车太早",
    "道路坑洼轮胎爆了",
    "斑马线被磨没了",
    "红绿灯时间过短",
)


def test_different_matters_of_one_category_are_nothing_and_swallow_no_later_matter(world):
    for text in DIFFERENT:
        _triaged(world, text)
    assert hot_finding.hot_issues_find(world.now) == 0
    world.later(days=1)
    many(world, 6, "工业路限高杆太低")
    assert hot_finding.hot_issues_find(world.now) == 1
    issue = HotIssue.objects.get()
    assert issue.cases.count() == 6
    assert "工业路限高杆太低" in issue.title


def test_a_whole_category_found_before_takes_no_case_unlike_it(world):
    old = HotIssue.objects.create(
        district=world.district,
        title="园区交通配套",
        category="park_transport",
        found_on=local_date(world.now),
        window_days=30,
    )
    old.cases.set([_triaged(world, text) for text in DIFFERENT])
    many(world, 6, "工业路限高杆太低")
    assert hot_finding.hot_issues_find(world.now) == 1
    assert old.cases.count() == 5


def test_one_matter_in_several_categories_is_one_issue(world):
    for i in range(6):
        _triaged(world, "工业路限高杆太低", category="park_transport" if i % 2 else "environment")
    assert hot_finding.hot_issues_find(world.now) == 1
    assert HotIssue.objects.get().cases.count() == 6


def test_the_cases_of_one_firm_are_not_hot_however_many(world):
    firm = make_enterprise(world.district, "一家有限公司")
    many(world, 7, firm=firm)
    assert hot_finding.hot_issues_find(world.now) == 0
    many(world, 4)
    assert hot_finding.hot_issues_find(world.now) == 1
    assert HotIssue.objects.get().askers == 5


def test_a_case_that_comes_joins_at_once_when_alike_and_is_left_alone_when_not(world):
    many(world, 5, "工业路限高杆太低")
    hot_finding.hot_issues_find(world.now)
    alike, other = many(world, 1, "工业路的限高杆太低了"), many(world, 1, "公交末班车太早")
    ids = [c.pk for c in (*alike, *other)]
    assert hot_finding.newcomers_join(district_id=world.district.pk, case_ids=ids) == 1
    assert HotIssue.objects.get().cases.filter(pk=alike[0].pk).exists()
    assert hot_finding.newcomers_join(district_id=world.district.pk, case_ids=ids) == 0


@pytest.mark.parametrize(
    ("group", "title"),
    [
        ([("投诉滨江园区 3 号路限高杆太低的问题", "")] * 3, "滨江园区 3 号路限高杆太低"),
        (
            [
                ("路灯不亮夜班危险", "滨江园区 3 号路晚上没有灯"),
                ("晚上没路灯", "滨江园区 3 号路很黑"),
                ("没灯", "在 5 号路"),
            ],
            "3 号路：路灯不亮夜班危险",
        ),
        ([("咨询", "补贴什么时候到账")] * 2, "咨询"),
    ],
)
def test_the_title_is_what_a_person_wrote_with_the_place_most_of_them_name(group, title):
    assert hot_finding.issue_title(group) == title


def test_words_cut_off_a_longer_name_are_not_said_to_be_shared():
    titles = ["A市伊景园车位捆绑", "A市伊景园捆绑车位", "反映A市伊景园的车位"]
    assert "A市伊景园" in " ".join(hot_finding.shared_words(titles))
    assert hot_finding.shared_words(["甲", "乙"]) == ()


def test_cases_outside_the_window_do_not_count(world):
    many(world, 3)
    world.later(days=31)
    many(world, 4)
    assert hot_finding.hot_issues_find(world.now) == 0


def test_a_dismissed_issue_does_not_come_back_with_the_same_cases(world):
    many(world, 5)
    hot_finding.hot_issues_find(world.now)
    issue = HotIssue.objects.get()
    with pytest.raises(GuardFailed):
        hot_issues.hot_dismiss(issue=issue, actor=world.viewer("desk"), reason=" ", now=world.now)
    hot_issues.hot_dismiss(
        issue=issue, actor=world.viewer("desk"), reason="同一个园区门口的一件事", now=world.now
    )
    many(world, 4)
    assert hot_finding.hot_issues_find(world.now) == 0
    many(world, 1)
    assert hot_finding.hot_issues_find(world.now) == 1


def test_a_hot_issue_goes_from_found_through_policy_to_solved(world):
    many(world, 5)
    hot_finding.hot_issues_find(world.now)
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

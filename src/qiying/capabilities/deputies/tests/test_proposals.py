"""A deputies' proposal from the deputy's hand to the deputy's word, and every other way it goes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.http import Http404

from qiying.capabilities.deputies.tests.world import TEXT, Deputies, make_world
from qiying.kernel.cases.models import Case, CaseParty, Clock, Intake
from qiying.kernel.cases.opening import case_start
from qiying.kernel.enterprises.tests.factories import make_clerk
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.notices.models import Notice
from qiying.kernel.organisations.offers import provided
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def world() -> Deputies:
    return make_world()


def clock(case: Case, kind: str) -> Clock:
    return Clock.objects.filter(case=case, kind=kind).latest("no")


def counted(case: Case) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in FigureDelta.objects.filter(case_id=case.pk):
        found[row.measure] = found.get(row.measure, 0) + row.value
    return found


def on(world: Deputies, day: date) -> None:
    world.now = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)


def test_a_proposal_is_accepted_talked_over_answered_and_judged_by_the_deputy(world: Deputies) -> None:
    article = world.article()
    on(world, date(2026, 3, 18))
    case = world.propose(article_ids=[article.pk], co_mover_ids=[world.people["deputy2"].pk])
    assert (case.state, case.turn, clock(case, "accept").due_by) == (
        "received",
        "congress",
        date(2026, 3, 25),
    )
    assert Intake.objects.get(district=world.district).channel.code == "deputy_proposal"
    cited = provided("articles_cited")
    assert cited is not None and cited(f"case:{case.number}") == [str(article)]
    on(world, date(2026, 3, 20))
    case = world.assigned(case, co_unit_ids=[world.units["traffic"].pk])
    assert clock(case, "answer").due_by == case.promised_by == date(2026, 6, 22)
    assert "3 个月" in clock(case, "answer").explanation
    assert clock(case, "co").due_by == date(2026, 5, 20)
    case = world.act(case, "traffic", "opinion", text="道路可以划泊位")
    with pytest.raises(GuardFailed, match="先沟通"):
        world.act(case, "handler", "answer", code="A", text="已经建成两处停车场。")
    case = world.answered(case)
    case = world.act(case, "deputy", "judge", verdict="satisfied")
    assert case.state == "answered"  # the other mover has not judged
    with pytest.raises(GuardFailed, match="评价过"):
        world.act(case, "deputy", "judge", verdict="fair")
    case = world.act(case, "deputy2", "judge", verdict="fair")
    assert (case.state, case.outcome, case.is_open) == ("closed", "fair", False)
    told = counted(case)
    assert told["accepted_in_time"] == told["answered_in_time"] == told["co_in_time"] == 1
    assert (told["code_a"], told["satisfied"], told["fair"], told["joint"]) == (1, 1, 1, 1)
    keys = set(Notice.objects.filter(template="deputies_told").values_list("to_key", flat=True))
    assert {f"p:{world.people['deputy'].pk}", f"p:{world.people['deputy2'].pk}"} <= keys


def test_dissatisfied_is_answered_again_within_a_month(world: Deputies) -> None:
    on(world, date(2026, 9, 1))
    case = world.answered(world.assigned(world.propose()), code="B", plan_on=date(2027, 6, 30))
    on(world, date(2026, 9, 5))
    with pytest.raises(GuardFailed) as silent:
        world.act(case, "deputy", "judge", verdict="dissatisfied")
    assert set(silent.value.fields) == {"comment"}
    case = world.act(case, "deputy", "judge", verdict="dissatisfied", comment="没有写建在哪里")
    assert (case.state, clock(case, "again").due_by) == ("handling", date(2026, 10, 8))
    with pytest.raises(GuardFailed, match="先沟通"):  # anew in every round
        world.act(case, "handler", "answer", code="A", text="建在滨江路与工业路口。")
    case = world.act(world.answered(case), "deputy", "judge", verdict="satisfied")
    assert (case.outcome, counted(case)["again"], counted(case)["dissatisfied"]) == ("satisfied", 1, 1)
    assert "code_b" not in counted(case)


def test_a_complex_one_has_six_months_and_may_end_on_a_make_up_workday(world: Deputies) -> None:
    on(world, date(2026, 3, 20))
    assert clock(world.assigned(world.propose(), is_complex=True), "answer").due_by == date(2026, 9, 20)


def test_three_months_become_six_with_the_congress_consent_and_the_deputy_reads_why(world: Deputies) -> None:
    on(world, date(2026, 3, 20))
    case = world.assigned(world.propose())
    world.later(days=40)
    case = world.act(case, "handler", "ask_complex", reason="要等省里的规划批下来")
    with pytest.raises(NotPermitted):
        world.act(case, "leader", "decide_complex", decision="approved")
    case = world.act(case, "congress", "decide_complex", decision="approved")
    assert clock(case, "answer").due_by == date(2026, 9, 20)  # from the assignment, a make-up workday
    told = Notice.objects.filter(template="deputies_told", context__what="答复期限延长了")
    assert any("要等省里的规划" in row.context["words"] for row in told if row.to_key.startswith("p:"))
    with pytest.raises(GuardFailed, match="已经是 6 个月"):
        world.act(case, "handler", "ask_complex", reason="还想再长一点")


def test_it_is_returned_within_ten_days_with_consent_and_assigned_anew(world: Deputies) -> None:
    case = world.act(world.assigned(world.propose()), "handler", "ask_return", reason="停车场归交通局管")
    with pytest.raises(NotPermitted):
        world.act(case, "leader", "decide_return", decision="approved")
    case = world.act(case, "congress", "decide_return", decision="approved")
    assert (case.state, CaseParty.objects.filter(case=case, role="lead", until=None).count()) == (
        "received",
        0,
    )
    with pytest.raises(Http404):
        world.act(case, "handler", "talk", way="face", on=world.today, text="还想谈一谈")
    case = world.act(case, "congress", "assign", unit_id=world.units["traffic"].pk)
    world.later(days=13)
    with pytest.raises(GuardFailed, match="不能再退"):
        world.act(case, "traffic", "ask_return", reason="也不归交通局管")


def test_what_is_no_proposal_is_refused_with_the_reason(world: Deputies) -> None:
    with pytest.raises(GuardFailed) as several:
        world.propose(title="建停车场；降低融资成本")
    assert set(several.value.fields) == {"title"}
    case = world.propose(title="请法院改判我公司的案件")
    with pytest.raises(GuardFailed):
        world.act(case, "congress", "refuse", refusal="made_up", reason="随便写的理由")
    case = world.act(case, "congress", "refuse", refusal="case", reason="法院正在审理")
    assert (case.state, case.outcome, counted(case)["refused_case"]) == ("refused", "refused", 1)
    assert "正在办理的案件" in Notice.objects.get(to_key=f"p:{world.people['deputy'].pk}").context["words"]
    with pytest.raises(ActionNotAvailable):
        world.assigned(case)


def test_a_deputy_who_asks_about_his_own_firm_declares_it_and_does_not_judge(world: Deputies) -> None:
    make_clerk(world.enterprise, person=world.people["deputy"])
    own: dict[str, Any] = {"firm_id": world.enterprise.pk}
    with pytest.raises(GuardFailed) as silent:
        world.propose(**own)
    assert set(silent.value.fields) == {"conflict"}
    with pytest.raises(GuardFailed):  # nor through a colleague who moves it for him
        world.propose("deputy2", co_mover_ids=[world.people["deputy"].pk], **own)
    declared: dict[str, Any] = {**own, "conflict": "我是这家企业的股东，园区里另外三十家也停不下"}
    case = world.answered(world.assigned(world.propose(**declared)))
    with pytest.raises(GuardFailed, match="利害关系"):
        world.act(case, "deputy", "judge", verdict="satisfied")
    case = world.act(case, "congress", "judge", verdict="satisfied")
    assert (case.state, counted(case)["conflicts"]) == ("closed", 1)
    both = world.propose(**declared, co_mover_ids=[world.people["deputy2"].pk])
    both = world.answered(world.assigned(both))
    with pytest.raises(GuardFailed, match="利害关系"):
        world.act(both, "congress", "judge", verdict="satisfied")
    assert world.act(both, "deputy2", "judge", verdict="satisfied").state == "closed"


def test_silence_is_not_consent_and_two_people_close_it(world: Deputies) -> None:
    case = world.answered(world.assigned(world.propose()), code="C")
    with pytest.raises(GuardFailed, match="还没过"):
        world.act(case, "congress", "ask_unconfirmed", reason="打了三次电话没有回音")
    world.later(days=40)
    case = world.act(case, "congress", "ask_unconfirmed", reason="打了三次电话没有回音")
    with pytest.raises(GuardFailed, match="别人"):
        world.act(case, "congress", "decide_unconfirmed", decision="approved")
    case = world.act(case, "congress2", "decide_unconfirmed", decision="approved")
    assert (case.outcome, counted(case)["unconfirmed"], counted(case)["code_c"]) == ("unconfirmed", 1, 1)
    assert "satisfied" not in counted(case)


@pytest.mark.parametrize("who", ["outsider", "supervisor", "procurator", "traffic", "admin", "handler"])
def test_nobody_else_moves_a_proposal_or_sees_it(world: Deputies, who: str) -> None:
    with pytest.raises(Http404):
        world.propose(who)
    case = world.propose()
    with pytest.raises(Http404):
        world.act(case, who, "assign", unit_id=world.units["market"].pk)


def test_the_congress_writes_one_down_for_a_deputy_and_bad_input_is_named(world: Deputies) -> None:
    def given(**more: Any) -> dict[str, Any]:
        return {"title": "加快集卡停车场建设", "text": TEXT, **more}

    congress = world.viewer("congress")
    with pytest.raises(GuardFailed) as nobody:
        case_start(procedure="deputy_proposal", actor=congress, data=given(), now=world.now)
    assert set(nobody.value.fields) == {"mover_id"}
    case = world.propose("congress", mover_id=world.people["deputy"].pk)
    assert world.act(case, "deputy", "withdraw", reason="已经解决了").state == "withdrawn"
    case = world.propose()
    for wrong, field in (
        ({"unit_id": world.units["congress"].pk}, "unit_id"),
        ({"unit_id": 0}, "unit_id"),
        ({"unit_id": world.units["market"].pk, "co_unit_ids": [world.units["market"].pk]}, "co_unit_ids"),
    ):
        with pytest.raises(GuardFailed) as named:
            world.act(case, "congress", "assign", **wrong)
        assert set(named.value.fields) == {field}
    case = world.assigned(case)
    case = world.act(case, "handler", "talk", way="phone", on=world.today, text="电话沟通过了")
    with pytest.raises(GuardFailed) as planless:
        world.act(case, "handler", "answer", code="B", text="列入明年的建设计划。")
    assert set(planless.value.fields) == {"plan_on"}
    case = world.act(case, "handler", "answer", code="D", text="留作参考，以后规划时研究。")
    case = world.act(case, "congress", "send_back", reason="答复没有回应停车场")
    assert case.state == "handling"

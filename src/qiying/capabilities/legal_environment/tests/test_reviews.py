"""Fair competition: who drafts does not conclude, the government's own needs 市场监管, nothing is issued without."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404

from qiying.capabilities.legal_environment.models import Measure
from qiying.capabilities.legal_environment.services.reviews import (
    measure_issue,
    measure_repeal,
    review_missing,
)
from qiying.capabilities.legal_environment.tests.world import TEXT, Legal, counted, make_world
from qiying.kernel.audit.keeping import forget_all
from qiying.kernel.cases.models import DatedParameter
from qiying.kernel.organisations.offers import provided
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Legal:
    return make_world()


def test_a_departments_own_measure_passes_by_two_people_and_is_issued_only_then(world: Legal) -> None:
    case = world.review(policy_code="JG-1")
    row = Measure.objects.get()
    assert row.standing == "审查中，不能出台"
    told: dict[str, Any] = {"number": "经信〔2026〕1 号", "on": world.today, "now": world.now}
    with pytest.raises(ActionNotAvailable, match="第十八条"):
        measure_issue(actor=world.viewer("drafter2"), row=row, **told)
    with pytest.raises(GuardFailed, match="另一个人"):
        world.act(case, "drafter", "conclude", result="pass", text="符合标准")
    with pytest.raises(Http404):
        world.act(case, "market", "conclude", result="pass", text="不是起草单位的")
    case = world.act(case, "drafter2", "conclude", result="pass", text="符合标准")
    assert (case.state, case.outcome, counted(case)["passed"]) == ("passed", "passed", 1)
    for who in ("drafter", "market2", "supervisor"):
        with pytest.raises(NotPermitted):
            measure_issue(actor=world.viewer(who), row=row, **told)
    with pytest.raises(GuardFailed):
        measure_issue(
            actor=world.viewer("drafter2"), row=row, **{**told, "on": world.today - timedelta(days=1)}
        )
    row = measure_issue(actor=world.viewer("drafter2"), row=row, **told)
    assert row.standing == "已出台"
    row = measure_repeal(
        actor=world.viewer("drafter2"), row=row, on=world.today, reason="并入新办法", now=world.now
    )
    assert row.standing == "已废止"


def test_what_the_government_issues_goes_to_market_supervision_with_the_conclusion(world: Legal) -> None:
    case = world.review(is_government=True)
    case = world.act(case, "drafter2", "conclude", result="pass", text="符合标准")
    assert (case.state, case.turn) == ("opining", "review")
    case = world.act(case, "market", "opine", result="back", text="补贴对象要写明不分所有制")
    assert case.state == "revising"
    told = {"text": TEXT + "不分所有制。", "self_review": "已按意见补充写明。", "heard": "public"}
    case = world.act(case, "drafter", "revise", **told)
    case = world.act(case, "drafter2", "conclude", result="pass", text="改好了，符合标准")
    case = world.act(case, "market", "opine", result="fail", text="仍有选择性补贴")
    assert (case.state, Measure.objects.get().standing) == ("failed", "没通过，不能出台")
    seen = counted(case)
    assert (seen["opinion_in_time"], seen["opinion_back"], seen["opinion_fail"], seen["failed"]) == (
        2,
        1,
        1,
        1,
    )


def test_a_text_that_may_not_be_issued_is_refused_unless_its_exception_is_whole(world: Legal) -> None:
    text = "从区外迁入的企业，一次性奖励100万元。"
    with pytest.raises(GuardFailed) as named:
        world.review(text=text)
    assert set(named.value.fields) == {"text"} and "第十条" in named.value.reasons[0]
    with pytest.raises(GuardFailed) as half:
        world.review(text=text, exception="science", no_milder="没有别的办法")
    assert set(half.value.fields) == {"ends"}
    case = world.review(text=text, exception="science", no_milder="没有别的办法", ends="2027-12-31 止")
    assert counted(case)["flag_block"] == 1
    with pytest.raises(GuardFailed):
        world.review(kind="不是种类")


def test_a_missing_review_stops_a_policy_only_where_the_district_switched_it_on(world: Legal) -> None:
    asked = (world.district.pk, "JG-1", world.today)
    assert review_missing(*asked) == ""
    DatedParameter.objects.create(
        district=world.district, name="fair.required", value=1, valid_from=world.today, source="区里定的"
    )
    forget_all()
    assert "没有通过" in review_missing(*asked)
    case = world.review(policy_code="JG-1")
    assert "没有通过" in review_missing(*asked)
    case = world.act(case, "drafter2", "conclude", result="pass", text="符合标准")
    assert review_missing(*asked) == ""
    again = world.review(policy_code="JG-1")
    world.act(again, "drafter2", "conclude", result="fail", text="违反标准不出台")
    assert "没有通过" in review_missing(*asked)
    flags = provided("fair_competition_flags")
    assert flags is not None and [f.code for f in flags("新入统企业奖励5万元")] == ["local_statistics"]

"""Question motions and themes: enough movers, more than half dissatisfied, seven years with what they brought."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from qiying.capabilities.deliberations.models import QuestionMotion, Theme
from qiying.capabilities.deliberations.selectors import motions_visible_to, theme_about
from qiying.capabilities.deliberations.services import motions, themes
from qiying.capabilities.deliberations.services.keeping import row_keep
from qiying.capabilities.deliberations.tests.world import Congress, make_world
from qiying.kernel.organisations.waiting import waiting_for
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Congress:
    return make_world()


def filed(world: Congress, who: str = "congress", **more: Any) -> QuestionMotion:
    values: dict[str, Any] = {
        "title": "质询用地办理",
        "text": "三年没有结论，请说明。",
        "unit": world.units["build"],
    }
    values |= {
        "movers": [world.people[n].pk for n in ("deputy", "deputy2", "owner")],
        "filed_on": world.today,
    }
    values |= {"conflict": "", **more}
    given: dict[str, Any] = {"actor": world.viewer(who), "model": QuestionMotion, "row": None}
    made: QuestionMotion = row_keep(**given, values=values, names=tuple(values), now=world.now)
    return made


def test_a_motion_takes_three_movers_who_say_what_they_gain(world: Congress) -> None:
    two = [world.people[n].pk for n in ("deputy", "deputy2")]
    for wrong, field in (
        ({"movers": two}, "movers"),
        ({"movers": [*two, 999_999]}, "movers"),
        ({"filed_on": world.today + timedelta(days=1)}, "filed_on"),
        ({"text": f"{world.firm}的用地为什么没有结论？"}, "conflict"),
    ):
        with pytest.raises(GuardFailed) as named:
            filed(world, **wrong)
        assert set(named.value.fields) == {field}
    with pytest.raises(NotPermitted):
        filed(world, "deputy")
    said = filed(world, text=f"{world.firm}的用地为什么没有结论？", conflict="代表丙是这家企业的股东")
    assert said.movers.count() == 3
    with pytest.raises(GuardFailed):
        filed(world)


def test_more_than_half_of_the_movers_may_have_it_answered_again(world: Congress) -> None:
    row, congress = filed(world), world.viewer("congress")
    day = world.today + timedelta(days=9)
    assert not motions_visible_to(world.viewer("builder")).exists()
    for wrong in (world.today, date(2026, 11, 28)):
        with pytest.raises(GuardFailed):
            motions.motion_put(
                actor=congress, row=row, values={"way": "written", "answer_by": wrong}, now=world.now
            )
    motions.motion_put(actor=congress, row=row, values={"way": "written", "answer_by": day}, now=world.now)
    pile = waiting_for(world.viewer("builder"), world.now).pile("motions_to_answer")
    assert pile is not None
    assert pile.items[0].day == day
    answer: dict[str, Any] = {"row": row, "values": {"answer": "分三步，年底办成。", "signed_by": "局长"}}
    for who in ("leader", "congress", "supervisor"):
        with pytest.raises(NotPermitted):
            motions.motion_answer(actor=world.viewer(who), now=world.now, **answer)
    motions.motion_answer(actor=world.viewer("builder"), now=world.now, **answer)
    with pytest.raises(ActionNotAvailable):
        motions.motion_answer(actor=world.viewer("builder"), now=world.now, **answer)

    def judge(good: int, bad: int, again: date | None = None) -> QuestionMotion:
        values = {"satisfied": good, "dissatisfied": bad, "again_by": again}
        return motions.motion_judge(actor=congress, row=row, values=values, now=world.now)

    with pytest.raises(GuardFailed):
        judge(2, 2)  # more than the movers
    with pytest.raises(GuardFailed):
        judge(2, 1, day)  # not more than half
    assert judge(1, 2, day).state == "put"
    motions.motion_answer(actor=world.viewer("builder"), now=world.now, **answer)
    assert (judge(3, 0).state, QuestionMotion.objects.get().answers) == ("closed", 2)


def test_a_theme_is_followed_over_seven_years_with_what_came_of_it(world: Congress) -> None:
    given: dict[str, Any] = {"actor": world.viewer("congress"), "model": Theme, "row": None, "unique": "name"}
    values = {"name": "道路交通", "about": "两手抓", "started_on": date(2020, 1, 1)}
    row = row_keep(**given, values=values, names=tuple(values), now=world.now)
    with pytest.raises(GuardFailed):
        row_keep(**given, values=values, names=tuple(values), now=world.now)
    told: dict[str, Any] = {"actor": world.viewer("congress"), "row": row, "now": world.now}
    for year in range(2020, 2027):
        step = {"on": date(year, 3, 1), "kind": "inspection", "label": f"{year} 年视察", "next": ""}
        assert themes.step_add(**told, values=step) == themes.step_add(**told, values=step)
    for what, number, counted in (("接驳专线", 2, "条"), ("集卡停车场", 16, "处"), ("泊位", 2000, "个")):
        result = {"on": date(2024, 6, 1), "what": what, "number": number, "counted_in": counted}
        themes.result_add(**told, values={**result, "unit": world.units["market"].pk, "evidence": "竣工公告"})
    for on in (date(2019, 12, 31), world.today + timedelta(days=1)):
        with pytest.raises(GuardFailed):
            themes.step_add(**told, values={"on": on, "kind": "report", "label": "不在其间", "next": ""})
    about = theme_about(row)
    assert len(about["years"]) == 7
    assert [str(r) for r in about["results"]] == ["接驳专线 2 条", "集卡停车场 16 处", "泊位 2000 个"]
    with pytest.raises(NotPermitted):
        themes.step_add(**{**told, "actor": world.viewer("deputy")}, values={})

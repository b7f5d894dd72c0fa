"""One topic from its plan to its end: asked and asked again, written, merged, adopted, handed over, heard, judged."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from qiying.capabilities.deliberations.models import LocalVoteRule, OpinionItem, Sitting
from qiying.capabilities.deliberations.services import items, sittings
from qiying.capabilities.deliberations.services.keeping import row_keep
from qiying.capabilities.deliberations.services.votes import vote_record
from qiying.capabilities.deliberations.tests.world import Congress, make_world
from qiying.kernel.audit.selectors import history_of
from qiying.kernel.cases.models import Case
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.gatherings.selectors import items_of
from qiying.kernel.gatherings.services.letters import letters_send
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Congress:
    return make_world()


def counted() -> dict[str, int]:
    found: dict[str, int] = {}
    for measure, value in FigureDelta.objects.filter(procedure="deliberations").values_list(
        "measure", "value"
    ):
        found[measure] = found.get(measure, 0) + value
    return found


def letter(world: Congress, kind: str) -> str:
    of = world.sitting.gathering.of_kind.letter(kind)
    assert of is not None
    one = world.sitting.gathering
    return "\n".join(of.write(one, None, list(items_of(one))).paragraphs)


def test_a_question_not_answered_is_asked_again_and_a_conflict_stands_in_the_record(world: Congress) -> None:
    world.plan()
    world.come("unit", unit=world.units["market"])
    asker = world.come("deputy", person=world.people["deputy"])
    assert sittings.deputies_invite(actor=world.viewer("congress"), row=world.sitting, now=world.now) == 2
    assert sittings.deputies_invite(actor=world.viewer("congress"), row=world.sitting, now=world.now) == 0
    world.to("inviting")
    world.to("running")
    world.ask(1, asker, "market", "谁牵头？", "unclear")
    with pytest.raises(GuardFailed, match="还没追问"):
        world.to("following")
    world = make_world()
    world.held()
    told = counted()
    assert (told["questions"], told["answered_there"], told["unclear"], told["follow_ups"]) == (4, 3, 1, 1)
    assert (told["leaders_there"], told["members_there"], told["deputies_there"]) == (1, 1, 2)
    minutes = letter(world, "minutes")
    assert f"第 3 问：代表丙和{world.firm}有利害关系" in minutes
    assert "一问一答 4 问" in minutes
    assert "追问第 2 问" in minutes
    with pytest.raises(ActionNotAvailable):
        sittings.question_follow_up(
            actor=world.viewer("congress"), row=world.sitting, item_id=0, text="再问一次", now=world.now
        )
    with pytest.raises(GuardFailed, match="还没通过"):
        letter(world, "opinions")


def test_any_deputy_writes_online_his_own_firm_only_with_his_word(world: Congress) -> None:
    world.plan()
    with pytest.raises(NotPermitted):
        world.opine("handler")
    for text, firm in ((f"请解决{world.firm}的用地", None), ("请解决这家企业的用地", world.enterprise)):
        with pytest.raises(GuardFailed) as silent:
            world.opine("owner", text=text, enterprise=firm)
        assert set(silent.value.fields) == {"conflict"}
    own = world.opine("owner", text=f"请解决{world.firm}的用地", conflict="我是股东，园区里别家也一样")
    assert own.conflict
    world.opine("deputy", text=f"请解决{world.firm}的用地")  # not his own: nothing to declare
    spoken = world.opine("congress", person=world.people["deputy2"].pk, text="会上说的意见")
    assert (spoken.is_online, spoken.person) == (False, world.people["deputy2"])
    with pytest.raises(NotPermitted):
        items.opinion_save(actor=world.viewer("deputy"), row=own, values={"text": "改别人的"}, now=world.now)
    item = world.merge(own)
    with pytest.raises(ActionNotAvailable):
        items.opinion_save(actor=world.viewer("owner"), row=own, values={"text": "并了再改"}, now=world.now)
    with pytest.raises(GuardFailed):
        world.merge(spoken, item=item.pk + 999)
    world.later(days=4)
    with pytest.raises(GuardFailed) as late:
        world.opine("deputy2", text="过了日子才写的")
    assert set(late.value.fields) == {"text"}
    world.opine("congress", person=world.people["deputy2"].pk, text="补记会上说的")


def test_nothing_is_adopted_with_an_opinion_that_lies_about(world: Congress) -> None:
    world.held()
    congress = world.viewer("congress")

    def adopt() -> Sitting:
        return sittings.sitting_adopt(
            actor=congress, row=world.sitting, adopted_by="第十次主任会议", now=world.now
        )

    with pytest.raises(GuardFailed, match="还没有拟定"):
        adopt()
    world.merge(world.opine())
    loose = world.opine("deputy2", text="请少开会，多跑企业。")
    with pytest.raises(GuardFailed, match="还有 1 条"):
        adopt()
    items.opinion_leave_out(actor=congress, row=loose, reason="不属于这次议题", now=world.now)
    with pytest.raises(NotPermitted):
        sittings.sitting_adopt(
            actor=world.viewer("deputy"), row=world.sitting, adopted_by="自己", now=world.now
        )
    row = adopt()
    assert row.hand_over_by == world.today + timedelta(days=7)
    with pytest.raises(ActionNotAvailable):
        world.opine("deputy", text="通过以后再写的")
    with pytest.raises(GuardFailed, match="第 1 条还没写"):
        sittings.sitting_hand_over(actor=congress, row=row, now=world.now)


def test_items_become_tasks_which_the_congress_writes_off_on_what_it_saw(world: Congress) -> None:
    row = world.handed()
    first, second = row.items.order_by("no")
    assert (first.state, second.case and second.case.procedure) == ("sent", "task")
    assert second.case is not None
    assert second.case.extras["origin"] == second.subject
    assert row.report_by is not None
    assert row.report_by > world.today + timedelta(days=85)
    with pytest.raises(ActionNotAvailable):
        sittings.sitting_hand_over(actor=world.viewer("congress"), row=row, now=world.now)
    with pytest.raises(ActionNotAvailable):
        items.item_save(actor=world.viewer("congress"), row=first, values={"text": "改了"}, now=world.now)
    told = counted()
    assert (told["items"], told["opinions"], told["opinion_deputies"], told["handed_in_time"]) == (2, 3, 2, 1)
    text = letter(world, "opinions")
    assert "审议意见 2 条，2 类问题" in text
    assert "2 名代表提出意见 3 条" in text
    made = letters_send(
        gathering=row.gathering, actor=world.viewer("congress"), kind="opinions", now=world.now
    )
    assert made[0].word.name.endswith(".docx")

    claim = {"text": "系统通了，材料共享", "evidence": "区数据局网站公告"}
    assert first.case is not None
    world.act(first.case, "handler", "claim", **claim)
    hearing = world.hear()
    world.judge(hearing, first, "paper")  # claimed on paper: back to the unit
    with pytest.raises(ActionNotAvailable):
        world.judge(hearing, first, "real")
    world.later(days=30)
    world.act(Case.objects.get(number=first.case.number), "handler", "claim", **claim)
    with pytest.raises(NotPermitted):
        items.item_judge(actor=world.viewer("supervisor"), row=hearing, values={}, now=world.now)
    world.judge(world.hear(), first, "real")
    first.refresh_from_db()
    assert (first.state, counted()["items_done"]) == ("closed", 1)
    world.later(days=30)
    again = world.hear()
    with pytest.raises(GuardFailed):
        world.judge(again, first, "paper")  # opened again: until when
    world.judge(again, first, "paper", due_on=world.today + timedelta(days=20))
    first.refresh_from_db()
    assert (first.state, counted()["items_again"], counted()["heard_paper"]) == ("sent", 1, 2)
    assert OpinionItem.objects.filter(state="sent").count() == 2
    assert len(history_of(row.subject)) >= 3


def test_the_report_comes_from_its_unit_is_demanded_again_and_ends_nothing_on_paper(world: Congress) -> None:
    row = world.handed()
    told: dict[str, Any] = {"row": row, "report": "两条都办了，详见附件。", "now": world.now}
    with pytest.raises(NotPermitted):
        sittings.sitting_report(actor=world.viewer("leader"), **told)
    sittings.sitting_report(actor=world.viewer("office"), **told)
    congress = world.viewer("congress")
    with pytest.raises(GuardFailed, match="还有 2 条"):
        sittings.sitting_close(actor=congress, row=row, now=world.now)
    again: dict[str, Any] = {"actor": congress, "row": row, "reason": "没有说第二条", "now": world.now}
    with pytest.raises(GuardFailed):
        sittings.sitting_return(**again, report_by=world.today)
    due = world.today + timedelta(days=30)
    while due.weekday() > 4:
        due += timedelta(days=1)
    assert sittings.sitting_return(**again, report_by=due).state == "handed"
    world.later(days=60)
    sittings.sitting_report(actor=world.viewer("office"), **{**told, "now": world.now})
    counts = counted()
    assert (counts["reported_in_time"], counts["reported_late"]) == (1, 1)
    for item in row.items.all():
        assert item.case is not None
        who = "handler" if item.no == 1 else "builder"
        world.act(item.case, who, "claim", text="做到了，见公告", evidence="网站公告")
    hearing = world.hear()
    for item in row.items.all():
        world.judge(hearing, item, "real")
    done = sittings.sitting_close(actor=congress, row=row, now=world.now)
    assert (done.state, done.hearing_by) == ("closed", None)


def test_more_ballots_than_members_is_refused_and_the_rule_of_the_day_is_printed(world: Congress) -> None:
    row = world.handed()
    values: dict[str, Any] = {"sitting": row, "about": "审议意见办理情况", "on": world.today, "present": 29}

    def vote(good: int, fair: int, poor: int, **more: Any) -> Any:
        given = {**values, "good": good, "fair": fair, "poor": poor, "void": 0, **more}
        return vote_record(actor=world.viewer("congress"), values=given, now=world.now)

    for wrong in ((17, 11, 2), (30, 0, 0)):
        with pytest.raises(GuardFailed) as many:
            vote(*wrong)
        assert set(many.value.fields) == {"good"}
        assert "比组成人员 29 人还多" in str(many.value.fields["good"])
    for more in ({"present": 20}, {"present": 30}, {"present": 0}):
        with pytest.raises(GuardFailed):
            vote(17, 11, 1, **more)
    first = vote(17, 11, 1)
    assert (first.grade, "样例" in first.rule) == ("good", True)
    with pytest.raises(GuardFailed):
        vote(17, 11, 1)
    rule = {"name": "满意度测评办法", "whole": "present", "half_is_enough": True, "source": "样例"}
    told: dict[str, Any] = {"actor": world.viewer("congress"), "model": LocalVoteRule, "now": world.now}
    names = (*rule, "valid_from")
    row_keep(**told, row=None, values={**rule, "valid_from": world.today}, names=names)
    with pytest.raises(GuardFailed):
        row_keep(**told, row=None, values={**rule, "valid_from": world.today}, names=names)
    half = vote(0, 10, 10, about="另一项", present=20)
    assert (half.grade, "到会组成人员" in half.rule, "达到半数" in half.rule) == ("fair", True, True)
    with pytest.raises(NotPermitted):
        vote_record(actor=world.viewer("deputy"), values=values, now=world.now)

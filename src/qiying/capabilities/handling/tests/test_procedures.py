"""Matters nobody accepts, agency and remote handling, as each role meets them, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.http import Http404

from qiying.capabilities.handling.services.unaccepted import UnacceptedExtras
from qiying.capabilities.handling.tests.handling_world import TODAY, Hall, make_hall
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.engine import available_actions
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, KernelError, NotPermitted

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def hall() -> Hall:
    return make_hall()


def counted(measure: str, procedure: str) -> int:
    return sum(
        FigureDelta.objects.filter(procedure=procedure, measure=measure).values_list("value", flat=True)
    )


def sees(hall: Hall, who: str, case: Case) -> bool:
    return cases_visible_to(hall.viewer(who)).filter(pk=case.pk).exists()


def refused_on(hall: Hall, who: str, procedure: str, **data: Any) -> dict[str, list[str]]:
    with pytest.raises(GuardFailed) as refused:
        hall.open(who, procedure, **data)
    return refused.value.fields


# --- nobody's matter -----------------------------------------------------------------------------


def owned(hall: Hall) -> Case:
    case = hall.act(hall.unaccepted(), "desk", "take")
    return hall.act(
        case,
        "desk",
        "find_owner",
        unit_id=hall.units["market"].pk,
        co_unit_ids=[hall.units["health"].pk],
        basis="按三定职责归它",
    )


def answered(hall: Hall, result: str = "solved") -> Case:
    text = "三个部门现场定了：按药品生产许可变更办，装修同步报备。"
    return hall.act(owned(hall), "market", "solve", result=result, text=text)


def test_a_matter_nobody_accepts_finds_an_owner_and_an_answer(hall: Hall) -> None:
    case = hall.unaccepted()
    assert case.number.startswith("JW") and case.enterprise_id == hall.enterprise.pk
    assert [c.kind for c in case.clocks.all()] == ["take"]
    assert not sees(hall, "market", case) and not sees(hall, "outsider", case)
    case = answered(hall)
    assert case.promised_by and case.lead_unit_id == hall.units["market"].pk
    assert sees(hall, "health", case) and not sees(hall, "bio", case)
    for who in ("market", "clerk", "health", "supervisor"):
        with pytest.raises(KernelError):
            hall.act(case, who, "conclude", becomes="answer")
    case = hall.act(case, "desk", "conclude", becomes="answer")
    assert (case.state, case.outcome) == ("closed", "solved")
    assert counted("closed_solved", case.procedure) == 1 and counted("owner_in_time", case.procedure) == 1
    page = hall.browser("clerk").get(f"/my/{case.number}/").content.decode()
    assert "按药品生产许可变更办" in page and "按三定职责" not in page


def test_an_owner_gives_back_once(hall: Hall) -> None:
    case = hall.act(owned(hall), "market", "give_back", reason="编办三定没有这一条")
    assert case.state == "finding" and not sees(hall, "market", case)
    clock = case.clocks.get(kind="owner", state="running")
    assert clock.limit == 1
    case = hall.act(case, "desk2", "find_owner", unit_id=hall.units["health"].pk, basis="会议定的")
    with pytest.raises(GuardFailed, match="退过一次"):
        hall.act(case, "health", "give_back", reason="也不归我们")


@pytest.mark.parametrize("wrong", ["elsewhere", "gone", "itself"])
def test_an_owner_is_a_unit_of_this_district(hall: Hall, wrong: str) -> None:
    case = hall.act(hall.unaccepted(), "desk", "take")
    other = make_hall() if wrong == "elsewhere" else None
    unit = (other or hall).units["market"].pk
    if wrong == "gone":
        Unit.objects.filter(pk=unit).update(is_active=False)
    helpers = [unit] if wrong == "itself" else []
    with pytest.raises(GuardFailed):
        hall.act(case, "desk", "find_owner", unit_id=unit, co_unit_ids=helpers, basis="职责归它")


def test_what_was_not_solved_becomes_no_item(hall: Hall) -> None:
    case = answered(hall, "explained")
    with pytest.raises(GuardFailed, match="书面答复"):
        hall.act(case, "desk", "conclude", becomes="item", item_name="细胞制备车间联合审查")
    case = hall.act(case, "desk", "send_back", reason="没写依据，请补上条款")
    assert case.state == "solving" and case.clocks.get(kind="solve").state == "running"


def test_a_solved_one_becomes_an_item_of_the_catalogue_through_its_register(hall: Hall) -> None:
    case = answered(hall)
    with pytest.raises(GuardFailed, match="事项名称"):
        hall.act(case, "desk", "conclude", becomes="item")
    from qiying.capabilities.handling.services.unaccepted import _catalogue

    if (register := _catalogue()) is None:
        with pytest.raises(GuardFailed, match="没有装事项清单"):
            hall.act(case, "desk", "conclude", becomes="item", item_name="细胞制备车间联合审查")
        return
    made_board(hall)
    case = hall.act(
        case,
        "desk",
        "conclude",
        becomes="item",
        item_name="细胞制备车间联合审查",
        materials="平面图",
        promised="5 个工作日",
    )
    (item,) = register.rows(hall.viewer("desk"), TODAY)
    assert (item.name, case.outcome) == ("细胞制备车间联合审查", "item")
    assert UnacceptedExtras.of(case).item == str(item)


def made_board(hall: Hall) -> None:
    from django.apps import apps

    board = apps.get_model("catalogue", "Board")
    board.objects.create(
        district=hall.district, name="项目", tier="province", about="项目", valid_from=date(2020, 1, 1)
    )


def test_a_branch_takes_its_sector_and_a_window_may_hand_in(hall: Hall) -> None:
    case = hall.unaccepted("market", enterprise_id=hall.enterprise.pk, branch_id=hall.units["branch"].pk)
    assert sees(hall, "bio", case) and sees(hall, "market", case) and not sees(hall, "desk", case)
    assert hall.act(case, "bio", "take").state == "finding"
    with pytest.raises(GuardFailed):
        hall.unaccepted(branch_id=hall.units["market"].pk)
    with pytest.raises(GuardFailed):
        hall.unaccepted("market")  # for whom?
    with pytest.raises((GuardFailed, Http404)):
        hall.unaccepted("qufu", enterprise_id=hall.enterprise.pk)


def test_it_is_contested_once_and_within_its_days(hall: Hall) -> None:
    case = hall.act(answered(hall, "explained"), "desk", "conclude", becomes="answer")
    hall.later(days=30)
    case = hall.act(case, "clerk", "appeal", reason="邻县办得了")
    assert not case.closed_on and case.state == "appealed"
    for who in ("desk", "market", "clerk"):
        with pytest.raises(KernelError):
            hall.act(case, who, "decide_appeal", decision="stands", finding="依据没有问题")
    case = hall.act(case, "supervisor", "decide_appeal", decision="stands", finding="依据没有问题")
    assert (case.state, case.outcome) == ("closed", "explained")
    with pytest.raises(GuardFailed, match="复核过一次"):
        hall.act(case, "clerk", "appeal", reason="还是不服")


def test_contesting_may_begin_it_anew_and_ends_after_sixty_days(hall: Hall) -> None:
    case = hall.act(answered(hall, "explained"), "desk", "conclude", becomes="answer")
    again = hall.act(hall.act(case, "clerk", "appeal", reason="邻县办得了"), "supervisor", "decide_appeal",
                     decision="again", finding="邻县有先例")  # fmt: skip
    assert again.state == "solving" and again.outcome == ""
    assert (
        hall.act(again, "market", "solve", result="solved", text="照邻县的办法办成了。").state == "answered"
    )
    other = hall.act(answered(hall, "explained"), "desk", "conclude", becomes="answer")
    hall.later(days=61)
    with pytest.raises(GuardFailed, match="60 天"):
        hall.act(other, "clerk", "appeal", reason="来晚了也想问")


def test_taken_back_and_urged(hall: Hall) -> None:
    case = hall.act(owned(hall), "supervisor", "urge", text="请本周给结果")
    card = case.supervisions.get()
    case = hall.act(case, "market", "acknowledge", supervision_no=card.no, text="周五给")
    case = hall.act(case, "clerk", "withdraw", reason="自己解决了")
    assert (case.state, case.outcome) == ("withdrawn", "withdrawn")
    with pytest.raises(ActionNotAvailable):
        hall.act(case, "market", "solve", result="solved", text="晚了一步的结果")


# --- agency --------------------------------------------------------------------------------------


def test_the_centre_acts_within_its_authority(hall: Hall) -> None:
    case = hall.agency()
    assert not sees(hall, "market", case) and not sees(hall, "outsider", case)
    case = hall.act(case, "desk", "take")
    with pytest.raises(GuardFailed, match="没有记一步"):
        hall.act(case, "desk", "finish", text="办好了，证寄出")
    with pytest.raises(GuardFailed, match="授权书里没有"):
        hall.act(case, "desk", "step", what="签订合同", text="签了")
    case = hall.act(case, "desk", "step", what="提交材料", text="网上交了")
    case = hall.act(case, "desk", "finish", text="延续办好，证寄出")
    assert (case.state, case.outcome) == ("done", "done")
    assert counted("without_meeting", "agency") == 1 and counted("in_time", "agency") == 1
    page = hall.browser("clerk").get(f"/my/{case.number}/").content.decode()
    assert "网上交了" in page and "领取证照" in page


def test_nothing_is_done_after_the_authority_ended_until_it_is_renewed(hall: Hall) -> None:
    case = hall.act(hall.agency(until=str(TODAY)), "desk", "take")
    hall.later(days=1)
    for action, data in (("step", {"what": "提交材料", "text": "交了"}), ("finish", {"text": "办好了"})):
        with pytest.raises(GuardFailed, match="已经过期"):
            hall.act(case, "desk", action, **data)
    renewed = {
        "scope": "领取证照",
        "until": str(TODAY + timedelta(days=9)),
        "documents": [hall.file("clerk")],
    }
    with pytest.raises(KernelError):
        hall.act(case, "desk", "renew", **renewed)
    case = hall.act(case, "clerk", "renew", **renewed)
    with pytest.raises(GuardFailed, match="授权书里没有"):
        hall.act(case, "desk", "step", what="提交材料", text="不在新授权里")
    assert hall.act(case, "desk", "step", what="领取证照", text="领了").extras["steps"] == 1


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("documents", {"documents": []}),
        ("until", {"until": str(TODAY - timedelta(days=1))}),
        ("until", {"until": str(TODAY + timedelta(days=366))}),
        ("until", {"until": "明天"}),
        ("scope", {"scope": ""}),
        ("title", {"title": "长" * 81}),
    ],
)
def test_an_authority_that_holds_nothing_is_refused(hall: Hall, field: str, changes: dict[str, Any]) -> None:
    with pytest.raises(GuardFailed) as refused:
        hall.agency(**changes)
    assert field in refused.value.fields


def test_taking_the_authority_back_ends_it_at_once(hall: Hall) -> None:
    case = hall.act(hall.agency(), "desk", "take")
    case = hall.act(case, "clerk", "withdraw", reason="自己去办")
    with pytest.raises(ActionNotAvailable):
        hall.act(case, "desk", "step", what="提交材料", text="还在办")
    refused = hall.act(hall.agency(), "desk", "refuse", reason="授权书没有签字")
    back = hall.act(hall.act(refused, "clerk", "appeal", reason="签了字的"), "supervisor", "decide_appeal",
                    decision="again", finding="签字在第二页")  # fmt: skip
    assert back.state == "acting"


def test_material_stops_the_clock_of_an_agency(hall: Hall) -> None:
    case = hall.act(hall.act(hall.agency(), "desk", "take"), "desk", "request_material", items="营业执照副本")
    assert case.clocks.get(kind="handle").state == "paused"
    case = hall.act(case, "clerk", "give_material", documents=[hall.file("clerk")])
    assert case.state == "acting" and case.clocks.get(kind="handle").state == "running"


# --- the alliance --------------------------------------------------------------------------------


def remote(hall: Hall, who: str = "qufu", way: str = "in", **more: Any) -> Case:
    row = hall.partner("shandong", "山东省", "曲阜市") if not more.get("partner_id") else None
    words = {
        "way": way,
        "title": "个体户注销",
        "text": "人在曲阜，店在这里",
        "applicant": "孔先生",
        "phone": "13800001234",
    }
    return hall.open(who, "remote_handling", **{"partner_id": row.pk if row else 0, **words, **more})


def test_what_a_partner_takes_in_is_handled_here_and_goes_back(hall: Hall) -> None:
    other = hall.partner("guizhou", "贵州省", "赤水市")
    case = remote(hall)
    assert case.turn == "handler" and sees(hall, "qufu", case)
    for who in ("chishui", "clerk", "outsider", "market"):
        assert not sees(hall, who, case), who
    with pytest.raises(NotPermitted):
        hall.act(case, "qufu", "take")
    case = hall.act(hall.act(case, "desk", "take"), "desk", "hand_on", unit_id=hall.units["market"].pk)
    assert sees(hall, "market", case)
    case = hall.act(case, "desk", "request_material", items="身份证复印件")
    case = hall.act(case, "qufu", "give_material", documents=[hall.file("qufu")])
    case = hall.act(case, "market", "finish", text="注销办好", sent_by="EMS 123")
    assert (case.state, counted("done_in", case.procedure)) == ("done", 1)
    assert refused_on(
        hall, "qufu", "remote_handling", partner_id=other.pk, way="in", title="x", text="y", applicant="z"
    )


def test_what_is_ours_is_handled_there(hall: Hall) -> None:
    case = remote(hall, "clerk", "out", applicant="", phone="")
    assert case.enterprise_id == hall.enterprise.pk and case.lead_unit_id == hall.units["shandong"].pk
    with pytest.raises(NotPermitted):
        hall.act(case, "desk", "take")
    case = hall.act(case, "qufu", "take")
    with pytest.raises(GuardFailed, match="对方窗口转"):
        hall.act(case, "qufu", "hand_on", unit_id=hall.units["market"].pk)
    case = hall.act(case, "qufu", "refuse", reason="要本人到场核验")
    case = hall.act(hall.act(case, "clerk", "appeal", reason="可以视频核验"), "supervisor", "decide_appeal",
                    decision="again", finding="联盟约定可以视频")  # fmt: skip
    assert case.state == "handling" and counted("received_out", case.procedure) == 1


@pytest.mark.parametrize(
    ("who", "field", "changes"),
    [
        ("qufu", "partner_id", {"partner_id": 999_999}),
        ("desk", "applicant", {"applicant": ""}),
        ("qufu", "way", {"way": "out"}),
        ("clerk", "way", {"way": "in"}),
        ("desk", "enterprise_id", {"way": "out"}),
    ],
)
def test_a_remote_matter_that_fits_nobody_is_refused(
    hall: Hall, who: str, field: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(GuardFailed) as refused:
        remote(hall, who, **changes)
    assert field in refused.value.fields


def test_a_partnership_that_ended_takes_no_more(hall: Hall) -> None:
    row = hall.partner("shandong", "山东省", "曲阜市")
    row.valid_to = TODAY - timedelta(days=1)
    row.valid_from = TODAY - timedelta(days=9)
    row.save()
    assert "partner_id" in refused_on(hall, "qufu", "remote_handling", partner_id=row.pk, way="in", title="注销",
                                      text="办注销", applicant="甲")  # fmt: skip


# --- everybody -----------------------------------------------------------------------------------


def test_nobody_from_outside_acts_or_looks(hall: Hall) -> None:
    for case in (hall.unaccepted(), hall.agency(), remote(hall)):
        for who in ("outsider", "chishui"):
            assert not sees(hall, who, case)
            for action in case_actions(case):
                with pytest.raises((Http404, KernelError)):
                    hall.act(case, who, action)
            assert hall.browser(who).get(f"/cases/{case.number}/").status_code in {302, 404}


def case_actions(case: Case) -> list[str]:
    from qiying.kernel.cases.vocabulary import PROCEDURES

    return [a.code for a in PROCEDURES.get(case.procedure, case.version).actions if a.is_offered]


def test_a_button_is_there_for_who_has_the_turn(hall: Hall) -> None:
    case = owned(hall)
    for who, there in (("market", True), ("health", False), ("desk", False), ("clerk", False)):
        codes = {
            a.action.code
            for a in available_actions(CaseContext(case, hall.viewer(who), hall.now))
            if a.is_enabled
        }
        assert ("solve" in codes) == there, who

"""A complaint in confidence: the body answers what 司法局 asks and never learns who, unless the firm agrees."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import Http404

from qiying.capabilities.legal_environment.tests.world import Legal, counted, make_world
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted
from qiying.kernel.tables.files.sniff import read_sheets

pytestmark = pytest.mark.django_db
SECRET = "禾川精密的冲压车间三天来了五拨人"
FIRM = "禾川精密"


@pytest.fixture
def world() -> Legal:
    return make_world()


def complain(world: Legal, **more: Any) -> Case:
    told = {"unit_id": world.units["enforcement"].pk, "kind": "inspection", "account": SECRET}
    return world.open("enforcement_complaint", "clerk", **{**told, **more})


def decided(world: Legal, case: Case, **more: Any) -> Case:
    told = {"result": "founded", "reason": "三天内重复检查五次，没有合并。", "instrument": "opinion"}
    told |= {"correction": "合并检查，公布计划。", "answer": "查实重复检查，已责令改正。"}
    return world.act(case, "justice", "decide", **{**told, **more})


def pages(world: Legal, who: str, case: Case) -> str:
    """Return what somebody can read of a case: page, list, search, file and API."""
    client = world.browser(who)
    answers = [
        client.get(f"/cases/{case.number}/"),
        client.get("/cases/"),
        client.get(f"/cases/{case.number}/letter/"),
        client.get("/inbox/"),
    ]
    assert all(a.status_code < 500 for a in answers)
    return "".join(a.content.decode() for a in answers if a.status_code == 200)


def test_the_body_answers_and_corrects_without_learning_who_complained(world: Legal) -> None:
    case = complain(world)
    assert (case.confidentiality, case.hide_asker) == ("restricted", True)
    assert not cases_visible_to(world.viewer("officer")).exists()
    case = world.act(case, "justice", "take", summary="请说明近期对辖区企业检查的次数和依据。")
    seen = pages(world, "officer", case)
    assert "检查的次数和依据" in seen
    for words in (FIRM, SECRET, "陈雨"):
        assert words not in seen
    found = world.browser("officer").get("/search/?q=" + FIRM).content.decode()
    assert case.number not in found
    told = world.browser("officer").get("/cases/?export=xlsx").content
    assert FIRM not in str(read_sheets(told))
    assert SECRET in pages(world, "justice", case)
    for who in ("market", "desk", "supervisor", "district_leader", "outsider", "admin"):
        assert not cases_visible_to(world.viewer(who)).exists(), who
    case = world.act(case, "officer", "explain", text="因专项任务较多，未能合并检查。")
    with pytest.raises(NotPermitted):
        world.act(
            case,
            "officer",
            "decide",
            result="unfounded",
            reason="我们自己认为没问题",
            answer="没有问题的答复",
        )
    with pytest.raises(GuardFailed) as bare:
        decided(world, case, instrument="", correction="")
    assert set(bare.value.fields) == {"instrument", "correction"}
    case = decided(world, case)
    case = world.act(case, "officer", "correct", text="已经合并为一次，计划已公布。")
    with pytest.raises(NotPermitted):  # who concluded does not judge the correction
        world.act(case, "justice", "check", result="done", text="自己看过自己定的")
    case = world.act(case, "justice2", "check", result="back", text="计划还没有公布")
    case = world.act(case, "officer", "correct", text="计划今天公布了，网址在这里。")
    case = world.act(case, "justice2", "check", result="done", text="看过网站，公布了")
    assert (case.state, case.outcome) == ("closed", "corrected")
    mine = world.browser("clerk").get(f"/my/{case.number}/").content.decode()
    assert "查实重复检查" in mine and "未能合并检查" not in mine
    assert FIRM not in pages(world, "officer", case)
    seen_counts = counted(case)
    assert (seen_counts["founded"], seen_counts["sent_back"], seen_counts["corrected"]) == (1, 1, 1)


def test_who_agrees_is_known_and_what_does_not_belong_is_told_where_to_go(world: Legal) -> None:
    case = complain(world, agrees_named=True)
    case = world.act(case, "justice", "take", summary="请说明近期对辖区企业检查的次数。")
    assert FIRM in pages(world, "officer", case)
    later = world.act(complain(world), "clerk", "agree_named")
    assert not later.hide_asker
    with pytest.raises(GuardFailed):
        world.act(later, "clerk", "agree_named")
    case = world.act(
        complain(world), "justice", "decline", reason="属于合同纠纷，不是执法。", go_to="区法院立案庭"
    )
    assert (case.state, case.outcome) == ("declined", "declined")
    case = world.act(complain(world), "clerk", "withdraw", reason="单位已经来道歉了")
    assert case.state == "withdrawn"
    case = world.act(complain(world), "justice", "take", summary="请说明近期检查的次数。")
    case = decided(world, case, result="unfounded", instrument="", correction="")
    assert (case.state, case.outcome) == ("closed", "unfounded")


def test_bad_complaints_are_refused_at_the_field(world: Legal) -> None:
    for more, field in (
        ({"unit_id": 999_999}, "unit_id"),
        ({"unit_id": world.units["justice"].pk}, "unit_id"),
        ({"kind": "²"}, "kind"),
        ({"account": "短"}, "account"),
    ):
        with pytest.raises(GuardFailed) as refused:
            complain(world, **more)
        assert set(refused.value.fields) == {field}
    for who in ("officer", "desk", "supervisor"):
        with pytest.raises(Http404):
            world.open("enforcement_complaint", who, unit_id=1, kind="other", account=SECRET)

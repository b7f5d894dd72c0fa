"""A mediation from request to archive, by everybody who takes part; what is refused and why."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import Http404

from qiying.capabilities.mediation.models import Duty, Mediator
from qiying.capabilities.mediation.offers import panel
from qiying.capabilities.mediation.selectors import ties
from qiying.capabilities.mediation.services.mediating import rooms
from qiying.capabilities.mediation.services.settling import both_signed
from qiying.capabilities.mediation.tests.world import DEAL, Mediations, make_world
from qiying.kernel.bookings.models import Booking
from qiying.kernel.bookings.services.offering import bookable_save
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.registry import source
from qiying.kernel.cases.models import Case, CaseEvent, Channel
from qiying.kernel.cases.opening import case_start
from qiying.kernel.documents.models import Document
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.services import contact_add
from qiying.kernel.enterprises.tests.factories import make_clerk, viewer
from qiying.kernel.organisations.models import Person, Unit
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted


@pytest.fixture
def world(db: None) -> Mediations:
    return make_world()


def refusal(fn: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(GuardFailed) as refused:
        fn(*args, **kwargs)
    return "；".join(refused.value.reasons)


def test_a_matter_goes_from_request_to_archive(world: Mediations) -> None:
    case = world.settled()
    row = world.row(case)
    assert case.state == "performing" and [row.saved, row.fee, row.yuan] == [5300, 2650, 680_000]
    assert "减半" in row.saved_words
    names = [d.name for d in Document.objects.filter(subject=f"case:{case.pk}")]
    assert names == [f"调解协议 {case.number}.pdf"]
    case = world.act(case, "other", "perform", duty_no=1, on=world.today)
    assert case.state == "performing"
    case = world.act(case, "clerk", "perform", duty_no=2, on=world.today)
    assert (case.state, case.outcome) == ("filing", "performed")
    case = world.act(case, "staff", "archive", number="2026-商-001")
    assert case.state == "closed" and not Duty.objects.filter(done_on=None).exists()
    assert Case.objects.get(pk=case.pk).outcome == "performed"


def test_labour_is_refused_as_commercial_and_peoples_mediation_is_offered(world: Mediations) -> None:
    Mediator.objects.all().update(fields="买卖、加工")
    said = refusal(world.open, kind="labour")
    assert "劳动用工" in said and "城南人民调解委员会" in said and "不收费" in said
    assert "3 至 9 人" in refusal(world.open, kind="labour", body_id=world.people_body.pk)
    world.members_of_the_people()
    case = world.open(kind="labour", body_id=world.people_body.pk)
    assert world.row(case).fee == 0 and case.lead_unit_id == world.units["renmin"].pk
    Mediator.objects.filter(person=world.people["mediator5"]).delete()
    assert "不少于 5 名" in refusal(world.open)


def test_two_parties_are_two_and_one_knows_the_other_by_name_alone(world: Mediations) -> None:
    assert "另一方" in refusal(world.open, respondent_id=world.enterprise.pk)
    assert "另一方" in refusal(world.open, respondent_id=None, respondent_name=world.enterprise.name)
    assert "写对方名称" in refusal(world.open, respondent_id=None)
    assert "只有法院填" in refusal(world.open, way="delegated", court_number="（2026）1 号")
    context = CaseContext(world.open(), world.viewer("clerk"), world.now)
    found = source("mediation_firms")
    assert found is not None and found.search is not None
    assert list(found.search(context, "云拓智能")) == [(world.other.pk, world.other.name)]
    assert list(found.search(context, "云拓")) == []


def test_without_both_consents_there_is_neither_mediation_nor_agreement(world: Mediations) -> None:
    case = world.open()
    with pytest.raises(ActionNotAvailable):
        world.act(case, "clerk", "choose", mediator_id=world.mediators["mediator"].pk)
    assert "先等对方" in refusal(world.act, case, "clerk", "consent", agrees=True)
    with pytest.raises(Http404):
        world.act(case, "outsider", "consent", agrees=True)
    declined = world.act(world.open(), "other", "consent", agrees=False, note="准备起诉")
    assert (declined.state, declined.outcome) == ("declined", "declined")
    assert "回音" in refusal(world.act, case, "staff", "end_unanswered", reason="打了三次电话")
    case = world.mediating()
    with pytest.raises(ActionNotAvailable):
        world.act(case, "mediator", "seal")
    case = world.act(case, "mediator", "draft", deal=DEAL, duties=f"{world.today} 100 付款")
    case = world.act(case, "clerk", "sign", agrees=True)
    with pytest.raises(ActionNotAvailable):
        world.act(case, "mediator", "seal")
    case = world.act(case, "other", "sign", agrees=False, note="首款要少一点")
    assert case.state == "mediating"
    case = world.act(case, "mediator", "draft", deal=DEAL, duties=f"{world.today} 90 付款")
    assert case.state == "signing" and both_signed(CaseContext(case, world.viewer("head"), world.now))
    case = world.act(case, "clerk", "sign", agrees=True)
    assert "签字的材料" in refusal(world.act, case, "staff", "sign_paper", agrees=True)
    paper = world.paper("staff")
    case = world.act(case, "staff", "sign_paper", agrees=True, documents=[paper])
    case = world.act(case, "mediator", "seal")
    assert case.state == "performing" and world.row(case).yuan == 90


def test_a_mediator_related_to_a_party_declares_it_or_leaves(world: Mediations) -> None:
    """Bindings, contacts, the legal representative, his employer, posts and former matters are looked at."""
    tied = world.mediators["mediator"]
    firms = [world.enterprise, world.other]
    assert ties(tied, firms, None) == []
    before = world.mediating()  # a former matter of the same firms
    case = world.chosen(world.open())
    assert any(before.number in why for why in ties(tied, firms, case.pk))
    case2 = world.chosen(world.open(), "mediator2")
    tied2 = world.mediators["mediator2"]
    contact_add(
        actor=world.viewer("system"), enterprise=world.other, name="林和", phone="13800001234", at=world.now
    )
    world.enterprise.legal_representative = "林和"
    world.enterprise.save()
    tied2.employer = world.other.name
    tied2.save()
    Unit.objects.filter(pk=world.units["tiaojie"].pk).update(credit_code="91330400MA2B1C3D5E")
    Enterprise.objects.filter(pk=world.other.pk).update(credit_code="91330400MA2B1C3D5E")
    world.other.refresh_from_db()
    found = "；".join(ties(tied2, [world.enterprise, world.other], case2.pk))
    assert all(w in found for w in ("联系人", "法定代表人", "工作单位", "任职"))
    said = refusal(world.act, case2, "mediator2", "declare", has_conflict=False)
    assert "系统查到" in said and "法定代表人" in said
    assert "什么关系" in refusal(world.act, case2, "mediator2", "declare", has_conflict=True)
    case2 = world.act(
        case2, "mediator2", "declare", has_conflict=True, disclosure="对方的联系人和我同名，就是我"
    )
    assert case2.state == "waiving"
    case2 = world.act(case2, "clerk", "waive", agrees=True)
    case2 = world.act(case2, "other", "waive", agrees=False)
    assert case2.state == "choosing" and world.row(case2).mediator is None
    with pytest.raises(Http404):
        world.act(case2, "mediator2", "declare", has_conflict=False)
    assert "另选" in refusal(world.act, case2, "clerk", "choose", mediator_id=tied2.pk)
    case2 = world.act(case2, "clerk", "choose", mediator_id=world.mediators["mediator3"].pk)
    case2 = world.act(case2, "other", "choose", mediator_id=world.mediators["mediator4"].pk)
    assert case2.state == "appointing"
    assert "不能指定" in refusal(world.act, case2, "staff", "appoint", mediator_id=tied.pk)
    Unit.objects.filter(pk=world.units["tiaojie"].pk).update(credit_code="")
    case2 = world.act(case2, "staff", "appoint", mediator_id=world.mediators["mediator3"].pk)
    case2 = world.act(case2, "mediator3", "declare", has_conflict=True, disclosure="和申请企业的厂长是校友")
    case2 = world.act(world.act(case2, "clerk", "waive", agrees=True), "other", "waive", agrees=True)
    assert case2.state == "mediating" and "校友" in world.row(case2).disclosure


def test_a_binding_of_old_ties_a_mediator_too(world: Mediations) -> None:
    clerk = make_clerk(world.other, "甘平")
    Mediator.objects.filter(pk=world.mediators["mediator"].pk).update(person=clerk)
    tied = Mediator.objects.get(pk=world.mediators["mediator"].pk)
    assert "专员" in ties(tied, [world.other], None)[0]
    case = world.act(world.open(), "other", "consent", agrees=True)
    case = world.act(case, "clerk", "choose", mediator_id=tied.pk)
    case = world.act(case, "other", "choose", mediator_id=tied.pk)
    with pytest.raises(GuardFailed, match="系统查到"):
        world.act(case, viewer(clerk), "declare", has_conflict=False)


def test_a_court_refers_and_confirms_and_reads_no_minutes(world: Mediations) -> None:
    assert "案号" in refusal(world.open, "court", enterprise_id=world.enterprise.pk)
    told: dict[str, Any] = {
        "enterprise_id": world.enterprise.pk,
        "way": "summary",
        "court_number": "（2026）浙0499民初88号",
    }
    case = world.open("court", **told)
    assert case.state == "referred"
    case = world.act(case, "clerk", "consent", agrees=True)
    case = world.act(world.chosen(case), "mediator", "declare", has_conflict=False)
    term = next(c for c in case.clocks.all() if c.kind == "term")
    assert (term.due_by - world.today).days == 7
    case = world.act(case, "mediator", "ask_longer", days=10, reason="还要对账")
    case = world.act(world.act(case, "clerk", "extend", agrees=True), "other", "extend", agrees=True)
    assert (next(c for c in case.clocks.all() if c.kind == "term").due_by - world.today).days >= 17
    with pytest.raises(NotPermitted):
        world.act(case, "court", "draft", deal=DEAL, duties=f"{world.today} 1 付")
    case = world.act(case, "mediator", "sit", way="online", on=world.today, time="17:30", link="会议 88")
    assert "没有这一次" in refusal(
        world.act, case, "mediator", "record", session_no=2, minutes="", result="谈了"
    )
    assert "还没到" in refusal(world.act, case, "mediator", "record", session_no=1, minutes="", result="谈了")
    world.later(hours=9)
    secret = "对方愿意先付三成"
    case = world.act(case, "mediator", "record", session_no=1, minutes=secret, result="有进展")
    assert not CaseEvent.objects.filter(case=case, data__contains=secret).exists()
    case = world.act(world.signed(case), "mediator", "seal")
    case = world.act(case, "other", "ask_confirmation", ground="inviting")
    assert case.state == "joining_first"
    case = world.act(case, "clerk", "confirm_too", agrees=True)
    assert case.state == "at_court"
    assert "先受理" in refusal(
        world.act, case, "court", "rule", result="confirmed", number="（2026）司确 1 号"
    )
    case = world.act(case, "court", "take_confirmation")
    case = world.act(case, "court", "rule", result="confirmed", number="（2026）司确 1 号")
    assert case.state == "performing" and world.row(case).ruling == "裁定有效 （2026）司确 1 号"
    assert "已经裁定" in refusal(world.act, case, "clerk", "ask_confirmation", ground="inviting")


def test_confirmation_comes_too_late_and_a_breach_is_followed(world: Mediations) -> None:
    case = world.settled()
    until = world.row(case).confirm_until
    assert until is not None
    assert "还没过" in refusal(world.act, case, "clerk", "report_breach", duty_no=1, note="没有收到")
    world.later(days=(until - world.today).days)
    asked = world.act(case, "clerk", "ask_confirmation", ground="party")
    assert world.act(asked, "other", "confirm_too", agrees=False).state == "performing"
    world.later(days=1)
    assert "过了" in refusal(world.act, case, "clerk", "ask_confirmation", ground="party")
    assert "没有反映" in refusal(world.act, case, "staff", "give_up", reason="一直没有付")
    case = world.act(case, "clerk", "report_breach", duty_no=1, note="没有收到")
    case = world.act(case, "staff", "press", text="请三日内付清")
    case = world.act(case, "head", "give_up", reason="一直没有付，去法院执行")
    assert (case.state, case.outcome) == ("filing", "breached")


def test_it_comes_from_the_pool_and_ends_when_one_refuses(world: Mediations) -> None:
    with pytest.raises(GuardFailed, match="办件号"):
        world.open("handler", enterprise_id=world.enterprise.pk)
    Channel.objects.create(district=world.district, code="platform", name="平台", group="线上")
    pool = case_start(
        procedure="service_request", actor=world.viewer("clerk"), now=world.now,
        data={"text": "对方拖欠货款半年了，请帮忙", "kind": "problem"},
    )  # fmt: skip
    assert "看不到" in refusal(world.open, "handler", enterprise_id=world.enterprise.pk, origin=pool.number)
    case = world.open("desk", enterprise_id=world.enterprise.pk, origin=pool.number)
    assert case.state == "referred" and world.row(case).origin == pool.number
    panel_ = panel(pool, world.viewer("clerk"), world.today)
    assert panel_ is not None and panel_.context["rows"][0].case.number == case.number
    assert panel(pool, world.viewer("desk"), world.today) is None  # who passed it on takes no part
    case = world.act(case, "clerk", "consent", agrees=True)
    case = world.act(world.chosen(case), "mediator", "declare", has_conflict=False)
    case = world.act(case, "other", "refuse", reason="不谈了，法院见")
    assert (case.state, case.outcome) == ("filing", "refused")
    fake = world.act(world.chosen(world.open(), "mediator2"), "mediator2", "declare", has_conflict=False)
    fake = world.act(fake, "mediator2", "end", why="fake", reason="双方像是串通")
    assert fake.outcome == "failed"


def test_a_room_is_booked_for_a_sitting(world: Mediations) -> None:
    values = {
        "name": "第一调解室", "kind": "room", "unit_id": world.units["tiaojie"].pk,
        "place": "明川大道 3 号", "hours": "周一 09:00-17:00\n周四 09:00-17:00", "slot_minutes": 120, "capacity": 1,
        "days_ahead": 14, "notice_hours": 0, "per_month": 0, "is_public": False,
    }  # fmt: skip
    bookable_save(bookable=None, actor=world.viewer("staff"), values=values, now=world.now)
    case = world.mediating()
    context = CaseContext(case, world.viewer("mediator"), world.now)
    asked = {"way": "room", "slot": rooms(context)[0][0]}
    assert "手机号" in refusal(world.act, case, "mediator", "sit", **asked)
    Person.objects.filter(pk=world.people["mediator"].pk).update(phone="13900001111")
    slot = rooms(context)[0][0]
    case = world.act(case, "mediator", "sit", way="room", slot=slot)
    assert Booking.objects.get().code == world.row(case).sessions.get().booking
    assert "还空着" in refusal(world.act, case, "mediator", "sit", way="room", slot=slot)

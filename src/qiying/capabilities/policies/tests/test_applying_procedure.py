"""From one key to money on the account: who may do what, in which order, and why not."""

from datetime import date

import pytest
from django.db.models import Sum
from django.http import Http404

from qiying.capabilities.policies.models import (
    Application,
    Budget,
    Delivery,
    Payment,
)
from qiying.capabilities.policies.services.applying.accounts import account_give, accounts_follow
from qiying.capabilities.policies.services.applying.deciding import REMEDY
from qiying.capabilities.policies.services.applying.listings import listing_add, listing_remove
from qiying.capabilities.policies.services.applying.objecting import objection_make
from qiying.capabilities.policies.services.applying.ticking import applications_tick
from qiying.capabilities.policies.services.money.deliveries import delivery_record
from qiying.capabilities.policies.services.money.queue import queue_serve
from qiying.capabilities.policies.tests import money_door
from qiying.capabilities.policies.tests.applying_world import INSTANT, REFUSAL, Desk
from qiying.capabilities.policies.tests.world import AWARD, World, make_world
from qiying.kernel.figures.definitions import measures_of
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def test_the_way_from_key_to_money(desk):
    case = desk.paid()
    application = Application.objects.get(case=case)
    assert (case.state, case.outcome, application.paid_fen) == ("paid", "paid", 10_000_000)


def test_nobody_approves_what_he_reviewed(desk, world):
    from qiying.kernel.organisations.services import membership_start
    from qiying.kernel.organisations.tests.factories import importer

    case = desk.approving()
    membership_start(
        actor=importer(),
        person=world.people["policy"],
        unit=world.units["bureau"],
        role="reviewer",
        valid_from=date(2026, 11, 18),
        at=world.now,
    )
    world._viewers.clear()
    with pytest.raises(GuardFailed) as refused:
        desk.act(case, "policy", "approve")
    assert "要由另一个人来" in refused.value.message
    with pytest.raises(Http404):
        desk.act(case, "co_reviewer", "approve")


def test_the_lead_waits_for_every_co_department(world):
    desk = Desk(world, co_unit_ids=[world.units["co"].pk])
    case = desk.reviewing()
    with pytest.raises(GuardFailed) as refused:
        desk.act(case, "policy", "review")
    assert "区税务局" in refused.value.message
    with pytest.raises(GuardFailed):
        desk.act(case, "co_reviewer", "opinion", opinion="disagree")
    case = desk.act(case, "co_reviewer", "opinion", opinion="disagree", reason="有欠税没有结清")
    with pytest.raises(GuardFailed) as refused:
        desk.act(case, "policy", "review")
    assert "不同意" in refused.value.message
    assert desk.act(case, "policy", "review", reason="欠税昨天已结清，附完税证明").state == "publicity"


def test_less_than_evaluated_needs_a_reason_and_more_is_not_possible(desk):
    case = desk.reviewing()
    for amount in ("200000", "50000"):
        with pytest.raises(GuardFailed):
            desk.act(case, "policy", "review", amount_yuan=amount)
    case = desk.act(case, "policy", "review", amount_yuan="50000", reason="只认定半年的投入")
    desk.past_publicity(case)
    case.refresh_from_db()
    desk.act(case, "reviewer", "approve")
    assert Application.objects.get(case=case).granted_fen == 5_000_000


def test_material_is_asked_once_and_stops_the_clock(desk, world):
    case = desk.act(desk.reviewing(), "policy", "request_material", items="完税证明一份")
    assert (case.state, case.clock_state) == ("waiting_material", "paused")
    with pytest.raises(GuardFailed):
        desk.act(case, "policy", "propose_refusal", **REFUSAL)
    case = desk.act(case, "clerk", "give_material", note="送到窗口了")
    assert case.state == "reviewing"
    with pytest.raises(GuardFailed):
        desk.act(case, "policy", "request_material", items="再来一份别的")


def test_corrected_facts_stop_the_approval_and_say_what_changed(desk, world):
    case = desk.approving()
    world.facts(营业收入="4000000")
    with pytest.raises(GuardFailed) as refused:
        desk.act(case, "reviewer", "approve")
    assert "营业收入从 6000000 更正为 4000000" in refused.value.message
    case = desk.act(case, "reviewer", "return_to_review", reason="数更正了，请重审")
    assert case.state == "reviewing"


def test_an_objection_needs_no_sign_in_and_holds_the_payout(desk, world):
    case = desk.public()
    application = Application.objects.get(case=case)
    objection_make(
        application=application, text="这家企业上个月已经停产了。", name="", phone="", now=world.now
    )
    desk.past_publicity(case)
    case.refresh_from_db()
    assert case.state == "publicity"
    data = {"objection_no": 1, "finding": "到现场看过，在正常生产。"}
    with pytest.raises(NotPermitted):
        desk.act(case, "policy", "decide_objection", decision="rejected", **data)
    desk.act(case, "reviewer", "decide_objection", decision="rejected", **data)
    applications_tick(world.now)
    case.refresh_from_db()
    assert case.state == "approving"


def test_anonymous_objections_hold_a_payout_once_and_signed_ones_each_time(desk, world):
    case = desk.public()
    application = Application.objects.get(case=case)

    def said(name: str = "", phone: str = "") -> dict[str, object]:
        found = objection_make(
            application=application, text="这家企业上个月已经停产了。", name=name, phone=phone, now=world.now
        )
        return {k: found.extras.get(k, 0) for k in ("objections", "objections_open", "objections_aside")}

    assert said() == {"objections": 1, "objections_open": 1, "objections_aside": 0}
    assert said(name="某某") == {"objections": 2, "objections_open": 1, "objections_aside": 1}
    desk.act(
        case, "reviewer", "decide_objection", objection_no=1, decision="rejected", finding="看过，在生产。"
    )
    assert said(phone="12345")["objections_open"] == 0
    assert said(name="王五", phone="138 0000 1234")["objections_open"] == 1
    case = desk.act(
        case, "reviewer", "decide_objection", objection_no=4, decision="rejected", finding="电话核过，不实。"
    )
    desk.past_publicity(case)
    case.refresh_from_db()
    assert case.state == "approving"
    desk.act(
        case, "reviewer", "decide_objection", objection_no=2, decision="rejected", finding="一起看过，不实。"
    )


def test_one_address_objects_three_times_a_day_and_a_payout_takes_twenty(desk, world):
    application = Application.objects.get(case=desk.public())

    def said(address: str) -> None:
        objection_make(
            application=application,
            text="这家企业上个月已经停产了。",
            name="",
            phone="",
            now=world.now,
            address=address,
        )

    for _ in range(3):
        said("10.0.0.1")
    with pytest.raises(GuardFailed) as refused:
        said("10.0.0.1")
    assert "今天的异议已经很多" in refused.value.message
    for n in range(16):
        said(f"10.0.1.{n}")
    with pytest.raises(GuardFailed):
        said("10.0.2.1")
    world.later(days=1, minutes=1)
    said("10.0.0.1")


def test_an_upheld_objection_refuses_and_frees_the_money(desk, world):
    case = desk.public()
    application = Application.objects.get(case=case)
    objection_make(
        application=application, text="这家企业上个月已经停产了。", name="", phone="", now=world.now
    )
    data = {"objection_no": 1, "finding": "确实停产，人已遣散。", "decision": "refuse"}
    case = desk.act(case, "reviewer", "decide_objection", **data)
    assert (case.state, case.outcome) == ("refused", "refused")
    assert Budget.objects.get().reserved_fen == 0


def test_a_refusal_can_be_appealed_once_and_is_judged_by_supervision(desk):
    case = desk.act(desk.reviewing(), "reviewer", "refuse", **REFUSAL)
    assert "60 日" in REMEDY
    case = desk.act(case, "clerk", "appeal", reason="我们的材料是齐的，请再看一遍。")
    assert case.state == "appealed"
    case = desk.act(case, "supervisor", "decide_appeal", decision="upheld", finding="材料确实齐全")
    assert (case.state, case.is_open) == ("reviewing", True)
    case = desk.act(case, "reviewer", "refuse", **REFUSAL)
    with pytest.raises(GuardFailed):
        desk.act(case, "clerk", "appeal", reason="还是不服，请第三次看一遍。")


def test_every_ending_can_be_rated_once(desk):
    case = desk.paid()
    desk.act(case, "clerk", "rate", stars="4", comment="很快")
    with pytest.raises(GuardFailed):
        desk.act(case, "clerk", "rate", stars="1")


def test_what_pays_at_once_needs_one_confirmation(world):
    desk = Desk(world, INSTANT)
    case = desk.apply()
    with pytest.raises(GuardFailed):
        desk.act(case, "policy", "accept")
    assert desk.act(case, "policy", "confirm").state == "approved"
    assert Payment.objects.get().amount_fen == 10_000_000


def test_a_service_is_delivered_and_counted_like_a_payout(world):
    text = AWARD.replace("sample-hnte", "green-channel")
    desk = Desk(world, text, fen=0, grant="service", service_unit_id=world.units["desk"].pk)
    case = desk.act(desk.approving(), "reviewer", "approve")
    assert case.state == "delivering"
    with pytest.raises(ActionNotAvailable):
        desk.act(case, "policy", "record_delivery", on=str(world.now.date()))
    delivery_record(
        delivery=Delivery.objects.get(),
        on=world.now.date(),
        note="已开通绿色通道",
        actor=world.viewer("system"),
        at=world.now,
    )
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("delivered", "delivered")


def test_without_money_it_queues_and_is_paid_when_money_comes(world):
    desk = Desk(world, fen=0)
    case = desk.approved()
    assert case.state == "waiting_money"
    budget = money_door.appropriate(world, desk.policy, 10_000_000)
    queue_serve(budget=budget, at=world.now)
    case.refresh_from_db()
    assert case.state == "approved"
    desk.settle(case)
    case.refresh_from_db()
    assert case.state == "paid"


def test_a_payment_is_recorded_only_through_the_ledger(desk, world):
    case = desk.approved()
    data = {
        "payment_number": Payment.objects.get().number,
        "paid_on": str(world.now.date()),
        "amount_fen": 10_000_000,
    }
    with pytest.raises(ActionNotAvailable):
        desk.act(case, "treasurer", "record_payment", **data)


def test_a_failed_payment_goes_to_the_corrected_account(desk, world):
    case = desk.approved()
    money_door.fail(world, Payment.objects.get())
    case.refresh_from_db()
    assert case.extras["payment_failure"]
    given = account_give(
        enterprise=world.enterprise,
        holder=world.enterprise.name,
        bank="工商银行海盐支行",
        number="62220210010999",
        actor=world.viewer("clerk"),
        now=world.now,
    )
    accounts_follow(account=given, actor=world.viewer("clerk"), now=world.now)
    assert Application.objects.get(case=case).account_id == given.pk


GROUPED = AWARD + "group: {name: 规模奖励}\n"
LARGER = GROUPED.replace("sample-hnte", "larger").replace('"100000"', '"150000"')


def test_what_another_policy_of_the_group_paid_is_taken_off_before_anybody_asks(world):
    Desk(world, GROUPED).paid()
    second = Desk(world, LARGER)
    case = second.approving()
    application = Application.objects.get(case=case)
    assert application.asked_fen == 5_000_000
    assert "同组的政策今年已享受 10万元，就高不重复，这项只补差额" in application.evaluation.answer
    assert second.act(case, "reviewer", "approve").state == "approved"


def test_a_lower_policy_of_the_group_cannot_be_applied_for_any_more(world):
    Desk(world, LARGER).paid()
    with pytest.raises(GuardFailed) as refused:
        Desk(world, GROUPED).apply()
    assert "就高不重复" in refused.value.message


def test_of_two_waiting_in_one_group_the_second_is_granted_the_difference_only(world):
    first, second = Desk(world, GROUPED), Desk(world, LARGER)
    one, other = first.approving(), second.approving()
    first.act(one, "reviewer", "approve")
    with pytest.raises(GuardFailed) as refused:
        second.act(other, "reviewer", "approve")
    assert "现在最多 5 万元" in refused.value.message
    case = second.act(other, "reviewer", "return_to_review", reason="只补差额")
    case = second.act(case, "policy", "review", amount_yuan="50000", reason="就高不重复，补差额")
    second.past_publicity(case)
    case.refresh_from_db()
    assert second.act(case, "reviewer", "approve").state == "approved"


def test_the_same_project_is_supported_by_one_department(world):
    desk = Desk(world)
    desk.paid(project="年产 50 万套轴承项目")
    other = Desk(world, AWARD.replace("sample-hnte", "other"), lead_unit_id=world.units["bureau"].pk)
    case = other.approving(project="年产50万套轴承")
    with pytest.raises(GuardFailed) as refused:
        other.act(case, "reviewer", "approve")
    assert "同一项目已由区科技局" in refused.value.message


def test_whoever_is_listed_gets_nothing_until_removed(desk, world):
    case = desk.approving()
    row = listing_add(
        actor=world.viewer("policy"),
        enterprise=world.enterprise,
        reason="严重失信",
        source="海信〔2026〕3号",
        listed_on=world.now.date(),
        until_on=None,
        at=world.now,
    )
    with pytest.raises(GuardFailed) as refused:
        desk.act(case, "reviewer", "approve")
    assert "负面清单" in refused.value.message
    listing_remove(actor=world.viewer("policy"), listing=row, reason="信用已修复", at=world.now)
    assert desk.act(case, "reviewer", "approve").state == "approved"


def test_withdrawing_frees_the_money(desk):
    case = desk.act(desk.public(), "clerk", "withdraw")
    assert (case.state, case.outcome) == ("withdrawn", "withdrawn")
    budget = Budget.objects.get()
    assert (budget.reserved_fen, budget.available_fen) == (0, 100_000_000)


def test_figures_count_what_happened(desk):
    desk.act(desk.paid(), "clerk", "rate", stars="5")
    counted = dict(
        FigureDelta.objects.filter(procedure="policy_application")
        .values_list("measure")
        .annotate(n=Sum("value"))
    )
    wanted = {
        "received": 1,
        "accepted": 1,
        "approved": 1,
        "paid": 1,
        "paid_fen": 10_000_000,
        "satisfaction": 1,
    }
    assert wanted.items() <= counted.items()
    known = {m.code for m in measures_of("policy_application")}
    assert set(counted) <= known

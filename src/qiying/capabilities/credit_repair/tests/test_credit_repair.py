"""An application from the day it becomes possible to the last place that takes the record down; and every other end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.http import Http404
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiying.capabilities.credit_repair.models import CreditRecord, FalseMaterial
from qiying.capabilities.credit_repair.selectors import false_material
from qiying.capabilities.credit_repair.services.applying import application_submit
from qiying.capabilities.credit_repair.services.records import record_save, restructuring_save
from qiying.capabilities.credit_repair.tests.world import RECORD, CreditWorld, make_world
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.engine import available_actions
from qiying.kernel.cases.models import Case, Clock
from qiying.kernel.documents.models import Certificate
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.notices.models import Notice
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted
from qiying.statutes.workdays import nth_workday, workdays_between

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def world() -> CreditWorld:
    return make_world()


def clock(case: Case, kind: str) -> Clock:
    return Clock.objects.filter(case=case, kind=kind).latest("no")


def counted(case: Case) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in FigureDelta.objects.filter(case_id=case.pk):
        found[row.measure] = found.get(row.measure, 0) + row.value
    return found


def test_applied_today_agreed_by_two_people_and_taken_down_everywhere(world: CreditWorld) -> None:
    record = world.record()
    case = world.apply(record)
    assert (case.state, case.lead_unit_id, case.turn) == ("received", world.units["market"].pk, "window")
    assert case.promised_by == case.due_by == date(2026, 11, 19)
    world.later(hours=2)
    case = world.agreed(case)
    record.refresh_from_db()
    assert (case.state, case.outcome, record.state) == ("stopping", "repaired", "repaired")
    assert clock(case, "promise").result == clock(case, "result").result == "met"
    proof = Certificate.objects.get(case_id=case.pk)
    assert (proof.holder, proof.unit_id) == (world.enterprise.name, world.units["market"].pk)
    first, second = record.places.all()
    case = world.act(case, "desk", "record_stop", place_id=first.pk, receipt="XYZG-1")
    assert case.state == "stopping"
    with pytest.raises(GuardFailed):
        world.act(case, "desk", "record_stop", place_id=first.pk, receipt="XYZG-1")
    case = world.act(case, "desk", "record_stop", place_id=second.pk, receipt="GS-2")
    assert (case.state, case.is_open, clock(case, "stop").result) == ("repaired", False, "met")
    told = counted(case)
    assert told["repaired"] == told["repaired_online"] == told["within_day"] == told["within_law"] == 1
    assert told["work_minutes"] == 120
    templates = set(Notice.objects.values_list("template", flat=True))
    assert {
        "credit_received",
        "credit_accepted",
        "credit_agreed",
        "credit_place_stopped",
        "credit_stopped",
    } <= templates


def test_who_reviews_does_not_decide_and_nobody_else_acts(world: CreditWorld) -> None:
    case = world.act(world.apply(world.record()), "desk", "accept")
    with pytest.raises(Http404):
        world.act(case, "police", "propose", opinion="agree")
    for who in ("desk", "leader", "clerk", "supervisor"):
        with pytest.raises(NotPermitted):
            world.act(case, who, "propose", opinion="agree")
    case = world.act(case, "handler", "propose", opinion="agree")
    with pytest.raises(NotPermitted):
        world.act(case, "handler", "decide_opinion", decision="approved")
    case = world.act(case, "leader", "decide_opinion", decision="refused", note="证明看不清，再看")
    assert case.state == "reviewing"


def test_a_refusal_says_why_and_when_to_come_again_and_can_be_contested(world: CreditWorld) -> None:
    record = world.record()
    case = world.act(world.apply(record), "desk", "accept")
    with pytest.raises(GuardFailed) as none:
        world.act(case, "handler", "propose", opinion="refuse")
    assert set(none.value.fields) == {"refusal", "reason"}
    told = {"opinion": "refuse", "refusal": "duty", "reason": "罚款还差 1000 元"}
    case = world.act(case, "handler", "propose", **told, again_on=world.days(20))
    case = world.act(case, "leader", "decide_opinion", decision="approved")
    assert (case.state, case.outcome) == ("refused", "refused")
    words = Notice.objects.get(template="credit_refused").context["words"]
    assert "2026年12月8日起可以再申请" in words
    case = world.act(case, "clerk", "appeal", reason="罚款 11 月 1 日已经缴清")
    with pytest.raises(NotPermitted):
        world.act(case, "leader", "decide_appeal", decision="upheld", finding="有缴款凭证")
    case = world.act(case, "supervisor", "decide_appeal", decision="upheld", finding="有缴款凭证")
    assert (case.state, case.is_open) == ("reviewing", True)
    assert clock(case, "promise").promised_by == date(2026, 11, 19)
    case = world.act(case, "handler", "propose", opinion="agree")
    case = world.act(case, "leader", "decide_opinion", decision="approved")
    record.refresh_from_db()
    assert record.state == "repaired"


def test_after_a_refusal_a_new_application_ends_the_way_to_contest_the_old(world: CreditWorld) -> None:
    record = world.record()
    old = world.refused(world.apply(record))
    new = world.apply(record)
    assert new.pk != old.pk
    with pytest.raises(GuardFailed, match="另外申请过"):
        world.act(old, "clerk", "appeal", reason="不服这个决定")


def test_too_late_to_contest(world: CreditWorld) -> None:
    case = world.refused(world.apply(world.record()))
    world.later(days=61)
    with pytest.raises(GuardFailed, match="60 天"):
        world.act(case, "clerk", "appeal", reason="不服这个决定")


def test_missing_papers_are_named_once_and_a_workday_is_promised_from_the_day_they_are_complete(
    world: CreditWorld,
) -> None:
    case = world.apply(world.record())
    world.later(days=1)
    case = world.act(case, "desk", "request_material", items="缴款凭证看不清，请重传")
    world.later(days=5)  # Tuesday
    with pytest.raises(NotPermitted):
        world.act(case, "handler", "give_material", note="送到窗口了")
    with pytest.raises(GuardFailed, match="还没有材料"):
        world.act(case, "clerk", "give_material")
    case = world.act(case, "clerk", "give_material", documents=[world.file("clerk")])
    assert (case.state, clock(case, "promise").due_by) == ("received", date(2026, 11, 25))
    assert case.promised_by == date(2026, 11, 19)
    with pytest.raises(GuardFailed, match="不能再要"):
        world.act(case, "desk", "request_material", items="再要一份别的")
    case = world.agreed(case)
    assert counted(case)["within_day"] == 1 and counted(case)["work_minutes"] == 1


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.integers(0, 6), given_=st.integers(0, 30), decided=st.integers(0, 4))
def test_waiting_for_papers_never_costs_the_office_nor_gives_it_more_than_a_day(
    world: CreditWorld, asked: int, given_: int, decided: int
) -> None:
    start = world.now
    case = world.apply(world.record(f"号{CreditRecord.objects.count()}"))
    calendar = CaseContext(case, world.viewer("desk"), world.now).calendar
    world.later(days=asked)
    case = world.act(case, "desk", "request_material", items="请补缴款凭证")
    world.later(days=given_)
    case = world.act(case, "clerk", "give_material", note="送到窗口了")
    promise = clock(case, "promise")
    today = local_date(world.now)
    assert promise.due_by == nth_workday(today, 1, calendar) or asked > 1
    assert workdays_between(today, promise.due_by, calendar) <= 1
    world.later(days=decided)
    case = world.agreed(case)
    late = local_date(world.now) > promise.due_by
    assert clock(case, "promise").result == ("breached" if late else "met")
    assert clock(case, "promise").promised_by == case.promised_by
    world.now = start


def test_a_complex_case_gets_ten_workdays_more_once_by_a_second_person(world: CreditWorld) -> None:
    case = world.act(world.apply(world.record()), "desk", "accept")
    assert clock(case, "result").due_by == date(2026, 11, 27)
    case = world.act(case, "handler", "ask_extension", reason="要向外省核实履行情况")
    with pytest.raises(GuardFailed):
        world.act(case, "handler", "propose", opinion="agree")
    case = world.act(case, "leader", "decide_extension", decision="approved")
    assert clock(case, "result").due_by == date(2026, 12, 11)
    assert case.due_by == date(2026, 11, 19)  # the district's promise is not extended by the law's days
    with pytest.raises(GuardFailed, match="延长过"):
        world.act(case, "handler", "ask_extension", reason="还要再核实一次")


def test_under_the_old_law_ten_workdays_from_receipt(world: CreditWorld) -> None:
    world.now -= timedelta(days=253)  # 2026-03-10
    values: dict[str, Any] = {
        "decided_on": date(2025, 11, 1),
        "published_on": date(2025, 11, 5),
        "places": "",
    }
    case = world.act(world.apply(world.record(**values)), "desk", "accept")
    result = clock(case, "result")
    assert (result.limit, result.started_on, result.due_by) == (10, date(2026, 3, 10), date(2026, 3, 24))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"duty_done": False}, "duty_done"),
        ({"commitment": False}, "commitment"),
        ({"documents": []}, "documents"),
        ({"matter": "objection", "text": "不对"}, "text"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    world: CreditWorld, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(GuardFailed) as refused:
        world.apply(world.record(), **changes)
    assert list(refused.value.fields) == [field]


def test_before_the_day_nobody_applies_and_nobody_agrees(world: CreditWorld) -> None:
    record = world.record(published_on=world.days(-10), decided_on=world.days(-11), places="")
    with pytest.raises(GuardFailed, match="2027年2月8日起可以修复"):
        world.apply(record)
    ripe = world.record("已到期")
    case = world.act(world.apply(ripe), "desk", "accept")
    CreditRecord.objects.filter(pk=ripe.pk).update(grade="serious")
    with pytest.raises(GuardFailed, match="还不能同意"):
        world.act(case, "handler", "propose", opinion="agree")
    told = {"opinion": "refuse", "refusal": "not_due", "reason": "应当按严重失信算"}
    case = world.act(case, "handler", "propose", **told)
    world.act(case, "leader", "decide_opinion", decision="approved")
    assert "2027年7月1日起可以再申请" in Notice.objects.get(template="credit_refused").context["words"]


def test_one_record_has_one_open_case_and_the_same_form_twice_is_one(world: CreditWorld) -> None:
    record = world.record()
    data = world.given(token="abc")
    first = application_submit(record=record, actor=world.viewer("clerk"), data=data, now=world.now)
    again = application_submit(record=record, actor=world.viewer("clerk"), data=data, now=world.now)
    assert first.pk == again.pk
    with pytest.raises(GuardFailed, match=first.number):
        world.apply(record)


def test_strangers_do_not_apply_and_the_window_does_for_whoever_comes(world: CreditWorld) -> None:
    record = world.record()
    for who in ("outsider", "handler", "supervisor"):
        with pytest.raises(NotPermitted):
            world.apply(record, who)
    case = world.apply(record, "desk")
    assert "received_online" not in counted(case)
    assert world.viewer("clerk").enterprise_ids & {case.enterprise_id}


def test_an_objection_that_holds_corrects_the_record_without_a_proof_of_repair(world: CreditWorld) -> None:
    record = world.record(barred_by="终身禁入")
    case = world.apply(record, matter="objection", text="处罚决定已被法院撤销，见判决书", documents=[])
    case = world.agreed(case)
    record.refresh_from_db()
    assert (record.state, case.outcome) == ("corrected", "corrected")
    assert not Certificate.objects.exists()


def test_false_papers_undo_the_repair_and_for_three_years_nothing_is_taken_on_their_word(
    world: CreditWorld,
) -> None:
    record = world.record()
    case = world.agreed(world.apply(record, way="promise", documents=[]))
    for place in record.places.all():
        case = world.act(case, "desk", "record_stop", place_id=place.pk, receipt="回执")
    world.later(days=40)
    case = world.act(case, "handler", "ask_false", reason="罚款根本没有缴")
    with pytest.raises(NotPermitted):
        world.act(case, "handler", "decide_false", decision="approved")
    case = world.act(case, "leader", "decide_false", decision="approved")
    record.refresh_from_db()
    assert (case.state, case.outcome, record.state) == ("falsified", "falsified", "published")
    assert not record.places.filter(stopped_on__isnull=False).exists()
    assert Certificate.objects.get().revoked_at is not None
    found = FalseMaterial.objects.get()
    assert found.until_on == date(2029, 12, 28)
    assert false_material(world.enterprise.pk, date(2029, 12, 28)) is None
    with pytest.raises(GuardFailed) as refused:
        world.apply(record, way="promise", documents=[])
    assert list(refused.value.fields) == ["way"]
    assert world.apply(record).is_open  # with proof it may ask again


def test_while_a_restructuring_plan_is_performed_the_record_is_shielded_and_then_repaired_whole(
    world: CreditWorld,
) -> None:
    record = world.record(grade="serious")
    values: dict[str, Any] = {
        "enterprise": world.enterprise.name,
        "court": "区法院",
        "ruling": "（2026）浙 01 破 3 号",
        "approved_on": world.days(-30),
    }
    court = restructuring_save(actor=world.viewer("desk"), row=None, values=values, now=world.now)
    with pytest.raises(GuardFailed, match="重整计划"):
        world.apply(record)
    both = {**values, "completed_on": world.days(-1), "failed_on": world.days(-1)}
    with pytest.raises(GuardFailed):
        restructuring_save(actor=world.viewer("desk"), row=court, values=both, now=world.now)
    done = {**values, "completed_on": world.days(-1)}
    restructuring_save(actor=world.viewer("desk"), row=court, values=done, now=world.now)
    record.refresh_from_db()
    assert record.repairable_on == world.days(-1)
    assert world.agreed(world.apply(record)).outcome == "repaired"


def test_taken_back_or_annulled_leaves_the_record_as_it_was(world: CreditWorld) -> None:
    record = world.record()
    case = world.act(world.apply(record), "clerk", "withdraw", reason="先把罚款缴清")
    assert case.state == "withdrawn"
    case = world.act(world.apply(record), "desk", "ask_void", reason="立错了企业")
    case = world.act(case, "supervisor", "decide_void", decision="approved")
    record.refresh_from_db()
    assert (case.state, record.state) == ("voided", "published")


def test_a_repaired_record_is_not_changed_any_more(world: CreditWorld) -> None:
    record = world.record()
    world.agreed(world.apply(record))
    record.refresh_from_db()
    values = {**RECORD, "enterprise": world.enterprise.name, "unit_id": world.units["market"].pk}
    with pytest.raises(GuardFailed, match="不能改"):
        record_save(actor=world.viewer("desk"), record=record, values=values, now=world.now)


def test_every_state_with_a_turn_has_somebody_who_can_act(world: CreditWorld) -> None:
    case = world.apply(world.record())
    who = {
        "window": ("desk",),
        "lead": ("handler", "leader"),
        "asker": ("clerk",),
        "supervision": ("supervisor",),
    }

    def enabled(code: str) -> bool:
        contexts = [CaseContext(Case.objects.get(pk=case.pk), world.viewer(w), world.now) for w in who[code]]
        return any(a.is_enabled and not a.action.is_minor for c in contexts for a in available_actions(c))

    assert enabled("window")
    case = world.act(case, "desk", "accept")
    assert enabled("lead")
    case = world.act(case, "handler", "propose", opinion="agree")
    assert enabled("lead")
    with pytest.raises(ActionNotAvailable):
        world.act(case, "desk", "accept")

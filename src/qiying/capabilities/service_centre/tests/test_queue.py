"""The queue: who is next, handed on without queueing again, passed over and back, told in time, counted, rated."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from qiying.capabilities.service_centre.models import Ticket, Window
from qiying.capabilities.service_centre.selectors.tickets import ahead_of, lines_of
from qiying.capabilities.service_centre.services.hall import (
    window_close,
    window_pause,
    window_save,
    zone_offer,
)
from qiying.capabilities.service_centre.services.tickets import (
    day_close,
    ticket_arrive,
    ticket_back,
    ticket_call,
    ticket_hand,
    ticket_leave,
    ticket_priority,
    ticket_take,
)
from qiying.capabilities.service_centre.tests.hall_world import WEEK, HallWorld, make_hall
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.bookings.selectors import offers_of
from qiying.kernel.bookings.services.booking import booking_cancel, booking_make
from qiying.kernel.cases.jobs import jobs_run
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.notices.models import Notice
from qiying.kernel.organisations.offers import provided
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
Way, State = Ticket.Way, Ticket.State


@pytest.fixture
def hall() -> HallWorld:
    return make_hall()


def counted(measure: str) -> int:
    rows = FigureDelta.objects.filter(procedure="service_centre", measure=measure)
    return sum(rows.values_list("value", flat=True))


def clerk_take(hall: HallWorld, **more: Any) -> Ticket:
    return hall.take(who="clerk", way=Way.PHONE, phone="", enterprise=hall.enterprise, **more)


# --- taking --------------------------------------------------------------------------------------
def test_numbers_run_by_zone_and_day_and_the_same_party_keeps_its_number(hall):
    first, second, other = hall.take(), hall.take(), hall.take("B")
    assert [t.number for t in (first, second, other)] == ["A001", "A002", "B001"]
    assert hall.take(phone=first.phone).pk == first.pk
    mine = clerk_take(hall)
    assert clerk_take(hall).pk == mine.pk
    assert counted("taken") == 4
    hall.later(days=1)
    assert hall.take().number == "A001"


@pytest.mark.parametrize(
    ("given", "field"),
    [({"phone": ""}, "phone"), ({"phone": "12345"}, "phone"), ({"zone": "T"}, "zone")],
)
def test_a_number_without_a_party_or_for_a_zone_without_windows_is_refused(hall, given, field):
    with pytest.raises(GuardFailed) as refused:
        hall.take(**given)
    assert list(refused.value.fields) == [field]


def test_outside_the_hours_only_the_desk_takes_numbers_and_off_hours_are_counted(hall):
    hall.later(hours=2, minutes=30)  # 12:30
    assert hall.take(way=Way.SELF, who="").is_off_hours
    hall.later(hours=8)
    with pytest.raises(GuardFailed, match="明天 09:00 开门"):
        hall.take(way=Way.SELF, who="")
    assert not hall.take().is_off_hours
    assert counted("off_hours") == 1


def test_who_often_did_not_come_takes_his_number_at_the_desk(hall):
    for _ in range(3):
        clerk_take(hall)
        hall.later(days=1)
        day_close(hall.now)
    with pytest.raises(GuardFailed, match="导办台"):
        clerk_take(hall)
    assert hall.take(phone="", enterprise=hall.enterprise).state == State.WAITING
    assert counted("missed") == 3


# --- at the window -------------------------------------------------------------------------------
def test_the_order_is_handed_on_then_priority_then_booked_then_time(hall):
    late = [hall.take(), hall.take(), hall.take()]
    ticket_priority(actor=hall.viewer("desk"), ticket=late[2], reason="孕妇", now=hall.now)
    hall.open(1)
    hall.open(3, "tax")
    moved = hall.take("B")
    hall.next(3, "tax")
    ticket_hand(
        actor=hall.viewer("tax"),
        window=hall.windows[3],
        zone=hall.zones["A"],
        now=hall.now,
        reason="要先核名",
    )
    called = [hall.serve().number for _ in range(4)]
    assert called == [moved.number, late[2].number, late[0].number, late[1].number]
    assert hall.next() is None
    assert (counted("handed"), counted("priority"), counted("served")) == (1, 1, 4)
    assert AuditEntry.objects.filter(action="ticket_priority", data__contains="孕妇").exists()


def test_handed_to_a_window_only_that_one_calls_it(hall):
    hall.take()
    hall.open(1)
    hall.open(2, "second")
    hall.next(1)
    to = hall.windows[2]
    ticket_hand(actor=hall.viewer("handler"), window=hall.windows[1], zone=to.zone, to=to, now=hall.now)
    assert hall.next(1) is None
    found = hall.next(2, "second")
    assert found is not None and (found.calls, found.hands) == (2, 1)
    assert counted("called") == 1  # waiting ended once
    with pytest.raises(GuardFailed):
        ticket_hand(actor=hall.viewer("second"), window=to, zone=to.zone, to=to, now=hall.now)


def test_who_did_not_come_is_passed_over_and_comes_back_after_three(hall):
    tickets = [hall.take() for _ in range(5)]
    hall.open()
    hall.next()
    with pytest.raises(ActionNotAvailable, match="还没来"):
        hall.next()
    assert hall.step("recall").calls == 2
    passed = hall.step("pass")
    with pytest.raises(ActionNotAvailable):
        hall.step("pass")
    back = ticket_back(actor=hall.viewer("desk"), ticket=passed, now=hall.now)
    assert ahead_of(back) == 3
    order = [hall.serve().pk for _ in range(5)]
    assert order == [tickets[i].pk for i in (1, 2, 3, 0, 4)]


def test_calling_the_next_finishes_who_is_served_and_a_paused_window_calls_nobody(hall):
    hall.take(), hall.take()
    window = hall.open()
    hall.next()
    hall.step("start")
    assert hall.next().number == "A002"
    assert Ticket.objects.get(number="A001").state == State.DONE
    with pytest.raises(ActionNotAvailable, match="还没办完"):
        window_close(actor=hall.viewer("handler"), window=window, now=hall.now)
    hall.step("start")
    hall.step("finish", result="发了执照")
    window_pause(actor=hall.viewer("handler"), window=window, reason="吃饭", now=hall.now)
    with pytest.raises(ActionNotAvailable, match="暂停"):
        hall.next()
    line = lines_of([hall.zones["A"]], hall.now.date())[0]
    assert line.pace.windows == 0
    window_pause(actor=hall.viewer("handler"), window=window, reason="", now=hall.now)
    assert hall.next() is None


def test_a_number_is_called_out_of_turn_by_name_only_from_ones_own_zone(hall):
    tickets, other = [hall.take(), hall.take()], hall.take("B")
    hall.open()
    given = {"actor": hall.viewer("handler"), "window": hall.windows[1], "now": hall.now}
    with pytest.raises(ActionNotAvailable, match="别的专区"):
        ticket_call(ticket=other, **given)
    assert ticket_call(ticket=tickets[1], **given).number == "A002"
    with pytest.raises(ActionNotAvailable, match="窗口前还有人"):
        ticket_call(ticket=tickets[0], **given)


def test_what_one_window_claims_another_of_its_zone_leaves(hall):
    desk = hall.viewer("desk")
    for number, items in ((1, ["企业开办"]), (2, ["企业注销"])):
        window_save(actor=desk, row=hall.windows[number], values={"items": items}, now=hall.now)
    hall.take(matter="企业注销"), hall.take(matter="企业开办"), hall.take(matter="说不清")
    hall.open(1), hall.open(2, "second")
    assert hall.next(1).matter == "企业开办"
    assert hall.next(2, "second").matter == "企业注销"
    hall.step("start")
    assert hall.next(1).matter == "说不清"


@pytest.mark.parametrize("who", ["tax", "leader", "supervisor", "admin", "clerk", "outsider", "foreign"])
def test_who_has_nothing_to_do_at_a_window_calls_nobody(hall, who):
    hall.take()
    with pytest.raises((NotPermitted, ActionNotAvailable)):
        hall.open(1, who)
    with pytest.raises((NotPermitted, ActionNotAvailable)):
        hall.next(1, who)
    assert Ticket.objects.get().state == State.WAITING


def test_one_sits_at_one_window_and_relieves_who_sat_there(hall):
    hall.open(1)
    hall.open(2)
    assert Window.objects.get(number=1).officer is None
    hall.open(2, "second")
    with pytest.raises(ActionNotAvailable, match="别人在"):
        hall.next(2, "handler")


# --- told, counted, rated ------------------------------------------------------------------------
def test_with_three_before_one_is_told_once_and_called_by_name_of_the_window(hall):
    for _ in range(5):
        hall.take()
    mine = clerk_take(hall)
    hall.open()
    near = Notice.objects.filter(template="ticket_near", to_key=f"e:{hall.enterprise.pk}")
    for served in range(1, 6):
        hall.serve()
        assert near.count() == int(served >= 2)
    assert "前面还有 3 个" in f"前面还有 {near.get().context['ahead']} 个"
    hall.next()
    called = Notice.objects.get(template="ticket_called", to_key=f"e:{hall.enterprise.pk}")
    assert (called.context["number"], called.context["window"]) == (mine.number, 1)


def test_a_wait_within_the_limit_is_counted_with_its_denominator(hall):
    hall.take(), hall.take()
    hall.open()
    hall.later(minutes=10)
    hall.serve(minutes=20)
    hall.serve()
    assert (counted("called"), counted("in_time"), counted("waited")) == (2, 1, 40)


@pytest.mark.parametrize("known", [True, False])
def test_who_was_served_is_asked_to_rate_the_window_known_or_not(hall, known):
    ticket = clerk_take(hall) if known else hall.take()
    hall.open()
    hall.serve()
    jobs_run(hall.now)
    link = provided("rating_link")
    assert link is not None and link(
        ticket.subject, f"e:{hall.enterprise.pk}" if known else "", local_date(hall.now)
    )


# --- bookings ------------------------------------------------------------------------------------
def booked(hall: HallWorld, who: str = "clerk", hours: int = 2) -> Any:
    values = {"hours": WEEK, "slot_minutes": 30, "capacity": 2, "days_ahead": 14, "per_month": 0}
    bookable = zone_offer(actor=hall.viewer("desk"), zone=hall.zones["A"], values=values, now=hall.now)
    times = [o.time.starts_at for o in offers_of(bookable, hall.now) if not o.why_not]
    return booking_make(
        bookable=bookable, starts_at=next(t for t in times if t >= hall.now + timedelta(hours=hours)),
        actor=hall.viewer(who), matter="企业变更", contact_name="陈雨", contact_phone="13800000001",
        enterprise_id=hall.enterprise.pk if who == "clerk" else None, now=hall.now,
    )  # fmt: skip


def test_a_booking_becomes_a_number_on_arrival_before_those_who_just_came(hall):
    booking = booked(hall)
    plain = hall.take()
    with pytest.raises(ActionNotAvailable, match="早了"):
        ticket_arrive(booking=booking, actor=hall.viewer("clerk"), now=hall.now)
    hall.now = booking.slot.starts_at - timedelta(minutes=20)
    ticket = ticket_arrive(booking=booking, actor=hall.viewer("clerk"), now=hall.now)
    assert ticket_arrive(booking=booking, actor=hall.viewer("desk"), now=hall.now).pk == ticket.pk
    assert (ahead_of(ticket), ahead_of(plain), counted("booked")) == (0, 1, 1)
    booking.refresh_from_db()
    assert booking.state == "attended"
    hall.open()
    hall.serve()
    jobs_run(hall.now)
    assert (
        Notice.objects.filter(template="rating_wanted").count() == 1
    )  # for the window, not for the booking too


def test_windows_are_booked_five_workdays_ahead_once_a_day_and_given_back_two_hours_before(hall):
    first = booked(hall, hours=3)
    assert offers_of(first.bookable, hall.now)[-1].time.day.isoformat() == "2026-11-25"
    with pytest.raises(GuardFailed, match="一天只能约 1 次"):
        booked(hall, hours=5)
    hall.now = first.slot.starts_at - timedelta(hours=1)
    with pytest.raises(ActionNotAvailable, match="2 小时内不能取消"):
        booking_cancel(booking=first, actor=hall.viewer("clerk"), reason="", now=hall.now)
    gone = booking_cancel(booking=first, actor=hall.viewer("desk"), reason="打电话来的", now=hall.now)
    assert gone.state == "cancelled"


# --- at once, and over night ---------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_two_windows_calling_at_the_same_moment_never_get_the_same_number():
    hall: HallWorld = make_hall()
    for _ in range(6):
        hall.take()
    hall.open(1), hall.open(2, "second")
    for _ in range(3):
        gate = Barrier(2)
        got: list[str] = []

        def call(number: int, who: str, gate: Barrier = gate, got: list[str] = got) -> None:
            gate.wait()
            try:
                called = hall.next(number, who)
                got.append(called.number if called else "")
            finally:
                connection.close()

        threads = [Thread(target=call, args=pair) for pair in ((1, "handler"), (2, "second"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(got)) == 2 and all(got)
        hall.step("start", 1), hall.step("start", 2, "second")
    assert Ticket.objects.exclude(state=State.WAITING).count() == 6


@pytest.mark.django_db(transaction=True)
def test_the_same_party_from_two_phones_at_once_has_one_number():
    hall: HallWorld = make_hall()
    gate = Barrier(4)
    got: list[str] = []

    def take() -> None:
        gate.wait()
        try:
            got.append(clerk_take(hall).number)
        finally:
            connection.close()

    threads = [Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == ["A001"] * 4 and Ticket.objects.count() == 1


def test_over_night_who_never_came_is_noted_and_windows_are_closed(hall):
    hall.take(), hall.take(), hall.take()
    hall.open()
    hall.next()
    hall.step("start")
    hall.later(days=1)
    day_close(hall.now)
    day_close(hall.now)
    states = list(Ticket.objects.order_by("number").values_list("state", flat=True))
    assert states == [State.DONE, State.MISSED, State.MISSED]
    assert Window.objects.filter(officer__isnull=False).count() == 0
    assert (counted("missed"), counted("served")) == (2, 1)


def test_a_number_given_up_is_over(hall):
    ticket = hall.take()
    ticket_leave(actor=hall.viewer("clerk"), ticket=ticket, now=hall.now, is_own=True)
    with pytest.raises(ActionNotAvailable):
        ticket_leave(actor=hall.viewer("desk"), ticket=ticket, now=hall.now)
    hall.open()
    assert hall.next() is None


def test_without_a_hall_nothing_is_taken_and_that_is_said(hall):
    from qiying.capabilities.service_centre.models import Hall

    Hall.objects.all().delete()
    with pytest.raises(ActionNotAvailable, match="还没有设好"):
        ticket_take(
            zone=hall.zones["A"], way=Way.DESK, actor=hall.viewer("desk"), phone="13800000001", now=hall.now
        )

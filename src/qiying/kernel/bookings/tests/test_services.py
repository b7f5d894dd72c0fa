"""Places are never over, the queue moves up, limits hold, and everybody concerned is told."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.bookings.models import Bookable, Booking, Slot
from qiying.kernel.bookings.selectors import bookings_visible_to, offers_of, place_in_queue
from qiying.kernel.bookings.services.booking import (
    booking_cancel,
    booking_make,
    booking_mark,
    booking_move,
    booking_reveal,
)
from qiying.kernel.bookings.services.offering import bookable_end, bookable_save, day_set
from qiying.kernel.notices.models import Notice
from qiying.kernel.organisations.tests.factories import NOW
from qiying.kernel.organisations.waiting import waiting_for
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

from .factories import HALF, MONDAY, Reception, reception

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
LATER = MONDAY + timedelta(minutes=5)


@pytest.fixture
def one() -> Reception:
    return reception()


def told(template: str) -> list[str]:
    return list(Notice.objects.filter(template=template).order_by("pk").values_list("to_key", flat=True))


def refused(call: Any, **given: Any) -> GuardFailed:
    with pytest.raises(GuardFailed) as found:
        call(**given)
    return found.value


def taken(at: Any = MONDAY) -> int:
    return Slot.objects.get(starts_at=at).taken


def test_a_booking_takes_a_place_and_tells_both_sides(one: Reception) -> None:
    booking = one.book()
    assert (booking.state, taken()) == ("booked", 1)
    assert told("booking_made") == [f"e:{one.enterprises['clerk']}"]
    assert told("booking_received") == [f"p:{one.people['head'].pk}"]
    entry = AuditEntry.objects.filter(action="bookings.make").get()
    assert "13800000001" not in str(entry.data)


def test_a_full_time_is_refused_with_the_next_free_ones_or_queued(one: Reception) -> None:
    one.book()
    why = refused(one.book, who="second").fields["starts_at"][0]
    assert "11月23日 周一 09:30" in why
    waits = one.book("second", may_wait=True)
    last = one.book("third", may_wait=True)
    assert (waits.state, place_in_queue(waits), place_in_queue(last), taken()) == ("waiting", 1, 2, 1)


def test_a_cancelled_place_goes_to_the_first_in_the_queue(one: Reception) -> None:
    first = one.book()
    waits, last = one.book("second", may_wait=True), one.book("third", may_wait=True)
    booking_cancel(booking=first, actor=one.viewer("clerk"), reason="", now=NOW)
    waits.refresh_from_db()
    last.refresh_from_db()
    assert (waits.state, last.state, taken()) == ("booked", "waiting", 1)
    assert told("booking_promoted") == [f"e:{one.enterprises['second']}"]
    assert told("booking_gone") == [f"p:{one.people['head'].pk}"]


def test_nobody_overtakes_the_queue(one: Reception) -> None:
    first = one.book()
    one.book("second", may_wait=True)
    Slot.objects.update(capacity=2)  # a place is free, but somebody has waited for it longer
    Bookable.objects.update(capacity=2)
    assert one.book("third", may_wait=True).state == "waiting"
    booking_cancel(booking=first, actor=one.viewer("clerk"), reason="", now=NOW)
    assert Booking.objects.filter(state="booked").count() == 1


def test_too_late_to_come_nobody_is_moved_up(one: Reception) -> None:
    first, waits = one.book(), one.book("second", may_wait=True)
    booking_cancel(booking=first, actor=one.viewer("clerk"), reason="", now=MONDAY - timedelta(minutes=10))
    waits.refresh_from_db()
    assert (waits.state, taken()) == ("waiting", 0)


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"at": MONDAY + timedelta(minutes=7)}, "starts_at", "没有这个时间"),
        ({"at": MONDAY - timedelta(days=7)}, "starts_at", "没有这个时间"),
        ({"at": MONDAY + timedelta(days=28)}, "starts_at", "没有这个时间"),
        ({"now": MONDAY - timedelta(hours=1)}, "starts_at", "要提前 2 小时约"),
        ({"matter": " "}, "matter", "谈什么事"),
        ({"contact_name": ""}, "contact_name", "谁来"),
        ({"contact_phone": "1380000000"}, "contact_phone", "现在是 10 位"),
    ],
)
def test_what_cannot_be_booked_says_why_at_its_field(
    one: Reception, given: dict[str, Any], field: str, words: str
) -> None:
    assert words in refused(one.book, **given).fields[field][0]
    assert Booking.objects.count() == 0


def test_every_reason_comes_in_one_round(one: Reception) -> None:
    fields = refused(
        one.book, matter="", contact_name="", contact_phone="", at=MONDAY - timedelta(days=1)
    ).fields
    assert set(fields) == {"matter", "contact_name", "contact_phone", "starts_at"}


def test_one_party_is_not_in_two_places_at_a_time(one: Reception) -> None:
    one.book()
    other = bookable_save(
        bookable=None, actor=one.viewer("liaison"), now=NOW,
        values={"name": "另一个接待", "kind": "reception", "unit_id": one.bookable.unit_id, "place": "三楼", "hours": "周一 09:15-10:15",
                "slot_minutes": 30, "capacity": 1, "days_ahead": 21, "notice_hours": 0, "per_month": 0, "is_public": True},
    )  # fmt: skip
    why = refused(one.book, bookable=other, at=MONDAY + timedelta(minutes=15)).fields["starts_at"][0]
    assert "已经约了经信局局长接待" in why


def test_a_party_books_only_so_often_and_not_after_staying_away(one: Reception) -> None:
    for n in range(3):
        one.book(at=MONDAY + n * HALF)
    assert "最多约 3 次" in refused(one.book, at=MONDAY + timedelta(days=7)).fields["starts_at"][0]
    Booking.objects.update(state="missed")
    Bookable.objects.update(per_month=0)
    why = refused(one.book, at=MONDAY + timedelta(days=7)).fields["starts_at"][0]
    assert "没来满 3 次" in why
    by_phone = one.book("handler", at=MONDAY + timedelta(days=7), enterprise_id=one.enterprises["clerk"])
    assert by_phone.state == "booked"  # who calls is received all the same


def test_moving_is_both_or_neither(one: Reception) -> None:
    mine = one.book()
    one.book("second", at=MONDAY + HALF)
    waits = one.book("third", may_wait=True)
    refused(booking_move, booking=mine, starts_at=MONDAY + HALF, actor=one.viewer("clerk"), now=NOW)
    mine.refresh_from_db()
    assert mine.state == "booked"
    new = booking_move(booking=mine, starts_at=MONDAY + 2 * HALF, actor=one.viewer("clerk"), now=NOW)
    mine.refresh_from_db()
    waits.refresh_from_db()
    assert (mine.state, mine.moved_to, new.state, waits.state) == ("cancelled", new, "booked", "booked")
    assert (taken(), taken(MONDAY + 2 * HALF)) == (1, 1)


def test_who_receives_notes_who_came_and_nobody_else(one: Reception) -> None:
    booking = one.book()
    for who in ("clerk", "stranger", "desk", "outsider"):
        with pytest.raises(NotPermitted):
            booking_mark(booking=booking, actor=one.viewer(who), has_come=True, now=LATER)
    with pytest.raises(ActionNotAvailable, match="时间还没到"):
        booking_mark(booking=booking, actor=one.viewer("head"), has_come=False, now=NOW)
    assert (
        booking_mark(booking=booking, actor=one.viewer("handler"), has_come=False, now=LATER).state
        == "missed"
    )
    assert (
        booking_mark(booking=booking, actor=one.viewer("head"), has_come=True, now=LATER).state == "attended"
    )
    with pytest.raises(ActionNotAvailable):
        booking_cancel(booking=booking, actor=one.viewer("clerk"), reason="", now=NOW)


def test_cancelling_by_the_office_has_a_reason_that_is_told(one: Reception) -> None:
    booking = one.book()
    refused(booking_cancel, booking=booking, actor=one.viewer("head"), reason=" ", now=NOW)
    with pytest.raises(NotPermitted):
        booking_cancel(booking=booking, actor=one.viewer("second"), reason="不让他去", now=NOW)
    booking_cancel(booking=booking, actor=one.viewer("head"), reason="临时开会", now=NOW)
    assert Notice.objects.get(template="booking_cancelled").context["reason"] == "临时开会"
    with pytest.raises(ActionNotAvailable, match="已取消"):
        booking_cancel(booking=booking, actor=one.viewer("clerk"), reason="", now=NOW)


def test_a_closed_day_cancels_what_no_longer_fits(one: Reception) -> None:
    early, late = one.book(), one.book("second", at=MONDAY + 3 * HALF)
    ends = (MONDAY + 2 * HALF).time()
    count = day_set(
        bookable=one.bookable, actor=one.viewer("liaison"), day=MONDAY.date(), starts=MONDAY.time(), ends=ends,
        reason="下半场开会", now=NOW,
    )  # fmt: skip
    early.refresh_from_db()
    late.refresh_from_db()
    assert (count, early.state, late.state) == (1, "booked", "cancelled")
    refused(
        day_set, bookable=one.bookable, actor=one.viewer("liaison"), day=date(2026, 11, 1), starts=None, ends=None,
        reason="", now=NOW,
    )  # fmt: skip


def test_what_ends_tells_all_who_were_to_come(one: Reception) -> None:
    one.book()
    assert bookable_end(bookable=one.bookable, actor=one.viewer("liaison"), reason="撤了", now=NOW) == 1
    assert told("booking_cancelled") == [f"e:{one.enterprises['clerk']}"]
    with pytest.raises(NotPermitted):
        one.book("second", at=MONDAY + HALF)


def test_an_offer_belongs_to_its_unit_and_says_all_that_is_wrong(one: Reception) -> None:
    values = {f: getattr(one.bookable, f) for f in ("name", "unit_id", "hours")}
    with pytest.raises(NotPermitted):
        bookable_save(bookable=one.bookable, actor=one.viewer("clerk"), values=values, now=NOW)
    refused(bookable_save, bookable=one.bookable, actor=one.viewer("desk"), values=values, now=NOW)
    bad = {"hours": "随时", "slot_minutes": 0, "capacity": 0, "receiver_id": one.people["stranger"].pk}
    fields = refused(
        bookable_save, bookable=one.bookable, actor=one.viewer("liaison"), values=bad, now=NOW
    ).fields
    assert set(fields) == {"hours", "slot_minutes", "capacity", "receiver_id"}


def test_a_booking_is_seen_by_its_two_sides_and_the_district(one: Reception) -> None:
    one.book()
    seen = {w: bookings_visible_to(one.viewer(w)).count() for w in one.people}
    assert seen == {
        "clerk": 1, "outsider": 0, "second": 0, "third": 0, "head": 1, "handler": 1, "liaison": 1, "stranger": 0, "desk": 1,
    }  # fmt: skip


def test_the_whole_number_is_for_who_receives_and_leaves_a_mark(one: Reception) -> None:
    booking = one.book()
    assert booking_reveal(booking=booking, actor=one.viewer("head"), now=NOW) == "13800000001"
    assert AuditEntry.objects.filter(action="bookings.reveal").count() == 1
    with pytest.raises(NotPermitted):
        booking_reveal(booking=booking, actor=one.viewer("desk"), now=NOW)


def test_it_waits_on_both_homes_until_it_is_noted(one: Reception) -> None:
    booking = one.book()
    assert waiting_for(one.viewer("clerk"), NOW).pile("bookings_to_go") is not None
    assert waiting_for(one.viewer("head"), NOW).pile("bookings_to_receive") is None
    for who in ("head",):
        pile = waiting_for(one.viewer(who), LATER).pile("bookings_to_receive")
        assert pile is not None and pile.count == 1
    assert waiting_for(one.viewer("stranger"), LATER).pile("bookings_to_receive") is None
    booking_mark(booking=booking, actor=one.viewer("head"), has_come=True, now=LATER)
    assert waiting_for(one.viewer("head"), LATER).pile("bookings_to_receive") is None


def test_offers_cost_the_same_however_many_are_booked(one: Reception, django_assert_num_queries: Any) -> None:
    one.book()
    offers_of(one.bookable, NOW)  # the calendar is read once a process
    with django_assert_num_queries(2):
        offers = offers_of(one.bookable, NOW)
    assert [o.left for o in offers[:3]] == [0, 1, 1]


@pytest.mark.django_db(transaction=True)
def test_of_ten_who_take_the_last_place_at_once_one_has_it() -> None:
    one = reception()
    gate, ended = Barrier(10), []

    def take() -> None:
        gate.wait()
        try:
            given = {"matter": "抢", "contact_name": "甲", "contact_phone": "13800000001", "now": NOW}
            made = booking_make(bookable=one.bookable, starts_at=MONDAY, actor=one.viewer("handler"), **given)  # type: ignore[arg-type]
            ended.append(made.state)
        except GuardFailed as full:
            ended.append(full.reasons[0][:7])
        finally:
            connection.close()

    threads = [Thread(target=take) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["booked"] + ["这个时间刚刚约"] * 9
    assert (taken(), Booking.objects.count()) == (1, 1)

"""Booking on a phone, receiving at a desk, strangers outside; the calendar; the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from icalendar import Calendar

from qiying.kernel.api_access.tests.factories import token_make
from qiying.kernel.bookings.models import Booking
from qiying.kernel.bookings.services.booking import booking_mark, feed_take
from qiying.kernel.organisations.tests.factories import NOW

from .factories import HALF, MONDAY, Reception, reception

pytestmark = pytest.mark.django_db
AT = quote(MONDAY.isoformat())


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: NOW)
    monkeypatch.setattr("qiying.kernel.api_access.auth.utc_now", lambda: NOW)


@pytest.fixture
def one() -> Reception:
    return reception()


def client(one: Reception, who: str) -> Client:
    found = Client()
    found.force_login(one.people[who], backend="django.contrib.auth.backends.ModelBackend")
    return found


def test_an_enterprise_books_in_three_steps_and_finds_it_on_its_home(one: Reception) -> None:
    page = client(one, "clerk")
    assert "经信局局长接待" in page.get("/bookings/").content.decode()
    times = page.get(f"/bookings/at/{one.bookable.pk}/").content.decode()
    assert "09:00" in times and "还有 4 个" in times
    url = f"/bookings/at/{one.bookable.pk}/book/?at={AT}"
    assert "陈雨" in page.get(url).content.decode()  # what is known is not asked again
    kept = page.post(url, {"contact_name": "陈雨", "contact_phone": "138", "matter": "想谈增容"})
    assert kept.status_code == 422
    assert "现在是 3 位" in kept.content.decode() and "想谈增容" in kept.content.decode()
    good = {
        "enterprise_id": one.enterprises["clerk"],
        "contact_name": "陈雨",
        "contact_phone": "13800000001",
        "matter": "想谈增容",
    }
    done = page.post(url, good, follow=True).content.decode()
    assert "约好了" in done and "二楼 201" in done
    assert "经信局局长接待" in page.get("/").content.decode()
    assert "这个时间您已经约了" in page.post(url, good).content.decode()


def test_who_receives_sees_the_day_and_notes_who_came(
    one: Reception, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking = one.book()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: MONDAY + timedelta(minutes=1))
    page = client(one, "head")
    day = page.get("/bookings/day/").content.decode()
    assert "用电增容" in day and "1 个还没登记来没来" in day
    assert "13800000001" not in day
    own = page.get(f"/bookings/{booking.code}/").content.decode()
    assert "138****0001" in own and "13800000001" not in own
    assert "13800000001" in page.post(f"/bookings/{booking.code}/phone/").content.decode()
    page.post(f"/bookings/{booking.code}/mark/", {"come": "yes", "back": "day"})
    booking.refresh_from_db()
    assert booking.state == "attended"


@pytest.mark.parametrize("step", ["", "cancel/", "event.ics"])
@pytest.mark.parametrize("who", ["outsider", "stranger", "second"])
def test_a_strangers_booking_is_not_there(one: Reception, who: str, step: str) -> None:
    booking = one.book()
    page = client(one, who)
    assert page.get(f"/bookings/{booking.code}/{step}").status_code == 404
    for act in ("cancel/", "move/", "mark/", "phone/"):
        assert page.post(f"/bookings/{booking.code}/{act}", {"at": MONDAY.isoformat()}).status_code == 404
    assert Client().get(f"/bookings/{booking.code}/").status_code == 302


def test_pages_of_receiving_and_offering_are_not_there_for_enterprises(one: Reception) -> None:
    page = client(one, "clerk")
    for url in ("/bookings/day/", "/bookings/places/", f"/bookings/places/{one.bookable.pk}/"):
        assert page.get(url).status_code == 404
    assert client(one, "liaison").get("/bookings/places/").status_code == 200
    assert client(one, "stranger").get(f"/bookings/places/{one.bookable.pk}/").status_code == 404


def test_an_offer_is_made_changed_and_closed_for_a_day_in_the_browser(one: Reception) -> None:
    booking = one.book()
    page = client(one, "liaison")
    form = {"name": "税务窗口", "kind": "window", "unit_id": one.bookable.unit_id, "place": "大厅 3 号", "hours": "周二 14:00-16:00",
            "slot_minutes": 20, "capacity": 2, "days_ahead": 7, "notice_hours": 1, "per_month": 0, "is_public": "on",
            "valid_from": "2026-11-18"}  # fmt: skip
    wrong = page.post("/bookings/places/new/", {**form, "hours": "下午"})
    assert "看不懂" in wrong.content.decode() and "大厅 3 号" in wrong.content.decode()
    assert page.post("/bookings/places/new/", form).status_code == 302
    assert "税务窗口" in client(one, "second").get("/bookings/").content.decode()
    url = f"/bookings/places/{one.bookable.pk}/day/"
    assert page.post(url, {"day": "2026-11-23", "reason": "全区大会"}).status_code == 302
    booking.refresh_from_db()
    assert (booking.state, booking.reason) == ("cancelled", "全区大会")
    assert "原因：全区大会" in client(one, "clerk").get(f"/bookings/{booking.code}/").content.decode()


def test_a_time_that_went_meanwhile_is_said_and_the_others_are_shown(one: Reception) -> None:
    mine = one.book()
    one.book("second", at=MONDAY + HALF)
    page = client(one, "clerk").post(
        f"/bookings/{mine.code}/move/", {"at": (MONDAY + HALF).isoformat()}, follow=True
    )
    assert "刚刚约满了" in page.content.decode()
    assert f"/bookings/{mine.code}/move/" in page.content.decode()


@pytest.mark.parametrize("at", ["", "morgen", "2026-11-23", "²", "9" * 5000, "2026-11-23T09:00:00"])
def test_an_unreadable_time_is_404(one: Reception, at: str) -> None:
    assert client(one, "clerk").get(f"/bookings/at/{one.bookable.pk}/book/", {"at": at}).status_code == 404


def test_calendars_carry_the_time_and_no_phone(one: Reception) -> None:
    booking = one.book()
    event = Calendar.from_ical(client(one, "clerk").get(f"/bookings/{booking.code}/event.ics").content)
    (found,) = event.walk("VEVENT")
    assert found.decoded("dtstart") == MONDAY
    assert "经信局局长接待" in str(found["summary"])
    feed = feed_take(person_id=one.people["head"].pk, now=NOW)
    body = Client().get(f"/bookings/calendar/{feed.token}.ics").content.decode()
    assert "禾川精密机械有限公司" in body.replace("\r\n ", "") and "13800000001" not in body
    old = feed.token
    client(one, "head").post("/bookings/calendar/")
    assert Client().get(f"/bookings/calendar/{old}.ics").status_code == 404
    assert Client().get("/bookings/calendar/none.ics").status_code == 404


def test_a_list_costs_the_same_with_many_as_with_one(
    one: Reception, django_assert_max_num_queries: Any
) -> None:
    one.book()
    page = client(one, "desk")
    page.get("/bookings/day/?on=2026-11-23")
    with django_assert_max_num_queries(8) as few:
        page.get("/bookings/day/?on=2026-11-23")
    for n in range(1, 4):
        one.book("second", at=MONDAY + n * HALF, actor=one.viewer("handler"), enterprise_id=None)
    with django_assert_max_num_queries(len(few)):
        assert page.get("/bookings/day/?on=2026-11-23").content.decode().count("用电增容") == 4


def test_the_api_does_what_the_pages_do(one: Reception) -> None:
    def headers(who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {token_make(one.people[who], at=NOW)}"}

    http, mine = Client(), headers("clerk")
    slots = http.get(f"/api/v1/bookables/{one.bookable.pk}/slots", headers=mine).json()
    assert slots[0]["left"] == 1
    body = {"bookable_id": one.bookable.pk, "starts_at": MONDAY.isoformat(), "matter": "增容", "contact_name": "陈雨",
            "contact_phone": "13800000001", "enterprise_id": one.enterprises["clerk"]}  # fmt: skip
    once = {**mine, "Idempotency-Key": "k1"}
    first = http.post("/api/v1/bookings", body, content_type="application/json", headers=once)
    again = http.post("/api/v1/bookings", body, content_type="application/json", headers=once)
    assert (first.status_code, again.json()) == (201, first.json())
    assert Booking.objects.count() == 1
    code = first.json()["code"]
    head = http.get("/api/v1/bookings", headers=headers("head")).json()["items"]
    assert head[0]["contact_phone"] == "138****0001"
    assert http.get("/api/v1/bookings", headers=headers("outsider")).json()["items"] == []
    act = http.post(f"/api/v1/bookings/{code}/missed", {}, content_type="application/json", headers=mine)
    assert act.status_code == 403
    other = http.post(
        f"/api/v1/bookings/{code}/cancel", {}, content_type="application/json", headers=headers("second")
    )
    assert other.status_code == 404
    no_time = http.post(f"/api/v1/bookings/{code}/move", {}, content_type="application/json", headers=mine)
    assert no_time.status_code == 422
    done = http.post(f"/api/v1/bookings/{code}/cancel", {}, content_type="application/json", headers=mine)
    assert done.json()["state"] == "cancelled"


def test_marks_are_kept_when_pressed_twice(one: Reception) -> None:
    booking = one.book()
    for _ in range(2):
        booking_mark(booking=booking, actor=one.viewer("head"), has_come=True, now=MONDAY)
    booking.refresh_from_db()
    assert booking.state == "attended"

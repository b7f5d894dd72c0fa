"""A rating is voluntary, once, nameless to the rated; a bad one is called back, verified, put right or struck out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from qiying.capabilities.feedback.models import RatingInvitation, ServicePlace, ServiceRating
from qiying.capabilities.feedback.procedures.bad_rating import BAD_RATING
from qiying.capabilities.feedback.selectors.ratings import unit_rates
from qiying.capabilities.feedback.services.ratings import (
    place_save,
    rating_ask,
    rating_at,
    rating_give,
    service_rated,
)
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.cases.jobs import jobs_run
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.served import service_ended
from qiying.kernel.cases.tests.world import World, cast
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.notices.models import Notice
from qiying.kernel.organisations.offers import provided
from qiying.kernel.organisations.tests.factories import NOW, TODAY
from qiying.kernel.organisations.waiting import waiting_for
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted
from qiying.kernel.permissions.viewer import ANONYMOUS

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: NOW)


@pytest.fixture
def world() -> World:
    units = {
        "tax": ("区税务局", ["handling"]),
        "callback": ("回访中心", ["callback"]),
        "supervision": ("区督查室", ["supervision"]),
        "other": ("区住建局", ["handling"]),
    }
    people = {
        "handler": ("小税", "tax", "handler"),
        "liaison": ("老税", "tax", "liaison"),
        "caller": ("小访", "callback", "callback"),
        "second": ("老访", "callback", "callback"),
        "supervisor": ("老督", "supervision", "supervisor"),
        "stranger": ("外局", "other", "handler"),
    }
    return World(**cast("评价县", units, people))


def client(world: World, who: str) -> Client:
    found = Client()
    found.force_login(world.people[who], backend="django.contrib.auth.backends.ModelBackend")
    return found


def asked(world: World, subject: str = "booking:1") -> RatingInvitation:
    row = rating_ask(
        district_id=world.district.pk,
        unit_id=world.units["tax"].pk,
        subject=subject,
        matter="企业开办窗口",
        party_key=f"e:{world.enterprise.pk}",
        now=NOW,
    )
    assert row is not None
    return row


def rated(world: World, level: int = 1, subject: str = "booking:1", **changes: Any) -> ServiceRating:
    given = {
        "level": level,
        "tags": ["slow"],
        "text": "跑了三趟",
        "viewer": world.viewer("clerk"),
        "now": NOW,
    }
    return rating_give(invitation=asked(world, subject), **{**given, **changes})


def case_of(rating: ServiceRating) -> Case:
    assert rating.case is not None
    return Case.objects.get(pk=rating.case.pk)


def test_whoever_was_served_is_asked_once_and_rates_once(world: World) -> None:
    row = asked(world)
    assert rating_ask(
        district_id=world.district.pk, unit_id=world.units["tax"].pk, subject="booking:1", matter="企业开办窗口",
        party_key=f"e:{world.enterprise.pk}", now=NOW,
    ) is None  # fmt: skip
    assert Notice.objects.filter(template="rating_wanted").count() == 1
    assert waiting_for(world.viewer("clerk"), NOW).pile("ratings") is not None
    page = Client()
    assert "企业开办窗口" in page.get(f"/rate/{row.token}/").content.decode()
    assert page.post(f"/rate/{row.token}/", {"text": "不选"}).status_code == 422  # nothing is preselected
    assert "收到了" in page.post(f"/rate/{row.token}/", {"level": 5, "tags": ["kind"]}).content.decode()
    assert "已经评过了" in page.post(f"/rate/{row.token}/", {"level": 1}).content.decode()
    assert ServiceRating.objects.get().level == 5
    assert waiting_for(world.viewer("clerk"), NOW).pile("ratings") is None


def test_too_late_is_said_and_silence_is_not_satisfaction(world: World) -> None:
    row = asked(world)
    with pytest.raises(ActionNotAvailable, match="过了评价的时间"):
        rating_give(
            invitation=row,
            level=5,
            tags=(),
            text="",
            viewer=world.viewer("clerk"),
            now=NOW + timedelta(days=40),
        )
    (rates,) = unit_rates(world.viewer("supervisor"), TODAY, TODAY)
    assert (rates.counts.rated, rates.counts.unrated) == (0, 1)
    assert rates.counts.good_rate().words() == "还没有数（0 / 0）"
    assert rates.counts.participation().words() == "0.0%（0 / 1）"


def test_a_good_rating_opens_nothing_and_a_bad_one_its_procedure(world: World) -> None:
    assert rated(world, 3).case is None
    case = case_of(rated(world, 2, "booking:2"))
    assert (case.procedure, case.state, case.hide_asker) == ("bad_rating", "received", True)
    (clock,) = case.clocks.all()
    assert (clock.kind, str(clock.due_by)) == ("contact", "2026-11-19")  # one workday after Wednesday


def test_a_bad_rating_is_called_back_verified_put_right_and_answered(world: World) -> None:
    case = case_of(rated(world))
    world.act(case, "caller", "contact", method="phone", reached=True, note="确实跑了三趟")
    world.act(
        case_of(ServiceRating.objects.get()), "caller", "verify", finding="simple", reason="材料没有一次说清"
    )
    case.refresh_from_db()
    assert case.state == "rectifying"
    world.act(case, "handler", "rectified", text="印了一次性告知单")
    case.refresh_from_db()
    world.act(case, "caller", "confirm", decision="refused", note="窗口上还没有")
    case.refresh_from_db()
    assert case.state == "rectifying"
    world.act(case, "handler", "rectified", text="窗口已经摆上")
    case.refresh_from_db()
    world.act(case, "caller", "confirm", decision="approved")
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("closed", "rectified")
    told = Notice.objects.get(template="bad_rating_answered")
    assert (told.to_key, told.context["text"]) == (f"e:{world.enterprise.pk}", "窗口已经摆上")
    (rates,) = unit_rates(world.viewer("supervisor"), TODAY, TODAY)
    assert [r.words() for r in rates.follow_up] == ["100.0%（1 / 1）", "100.0%（1 / 1）"]


def test_a_false_one_is_struck_out_by_a_second_person_only(world: World) -> None:
    case = case_of(rated(world))
    world.act(case, "caller", "contact", method="phone", reached=True)
    world.act(
        case_of(ServiceRating.objects.get()), "caller", "verify", finding="exclude", reason="没有来过窗口"
    )
    case.refresh_from_db()
    with pytest.raises(NotPermitted):
        world.act(case, "caller", "exclude", decision="approved")
    world.act(case, "supervisor", "exclude", decision="approved", note="同意")
    assert ServiceRating.objects.get().annulled_at is not None
    (rates,) = unit_rates(world.viewer("supervisor"), TODAY, TODAY)
    assert (rates.counts.bad, rates.counts.annulled) == (0, 1)


def test_without_a_name_nobody_is_called_and_it_is_verified_at_once(world: World) -> None:
    place = place_save(
        place=None,
        actor=world.viewer("liaison"),
        now=NOW,
        values={"unit": world.units["tax"].pk, "name": "3 号窗口"},
    )
    rating = rating_at(place=place, level=1, tags=[], text="", phone="", viewer=ANONYMOUS, now=NOW)
    case = case_of(rating)
    assert case.state == "verifying"
    with pytest.raises(GuardFailed, match="没有留名字"):
        world.act(case, "caller", "contact", method="phone", reached=True)
    with pytest.raises(GuardFailed, match="现在是 3 位"):
        rating_at(place=place, level=1, tags=[], text="", phone="139", viewer=ANONYMOUS, now=NOW)


@pytest.mark.parametrize("who", ["handler", "liaison"])
def test_the_rated_never_read_who_rated(world: World, who: str) -> None:
    number = case_of(rated(world)).number
    world.act(Case.objects.get(), "caller", "contact", method="phone", reached=True, note="陈雨说的")
    world.act(Case.objects.get(), "caller", "verify", finding="hard", reason="要改流程")
    page = client(world, who)
    for url in (
        f"/cases/{number}/",
        "/cases/",
        "/ratings/",
        "/ratings/said/",
        "/ratings/said/?export=xlsx",
        "/",
    ):
        html = page.get(url).content
        for secret in ("禾川精密机械有限公司", "陈雨"):
            assert secret.encode() not in html, url
    assert "跑了三趟" not in page.get("/ratings/said/").content.decode()  # one rating has nowhere to hide
    assert "2026-11-18" not in page.get("/ratings/said/").content.decode()


@pytest.mark.parametrize("who", ["clerk", "outsider"])
def test_pages_of_the_office_are_not_there_for_enterprises(world: World, who: str) -> None:
    number = case_of(rated(world)).number
    page = client(world, who)
    for url in ("/ratings/", "/ratings/said/", "/ratings/places/", "/cards/"):
        assert page.get(url).status_code == 404
    assert client(world, "stranger").get(f"/cases/{number}/").status_code == 404
    assert "跑了三趟" not in client(world, "stranger").get("/ratings/said/").content.decode()


def test_what_a_procedure_asked_itself_is_counted_once_by_its_last_word(world: World) -> None:
    case = case_of(rated(world))
    payload = {"case": case.number, "unit_id": world.units["tax"].pk, "level": 1, "person_id": None}
    for _ in range(2):
        service_rated(payload, NOW)
    assert ServiceRating.objects.filter(way="procedure").count() == 1
    assert Case.objects.count() == 1  # it is open still: its own way goes on, no second one beside it
    service_rated({**payload, "level": 5}, NOW)
    assert ServiceRating.objects.get(way="procedure").level == 5
    Case.objects.update(is_open=False)
    service_rated(payload, NOW)
    assert Case.objects.count() == 2  # over, and bad at the end: it is called back


def test_a_window_is_rated_by_its_code_and_slowed_down(world: World) -> None:
    page = client(world, "liaison")
    form = {"unit": world.units["tax"].pk, "name": "3 号窗口", "place": "大厅", "is_active": "on"}
    assert page.post("/ratings/places/new/", form).status_code == 302
    assert "已经有" in page.post("/ratings/places/new/", form).content.decode()
    place = ServicePlace.objects.get()
    assert page.get(f"/ratings/places/{place.pk}/sheet/").content[:4] == b"%PDF"
    mine = client(world, "clerk")
    answers = [mine.post(f"/rate/at/{place.code}/", {"level": 5}) for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 422]
    assert "评得太勤了" in answers[-1].content.decode()
    assert Client().get("/rate/at/nothere/").status_code == 404
    assert Client().get("/rate/forged/").status_code == 404


def test_a_reception_that_took_place_asks_for_a_rating(world: World) -> None:
    from qiying.kernel.bookings.services.booking import booking_mark
    from qiying.kernel.bookings.tests.factories import MONDAY, reception

    one = reception()
    booking = one.book()
    booking_mark(booking=booking, actor=one.viewer("head"), has_come=True, now=MONDAY)
    jobs_run(MONDAY)
    assert RatingInvitation.objects.get().party_key == f"e:{one.enterprises['clerk']}"


def test_rates_cost_the_same_for_many_as_for_one(world: World, django_assert_num_queries: Any) -> None:
    rated(world, 5)
    viewer = world.viewer("supervisor")
    with django_assert_num_queries(3):
        unit_rates(viewer, TODAY, TODAY)
    for n in range(5):
        rated(world, 4, f"booking:{n + 10}")
    with django_assert_num_queries(3):
        (rates,) = unit_rates(viewer, TODAY, TODAY)
    assert rates.counts.good_rate().words() == "100.0%（6 / 6）"


def test_only_who_calls_back_sees_the_number_and_each_look_is_recorded(world: World) -> None:
    values = {"unit": world.units["tax"].pk, "name": "税务窗口", "place": "", "is_active": True}
    place = place_save(place=None, actor=world.viewer("liaison"), values=values, now=NOW)
    rating = rating_at(
        place=place,
        level=1,
        tags=[],
        text="跑了三趟",
        phone="13800001234",
        viewer=ANONYMOUS,
        now=NOW,
    )
    number = case_of(rating).number
    shown = {
        who: client(world, who).get(f"/cases/{number}/").content.decode() for who in ("caller", "handler")
    }
    assert all("跑了三趟" in page for page in shown.values())
    assert "138****1234" in shown["caller"]
    assert "1234" not in shown["handler"]
    looks = AuditEntry.objects.filter(action="feedback.phone_look")
    for who in ("handler", "supervisor", "stranger", "clerk"):
        assert client(world, who).post(f"/ratings/phone/{number}/").status_code == 404
    assert not looks.exists()
    told = client(world, "caller").post(f"/ratings/phone/{number}/", follow=True)
    assert "13800001234" in told.content.decode()
    assert looks.count() == 1


@pytest.mark.parametrize(("party", "told"), [("e", 1), ("", 0)])
def test_a_ticket_of_another_capability_is_rated_by_its_link_known_or_not(
    world: World, party: str, told: int
) -> None:
    key = f"e:{world.enterprise.pk}" if party else ""
    link = provided("rating_link")
    assert link is not None
    for _ in range(2):
        service_ended(
            subject="ticket:12",
            matter="企业开办 · 3号窗口",
            unit_id=world.units["tax"].pk,
            district_id=world.district.pk,
            at=NOW,
            party_key=key,
        )
    assert link("ticket:12", key, local_date(NOW)) == ""  # the worker asks
    jobs_run(NOW)
    assert RatingInvitation.objects.count() == 1
    assert Notice.objects.filter(template="rating_wanted").count() == told
    url = link("ticket:12", key, local_date(NOW))
    page = Client().post(url, {"level": 1, "text": "叫了号没人"})
    assert "收到了" in page.content.decode()
    assert link("ticket:12", key, local_date(NOW)) == ""
    rating = ServiceRating.objects.get()
    assert (rating.is_named, case_of(rating).procedure) == (bool(party), "bad_rating")


def test_a_window_of_another_capability_gets_one_code_by_its_name(world: World) -> None:
    place = provided("rating_place")
    assert place is not None
    where = {"unit_id": world.units["tax"].pk, "name": "3号窗口", "now": NOW}
    path = place(where="一楼", **where)
    assert place(where="二楼", **where) == path
    assert ServicePlace.objects.get().place == "二楼"
    assert Client().get(path).status_code == 200
    ServicePlace.objects.update(is_active=False)
    assert place(where="二楼", **where) == ""


def test_who_asked_for_a_case_reads_the_question_on_its_page(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_of(rated(world))
    monkeypatch.setitem(PROCEDURES._by_key, ("bad_rating", 1), replace(BAD_RATING, rated_in=("closed",)))
    case = world.act(case, "caller", "verify", finding="explain", reason="按规定要先排号")
    jobs_run(world.now)
    body = client(world, "clerk").get(f"/my/{case.number}/").content.decode()
    assert "办得怎么样" in body
    assert "办得怎么样" not in client(world, "handler").get(f"/cases/{case.number}/").content.decode()

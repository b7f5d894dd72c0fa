"""The pages through the client: who sees what, the code in the hall, a hundred hands on it at once, cost of lists."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiying.kernel.api_access.services import api_token_create
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.enterprises.codes import show_code
from qiying.kernel.gatherings.models import Attendee, Edit, Gathering, Item
from qiying.kernel.gatherings.services.people import check_in_code
from qiying.kernel.gatherings.tests.world import HEAD, SESSION, TRAINING, Hall, make_hall
from qiying.kernel.organisations.models import Unit

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def hall(monkeypatch) -> Hall:
    made = make_hall()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def client_of(hall: Hall, who: str = "") -> Client:
    client = Client()
    if who:
        client.force_login(hall.people[who], backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(name: str, *args) -> str:
    return reverse(f"gatherings:{name}", args=args)


def test_the_whole_way_through_the_pages(hall):
    Unit.objects.filter(pk=hall.units["desk"].pk).update(letter_word="营商交")
    desk = client_of(hall, "desk")
    assert desk.get(url("new")).status_code == 200
    head = {
        "title": "用工难",
        "on": "2026-11-20",
        "starts": "09:00",
        "ends": "11:00",
        "place": "露台",
        "agenda": "9:00 开场",
    }
    wrong = desk.post(url("new_of", SESSION.code), {**head, "ends": "08:00"})
    assert wrong.status_code == 422 and "结束要晚于开始" in wrong.content.decode()
    made = desk.post(url("new_of", SESSION.code), head)
    one = Gathering.objects.get()
    assert made["Location"] == url("gathering", one.pk) and str(one) == "面对面第 1 次：用工难"
    add = url("people_add", one.pk)
    assert desk.post(add, {"role": "firm", "enterprise": "没有这家"}).status_code == 422
    assert desk.post(add, {"role": "unit"}).status_code == 422
    desk.post(add, {"role": "firm", "enterprise": hall.enterprise.name})
    desk.post(add, {"role": "unit", "unit": hall.units["town"].pk})
    refused = desk.post(url("move", one.pk, "inviting"), {})
    assert refused.status_code == 422 and "还没请金融机构" in refused.content.decode()
    desk.post(url("move", one.pk, "inviting"), {"excuse": "银行说来不了"})
    place = Attendee.objects.get(role="firm")
    clerk = client_of(hall, "clerk")
    assert "我来" in clerk.get(url("invited", place.token)).content.decode()
    clerk.post(url("invited", place.token), {"answer": "confirmed"})
    assert desk.post(url("move", one.pk, "running"), {}).status_code == 409
    hall.now = one.starts_at
    desk.post(url("move", one.pk, "running"), {})
    edit = {
        "key": "k",
        "item": "c-1",
        "field": "text",
        "base": 0,
        "value": "路灯坏了三个月",
        "kind": "problem",
    }
    rest = [
        {**edit, "key": f"k{f}", "field": f, "value": v}
        for f, v in (
            ("unit", str(hall.units["town"].pk)),
            ("answer", "promised"),
            ("promised_by", "2026-11-27"),
            ("speaker", str(place.pk)),
        )
    ]
    got = desk.post(url("edits", one.pk), json.dumps({"edits": [edit, *rest]}), "application/json").json()
    assert {a["state"] for a in got["answers"]} == {"applied"} and got["state"]["items"][0]["values"][
        "answer"
    ] == "promised"
    assert desk.post(url("edits", one.pk), "{", "application/json").status_code == 422
    liaison = client_of(hall, "liaison")
    assert "接单" in liaison.get(url("mine", one.pk)).content.decode()
    liaison.post(url("take", Item.objects.get().pk), {"from": "phone"})
    assert "接了" in desk.get(url("gathering", one.pk)).content.decode()
    for step in ("live", "wall", "edit", "people_add"):
        assert desk.get(url(step, one.pk)).status_code == 200
    desk.post(url("move", one.pk, "following"), {})
    number = Item.objects.values_list("case__number", flat=True).get()
    assert "在哪里说的" in desk.get(f"/cases/{number}/").content.decode()
    assert "在哪里说的" in clerk.get(f"/my/{number}/").content.decode()
    desk.post(url("do", one.pk, "letters"), {"kind": "task"})
    desk.post(url("do", one.pk, "told"), {"how": "当面"})
    shown = desk.get(url("gathering", one.pk)).content.decode()
    assert "营商交" in shown and "告诉了" in shown and "经过" in shown
    assert "用工难" in desk.get(url("list") + "?q=路灯").content.decode()
    assert {"gathering_save", "gathering_move", "gathering_letter"} <= set(
        AuditEntry.objects.values_list("action", flat=True)
    )


def test_who_does_not_belong_finds_nothing_and_who_only_watches_changes_nothing(hall):
    one = hall.running()
    item = hall.edit("text", "路灯坏了三个月") and Item.objects.get()
    for who, status in {"outsider": 404, "clerk": 404, "co_liaison": 404}.items():
        client = client_of(hall, who)
        for step in ("gathering", "live", "wall", "state"):
            assert client.get(url(step, one.pk)).status_code == status, (who, step)
        assert client.post(url("take", item.pk)).status_code == 404
    watching = client_of(hall, "supervisor")
    assert watching.get(url("gathering", one.pk)).status_code == 200
    for step in ("live", "edit", "people_add", "state"):
        assert watching.get(url(step, one.pk)).status_code == 403
    for step in ("told", "code", "photo"):
        assert watching.post(url("do", one.pk, step)).status_code == 403
    assert watching.post(url("edits", one.pk), "{}", "application/json").status_code == 403
    assert client_of(hall, "liaison").post(url("take", item.pk)).status_code == 302 or item
    assert client_of(hall).get(url("gathering", one.pk)).status_code == 302
    assert client_of(hall, "outsider").get(url("list")).status_code == 404


def test_the_code_is_signed_expires_is_replaced_and_counts_a_person_once(hall):
    one = hall.running()
    clerk, code = client_of(hall, "clerk"), check_in_code(one)
    assert "签到" in clerk.get(url("scan", code)).content.decode()
    assert "签到了" in clerk.post(url("scan", code)).content.decode()
    assert "只算一次" in clerk.post(url("scan", code)).content.decode()
    assert AuditEntry.objects.filter(action="gathering_check_in").count() == 1
    assert clerk.get(url("scan", code[:-3] + "abc")).status_code == 409
    hall.people["desk"] and client_of(hall, "desk").post(url("do", one.pk, "code"))
    assert clerk.get(url("scan", code)).status_code == 409
    one.refresh_from_db()
    fresh = check_in_code(one)
    guest = client_of(hall)
    assert guest.post(url("scan", fresh), {"token": "AAAAAAAAAAAA"}).status_code == 422
    token = Attendee.objects.get(name="马丁").token
    assert (
        "签到了"
        in guest.post(
            url("scan", fresh), {"token": f"{token[:4]}-{token[4:8].lower()} {token[8:]}"}
        ).content.decode()
    )
    hall.now += timedelta(days=9)
    assert guest.get(url("scan", fresh)).status_code == 409


def test_guessing_codes_is_stopped_by_address_while_right_ones_still_pass(hall):
    one = hall.running()
    guest, code = client_of(hall), check_in_code(one)
    for _ in range(30):
        guest.post(url("scan", code), {"token": "222222222222"})
    assert guest.post(url("scan", code), {"token": "222222222222"}).status_code == 409
    assert (
        guest.post(url("scan", code), {"token": Attendee.objects.get(name="马丁").token}).status_code == 200
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("many", [45, pytest.param(200, marks=pytest.mark.prove)])
def test_a_hall_full_of_people_checks_in_at_once_from_one_address(hall, many):
    hall.hold(TRAINING)
    hall.to("inviting")
    tokens = [hall.invite("learner", name=f"学员{n}").token for n in range(many)]
    code = check_in_code(hall.to("running"))

    def enter(token: str) -> int:
        try:
            return Client().post(url("scan", code), {"token": token}).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(enter, [*tokens, *tokens[:20]]))
    assert set(answers) == {200}
    assert Attendee.objects.filter(checked_in_at__isnull=False).count() == many
    assert AuditEntry.objects.filter(action="gathering_check_in").count() == many


def test_the_list_costs_the_same_for_one_and_for_twenty_five(hall):
    desk = client_of(hall, "desk")

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(url("list")).status_code == 200
        own = [
            q["sql"]
            for q in captured.captured_queries
            if "gatherings_" in q["sql"] or "registers_" in q["sql"]
        ]
        assert len(own) <= 6
        return len(captured.captured_queries)

    hall.running()
    desk.get(url("list"))
    one = cost()
    for n in range(24):
        hall.hold(**{**HEAD, "title": f"第 {n} 个主题"})
        hall.invite("firm", enterprise=hall.enterprise)
    assert cost() == one


def test_the_gathering_page_costs_the_same_for_one_and_for_twenty_five_items(hall):
    one = hall.running()
    desk = client_of(hall, "desk")

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(url("gathering", one.pk)).status_code == 200
        return len(captured.captured_queries)

    hall.edit("text", "第一件事情", item="i0")
    desk.get(url("gathering", one.pk))
    first = cost()
    for n in range(1, 25):
        hall.edit("text", f"第 {n} 件事情", item=f"i{n}")
        hall.edit("unit", str(hall.units["town"].pk), item=f"i{n}")
        hall.invite("firm", name=f"企业家{n}")
    assert cost() <= first + 1


def test_the_interface_reads_records_and_checks_in(hall):
    one = hall.running()
    who = hall.people["desk"]
    _, token = api_token_create(person=who, name="闸机", days=300, actor=hall.viewer("desk"), at=hall.now)
    api = Client(headers={"Authorization": f"Bearer {token}"})
    assert api.get("/api/v1/gatherings").json()["items"][0]["title"] == "用工难怎么办"
    body = {"edits": [{"key": "api1", "item": "a", "field": "text", "value": "路灯坏了三个月"}]}
    first = api.post(f"/api/v1/gatherings/{one.pk}/edits", body, "application/json")
    assert first.json() == api.post(f"/api/v1/gatherings/{one.pk}/edits", body, "application/json").json()
    assert Edit.objects.count() == 1
    assert api.get(f"/api/v1/gatherings/{one.pk}").json()["items"][0]["text"] == "路灯坏了三个月"
    entry = f"/api/v1/gatherings/{one.pk}/attendees/{hall.guest.pk}/check-in"
    assert [api.post(entry).json()["is_new"] for _ in range(2)] == [True, False]


def test_a_scanned_enterprise_is_checked_in_from_the_list_of_today(hall):
    page_url, scan = url("here", hall.enterprise.pk), reverse("enterprises:scan")
    desk = client_of(hall, "desk")
    assert desk.get(page_url).status_code == 404, "not scanned"
    one = hall.running()
    place = Attendee.objects.filter(enterprise=hall.enterprise).first()
    assert place is not None
    scanned = desk.post(scan, {"c": show_code(hall.viewer("clerk"), hall.enterprise, hall.now)})
    assert page_url in scanned.content.decode()
    shown = desk.get(page_url).content.decode()
    assert one.title in shown and hall.enterprise.label in shown
    desk.post(url("do", one.pk, "here"), {"attendee": place.pk})
    place.refresh_from_db()
    assert place.checked_in_at is not None
    assert AuditEntry.objects.filter(
        action="gathering_check_in", data__contains="by_enterprise_code"
    ).exists()
    assert "签到了" in desk.get(page_url).content.decode()
    for who in ("clerk", "outsider"):
        assert client_of(hall, who).get(page_url).status_code == 404
    assert Client().get(page_url).status_code == 302

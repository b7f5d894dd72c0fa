"""The inbox is one's own; the operator's page shows what failed; outsiders see nothing."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qiying.kernel.notices.models import (
    ChannelEndpoint,
    ChannelPreference,
    Delivery,
    DeliveryState,
    InboxItem,
    Notice,
)
from qiying.kernel.notices.outbox import outbox_run
from qiying.kernel.notices.selectors import matters, matters_filled, unread_count
from qiying.kernel.notices.services import (
    Done,
    NoticeSpec,
    inbox_mark_read,
    notices_queue,
    preferences_set,
)
from qiying.kernel.organisations.models import Person
from qiying.kernel.organisations.tests.factories import NOW

from .conftest import Cast


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def told(cast: Cast) -> Cast:
    specs = [
        NoticeSpec("assigned", f"p:{cast.handler.pk}", "case:1", str(i), {"case": f"MC-{i}"}, "/my/")
        for i in range(3)
    ]
    notices_queue(specs, district_id=cast.district.pk, at=NOW)
    outbox_run(NOW)
    return cast


def tell(cast: Cast, subject: str, key: str) -> None:
    spec = NoticeSpec("assigned", f"p:{cast.handler.pk}", subject, key, {"case": subject}, "/my/")
    notices_queue([spec], district_id=cast.district.pk, at=NOW)
    outbox_run(NOW)


def test_messages_are_grouped_by_matter_unread_first_then_the_newest(told: Cast) -> None:
    person = told.handler.pk
    first = InboxItem.objects.order_by("id")[0]
    tell(told, "case:2", "again")
    inbox_mark_read(person_id=person, item_ids=[InboxItem.objects.latest("id").pk], at=NOW)
    assert [(m["matter"], m["count"], m["unread"]) for m in matters(person)] == [
        ("case:1", 3, 3),
        ("case:2", 1, 0),
    ]
    assert [m["matter"] for m in matters(person, only_unread=True)] == ["case:1"]
    filled = matters_filled(person, list(matters(person)))
    assert [len(m.earlier) for m in filled] == [2, 0]
    assert filled[0].earlier[-1] == first
    with CaptureQueriesContext(connection) as queries:
        assert unread_count(person) == 1
    assert len(queries) == 1


def test_the_inbox_page_lists_and_marks_whole_matters(told: Cast) -> None:
    tell(told, "case:2", "again")
    client = client_of(told.handler)
    html = client.get("/inbox/").content.decode()
    assert "2 件没看" in html
    assert "新交办：MC-2" in html
    item = InboxItem.objects.filter(subject="case:1").latest("id")
    assert client.get(f"/inbox/{item.pk}/").headers["Location"] == "/my/"
    assert "1 件没看" in client.get("/inbox/?show=unread").content.decode()
    client.post("/inbox/read/", {"unread": item.pk, "back": "/inbox/?page=1"})
    assert unread_count(told.handler.pk) == 2
    response = client.post("/inbox/read/", {"all": "1", "back": "https://evil.example/"})
    assert response.headers["Location"] == "/inbox/"
    assert unread_count(told.handler.pk) == 0
    assert "没有没看的消息" in client.get("/inbox/?show=unread").content.decode()
    for typed in ("²", "9" * 40, "x"):
        assert client.post("/inbox/read/", {"unread": typed}).status_code == 302


def test_what_was_asked_of_a_unit_is_read_for_all_its_people_once_one_did_it(cast: Cast) -> None:
    unit = cast.unit.pk
    for number, key in enumerate((f"u:{unit}", f"u:{unit}#handler", f"u:{unit}0", f"e:{cast.enterprise.pk}")):
        spec = NoticeSpec("assigned", key, "case:9", f"done{number}", {"case": "MC-9"}, "/my/")
        notices_queue([spec], district_id=cast.district.pk, at=NOW)
        if number == 0:
            outbox_run(NOW)  # one is in the inboxes already, the others are still on their way
    notices_queue([], done=Done("case:9", (f"u:{unit}",), "1"), district_id=cast.district.pk, at=NOW)
    outbox_run(NOW)
    assert [unread_count(p.pk) for p in (cast.handler, cast.liaison, cast.clerk)] == [0, 0, 1]
    spec = NoticeSpec("assigned", f"u:{unit}", "case:9", "later", {"case": "MC-9"}, "/my/")
    notices_queue([spec], district_id=cast.district.pk, at=NOW)
    outbox_run(NOW)
    assert unread_count(cast.handler.pk) == 1
    notices_queue([], done=Done("case:9", (), "2", is_over=True), district_id=cast.district.pk, at=NOW)
    outbox_run(NOW)
    assert [unread_count(p.pk) for p in (cast.handler, cast.clerk)] == [0, 1]
    assert not Notice.objects.filter(template="done").exists()


def test_another_persons_message_is_not_there(told: Cast) -> None:
    item = InboxItem.objects.latest("id")
    client = client_of(told.outsider)
    assert client.get(f"/inbox/{item.pk}/").status_code == 404
    client.post("/inbox/read/", {"item": item.pk})
    client.post("/inbox/read/", {"all": "1"})
    assert unread_count(told.handler.pk) == 1
    assert "还没有消息" in client.get("/inbox/").content.decode()
    assert Client().get("/inbox/").status_code == 302


def test_the_inbox_takes_the_same_queries_for_one_and_many(told: Cast) -> None:
    client = client_of(told.handler)
    client.get("/inbox/")

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/inbox/")
        return len(queries)

    few = count()
    InboxItem.objects.bulk_create(
        [InboxItem(person=told.handler, title=str(i), created_at=NOW) for i in range(25)]
    )
    assert count() <= few


def test_a_link_to_elsewhere_is_not_followed(told: Cast) -> None:
    item = InboxItem.objects.latest("id")
    InboxItem.objects.filter(pk=item.pk).update(url="https://evil.example/")
    assert client_of(told.handler).get(f"/inbox/{item.pk}/").headers["Location"] == "/inbox/"


def test_preferences_are_kept_for_channels_that_can_reach_the_person(told: Cast) -> None:
    Person.objects.filter(pk=told.handler.pk).update(email="fang@example.gov.cn")
    client = client_of(told.handler)
    html = client.get("/inbox/preferences/").content.decode()
    assert "fang@example.gov.cn" in html
    assert client.post("/inbox/preferences/", {}).status_code == 302
    page = client.get("/inbox/preferences/?saved=1").content.decode()
    assert 'value="each" checked' in page
    client.post("/inbox/preferences/", {"channel_email": "daily", "channel_sms": "each"})
    again = client.get("/inbox/preferences/").content.decode()
    assert re.search(r'id="email_daily"\s+value="daily"\s+checked', again)
    client.post("/inbox/preferences/", {"channel_email": "sometimes"})
    kept = ChannelPreference.objects.get(person=told.handler)
    assert (kept.channel, kept.is_on, kept.is_daily) == ("email", True, True)
    with pytest.raises(ValueError, match="fax"):
        preferences_set(person_id=told.handler.pk, wanted={"fax": "each"})


@pytest.fixture
def failed(told: Cast) -> Delivery:
    return Delivery.objects.create(
        district=told.district, notice=Notice.objects.latest("id"), channel="email", person=told.handler,
        dedupe_key="x", title="新交办", state=DeliveryState.GIVEN_UP, attempts=8, queued_at=NOW,
        last_error="邮件服务器不通",
    )  # fmt: skip


def test_the_operator_sees_what_failed_and_sends_it_again(told: Cast, failed: Delivery) -> None:
    client = client_of(told.admin)
    html = client.get("/notices/deliveries/").content.decode()
    assert "邮件服务器不通" in html
    assert "停了，等您处理" in html
    assert client.post(f"/notices/deliveries/{failed.pk}/retry/").status_code == 302
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == (DeliveryState.QUEUED, 0)
    assert client.post(f"/notices/deliveries/{failed.pk}/retry/").status_code == 409


def test_a_given_up_notice_is_fanned_out_again_on_request(told: Cast) -> None:
    stuck = Notice.objects.create(
        district=told.district, template="assigned", to_key=f"p:{told.handler.pk}", subject="case:9", dedupe_key="s",
        queued_at=NOW, attempts=8, given_up_at=NOW, last_error="TemplateDoesNotExist: x", context={"case": "MC-9"},
    )  # fmt: skip
    client = client_of(told.admin)
    assert "TemplateDoesNotExist" in client.get("/notices/deliveries/").content.decode()
    assert client.post(f"/notices/{stuck.pk}/retry/").status_code == 302
    stuck.refresh_from_db()
    assert stuck.next_try_at is not None


@pytest.mark.parametrize("path", ["/notices/deliveries/", "/notices/endpoints/", "/notices/endpoints/new/"])
def test_pages_of_operators_do_not_exist_for_others(told: Cast, path: str) -> None:
    assert client_of(told.handler).get(path).status_code == 404
    assert client_of(told.clerk).get(path).status_code == 404
    assert Client().get(path).status_code == 302


def test_another_districts_operator_sees_nothing_of_ours(told: Cast, failed: Delivery) -> None:
    client = client_of(told.outsider)
    html = client.get("/notices/deliveries/").content.decode()
    assert "邮件服务器不通" not in html
    assert client.post(f"/notices/deliveries/{failed.pk}/retry/").status_code == 404


def test_an_address_is_added_and_changed_without_showing_its_secret(told: Cast) -> None:
    client = client_of(told.admin)
    form: dict[str, Any] = {
        "name": "12345 回推", "kind": "webhook", "url": "https://example.gov.cn/h", "secret": "s3cret",
        "events": "answered\nass*", "is_active": "on",
    }  # fmt: skip
    assert client.post("/notices/endpoints/new/", {**form, "url": "ftp://x"}).status_code == 422
    assert client.post("/notices/endpoints/new/", form).status_code == 302
    made = ChannelEndpoint.objects.get()
    assert (made.events, made.secret) == (["answered", "ass*"], "s3cret")
    page = client.get(f"/notices/endpoints/{made.pk}/").content.decode()
    assert "s3cret" not in page
    assert (
        client.post(f"/notices/endpoints/{made.pk}/", {**form, "secret": "", "is_active": ""}).status_code
        == 302
    )
    made.refresh_from_db()
    assert (made.is_active, made.secret) == (False, "s3cret")
    assert "停用" in client.get("/notices/endpoints/").content.decode()
    assert client_of(told.outsider).get(f"/notices/endpoints/{made.pk}/").status_code == 404

"""The inbox is one's own; the operator's page shows what failed; outsiders see nothing."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qiying.kernel.notices.models import ChannelEndpoint, Delivery, DeliveryState, InboxItem, Notice
from qiying.kernel.notices.outbox import outbox_run
from qiying.kernel.notices.selectors import inbox, unread_count
from qiying.kernel.notices.services import NoticeSpec, inbox_mark_read, notices_queue, preferences_set
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


def test_unread_come_first_then_the_newest(told: Cast) -> None:
    first, second, third = InboxItem.objects.order_by("id")
    inbox_mark_read(person_id=told.handler.pk, item_ids=[third.pk], at=NOW)
    assert list(inbox(told.handler.pk)) == [second, first, third]
    assert list(inbox(told.handler.pk, only_unread=True)) == [second, first]
    with CaptureQueriesContext(connection) as queries:
        assert unread_count(told.handler.pk) == 2
    assert len(queries) == 1


def test_the_inbox_page_lists_and_marks(told: Cast) -> None:
    client = client_of(told.handler)
    html = client.get("/inbox/").content.decode()
    assert "3 条没看" in html
    assert "新交办：MC-2" in html
    item = InboxItem.objects.latest("id")
    assert client.get(f"/inbox/{item.pk}/").headers["Location"] == "/my/"
    assert "2 条没看" in client.get("/inbox/?show=unread").content.decode()
    client.post("/inbox/read/", {"unread": item.pk, "back": "/inbox/?page=1"})
    assert unread_count(told.handler.pk) == 3
    response = client.post("/inbox/read/", {"all": "1", "back": "https://evil.example/"})
    assert response.headers["Location"] == "/inbox/"
    assert unread_count(told.handler.pk) == 0
    assert "没有没看的消息" in client.get("/inbox/?show=unread").content.decode()


def test_another_persons_message_is_not_there(told: Cast) -> None:
    item = InboxItem.objects.latest("id")
    client = client_of(told.outsider)
    assert client.get(f"/inbox/{item.pk}/").status_code == 404
    client.post("/inbox/read/", {"item": item.pk})
    client.post("/inbox/read/", {"all": "1"})
    assert unread_count(told.handler.pk) == 3
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
    assert count() == few


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
    assert 'value="email" checked' not in page
    client.post("/inbox/preferences/", {"channel": ["email", "sms"]})
    assert 'value="email" checked' in client.get("/inbox/preferences/").content.decode()
    with pytest.raises(ValueError, match="fax"):
        preferences_set(person_id=told.handler.pk, wanted={"fax": True})


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

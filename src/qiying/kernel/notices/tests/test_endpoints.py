"""Programs of others are told once, signed, and only where an administrator said."""

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest

from qiying.kernel.enterprises.viewers import viewer_for
from qiying.kernel.notices.channels import ChannelFailed
from qiying.kernel.notices.channels.http import post_json, url_fault
from qiying.kernel.notices.channels.mail import connection_options
from qiying.kernel.notices.channels.robots import dingtalk_sign
from qiying.kernel.notices.models import ChannelEndpoint, Delivery, DeliveryState
from qiying.kernel.notices.outbox import outbox_run
from qiying.kernel.notices.services import NoticeSpec, endpoint_save, notices_queue
from qiying.kernel.organisations.tests.factories import NOW, TODAY
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted

from .conftest import Cast, Listener


def endpoint(cast: Cast, url: str, kind: str = "webhook", **details: Any) -> ChannelEndpoint:
    values = {"name": kind, "secret": "s3cret", "events": [], "is_active": True, **details}
    return endpoint_save(
        actor=viewer_for(cast.admin, TODAY),
        district_id=cast.district.pk,
        kind=kind,
        url=url,
        at=NOW,
        **values,
    )


def tell(cast: Cast, template: str = "answered", mark: str = "") -> None:
    to = [f"u:{cast.unit.pk}", f"e:{cast.enterprise.pk}"]
    specs = [
        NoticeSpec(template, t, f"case:1{mark}", f"{t}{template}{mark}", {"case": "MC-1"}, "/c/") for t in to
    ]
    notices_queue(specs, district_id=cast.district.pk, at=NOW)
    outbox_run(NOW)


def test_a_webhook_gets_one_signed_message_per_act(cast: Cast, listener: Listener) -> None:
    endpoint(cast, listener.url)
    tell(cast)
    ((path, headers, body),) = listener.got
    assert path == "/hook?key=1"
    data = json.loads(body)
    assert (data["event"], data["title"], data["subject"]) == ("answered", "MC-1 已答复", "case:1")
    assert data["data"] == {"case": "MC-1"}
    assert data["url"] == "http://127.0.0.1:8000/c/"
    signed = f"{headers['X-Qiying-Timestamp']}.".encode() + body
    expected = "sha256=" + hmac.new(b"s3cret", signed, hashlib.sha256).hexdigest()
    assert headers["X-Qiying-Signature"] == expected
    assert headers["X-Qiying-Delivery"] == str(Delivery.objects.get(channel="webhook").pk)


def test_only_chosen_events_of_the_own_district_and_only_while_active(cast: Cast, listener: Listener) -> None:
    endpoint(cast, listener.url, name="只要交办", events=["assigned"])
    endpoint(cast, listener.url, name="这一类", events=["ans*"])
    endpoint(cast, listener.url, name="停用", is_active=False)
    other = endpoint(cast, listener.url, name="别区")
    ChannelEndpoint.objects.filter(pk=other.pk).update(district=cast.outsider.district)
    tell(cast)
    sent = Delivery.objects.filter(endpoint__isnull=False)
    assert [d.endpoint.name for d in sent if d.endpoint] == ["这一类"]


@pytest.mark.parametrize(("kind", "secret"), [("wecom", ""), ("dingtalk", "SEC1"), ("dingtalk", "")])
def test_robots_get_text_and_dingtalk_is_signed(
    cast: Cast, listener: Listener, kind: str, secret: str
) -> None:
    endpoint(cast, listener.url, kind, secret=secret)
    tell(cast)
    ((path, _, body),) = listener.got
    assert json.loads(body) == {
        "msgtype": "text",
        "text": {"content": "MC-1 已答复\nhttp://127.0.0.1:8000/c/"},
    }
    assert ("&timestamp=" in path and "&sign=" in path) == (bool(secret) and kind == "dingtalk")


def test_the_dingtalk_sign_is_the_documented_one() -> None:
    secret, at = "SECabc", 1_700_000_000_000
    mac = hmac.new(secret.encode(), f"{at}\n{secret}".encode(), hashlib.sha256).digest()
    import base64
    from urllib.parse import unquote_plus

    sign = dingtalk_sign(secret, at).partition("&sign=")[2]
    assert base64.b64decode(unquote_plus(sign)) == mac


@pytest.mark.parametrize(
    ("status", "answer", "words"),
    [(500, {}, "HTTP 500"), (302, {}, "HTTP 302"), (200, {"errcode": 93000, "errmsg": "bad key"}, "93000 bad key"),
     (200, "no", "看不懂")],
)  # fmt: skip
def test_a_refusal_is_kept_with_its_reason(
    cast: Cast, listener: Listener, status: int, answer: Any, words: str
) -> None:
    listener.status, listener.answer = status, answer
    endpoint(cast, listener.url, "wecom")
    tell(cast)
    row = Delivery.objects.get(channel="wecom")
    assert row.state == DeliveryState.FAILED
    assert words in row.last_error
    listener.status, listener.answer = 200, {"errcode": 0}
    assert outbox_run(NOW + timedelta(minutes=2)) == 1
    row.refresh_from_db()
    assert (row.state, row.attempts) == (DeliveryState.SENT, 2)


def test_when_an_address_fails_the_others_waiting_for_it_are_not_tried_in_vain(
    cast: Cast, listener: Listener
) -> None:
    listener.status = 503
    endpoint(cast, listener.url)
    specs = [NoticeSpec("assigned", "p:1", f"case:{i}", str(i), {"case": str(i)}) for i in range(5)]
    notices_queue(specs, district_id=cast.district.pk, at=NOW)
    outbox_run(NOW)
    assert len(listener.got) == 1
    assert sorted(Delivery.objects.values_list("attempts", flat=True)) == [0, 0, 0, 0, 1]


def test_nobody_listening_is_a_failure_in_words() -> None:
    with pytest.raises(ChannelFailed, match="连不上"):
        post_json("http://127.0.0.1:9/", {})


@pytest.mark.parametrize(
    "url",
    ["", "ftp://a/b", "file:///etc/passwd", "http://", "https://u:p@host/", "http://a b/", "javascript:alert(1)",
     "http://host:99999/", "http://[::1/"],
)  # fmt: skip
def test_only_plain_http_addresses_are_taken(url: str, cast: Cast) -> None:
    assert url_fault(url)
    with pytest.raises(ChannelFailed):
        post_json(url, {})
    with pytest.raises(GuardFailed):
        endpoint(cast, url)


def test_an_address_is_checked_whole_kept_secret_and_recorded(cast: Cast) -> None:
    from qiying.kernel.audit.models import AuditEntry

    with pytest.raises(GuardFailed) as refused:
        endpoint(cast, "x", kind="fax", name=" ", events=["nothing"])
    assert set(refused.value.fields) == {"name", "kind", "url", "events"}
    made = endpoint(cast, "https://example.gov.cn/hook")
    with pytest.raises(GuardFailed, match="已经用了"):
        endpoint(cast, "https://example.gov.cn/hook")
    endpoint(cast, "https://example.gov.cn/new", endpoint=made, secret=None)
    made.refresh_from_db()
    assert (made.secret, made.url) == ("s3cret", "https://example.gov.cn/new")
    entries = AuditEntry.objects.filter(action="endpoint_save")
    assert entries.count() == 2
    assert all("s3cret" not in e.data for e in entries)


def test_only_administrators_set_addresses(cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        endpoint_save(
            actor=viewer_for(cast.handler, TODAY),
            district_id=cast.district.pk,
            name="x",
            kind="webhook",
            url="https://example.gov.cn/",
            secret="",
            events=[],
            is_active=True,
            at=NOW,
        )


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [("smtp://mail", 25, False, False), ("smtp://u:p%40@mail:2525?tls=1", 2525, True, False),
     ("smtps://mail", 465, False, True)],
)  # fmt: skip
def test_the_mail_servers_address_is_understood(url: str, port: int, tls: bool, ssl: bool) -> None:
    options = connection_options(url)
    assert (options["host"], options["port"], options["use_tls"], options["use_ssl"]) == (
        "mail",
        port,
        tls,
        ssl,
    )
    assert options["password"] in {"", "p@"}

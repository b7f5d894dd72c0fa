"""What is queued with an act reaches the right people once, in their words; what fails waits and is shown."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

import qiying
from qiying.kernel.notices import fan_out as fan_out_module
from qiying.kernel.notices.backoff import MAX_ATTEMPTS, wait_before
from qiying.kernel.notices.channels import ChannelFailed, Message, register_person_channel
from qiying.kernel.notices.channels.mail import MailChannel
from qiying.kernel.notices.delivering import deliver
from qiying.kernel.notices.fan_out import fan_out
from qiying.kernel.notices.models import ChannelPreference, Delivery, DeliveryState, InboxItem, Notice
from qiying.kernel.notices.outbox import outbox_run
from qiying.kernel.notices.recipients import recipients, to_key_valid
from qiying.kernel.notices.selectors import unread_count
from qiying.kernel.notices.services import NoticeSpec, notices_forget, notices_queue
from qiying.kernel.notices.wording import MissingTemplate, render
from qiying.kernel.organisations.models import Membership, Person
from qiying.kernel.organisations.tests.factories import NOW, TODAY, make_person, make_unit

from .conftest import Cast


def spec(to: str, template: str = "answered", dedupe: str = "", **context: Any) -> NoticeSpec:
    values = {"case": "MC-1", **context}
    return NoticeSpec(template, to, "case:1", dedupe or f"1:{template}:{to}", values, "/cases/MC-1/")


def queue(cast: Cast, *specs: NoticeSpec) -> None:
    notices_queue(specs, district_id=cast.district.pk, at=NOW)


def names(cast: Cast, key: str) -> set[str]:
    return {r.person.name for r in recipients([key], TODAY)[key]}


def test_queueing_is_one_insert_and_the_same_key_is_told_once(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as queries:
        queue(cast, spec("p:1"), spec("p:2"), spec(f"e:{cast.enterprise.pk}"))
    assert len(queries) == 1
    queue(cast, spec("p:1"))
    queue(cast)
    assert Notice.objects.count() == 3


def test_a_notice_of_a_rolled_back_act_is_never_sent(cast: Cast) -> None:
    with transaction.atomic():
        queue(cast, spec(f"p:{cast.handler.pk}"))
        transaction.set_rollback(True)
    assert outbox_run(NOW) == 0


@pytest.mark.parametrize("key", ["p:1", "e:9", "u:5", "u:5#handler", "u:5#liaison+handler"])
def test_these_are_recipients(key: str) -> None:
    assert to_key_valid(key)


@pytest.mark.parametrize("key", ["", "x:1", "p:", "p:1#handler", "u:5#", "u:a", "p:1 ", "p:1\n"])
def test_these_are_not_and_are_refused_at_once(key: str, cast: Cast) -> None:
    with pytest.raises(ValueError, match="收件方"):
        queue(cast, spec(key))


def test_a_unit_means_those_who_move_the_matter_or_those_in_the_named_role(cast: Cast) -> None:
    unit = f"u:{cast.unit.pk}"
    assert names(cast, unit) == {"方启明", "何建平", "周敏"}
    assert names(cast, f"{unit}#handler") == {"方启明"}
    assert names(cast, f"{unit}#leader+handler") == {"沈岚", "方启明"}
    assert names(cast, f"{unit}#callback") == {"何建平"}, "nobody in the role: the liaison hears"
    assert names(cast, f"e:{cast.enterprise.pk}") == {"谢工"}
    assert names(cast, f"p:{cast.leader.pk}") == {"沈岚"}


def test_those_who_left_or_were_switched_off_hear_nothing(cast: Cast) -> None:
    Membership.objects.filter(person=cast.handler).update(valid_to=TODAY - timedelta(days=1))
    Person.objects.filter(pk=cast.liaison.pk).update(is_active=False)
    assert names(cast, f"u:{cast.unit.pk}") == {"周敏"}


def test_a_person_with_two_roles_hears_once(cast: Cast) -> None:
    person = make_person("双职", cast.unit, "handler")
    Membership.objects.create(person=person, unit=cast.unit, role="liaison", valid_from=TODAY)
    found = recipients([f"u:{cast.unit.pk}"], TODAY)[f"u:{cast.unit.pk}"]
    assert [r.role for r in found if r.person == person] == ["handler"]


def test_each_reads_the_words_of_his_role_without_escaping(cast: Cast) -> None:
    queue(cast, spec(f"e:{cast.enterprise.pk}", said="A&B"), spec(f"u:{cast.unit.pk}#handler"))
    assert fan_out(NOW) == 2
    clerk = InboxItem.objects.get(person=cast.clerk)
    assert (clerk.title, clerk.body) == ("您的事有答复了：MC-1", "请您评价。\n<b>A&B</b>")
    assert clerk.url == "/cases/MC-1/"
    assert InboxItem.objects.get(person=cast.handler).title == "MC-1 有答复了"
    assert unread_count(cast.clerk.pk) == 1


def test_running_again_tells_nobody_twice(cast: Cast) -> None:
    queue(cast, spec(f"u:{cast.unit.pk}"))
    outbox_run(NOW)
    assert outbox_run(NOW + timedelta(days=1)) == 0
    assert InboxItem.objects.count() == 3


def test_a_hundred_notices_take_as_many_queries_as_one(cast: Cast) -> None:
    def queries_for(count: int, mark: str) -> int:
        queue(cast, *[spec(f"p:{cast.handler.pk}", dedupe=f"{mark}{i}") for i in range(count)])
        with CaptureQueriesContext(connection) as queries:
            assert fan_out(NOW) == count
        return len([q for q in queries if "SAVEPOINT" not in q["sql"]])

    assert queries_for(1, "a") == queries_for(30, "b")


def test_a_broken_template_fails_alone_is_tried_again_and_given_up_visibly(cast: Cast) -> None:
    queue(cast, spec(f"p:{cast.handler.pk}", "broken"), spec(f"p:{cast.handler.pk}", "missing"))
    queue(cast, spec(f"p:{cast.handler.pk}"))
    assert fan_out(NOW) == 1
    broken, missing = Notice.objects.filter(fanned_out_at=None).order_by("template")
    assert "TemplateDoesNotExist" in broken.last_error
    assert "notices/missing.txt" in missing.last_error
    assert broken.next_try_at is not None
    assert broken.next_try_at > NOW
    now = NOW
    for _ in range(MAX_ATTEMPTS):
        now += timedelta(days=1)
        fan_out(now)
    broken.refresh_from_db()
    assert broken.attempts == MAX_ATTEMPTS
    assert not Notice.objects.filter(next_try_at__isnull=False).exists()
    assert broken.given_up_at is not None
    assert fan_out(now + timedelta(days=9)) == 0


def test_a_row_the_database_refuses_does_not_hold_up_the_others(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(cast, spec(f"p:{cast.handler.pk}"), spec(f"p:{cast.liaison.pk}", "assigned"))
    make = fan_out_module._items_of

    def poisoned(notice: Notice, *args: Any) -> list[InboxItem]:
        items = make(notice, *args)
        if notice.template == "assigned":
            for item in items:
                item.title = None  # type: ignore[assignment]
        return items

    monkeypatch.setattr(fan_out_module, "_items_of", poisoned)
    # SQLite would ignore the conflict silently; a plain insert refuses as PostgreSQL does.
    monkeypatch.setattr(InboxItem.objects, "bulk_create", _strict_bulk_create)
    assert fan_out(NOW) == 1
    assert InboxItem.objects.get().person == cast.handler
    stuck = Notice.objects.get(fanned_out_at=None)
    assert stuck.attempts == 1
    assert "NOT NULL" in stuck.last_error.upper().replace("NOT-NULL", "NOT NULL")


def _strict_bulk_create(items: list[InboxItem], **kwargs: Any) -> None:
    for item in items:
        item.save(force_insert=True)


def test_no_words_are_lost_when_a_template_is_missing() -> None:
    with pytest.raises(MissingTemplate):
        render("nothing", "", {})


def test_a_long_title_is_cut_and_stays_one_line() -> None:
    assert len(render("answered", "", {"case": "长" * 300}).title) == 120
    assert render("answered", "", {"case": "甲\n乙"}).title == "甲"


class TestPersonChannels:
    @pytest.fixture(autouse=True)
    def _mail_address(self, cast: Cast) -> None:
        Person.objects.filter(pk=cast.handler.pk).update(email="fang@example.gov.cn")

    def test_mail_goes_to_those_with_an_address(self, cast: Cast) -> None:
        queue(cast, spec(f"u:{cast.unit.pk}"))
        assert outbox_run(NOW) == 2
        (sent,) = mail.outbox
        assert sent.to == ["fang@example.gov.cn"]
        assert sent.subject == "MC-1 有答复了"
        assert "http://127.0.0.1:8000/cases/MC-1/" in sent.body
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.sent_at, delivery.next_try_at) == (DeliveryState.SENT, NOW, None)
        assert str(delivery.pk) in sent.extra_headers["Message-ID"]

    def test_who_does_not_want_mail_gets_none(self, cast: Cast) -> None:
        ChannelPreference.objects.create(person=cast.handler, channel="email", is_on=False)
        queue(cast, spec(f"u:{cast.unit.pk}"))
        outbox_run(NOW)
        assert mail.outbox == []
        assert InboxItem.objects.filter(person=cast.handler).exists()

    def test_short_messages_go_to_enterprises_only_where_a_gateway_is_connected(
        self, cast: Cast, settings: Any, listener: Any
    ) -> None:
        queue(cast, spec(f"e:{cast.enterprise.pk}", dedupe="a"), spec(f"p:{cast.handler.pk}"))
        outbox_run(NOW)
        assert not Delivery.objects.filter(channel="sms").exists()
        settings.QIYING_ENV = settings.QIYING_ENV.model_copy(update={"sms_url": listener.url})
        queue(cast, spec(f"e:{cast.enterprise.pk}", dedupe="b"), spec(f"u:{cast.unit.pk}"))
        outbox_run(NOW)
        assert Delivery.objects.get(channel="sms").state == DeliveryState.SENT
        assert "13800138000" in listener.got[0][2].decode()

    def test_a_failing_channel_backs_off_gives_up_and_is_shown(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(self: MailChannel, address: str, message: Message) -> None:
            raise ChannelFailed("邮件服务器不通")

        monkeypatch.setattr(MailChannel, "send", refuse)
        queue(cast, spec(f"p:{cast.handler.pk}"))
        fan_out(NOW)
        now, waits = NOW, []
        for _ in range(MAX_ATTEMPTS):
            assert deliver(now) == 0
            row = Delivery.objects.get()
            if row.next_try_at:
                waits.append(row.next_try_at - now)
                assert deliver(now) == 0, "not before its time"
                now = row.next_try_at
        assert waits == sorted(waits)
        assert (row.state, row.attempts, row.next_try_at) == (DeliveryState.GIVEN_UP, MAX_ATTEMPTS, None)
        assert row.last_error == "邮件服务器不通"

    def test_a_worker_that_died_while_sending_is_taken_over_after_the_lease(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Died(BaseException):
            pass

        def die(self: MailChannel, address: str, message: Message) -> None:
            raise Died

        queue(cast, spec(f"p:{cast.handler.pk}"))
        fan_out(NOW)
        with monkeypatch.context() as patch:
            patch.setattr(MailChannel, "send", die)
            with pytest.raises(Died):
                deliver(NOW)
        assert deliver(NOW + timedelta(minutes=1)) == 0
        assert deliver(NOW + timedelta(minutes=3)) == 1

    def test_a_row_another_worker_took_is_left_alone(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from qiying.kernel.notices import delivering

        queue(cast, spec(f"p:{cast.handler.pk}"))
        fan_out(NOW)
        stale = Delivery.objects.get()
        assert delivering._claim(stale, NOW)
        assert not delivering._claim(stale, NOW)

    def test_a_channel_that_fails_three_times_rests(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tries: list[str] = []

        def refuse(self: MailChannel, address: str, message: Message) -> None:
            tries.append(message.subject)
            raise ChannelFailed("不通")

        monkeypatch.setattr(MailChannel, "send", refuse)
        queue(cast, *[spec(f"p:{cast.handler.pk}", dedupe=str(i)) for i in range(10)])
        outbox_run(NOW)
        assert len(tries) == 3
        assert Delivery.objects.filter(attempts=0).count() == 7

    def test_another_channel_is_one_registration(self, cast: Cast) -> None:
        from qiying.kernel.notices.channels import base

        sent: list[tuple[str, str]] = []

        class Board:
            code, label = "board", "布告栏"

            def address_of(self, person: Person) -> str:
                return person.name

            def is_on_by_default(self, role: str) -> bool:
                return role == "handler"

            def send(self, address: str, message: Message) -> None:
                sent.append((address, message.text))

        register_person_channel(Board())
        try:
            queue(cast, spec(f"u:{cast.unit.pk}", "assigned"))
            outbox_run(NOW)
        finally:
            base._PERSON.pop("board")
        assert sent == [("方启明", "新交办：MC-1\nhttp://127.0.0.1:8000/cases/MC-1/")]


@given(st.integers(1, 40), st.floats(0, 1))
def test_waits_double_stay_within_six_hours_and_spread(attempt: int, jitter: float) -> None:
    wait = wait_before(attempt, lambda: jitter)
    assert timedelta(seconds=24) <= wait <= timedelta(hours=7.2)
    assert wait <= wait_before(attempt + 1, lambda: jitter)


def test_forgetting_a_subject_leaves_no_words(cast: Cast) -> None:
    queue(cast, spec(f"u:{cast.unit.pk}", said="张三"), spec("p:1", "missing", said="张三"))
    outbox_run(NOW)
    notices_forget(subject="case:1")
    assert not InboxItem.objects.exists()
    assert not Delivery.objects.exists()
    assert {str(n.context) for n in Notice.objects.all()} == {"{}"}
    assert outbox_run(NOW + timedelta(days=1)) == 0


def test_a_unit_without_people_is_no_error(cast: Cast) -> None:
    queue(cast, spec(f"u:{make_unit(cast.district, '空局').pk}"), spec("p:999999"))
    assert fan_out(NOW) == 2


def test_words_say_days_as_people_do():
    assert render("answered", "", {"case": "2026-12-09 的会"}).title.startswith("2026年12月9日 的会")


def test_no_words_of_the_product_put_a_nought_before_a_month_or_a_day():
    root = Path(qiying.__file__).parent
    wrong = re.compile(r"%m月|%d日|(?<![a-zA-Z%-])m月|(?<![a-zA-Z%-])d日", re.ASCII)
    files = [path for kind in ("py", "html", "txt") for path in root.rglob(f"*.{kind}")]
    told = [path for path in files if "tests" not in path.parts]
    assert not [str(path) for path in told if wrong.search(path.read_text(encoding="utf-8"))]

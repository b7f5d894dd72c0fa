import re
import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client

from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.organisations.checks import demo_accounts, demo_accounts_problem
from qiying.kernel.organisations.models import Attempt
from qiying.kernel.organisations.passwords import password_problems
from qiying.kernel.organisations.services import password_reset_by_admin, person_create, person_deactivate
from qiying.kernel.organisations.tests.factories import (
    NOW,
    PASSWORD,
    importer,
    make_district,
    make_person,
    make_unit,
)
from qiying.kernel.organisations.throttle import Limit, attempt, attempts_purge, client_ip
from qiying.kernel.permissions.errors import GuardFailed

pytestmark = pytest.mark.django_db
PHONE = "13812345678"


@pytest.fixture
def person():
    return make_person("张三", district=make_district(), login="zhangsan", phone=PHONE, password=PASSWORD)


@pytest.fixture
def demo(settings):
    settings.QIYING_ENV = settings.QIYING_ENV.model_copy(update={"demo": True})


def sign_in(client, login="zhangsan", password=PASSWORD, **more):
    return client.post("/sign-in/", {"way": "password", "login": login, "password": password, **more})


def is_in(client):
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("login", ["zhangsan", PHONE, "+86 138-1234-5678", "１３８１２３４５６７８"])
def test_the_login_or_the_phone_and_the_password_let_a_person_in(person, login):
    client = Client()
    assert sign_in(client, login, next="/units/")["Location"] == "/units/"
    assert is_in(client)
    assert AuditEntry.objects.filter(action="organisations.sign_in", actor_person_id=person.pk).count() == 1


@pytest.mark.parametrize(
    ("login", "password"), [("zhangsan", "wrong-password"), ("nobody", PASSWORD), ("", "")]
)
def test_a_wrong_login_and_a_wrong_password_say_the_same(person, login, password):
    client = Client()
    answer = sign_in(client, login, password)
    assert answer.status_code == 422
    assert "登录名或密码不对" in answer.content.decode()
    assert not is_in(client)


def test_a_stopped_account_does_not_get_in_and_loses_its_open_session(person):
    client = Client()
    sign_in(client)
    person_deactivate(actor=importer(), person=person, reason="离职", at=NOW)
    assert client.get("/my/").status_code == 302
    assert sign_in(Client()).status_code == 422


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site_after_signing_in(person, target):
    assert sign_in(Client(), next=target)["Location"] == "/"


def test_after_eight_wrong_tries_the_right_password_waits_too_and_another_address_does_not(person):
    for _ in range(8):
        assert sign_in(Client(), password="wrong-password").status_code == 422
    answer = sign_in(Client())
    assert (answer.status_code, "试错太多次了" in answer.content.decode()) == (422, True)
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert sign_in(elsewhere).status_code == 302


def test_strangers_at_many_addresses_cannot_keep_the_owner_out(person):
    for i in range(45):
        sign_in(Client(REMOTE_ADDR=f"198.51.100.{i}"), password="wrong-password")
    assert sign_in(Client(REMOTE_ADDR="203.0.113.9")).status_code == 302


def test_under_such_an_attack_each_new_address_has_three_tries(person):
    for i in range(40):
        sign_in(Client(REMOTE_ADDR=f"198.51.100.{i}"), password="wrong-password")
    stranger = Client(REMOTE_ADDR="203.0.113.9")
    assert ["试错太多次了" in sign_in(stranger, password="wrong").content.decode() for _ in range(4)] == [
        *[False] * 3,
        True,
    ]


def test_a_browser_that_signed_in_before_is_not_stopped_by_a_neighbour_at_its_address(person):
    mine = Client()
    sign_in(mine)
    mine.post("/sign-out/")
    for _ in range(8):
        sign_in(Client(), password="wrong-password")
    assert "试错太多次了" in sign_in(Client()).content.decode()
    assert sign_in(mine).status_code == 302


def test_the_mark_of_a_browser_helps_only_its_own_person_and_has_its_own_count(person):
    mine = Client()
    sign_in(mine)
    mine.post("/sign-out/")
    for _ in range(8):
        sign_in(mine, password="wrong-password")
    assert "试错太多次了" in sign_in(mine).content.decode()
    make_person("李四", district=person.district, login="lisi", password=PASSWORD)
    for _ in range(8):
        sign_in(Client(), "lisi", "wrong-password")
    assert "试错太多次了" in sign_in(mine, "lisi").content.decode()
    forged = Client()
    forged.cookies["qiying_device"] = "bm90IG91cnM:x:y"
    assert sign_in(forged, "lisi").status_code == 422


def test_only_a_trusted_proxy_is_believed_about_addresses(rf, settings):
    def seen(peer, forwarded=None):
        more = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
        return client_ip(rf.get("/", REMOTE_ADDR=peer, **more))

    assert seen("203.0.113.9", "10.9.9.9") == "203.0.113.9"
    assert seen("127.0.0.1", "6.6.6.6, 198.51.100.7") == "198.51.100.7"
    assert seen("127.0.0.1") == "127.0.0.1"
    settings.QIYING_ENV = settings.QIYING_ENV.model_copy(update={"trusted_proxies": "127.0.0.1,10.0.0.0/8"})
    assert seen("10.0.0.2", "6.6.6.6, 198.51.100.7, 10.0.0.9") == "198.51.100.7"


def test_a_forged_forwarding_header_does_not_make_a_new_address(person):
    for i in range(8):
        client = Client(REMOTE_ADDR="203.0.113.9", HTTP_X_FORWARDED_FOR=f"10.0.0.{i}")
        sign_in(client, password="wrong-password")
    assert "试错太多次了" in sign_in(Client(REMOTE_ADDR="203.0.113.9")).content.decode()


def test_counting_attempts_takes_two_queries_whatever_is_in_the_table(django_assert_num_queries):
    limits = [Limit("a", "x", 3, timedelta(minutes=1)), Limit("b", "y", 5, timedelta(minutes=9))]
    for i in range(3):
        with django_assert_num_queries(2):
            assert attempt(limits, at=NOW + timedelta(seconds=i)) is None
    exceeded = attempt(limits, at=NOW + timedelta(seconds=4))
    assert exceeded is not None
    assert exceeded.scope == "a"
    assert attempt([limits[0]], at=NOW + timedelta(minutes=2)) is None


def test_old_attempts_are_purged_and_keys_are_not_readable(person):
    sign_in(Client(), password="wrong-password")
    assert not Attempt.objects.filter(key__icontains="zhangsan").exists()
    newest = Attempt.objects.latest("at").at
    assert attempts_purge(newest + timedelta(days=3)) == 3
    assert not Attempt.objects.exists()


def test_a_page_request_of_somebody_signed_in_costs_three_queries_before_its_own(person):
    client = Client()
    sign_in(client)
    recorder = Recorder()
    with connection.execute_wrapper(recorder):
        client.get("/enterprises/suggest/")
    tables = [re.findall(r'FROM "(\w+)"', sql)[0] for sql in recorder.seen if "FROM" in sql]
    assert tables[:3] == ["django_session", "organisations_person", "organisations_membership"]
    assert len(tables) == 3


class Recorder:
    def __init__(self):
        self.seen = []

    def __call__(self, execute, sql, params, many, context):
        self.seen.append(sql)
        return execute(sql, params, many, context)


def code_of(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_somebody_with_an_authenticator_is_asked_for_the_code_and_a_code_works_once(person):
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    client = Client()
    assert sign_in(client, next="/units/")["Location"] == "/sign-in/second-step/"
    assert not is_in(client)
    assert client.get("/my/").status_code == 302
    assert client.post("/sign-in/second-step/", {"code": "000000"}).status_code == 422
    code = code_of(secret)
    assert client.post("/sign-in/second-step/", {"code": code})["Location"] == "/units/"
    assert is_in(client)
    second = Client()
    sign_in(second)
    assert second.post("/sign-in/second-step/", {"code": code}).status_code == 422
    assert Authenticator.objects.filter(user=person).count() == 1


def test_the_second_step_is_limited_too_and_nobody_gets_there_without_the_first(person):
    TOTP.activate(person, generate_totp_secret())
    assert Client().get("/sign-in/second-step/")["Location"] == "/sign-in/"
    client = Client()
    sign_in(client)
    for _ in range(6):
        client.post("/sign-in/second-step/", {"code": "000000"})
    assert "试错太多次了" in client.post("/sign-in/second-step/", {"code": "000000"}).content.decode()


def test_a_password_given_by_somebody_else_has_to_be_changed_first(person):
    password = password_reset_by_admin(actor=importer(), person=person, at=NOW)
    client = Client()
    assert sign_in(client, password=password).status_code == 302
    assert client.get("/units/")["Location"] == "/my/password/"
    assert client.get("/my/password/").status_code == 200
    data = {"old": password, "new": "new-long-enough", "again": "new-long-enough"}
    assert (
        client.post("/my/password/", {**data, "new": "1234567890", "again": "1234567890"}).status_code == 422
    )
    assert client.post("/my/password/", {**data, "old": "wrong"}).status_code == 422
    assert client.post("/my/password/", data)["Location"] == "/my/"
    assert client.get("/my/").status_code == 200


def test_guesses_of_the_old_password_are_limited_too(person):
    client = Client()
    sign_in(client)
    data = {"old": "wrong", "new": "new-long-enough", "again": "new-long-enough"}
    answers = [client.post("/my/password/", data).content.decode() for _ in range(7)]
    assert ["试错太多次了" in answer for answer in answers] == [*[False] * 6, True]
    assert client.post("/my/password/", {**data, "old": PASSWORD}).status_code == 422


def test_a_password_that_will_not_do_is_told_in_chinese(person):
    assert password_problems("qzvx", person) == ["密码至少要 10 个字符"]
    assert password_problems("1111111111", person) == [
        "这个密码太常见，换一个别人猜不到的",
        "密码不要全是数字",
    ]


def test_a_page_of_somebody_signed_in_is_kept_in_no_cache(person):
    client = Client()
    assert "Cache-Control" not in client.get("/units/")
    sign_in(client)
    for page in ("/", "/my/", "/nowhere/", "/policies/"):
        assert {"private", "no-store"} <= set(client.get(page)["Cache-Control"].split(", "))


def test_saving_what_is_already_so_says_that_nothing_changed(person):
    client = Client()
    sign_in(client)
    for address, words in [("zhang@example.cn", "邮箱改好了"), ("zhang@example.cn", "没有改动")]:
        assert words in client.post("/my/email/", {"email": address}, follow=True).content.decode()


def test_who_was_signed_out_while_writing_comes_back_to_the_page_he_wrote_on():
    client = Client()
    written_on = {"Referer": "http://testserver/my/?x=1"}
    assert (
        client.post("/my/email/", {"email": "x"}, headers=written_on)["Location"]
        == "/sign-in/?next=/my/%3Fx%3D1"
    )
    elsewhere = {"Referer": "https://evil.example/"}
    assert client.post("/my/email/", {}, headers=elsewhere)["Location"] == "/sign-in/?next=/my/email/"
    assert "data-drafts-kept" in client.get("/sign-in/").content.decode()


def test_the_sign_in_button_is_not_shown_to_who_is_signed_in(person, rf):
    def button(is_authenticated):
        request = SimpleNamespace(viewer=SimpleNamespace(is_authenticated=is_authenticated))
        return render_to_string("ui/_sign_in_link.html", {"request": request})

    assert "登录</a>" in button(False)
    assert ("登录</a>" in button(True), "回我的首页" in button(True)) == (False, True)


def test_signing_out_needs_a_post(person):
    client = Client()
    sign_in(client)
    assert client.get("/sign-out/").status_code == 200
    assert is_in(client)
    client.post("/sign-out/")
    assert not is_in(client)


def test_allauths_own_sign_in_and_sign_up_lead_to_ours(person):
    from qiying.kernel.organisations import account_urls

    views = {getattr(p, "name", ""): getattr(p, "callback", None) for p in account_urls.urlpatterns}
    for name, target in [("account_login", "/sign-in/"), ("account_signup", "/register/")]:
        assert getattr(views[name], "view_initkwargs", {})["url"] == target


def test_demo_accounts_are_shown_in_demo_mode_only_and_stop_the_start_outside_it(demo):
    district = make_district()
    unit = make_unit(district, "受理台")
    person_create(
        actor=importer(),
        login="desk",
        name="沈佳",
        district_id=district.pk,
        password="qiying-demo",
        is_demo=True,
        at=NOW,
    )
    assert unit.name not in Client().get("/sign-in/").content.decode()
    assert [a.login for a in demo_accounts()] == ["desk"]
    assert "qiying-demo" in Client().get("/sign-in/").content.decode()
    assert sign_in(Client(), "desk", "qiying-demo").status_code == 302
    assert demo_accounts_problem() is None
    env = settings.QIYING_ENV
    settings.QIYING_ENV = env.model_copy(update={"demo": False})
    try:
        assert demo_accounts() == []
        assert "qiying-demo" not in Client().get("/sign-in/").content.decode()
        assert "1 个演示账号" in (demo_accounts_problem() or "")
    finally:
        settings.QIYING_ENV = env


def test_the_demo_password_and_demo_accounts_are_refused_outside_demo_mode():
    district = make_district()
    common: dict[str, Any] = {"actor": importer(), "name": "沈佳", "district_id": district.pk, "at": NOW}
    with pytest.raises(GuardFailed, match="人人都知道"):
        person_create(login="a", password="qiying-demo", **common)
    with pytest.raises(GuardFailed, match="只能在演示模式"):
        person_create(login="b", is_demo=True, **common)


def test_in_demo_mode_the_code_stands_on_the_page(demo, person):
    answer = Client().post("/sign-in/", {"way": "code", "phone": PHONE, "act": "send"}).content.decode()
    code = re.findall(r"data-code>(\d{6})<", answer)[0]
    done = Client().post("/sign-in/", {"way": "code", "phone": PHONE, "code": code, "act": "check"})
    assert done.status_code == 302

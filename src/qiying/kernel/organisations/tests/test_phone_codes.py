import re
from datetime import timedelta

import pytest
from django.test import Client

from qiying.kernel.organisations import phone_codes
from qiying.kernel.organisations.models import Person, PhoneCode
from qiying.kernel.organisations.phone_codes import code_check, code_send, codes_purge
from qiying.kernel.organisations.tests.factories import NOW, PASSWORD, make_district, make_person
from qiying.kernel.permissions.errors import GuardFailed

pytestmark = pytest.mark.django_db
PHONE = "13812345678"


@pytest.fixture
def person():
    return make_person("张三", district=make_district(), login="zhangsan", phone=PHONE, password=PASSWORD)


def is_in(client):
    return "_auth_user_id" in client.session


def sent_code(monkeypatch):
    """Return a list that receives every (phone, text) instead of a gateway."""
    sent = []

    class Gateway:
        def send(self, phone, text):
            sent.append((phone, text))

    monkeypatch.setattr(phone_codes, "sms_gateway", Gateway)
    return sent


def digits(text):
    return re.findall(r"\d{6}", text)[0]


def test_an_sms_code_lets_a_person_in_and_only_once(person, monkeypatch):
    sent = sent_code(monkeypatch)
    client = Client()
    answer = client.post("/sign-in/", {"way": "code", "phone": PHONE, "act": "send"})
    code = digits(sent[0][1])
    assert code not in answer.content.decode()
    assert not PhoneCode.objects.filter(code_digest__contains=code).exists()
    done = client.post("/sign-in/", {"way": "code", "phone": PHONE, "code": code, "act": "check"})
    assert done.status_code == 302
    assert is_in(client)
    again = Client().post("/sign-in/", {"way": "code", "phone": PHONE, "code": code, "act": "check"})
    assert again.status_code == 422


def test_a_stranger_asking_for_a_code_learns_nothing_and_nothing_is_sent(person, monkeypatch):
    sent = sent_code(monkeypatch)
    known = Client().post("/sign-in/", {"way": "code", "phone": PHONE, "act": "send"}).content.decode()
    unknown = (
        Client().post("/sign-in/", {"way": "code", "phone": "13900000000", "act": "send"}).content.decode()
    )
    assert len(sent) == 1
    strip = re.compile(r"138\*+5678|139\*+0000|13812345678|13900000000|csrf[^>]+")
    assert strip.sub("", known) == strip.sub("", unknown)


def test_a_code_is_good_for_five_minutes_and_five_tries(monkeypatch):
    sent = sent_code(monkeypatch)
    code_send(phone=PHONE, purpose="register", ip="1.1.1.1", at=NOW)
    code = digits(sent[0][1])
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"

    def check(text, seconds, purpose="register"):
        at = NOW + timedelta(seconds=seconds)
        return code_check(phone=PHONE, purpose=purpose, code=text, ip="1.1.1.1", at=at)

    assert check(code, 1, purpose="sign_in") is not None
    assert check(code, 301) is not None
    for _ in range(4):
        assert "不对" in check(wrong, 10)
    assert check(code, 20) is None
    code_send(phone=PHONE, purpose="register", ip="1.1.1.1", at=NOW + timedelta(minutes=2))
    code = digits(sent[1][1])
    for _ in range(5):
        check(f"{(int(code) + 1) % 1_000_000:06d}", 130)
    assert "试错太多次" in check(code, 140)


def test_codes_to_one_phone_are_a_minute_apart_and_ten_a_day(monkeypatch):
    sent = sent_code(monkeypatch)
    code_send(phone=PHONE, purpose="register", ip="1.1.1.1", at=NOW)
    with pytest.raises(GuardFailed, match="过 1 分钟再要"):
        code_send(phone=PHONE, purpose="register", ip="2.2.2.2", at=NOW + timedelta(seconds=20))
    refused = []
    for i in range(1, 30):
        try:
            code_send(phone=PHONE, purpose="register", ip=f"3.3.3.{i}", at=NOW + timedelta(minutes=2 * i))
        except GuardFailed as error:
            refused.append(str(error))
    assert (len(sent), len(refused)) == (9, 21)  # the refused second try counted as well
    assert all("小时" in words for words in refused)
    assert codes_purge(NOW + timedelta(days=3)) == len(sent)


def test_registering_makes_an_unverified_person_who_sees_only_himself(monkeypatch):
    sent = sent_code(monkeypatch)
    district = make_district("海盐县")
    client = Client()
    assert client.post("/register/", {"phone": "138 1234 5678", "act": "send"}).status_code == 200
    data = {"phone": PHONE, "code": digits(sent[0][1]), "name": "陈雨", "act": "check"}
    assert client.post("/register/", {**data, "name": ""}).status_code == 422
    assert client.post("/register/", data)["Location"] == "/my/enterprises/"
    person = Person.objects.get(phone=PHONE)
    assert (person.district, person.identity_level, person.has_usable_password()) == (
        district,
        "unverified",
        False,
    )
    assert client.get("/my/").status_code == 200
    assert client.get("/enterprises/").status_code == 404


def test_registering_a_known_phone_signs_that_person_in_and_makes_no_second(person, monkeypatch):
    sent = sent_code(monkeypatch)
    client = Client()
    client.post("/register/", {"phone": PHONE, "act": "send"})
    data = {"phone": PHONE, "code": digits(sent[0][1]), "name": "别人", "act": "check"}
    assert client.post("/register/", data).status_code == 302
    assert Person.objects.get(phone=PHONE).name == "张三"

"""The enterprise code: shown by its clerk, read once by who may, logged for the enterprise; everything else is refused."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiying.kernel.api_access.services import api_token_create
from qiying.kernel.audit.clock import utc_now
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.enterprises import codes
from qiying.kernel.enterprises.codes import (
    CodeRefused,
    code_activation,
    code_use,
    code_uses,
    read_code,
    show_code,
)
from qiying.kernel.enterprises.models import Clerk, CodeLook
from qiying.kernel.enterprises.tests.factories import make_clerk, make_enterprise, viewer
from qiying.kernel.organisations.tests.cast import client_of, make_cast
from qiying.kernel.organisations.tests.factories import NOW, make_person
from qiying.kernel.permissions.errors import NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Any:
    people = make_cast()
    clerk, desk = viewer(people.clerk), viewer(people.desk)

    def shown(now: Any = NOW) -> str:
        return show_code(clerk, people.enterprise, now)

    return SimpleNamespace(people=people, clerk=clerk, desk=desk, shown=shown)


def why(text: str, who: Any, now: Any = NOW, use: str = "look") -> str:
    with pytest.raises(CodeRefused) as refused:
        read_code(text, viewer=who, now=now, use=use)
    return refused.value.why


def test_a_code_is_read_once_and_the_look_is_kept(scene: Any) -> None:
    text = scene.shown()
    assert text.isdecimal() and len(text) == codes._DIGITS
    assert read_code(text, viewer=scene.desk, now=NOW) == scene.people.enterprise
    (look,) = CodeLook.objects.all()
    assert (look.shown_by, look.scanner, look.unit_name) == (
        scene.people.clerk, scene.people.desk, "企业综合服务中心",
    )  # fmt: skip
    # Sent twice by one scanner it is one look; for anything else and by anybody else it is used up.
    read_code(text, viewer=scene.desk, now=NOW + timedelta(seconds=1))
    assert CodeLook.objects.count() == 1
    assert why(text, scene.desk, use="ticket") == "replayed"
    assert why(text, viewer(scene.people.handler)) == "replayed"
    assert AuditEntry.objects.filter(action="enterprises.code_refused").count() == 2


def test_each_showing_is_another_code(scene: Any) -> None:
    assert len({scene.shown() for _ in range(20)}) > 15


def test_whatever_way_it_comes_in(scene: Any) -> None:
    text = scene.shown()
    wide = text.translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)})
    apart = " ".join(text[i : i + 4] for i in range(0, len(text), 4))
    for given in (f"https://x.gov.cn/code/?c={text}", wide, apart, f"{text}\n"):
        assert read_code(given, viewer=scene.desk, now=NOW) == scene.people.enterprise


def test_forged_codes_are_refused_and_noted(scene: Any) -> None:
    text = scene.shown()
    changed = f"{(int(text) + 1) % 10 ** len(text):0{len(text)}d}"
    turned = str((int(text[0]) + 1) % 10) + text[1:]
    hostile = [
        "",
        "0",
        "9" * len(text),
        text[:-1],
        f"{text}1",
        changed,
        turned,
        "\x00" * 60,
        "企" * 400,
        "1" * 9999,
    ]
    for given in hostile:
        assert why(given, scene.desk) == "forged", given
    assert not CodeLook.objects.exists()
    assert AuditEntry.objects.filter(action="enterprises.code_refused").count() == len(hostile)
    assert read_code(text, viewer=scene.desk, now=NOW) == scene.people.enterprise


def test_a_code_of_another_installation_is_forged(scene: Any, settings: Any) -> None:
    text = scene.shown()
    settings.SECRET_KEY = "another" + "x" * 50
    assert why(text, scene.desk) == "forged"


def test_old_codes_and_those_of_a_clock_set_back_are_refused(scene: Any) -> None:
    text = scene.shown()
    assert why(text, scene.desk, NOW + timedelta(seconds=61)) == "expired"
    assert why(text, scene.desk, NOW - timedelta(hours=1)) == "expired"  # the clock was set back since
    assert read_code(text, viewer=scene.desk, now=NOW - timedelta(seconds=3)) == scene.people.enterprise
    again = scene.shown(NOW - timedelta(hours=1))  # after the clock was set back everybody shows a new one
    assert read_code(again, viewer=scene.desk, now=NOW - timedelta(hours=1)) == scene.people.enterprise


def test_who_left_the_enterprise_shows_it_no_more(scene: Any) -> None:
    text = scene.shown()
    Clerk.objects.filter(person=scene.people.clerk).update(
        valid_from=NOW.date() - timedelta(days=9), valid_to=NOW.date() - timedelta(days=1)
    )
    assert why(text, scene.desk) == "ended"
    other = make_enterprise(scene.people.district)
    with pytest.raises(NotPermitted):
        show_code(scene.clerk, other, NOW)


def test_who_may_not_scan_and_who_is_of_another_district(scene: Any) -> None:
    text = scene.shown()
    for person in (scene.people.clerk, scene.people.admin, scene.people.unverified):
        with pytest.raises(NotPermitted):
            read_code(text, viewer=viewer(person), now=NOW)
    assert why(text, viewer(scene.people.foreign_desk)) == "elsewhere"
    assert not CodeLook.objects.exists()


def test_of_two_who_read_at_once_one_is_refused(scene: Any, monkeypatch: Any) -> None:
    text = scene.shown()
    found = codes._clerk

    def late(*args: Any) -> Any:
        clerk = found(*args)
        monkeypatch.setattr(codes, "_clerk", found)
        read_code(text, viewer=viewer(scene.people.handler), now=NOW)
        return clerk

    monkeypatch.setattr(codes, "_clerk", late)
    with pytest.raises(CodeRefused, match="用过了"), transaction.atomic():
        read_code(text, viewer=scene.desk, now=NOW)


def test_looks_are_never_taken_back(scene: Any) -> None:
    read_code(scene.shown(), viewer=scene.desk, now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        CodeLook.objects.all().delete()


def test_a_scan_asks_little(scene: Any) -> None:
    browser, url = client_of(scene.people.desk), reverse("enterprises:scan")
    browser.get(url)
    texts = [show_code(scene.clerk, scene.people.enterprise, utc_now()) for _ in range(6)]
    for text in texts:
        with CaptureQueriesContext(connection) as asked:
            answer = browser.post(url, {"c": text}, headers={"HX-Request": "true"})
        assert answer.status_code == 200 and len(asked) <= 6, [q["sql"] for q in asked]


def test_the_page_of_the_phone(scene: Any) -> None:
    people = scene.people
    mine, fresh = reverse("enterprises:my_code"), reverse("enterprises:my_code_fresh")
    assert code_activation(people.district.pk) == (0, 1)
    page = client_of(people.clerk).get(mine)
    text = page.content.decode()
    assert "<svg" in text and "还没有人扫过" in text and "no-store" in page["Cache-Control"]
    assert code_activation(people.district.pk) == (1, 1)
    client_of(people.clerk).get(mine)
    assert AuditEntry.objects.filter(action="enterprises.code_activate").count() == 1
    read_code(scene.shown(), viewer=scene.desk, now=NOW)
    assert "企业综合服务中心" in client_of(people.clerk).get(mine).content.decode()
    other = make_enterprise(people.district)
    for who, codes_of in ((people.clerk, (200, 404)), (people.unverified, (404, 404)), (None, (302, 302))):
        browser = client_of(who)
        got = tuple(
            browser.get(fresh, query).status_code
            for query in ({}, {"enterprise": other.pk}, {"enterprise": "x" * 9})[:2]
        )
        assert got == codes_of
    assert "还没有企业码" in client_of(people.unverified).get(mine).content.decode()
    assert client_of(people.clerk).get(mine, {"enterprise": "' OR 1"}).status_code == 200


def test_the_page_of_the_officer(scene: Any) -> None:
    people, url = scene.people, reverse("enterprises:scan")
    for who, code in ((people.desk, 200), (people.clerk, 404), (people.unverified, 404), (None, 302)):
        assert client_of(who).get(url).status_code == code
    now = utc_now()
    desk = client_of(people.desk)
    text = show_code(scene.clerk, people.enterprise, now)
    assert text in desk.get(url, {"c": text}).content.decode()
    assert not CodeLook.objects.exists()  # an address that is merely opened marks nothing
    answer = desk.post(url, {"c": text})
    assert answer.status_code == 200 and people.enterprise.credit_code in answer.content.decode()
    assert "13800" not in answer.content.decode()
    again = client_of(people.handler).post(url, {"c": text})
    assert again.status_code == 422 and "一个码只用一次" in again.content.decode()
    for _ in range(31):
        last = desk.post(url, {"c": "123"})
    assert last.status_code == 422 and "输得太多" in last.content.decode()


def test_what_it_is_used_for_is_offered_to_who_may(scene: Any) -> None:
    code_uses()
    code_use(
        "docs_ticket", "取个号", lambda e: f"/tickets/new/?enterprise={e.pk}", needs=("enterprises.edit",)
    )
    try:
        desk, handler = client_of(scene.people.desk), client_of(scene.people.handler)
        for browser, there in ((desk, True), (handler, False)):
            text = show_code(scene.clerk, scene.people.enterprise, utc_now())
            page = browser.post(reverse("enterprises:scan"), {"c": text}).content.decode()
            assert ("取个号" in page) == there
        with pytest.raises(ValueError, match="两次"):
            code_use("docs_ticket", "别的")
    finally:
        codes._uses.pop("docs_ticket")


def test_over_http_it_is_the_same(scene: Any) -> None:
    def sent(person: Any, path: str, body: Any = None) -> Any:
        _, secret = api_token_create(person=person, name="测试", days=30, actor=viewer(person), at=utc_now())
        browser = Client(headers={"authorization": f"Bearer {secret}"})
        return browser.post(f"/api/v1{path}", body or {}, content_type="application/json")

    people = scene.people
    own = f"/enterprises/{people.enterprise.pk}/code"
    text = sent(people.clerk, own).json()["code"]
    assert sent(people.desk, own).status_code == 403 and sent(people.unverified, own).status_code == 404
    assert (
        sent(people.desk, "/enterprise-codes/read", {"code": text}).json()["name"] == people.enterprise.name
    )
    for person, code, status in (
        (people.handler, text, 422), (people.desk, "1", 422), (people.clerk, text, 403)
    ):  # fmt: skip
        assert sent(person, "/enterprise-codes/read", {"code": code}).status_code == status


def test_a_clerk_of_two_shows_the_one_he_acts_for(scene: Any) -> None:
    other = make_enterprise(scene.people.district, "第二家有限公司")
    person = make_clerk(other, person=make_clerk(scene.people.enterprise, "两头跑"))
    page = client_of(person).get(reverse("enterprises:my_code"), {"enterprise": other.pk}).content.decode()
    assert "第二家有限公司" in page
    assert make_person("路人") is not None

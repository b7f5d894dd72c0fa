"""Every page of sealed reports as every role with a report there, and with what nobody should have typed."""

from __future__ import annotations

import io
from typing import Any

import pytest

from qiying.capabilities.integrity import urls
from qiying.capabilities.integrity.models import SealedFile
from qiying.capabilities.integrity.services.keys import key_set
from qiying.capabilities.integrity.services.reports import Given, report_seal
from qiying.kernel.cases.tests.walking import both_ways, broken, broken_by_query, browser, let_in, unvisited
from qiying.kernel.cases.tests.world import World, cast
from qiying.kernel.organisations.models import Person
from qiying.kernel.organisations.tests.factories import NOW, make_district, make_person, make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
PASS = "滨江 的 灯 亮 到 三 点"
BODY, ABROAD = "first second", "first second abroad"
EVERYBODY = "first second abroad desk supervisor admin mayor handler clerk outsider nobody"

ELSEWHERE = {"editions", "lists"}
"""Registers that tests of their own walk."""


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: NOW)


@pytest.fixture
def world() -> World:
    units = {"discipline": ("区纪委监委", ["discipline"]), "desk": ("企业服务中心", ["desk"])}
    people = {
        "first": ("纪一", "discipline", "discipline"),
        "second": ("纪二", "discipline", "discipline"),
        "desk": ("小受", "desk", "desk"),
        "supervisor": ("督查", "desk", "supervisor"),
        "admin": ("运维", "desk", "admin"),
        "mayor": ("区长", "desk", "district_leader"),
        "handler": ("经办", "desk", "handler"),
    }
    made = World(**cast("廉洁县", units, people))
    there = make_unit(make_district("外县"), "外县纪委", functions=["discipline"])
    made.people["abroad"] = make_person("外纪", there, "discipline")
    return made


@pytest.fixture
def rows(world: World) -> dict[str, Any]:
    """A key, and a report with a file."""
    key_set(actor=world.viewer("first"), passphrase=PASS, now=NOW)
    key_set(actor=world.viewer("abroad"), passphrase=PASS, now=NOW)
    words = {"text": "某科长逼我们买他弟弟的茶叶", "about": "某局某科"}
    made = report_seal(district_id=world.district.pk, words=words, files=[Given("经过.txt", b"tea")], now=NOW)
    return {"number": made.case.number, "file": SealedFile.objects.get().pk, "code": made.code}


def people(world: World) -> dict[str, Person | None]:
    return {**world.people, "nobody": None}


def test_every_page_opens_for_whom_it_is_and_for_nobody_else(world: World, rows: dict[str, Any]) -> None:
    one = f"/integrity/reports/{rows['number']}/"
    wanted = {
        "/integrity/": EVERYBODY,
        "/integrity/follow/": EVERYBODY,
        "/integrity/reports/": ABROAD,
        "/integrity/reports/open/": ABROAD,
        "/integrity/reports/lock/": "",
        one: BODY,
        f"{one}file/{rows['file']}/": "",  # without the key it leads to the passphrase
        f"{one}tell/": BODY,
        f"{one}conclude/": BODY,
        f"{one}take/": "",
        f"{one}nothing/": "",
        "/integrity/key/": ABROAD,
        "/integrity/key/new/": ABROAD,
        "/integrity/key/relock/": ABROAD,
        "/integrity/key/recover/": ABROAD,
    }
    assert {name.partition("_")[0] for name in unvisited(urls, wanted)} == ELSEWHERE
    found = let_in(people(world), wanted)
    assert {a: found[a] for a in wanted if set(found[a].split()) != set(wanted[a].split())} == {}


@both_ways
def test_no_form_breaks_on_what_nobody_should_type(world: World, rows: dict[str, Any], every: bool) -> None:
    one = f"/integrity/reports/{rows['number']}/"
    twice = {"passphrase": "另一句 只有 我们 知道的话", "again": "另一句 只有 我们 知道的话"}
    report = {
        "text": "某科长逼我们买他弟弟的茶叶",
        "about": "",
        "happened": "",
        "place": "",
        "name": "",
        "phone": "",
    }
    typed: dict[str, tuple[str, dict[str, Any]]] = {
        "/integrity/": ("nobody", {**report, "district": world.district.pk, "attachments": None}),
        "/integrity/follow/": ("nobody", {"code": rows["code"], "do": "answer", "text": "十月八日", "attachments": None}),
        "/integrity/reports/open/": ("first", {"passphrase": PASS}),
        "/integrity/key/new/": ("first", twice),
        "/integrity/key/relock/": ("first", {"old": PASS, **twice}),
        f"{one}take/": ("first", {"x": ""}),
    }  # fmt: skip
    assert broken(people(world), typed, every) == []
    browser(world.people["first"]).post(f"{one}take/")
    typed = {
        f"{one}tell/": ("first", {"text": "请问是哪一天", "asks": "on"}),
        f"{one}conclude/": ("first", {"outcome": "unclear", "text": "证据不够"}),
        f"{one}approved/": ("second", {"x": ""}),
    }
    assert broken(people(world), typed, every) == []
    asked = {"/integrity/": ("nobody", ("district",))}
    assert broken_by_query(people(world), asked, every) == []


@pytest.mark.parametrize("shares", ["", "x", "1-AAAA", "²-" + "00" * 32, "9" * 5000, "1-" + "00" * 32])
def test_wrong_shares_are_said_at_their_field(world: World, rows: dict[str, Any], shares: str) -> None:
    sent = {"shares": shares, "passphrase": PASS, "again": PASS}
    answer = browser(world.people["first"]).post("/integrity/key/recover/", sent)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("page", "sent"),
    [
        ("key/new", {}),
        ("key/relock", {"old": PASS}),
    ],
)
def test_a_weak_passphrase_is_said_at_its_field(
    world: World, rows: dict[str, Any], page: str, sent: dict[str, str]
) -> None:
    weak = {**sent, "passphrase": "aaaaaaaaaaaaaa", "again": "aaaaaaaaaaaaaa"}
    body = browser(world.people["first"]).post(f"/integrity/{page}/", weak).content.decode()
    assert (
        "至少 12 个字符，不能老是"
        in body.partition('id="id_passphrase"')[0].rpartition("<form")[2]
        + (body.partition('id="id_passphrase"')[2].partition('id="id_again"')[0])
    )


def test_a_photo_bomb_is_refused_and_the_words_are_kept(world: World, rows: dict[str, Any]) -> None:
    from PIL import Image

    file = io.BytesIO()
    Image.new("1", (40_000, 40_000)).save(file, "PNG")
    file.seek(0)
    file.name = "大.png"
    sent = {"text": "某科长逼我们买他弟弟的茶叶", "attachments": file}
    answer = browser(None).post("/integrity/", sent)
    assert answer.status_code == 422 and "茶叶" in answer.content.decode()

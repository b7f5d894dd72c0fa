"""A report from the card to the conclusion, as each role meets it; and what a dump of the database tells."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from PIL import Image

from qiying.capabilities.integrity.models import Report, SealedFile
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.tests.world import World, cast
from qiying.kernel.organisations.tests.factories import NOW
from qiying.kernel.organisations.waiting import waiting_for

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
PASS = "滨江 的 灯 亮 到 三 点"
SECRET, NAME, PHONE, REPLY = "某科长逼我们买他弟弟的茶叶", "钱举报", "13912345678", "请问是哪一天收的茶叶"
WORDS = {"text": f"{SECRET}，每季度一次", "about": "某局某科", "name": NAME, "phone": PHONE}


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> Any:
    class Clock:
        at = NOW

    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: Clock.at)
    return Clock


@pytest.fixture
def world() -> World:
    return World(
        **cast(
            "廉洁县",
            {"discipline": ("区纪委监委", ["discipline"]), "desk": ("企业服务中心", ["desk"])},
            {
                "first": ("纪一", "discipline", "discipline"),
                "second": ("纪二", "discipline", "discipline"),
                "desk": ("小受", "desk", "desk"),
                "admin": ("运维", "desk", "admin"),
                "supervisor": ("督查", "desk", "supervisor"),
            },
        )
    )


def signed_in(world: World, who: str) -> Client:
    client = Client()
    client.force_login(world.people[who], backend="django.contrib.auth.backends.ModelBackend")
    return client


def body(world: World) -> Client:
    """Return the first officer's browser, with the key made."""
    client = signed_in(world, "first")
    page = client.post("/integrity/key/new/", {"passphrase": PASS, "again": PASS})
    assert page.status_code == 200
    return client


def open_up(client: Client, passphrase: str = PASS) -> Any:
    return client.post("/integrity/reports/open/", {"passphrase": passphrase})


def reported(client: Client | None = None, **changes: Any) -> str:
    page = (client or Client()).post("/integrity/", {**WORDS, **changes})
    found = re.search(r"[2-9A-Z]{4}(-[2-9A-Z]{4}){3}", page.content.decode())
    assert found, page.content.decode()[:2000]
    return found.group()


def waits(world: World, who: str) -> int:
    """Return how many reports to check or to decide stand on somebody's home."""
    pile = waiting_for(world.viewer(who), NOW).pile("integrity")
    return pile.count if pile else 0


def number() -> str:
    return Case.objects.get(procedure="integrity_report").number


def photo() -> io.BytesIO:
    exif = Image.Exif()
    exif[0x010F] = "SecretPhone"
    file = io.BytesIO()
    Image.new("RGB", (40, 30)).save(file, "JPEG", exif=exif)
    file.seek(0)
    file.name = "茶叶.jpg"
    return file


def test_a_report_goes_from_the_card_to_the_conclusion(world: World) -> None:
    first = body(world)
    code = reported(attachments=photo())
    url = f"/integrity/reports/{number()}/"
    locked = first.get(url).content.decode()
    assert "内容锁着" in locked and SECRET not in locked
    open_up(first)
    shown = first.get(url).content.decode()
    assert SECRET in shown and PHONE in shown
    got = first.get(f"{url}file/{SealedFile.objects.get().pk}/")
    assert "attachment" in got["Content-Disposition"] and b"SecretPhone" not in got.content
    first.post(f"{url}take/")
    first.post(f"{url}tell/", {"text": REPLY, "asks": "on"})
    mine = Client().post("/integrity/follow/", {"code": code.lower()}).content.decode()
    assert "有话问您" in mine and REPLY in mine
    answered = Client().post("/integrity/follow/", {"code": code, "do": "answer", "text": "十月八日"})
    assert "十月八日" in answered.content.decode()
    assert Case.objects.get(procedure="integrity_report").state == "checking"
    assert (waits(world, "first"), waits(world, "second"), waits(world, "desk")) == (1, 1, 0)
    first.post(f"{url}conclude/", {"outcome": "founded", "text": "已经立案，茶叶款退还"})
    assert "茶叶款退还" not in Client().post("/integrity/follow/", {"code": code}).content.decode()
    mine = first.get(url).content.decode()
    assert "拟定的结论：查实，已处理" in mine and "另一个人审核" in mine and f"{url}approved/" not in mine
    first.post(f"{url}approved/")
    assert Case.objects.get(procedure="integrity_report").state == "deciding"  # nobody agrees with himself
    assert (waits(world, "first"), waits(world, "second"), waits(world, "desk")) == (0, 1, 0)
    second = signed_in(world, "second")
    open_up(second)
    theirs = second.get(url).content.decode()
    assert "茶叶款退还" in theirs and "拟定的结论：查实，已处理" in theirs and f"{url}approved/" in theirs
    second.post(f"{url}approved/")
    assert (waits(world, "first"), waits(world, "second")) == (0, 0)
    end = Client().post("/integrity/follow/", {"code": code}).content.decode()
    assert "查实，已处理" in end and "茶叶款退还" in end


def test_a_conclusion_sent_back_takes_its_words_along(world: World) -> None:
    first = body(world)
    code = reported()
    url = f"/integrity/reports/{number()}/"
    open_up(first)
    first.post(f"{url}take/")
    first.post(f"{url}conclude/", {"outcome": "unclear", "text": "证据不够"})
    second = signed_in(world, "second")
    open_up(second)
    second.post(f"{url}refused/")
    assert Case.objects.get(procedure="integrity_report").state == "checking"
    assert "证据不够" not in Client().post("/integrity/follow/", {"code": code}).content.decode()


def test_a_dump_of_the_database_tells_nothing_of_what_was_reported(world: World) -> None:
    first = body(world)
    code = reported(signed_in(world, "clerk"), attachments=photo())
    open_up(first)
    url = f"/integrity/reports/{number()}/"
    first.get(url)
    first.post(f"{url}take/")
    first.post(f"{url}tell/", {"text": REPLY})
    Client().post("/integrity/follow/", {"code": code, "do": "answer", "text": "补充：在办公室"})
    dump = _dump()
    for secret in (
        SECRET,
        NAME,
        PHONE,
        REPLY,
        "补充：在办公室",
        "茶叶",
        "某局某科",
        PASS,
        code,
        code.replace("-", ""),
    ):
        assert secret.encode() not in dump, secret
    clerk = world.people["clerk"]
    assert f"p:{clerk.pk}" not in str(
        list(Case.objects.filter(procedure="integrity_report").values_list("parties__key"))
    )


def _dump() -> bytes:
    """Return every value of every table as bytes, sessions and attempts included."""
    found = io.BytesIO()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                for value in row:
                    plain = bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()
                    found.write(plain + b"\n")
    return found.getvalue()


@pytest.mark.parametrize("who", ["desk", "admin", "supervisor", "clerk", "outsider"])
def test_nobody_else_finds_a_trace_of_it(world: World, who: str) -> None:
    body(world)
    reported()
    client = signed_in(world, who)
    wanted = number()
    for url in (
        "/integrity/reports/",
        f"/integrity/reports/{wanted}/",
        "/integrity/key/",
        f"/cases/{wanted}/",
    ):
        assert client.get(url).status_code == 404, url
    for url in ("/cases/", "/search/?q=廉洁举报", "/", "/inbox/", "/audit/", "/numbers/"):
        page = client.get(url)
        assert wanted not in page.content.decode(), url
        assert SECRET not in page.content.decode(), url
    for step in ("take", "tell", "conclude", "approved"):
        assert client.post(f"/integrity/reports/{wanted}/{step}/").status_code == 404


def test_the_body_finds_the_number_and_never_the_words_in_lists_search_and_export(world: World) -> None:
    first = body(world)
    reported()
    open_up(first)
    for url in ("/cases/", f"/search/?q={SECRET[:4]}", "/", f"/cases/{number()}/", "/cases/?export=xlsx"):
        assert SECRET.encode() not in first.get(url).content, url
    assert number() in first.get("/").content.decode()


def test_the_key_opens_for_a_quarter_of_an_hour_in_one_browser(world: World, now: Any) -> None:
    first = body(world)
    reported()
    url = f"/integrity/reports/{number()}/"
    open_up(first)
    other = Client()
    other.cookies["sessionid"] = first.cookies["sessionid"].value  # a stolen session without the other half
    assert SECRET not in other.get(url).content.decode()
    assert SECRET in first.get(url).content.decode()
    now.at = NOW + timedelta(minutes=16)
    assert SECRET not in first.get(url).content.decode()
    now.at = NOW
    first.post("/integrity/reports/lock/")
    assert SECRET not in first.get(url).content.decode()


def test_a_wrong_passphrase_is_said_counted_and_stopped(world: World) -> None:
    first = body(world)
    assert "口令不对" in open_up(first, "不是这个口令 不是").content.decode()
    for _ in range(10):
        last = open_up(first, "不是这个口令 不是")
    assert "试得太多了" in last.content.decode()


def test_shares_set_a_new_passphrase_and_old_reports_stay_readable(world: World, now: Any) -> None:
    first = signed_in(world, "first")
    page = first.post("/integrity/key/new/", {"passphrase": PASS, "again": PASS}).content.decode()
    shares = re.findall(r"\b[1-5](?:-[0-9A-F]{8}){8}", page)
    assert len(shares) == 5
    reported()
    url = f"/integrity/reports/{number()}/"
    new = "换过的口令 比原来的还要长"
    few = {"shares": "\n".join(shares[:2]), "passphrase": new, "again": new}
    refused = first.post("/integrity/key/recover/", few)
    assert refused.status_code == 422 and "凑不成" in refused.content.decode()
    first.post("/integrity/key/recover/", {**few, "shares": "\n".join(shares[2:])})
    open_up(first, new)
    assert SECRET in first.get(url).content.decode()
    third = "第三个口令 又是另外一把钥匙"
    first.post("/integrity/key/new/", {"passphrase": third, "again": third})
    now.at = NOW + timedelta(hours=2)
    open_up(first, third)
    assert "另一把钥匙" in first.get(url).content.decode()
    open_up(first, new)
    assert SECRET in first.get(url).content.decode()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"text": "太短"}, "至少 10 个字"),
        ({"attachments": io.BytesIO(b"MZ not a picture")}, "程序文件"),
        ({"passphrase": "短", "again": "短"}, ""),
    ],
)
def test_what_is_refused_says_why_and_keeps_what_was_typed(
    world: World, given: dict[str, Any], words: str
) -> None:
    client = body(world)
    if "passphrase" in given:
        page = client.post("/integrity/key/new/", given)
        assert page.status_code == 422 and "至少 12 个字符" in page.content.decode()
        return
    if "attachments" in given:
        given["attachments"].name = "a.jpg"
    page = Client().post("/integrity/", {**WORDS, **given})
    assert page.status_code == 422
    assert words in page.content.decode() and "某局某科" in page.content.decode()
    assert Report.objects.count() == 0


def test_a_wrong_code_and_an_unset_key_are_said(world: World) -> None:
    assert "还没有开通密封举报" in Client().get("/integrity/").content.decode()
    body(world)
    for code in ("", "AAAA", "AAAA-BBBB-CCCC-DDDD", "²" * 16):
        page = Client().post("/integrity/follow/", {"code": code})
        assert page.status_code in (200, 422)
        assert "查询码" in page.content.decode()


def test_somebody_without_a_name_is_slowed_down(world: World) -> None:
    body(world)
    pages = [Client().post("/integrity/", WORDS).status_code for _ in range(11)]
    assert pages[-1] == 422 and pages.count(200) == 10


def test_the_chain_of_a_sealed_report_is_whole(world: World) -> None:
    first = body(world)
    reported()
    first.post(f"/integrity/reports/{number()}/take/")
    call_command("rebuild", "--check")

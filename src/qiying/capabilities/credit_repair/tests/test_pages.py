"""Every page of credit repair for everybody: who gets in, what it says, and that no posted value breaks one."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiying.capabilities.credit_repair.models import CreditRecord, NoReminder
from qiying.capabilities.credit_repair.services.records import restructuring_save
from qiying.capabilities.credit_repair.services.reminding import reminders_send
from qiying.capabilities.credit_repair.tests.world import CreditWorld, make_world
from qiying.capabilities.credit_repair.urls import urlpatterns
from qiying.capabilities.credit_repair.views.registers import RECORDS
from qiying.kernel.api_access.services import api_token_create
from qiying.kernel.cases.models import Case
from qiying.kernel.documents.models import Certificate
from qiying.kernel.documents.tests.factories import picture
from qiying.kernel.notices.models import Notice
from qiying.kernel.organisations.tests.cast import client_of
from qiying.kernel.organisations.waiting import waiting_for
from qiying.kernel.registers.imports import register_try, register_write

pytestmark = pytest.mark.django_db

KEEPS = "desk liaison"
READS = f"{KEEPS} handler leader supervisor district_leader"
OPENS = {
    "commitments": f"{READS} police deputy admin clerk outsider nobody",
    "mine": "clerk outsider",
    "record": "clerk desk",
    "records": f"{READS} police",
    "records_new": KEEPS,
    "records_row": READS,
    "records_imports": KEEPS,
    "restructurings": "desk supervisor district_leader",
    "restructurings_new": "desk",
    "restructurings_row": "desk",
}
EVERYBODY = (*READS.split(), "police", "deputy", "admin", "clerk", "outsider", "nobody")
HOSTILE = ("", "²", "-1", "9" * 19, "9" * 5000, "NaN", "\x00", "0001-01-01", "9999-12-31", "x" * 6000, "<b>")


class Told(CreditWorld):
    """A district in which a record stands, and a restructuring."""

    keys: dict[str, Any]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Told:
    made = Told(**vars(make_world()))
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    record = made.record()
    told: dict[str, Any] = {"court": "区法院", "ruling": "（2026）破 1 号", "approved_on": date(2026, 1, 5)}
    told |= {"enterprise": "别家有限公司", "completed_on": date(2026, 6, 1)}
    court = restructuring_save(actor=made.viewer("desk"), row=None, values=told, now=made.now)
    made.keys = {"record": record.pk, "records_row": record.pk, "restructurings_row": court.pk}
    return made


def address(world: Told, name: str) -> str:
    key = world.keys.get(name)
    return reverse(f"credit:{name}", args=[key] if key is not None else [])


def browser(world: Told, who: str) -> Client:
    client = Client() if who == "nobody" else client_of(world.people[who])
    client.raise_request_exception = False
    return client


def test_every_page_is_known_here() -> None:
    kit = ("view", "template", "one", "mapping", "step", "act")
    names = {str(p.name) for p in urlpatterns}
    assert {n for n in names if n.rpartition("_")[2] not in kit} - {"reminder"} == set(OPENS)


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_page_opens_for_whom_it_is_and_is_not_there_for_anybody_else(world: Told, who: str) -> None:
    client, wrong = browser(world, who), []
    for name, opens in OPENS.items():
        status = client.get(address(world, name)).status_code
        wanted = {200} if who in opens.split() else {302} if who == "nobody" else {403, 404}
        if status not in wanted:
            wrong.append((name, status))
    assert wrong == []


def test_the_enterprise_reads_of_each_record_now_on_which_day_or_never_and_why(world: Told) -> None:
    world.record("未到期", published_on=date(2026, 11, 1), decided_on=date(2026, 10, 30), places="")
    world.record("不能修复", barred_by="食品安全法规定的终身禁入")
    world.record("没分类", grade="")
    world.record("外区的", unit_id="", recogniser="邻县水利局")
    world.record("期满的", published_on=date(2025, 1, 1), decided_on=date(2024, 12, 1), places="")
    body = browser(world, "clerk").get("/credit/").content.decode()
    for words in (
        "1 条现在就可以修复", "2027年2月1日起可以修复", "终身禁入", "还没定轻微", "由邻县水利局认定", "不用修复",
    ):  # fmt: skip
        assert words in body, words
    assert "别家" not in body
    home = browser(world, "clerk").get("/").content.decode()
    assert "现在就可以修复" in home
    assert waiting_for(world.viewer("clerk"), world.now).pile("credit").count == 1  # type: ignore[union-attr]
    assert waiting_for(world.viewer("outsider"), world.now).pile("credit") is None


def test_the_pages_of_many_records_cost_no_more_queries(world: Told) -> None:
    client = browser(world, "clerk")

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get("/credit/").status_code == 200
        return len(seen)

    before = count()
    for n in range(6):
        world.record(f"又一条 {n}")
    assert count() <= before


def test_applied_for_on_the_phone_with_a_photo_seen_by_all_who_take_part(world: Told) -> None:
    clerk, url = browser(world, "clerk"), address(world, "record")
    refused = clerk.post(url, {"matter": "repair", "way": "proof", "token": "t1", "text": "已缴清"})
    assert refused.status_code == 422
    body = refused.content.decode()
    assert "已缴清" in body and "请传履行完毕的证明" in body and "请读完承诺书" in body
    photo = io.BytesIO(picture())
    photo.name = "缴款凭证.jpg"
    told = {
        "matter": "repair",
        "way": "proof",
        "duty_done": "on",
        "commitment": "on",
        "token": "t2",
        "files": photo,
    }
    sent = clerk.post(url, told)
    case = Case.objects.get(procedure="credit_repair")
    assert sent["Location"] == f"/my/{case.number}/"
    assert "四个条件" in clerk.get(f"/my/{case.number}/").content.decode()
    for who in ("desk", "handler", "leader", "supervisor"):
        page = browser(world, who).get(f"/cases/{case.number}/")
        assert page.status_code == 200 and "缴款凭证" in page.content.decode(), who
    for who in ("police", "outsider", "deputy"):
        assert browser(world, who).get(f"/cases/{case.number}/").status_code in {403, 404}, who
        assert browser(world, who).get(f"/my/{case.number}/").status_code == 404, who
    assert "看进展" in clerk.get(url).content.decode()
    world.agreed(case)
    assert "修复证明" in clerk.get("/credit/").content.decode()
    proof = Certificate.objects.get(case_id=case.pk)
    pdf = clerk.get(reverse("documents:certificate_pdf", args=[proof.pk]))
    assert pdf.content.startswith(b"%PDF")
    shown = Client().get(f"/verify/{proof.token}/").content.decode()
    assert "真实有效" in shown and world.enterprise.name in shown
    letter = browser(world, "handler").get(f"/cases/{case.number}/letter/?kind=decision")
    assert letter.status_code == 200 and "准予信用修复" in letter.content.decode()


def test_the_window_applies_for_whoever_comes(world: Told) -> None:
    told = {"matter": "repair", "way": "promise", "duty_done": "on", "commitment": "on", "token": "w"}
    sent = browser(world, "desk").post(address(world, "record"), told)
    case = Case.objects.get(procedure="credit_repair")
    assert sent["Location"] == f"/cases/{case.number}/"
    assert case.extras["is_online"] is False


@pytest.mark.parametrize("value", HOSTILE)
def test_no_posted_value_breaks_an_application(world: Told, value: str) -> None:
    names = ("matter", "way", "duty_done", "commitment", "text", "token", "upload_token", "documents")
    good = {"matter": "repair", "way": "promise", "duty_done": "on", "commitment": "on", "token": "t"}
    for who in ("clerk", "desk"):
        client = browser(world, who)
        for name in ("", *names):
            with transaction.atomic():
                sent = {**good, name: value} if name else dict.fromkeys(names, value)
                assert client.post(address(world, "record"), sent).status_code < 500, (who, name)
                transaction.set_rollback(True)


@pytest.mark.parametrize("value", HOSTILE)
def test_no_posted_value_breaks_a_register(world: Told, value: str) -> None:
    desk = browser(world, "desk")
    for name in ("records_new", "restructurings_new"):
        fields = desk.get(address(world, name)).context["form"].fields
        for field in ("", *fields):
            with transaction.atomic():
                sent = dict.fromkeys(fields, "2026-07-01") | (
                    {field: value} if field else dict.fromkeys(fields, value)
                )
                assert desk.post(address(world, name), sent).status_code < 500, (name, field)
                transaction.set_rollback(True)


def test_a_unit_keeps_only_its_own_records_and_sees_no_others(world: Told) -> None:
    theirs = world.record("公安的", unit_id=world.units["police"].pk)
    liaison = browser(world, "liaison")
    assert "公安的" not in liaison.get("/credit/records/").content.decode()
    assert liaison.get(reverse("credit:records_row", args=[theirs.pk])).status_code == 404
    choices = liaison.get("/credit/records/new/").context["form"].fields["unit_id"].choices
    assert [name for _, name in choices] == ["区市场监管局"]


def table(*rows: tuple[str, ...]) -> SimpleUploadedFile:
    head = ("企业", "文书号", "什么事", "种类", "类别", "认定单位", "决定日期", "公示日期", "公示的地方")
    lines = "\n".join(",".join(row) for row in (head, *rows))
    return SimpleUploadedFile("失信记录.csv", lines.encode("utf-8-sig"))


def test_a_table_is_tried_written_and_taken_back(world: Told) -> None:
    desk = browser(world, "desk")
    firm = world.enterprise.name
    rest = ("逾期未年报", "行政处罚", "一般", "区市场监管局", "2026-06-01", "2026-06-05")
    file = table((firm, "A-1", *rest, "信用中国 2026-06-05、信用浙江"), ("没有这家", "A-2", *rest, ""))
    step = desk.post("/credit/records/imports/", {"table": file}, follow=True)
    assert "A-1" not in CreditRecord.objects.values_list("number", flat=True)
    batch = step.request["PATH_INFO"]
    desk.post(batch, {"do": "write"})
    row = CreditRecord.objects.get(number="A-1")
    assert (row.repairable_on, row.places.count()) == (date(2026, 9, 5), 2)
    desk.post(batch, {"do": "undo"})
    assert not CreditRecord.objects.filter(number="A-1").exists()
    book = desk.get("/credit/records/?export=xlsx")
    assert book.status_code == 200 and book["Content-Type"].endswith("sheet")


def test_a_place_is_taken_down_when_publicity_is_over(world: Told) -> None:
    old = world.record("期满", published_on=date(2025, 1, 1), decided_on=date(2024, 12, 1), places="信用中国")
    desk = browser(world, "desk")
    listed = desk.get("/credit/records/").context["listed"]
    assert (listed.counts["live"], listed.total) == (2, 2)  # places multiply nothing
    assert "期满" in desk.get("/credit/records/?show=over").content.decode()
    url = reverse("credit:records_act", args=[old.pk, "stop"])
    place = old.places.get()
    assert desk.post(url, {"place_id": place.pk, "receipt": "XYZG-9"}).status_code == 302
    place.refresh_from_db()
    assert place.receipt == "XYZG-9"
    assert "期满" not in desk.get("/credit/records/?show=over").content.decode().replace("期满没撤", "")


def test_the_enterprise_is_told_on_the_day_once_and_not_when_it_wishes_not(world: Told) -> None:
    CreditRecord.objects.update(reminded_on=date(2026, 10, 1))
    late = world.record("明天到期", published_on=date(2026, 8, 19), decided_on=date(2026, 8, 1), places="")
    assert reminders_send(world.now) == 0
    world.later(days=1)
    assert (reminders_send(world.now), reminders_send(world.now)) == (1, 0)
    told = Notice.objects.get(template="credit_repairable")
    assert (told.to_key, told.url) == (f"e:{world.enterprise.pk}", f"/credit/{late.pk}/")
    clerk = browser(world, "clerk")
    url = reverse("credit:reminder", args=[world.enterprise.pk])
    assert browser(world, "outsider").post(url).status_code == 404
    assert clerk.post(url).status_code == 302 and NoReminder.objects.exists()
    world.record("再一条", published_on=date(2026, 8, 19), decided_on=date(2026, 8, 1), places="")
    assert reminders_send(world.now) == 0
    clerk.post(url, {"wanted": "on"})
    assert reminders_send(world.now) == 1


def test_the_numbers_name_their_denominators(world: Told) -> None:
    case = world.apply(CreditRecord.objects.get())
    world.now += timedelta(hours=3)
    world.agreed(case)
    world.refused(world.apply(world.record("另一条"), "desk"))
    body = browser(world, "district_leader").get("/numbers/?procedure=credit_repair").content.decode()
    assert "网上 1 / 1 条" in body and "2 件出结果，只算工作时间" in body
    assert browser(world, "outsider").get("/numbers/?procedure=credit_repair").status_code in {403, 404}


def test_the_api_tells_the_same_and_applies_once(world: Told) -> None:
    def api(who: str) -> dict[str, Any]:
        told: dict[str, Any] = {"name": "测试", "days": 30, "actor": world.viewer(who), "at": world.now}
        _, secret = api_token_create(person=world.people[who], **told)
        return {"HTTP_AUTHORIZATION": f"Bearer {secret}"}

    mine, other = api("clerk"), api("outsider")
    pk = world.keys["record"]
    got = Client().get("/api/v1/credit/records", **mine).json()["items"]
    assert [(r["id"], r["standing"], len(r["places"])) for r in got] == [(pk, "now", 2)]
    assert Client().get(f"/api/v1/credit/records/{pk}", **other).status_code == 404
    url = f"/api/v1/credit/records/{pk}/applications"
    body = {"way": "promise", "duty_done": True, "commitment": True}
    bad = Client().post(url, {"way": "promise"}, "application/json", **mine)
    assert bad.status_code == 422
    key = {**mine, "HTTP_IDEMPOTENCY_KEY": "k-12345678"}
    first = Client().post(url, body, "application/json", **key)
    again = Client().post(url, body, "application/json", **key)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert Case.objects.filter(procedure="credit_repair").count() == 1


def test_commitments_are_public_from_the_acceptance_on_and_name_no_record(world: Told) -> None:
    nobody, url = browser(world, "nobody"), reverse("credit:commitments")
    assert "还没有公开的承诺" in nobody.get(url).content.decode()
    record = CreditRecord.objects.get()
    case = world.apply(record)
    assert world.enterprise.name not in nobody.get(url).content.decode()
    case = world.agreed(case)
    body = nobody.get(url).content.decode()
    assert world.enterprise.name in body and "1 份" in body
    for told in (record.number, record.title, case.number):
        assert told not in body, told
    assert world.enterprise.name in nobody.get(url, {"q": world.enterprise.name[:3]}).content.decode()
    for wrong in HOSTILE[1:]:
        answer = nobody.get(url, {"q": wrong})
        assert answer.status_code == 200, wrong
        assert ("没有找到" in answer.content.decode()) == (wrong != "\x00"), (
            wrong
        )  # NUL is taken out: nothing asked
    assert (
        url
        in browser(world, "clerk")
        .get(reverse("credit:record", args=[world.record("再一条").pk]))
        .content.decode()
    )
    refused = world.refused(world.apply(CreditRecord.objects.get(number="再一条")))
    assert refused.state == "refused" and "1 份" in nobody.get(url).content.decode()
    world.later(days=366)
    assert "还没有公开的承诺" in nobody.get(url).content.decode()


def test_the_page_of_a_finished_case_shows_the_promise_not_the_taking_down(world: Told) -> None:
    case = world.agreed(world.apply(CreditRecord.objects.get()))
    clerk = browser(world, "clerk")
    promised = case.clocks.get(kind="promise").promised_by
    running = clerk.get(f"/my/{case.number}/").context["clock"]
    assert running.kind == "stop" and not running.is_promise
    for place in CreditRecord.objects.get().places.all():
        case = world.act(case, "desk", "record_stop", place_id=place.pk, receipt="回执 1")
    assert case.state == "repaired"
    shown = clerk.get(f"/my/{case.number}/")
    assert shown.context["clock"].kind == "promise"
    assert shown.context["clock_dates"][0][0] == "承诺"
    assert f"{promised.month}月{promised.day}日" in shown.context["clock_dates"][0][1]


def test_the_same_document_number_of_another_enterprise_is_a_record_of_its_own(world: Told) -> None:
    record = CreditRecord.objects.get()
    given: dict[str, Any] = {"register": RECORDS, "actor": world.viewer("desk"), "now": world.now}
    market = world.units["market"].label
    heads = "企业,文书号,什么事,种类,类别,认定单位,决定日期,公示日期"
    firms = ("别家有限公司", world.enterprise.name)
    rows = "\n".join(
        f"{firm},{record.number},改过的,行政处罚,一般,{market},2026-07-01,2026-07-02" for firm in firms
    )
    batch = register_try(content=f"{heads}\n{rows}\n".encode(), name="记录.csv", **given)
    assert [why for _, _, why in batch.rows] == [[], []]
    register_write(batch=batch, **given)
    record.refresh_from_db()
    assert (record.enterprise_id, record.title) == (world.enterprise.pk, "改过的")
    assert CreditRecord.objects.filter(number=record.number).count() == 2

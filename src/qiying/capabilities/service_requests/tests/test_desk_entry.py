"""Entering what came in by word: one intake, several cases, nothing lost on a refusal."""

import pytest
from django.test import Client
from django.urls import reverse

from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.audit.clock import utc_now
from qiying.kernel.audit.personal import personal_get
from qiying.kernel.cases.models import Case, Intake
from qiying.kernel.organisations.tests.cast import client_of

pytestmark = pytest.mark.django_db
URL = "/desk/new/"
ROAD = "厂门口的限高杆把货车挡住了，每天要绕三公里。"
LAMP = "3 号路晚上没路灯，夜班工人走着不安全。"


@pytest.fixture
def world() -> World:
    found = make_world()
    found.now = utc_now()
    return found


@pytest.fixture
def desk(world: World) -> Client:
    return client_of(world.people["desk"])


def given(**changes: object) -> dict[str, object]:
    return {"channel": "visit", "kind": "problem", "items": [ROAD], **changes}


def test_only_the_desk_may_register(world: World) -> None:
    for who in ("handler", "clerk", "outsider", "supervisor"):
        assert client_of(world.people[who]).get(URL).status_code == 404
        assert client_of(world.people[who]).post(URL, given()).status_code == 404
        assert client_of(world.people[who]).get("/desk/enterprises/?q=禾川").status_code == 404
        assert client_of(world.people[who]).post("/desk/new/alike/", {"items": [ROAD]}).status_code == 404
    assert client_of(None).get(URL).status_code == 302
    assert not Case.objects.exists()


def test_one_intake_may_hold_several_items_each_its_own_case(world: World, desk: Client) -> None:
    answer = desk.post(URL, given(items=[ROAD, LAMP], enterprise_id=world.enterprise.pk, source_id="ZF-7"))
    assert answer.status_code == 302
    intake = Intake.objects.get()
    cases = list(Case.objects.order_by("pk"))
    assert [c.title for c in cases] == [ROAD.split("，")[0] + "，每天要绕三公里", LAMP[:-1]]
    assert {link.case_id for link in intake.case_links.all()} == {c.pk for c in cases}
    assert cases[0].number in answer["Location"]
    said = personal_get([intake.body_ref])[intake.body_ref]
    assert said is not None
    assert ROAD in said and LAMP in said
    assert {p.key for c in cases for p in c.parties.filter(role="asker")} == {
        f"e:{world.enterprise.pk}",
        f"i:{intake.pk}",
    }


def test_a_source_number_known_already_opens_nothing_again(world: World, desk: Client) -> None:
    desk.post(URL, given(items=[ROAD, LAMP], source_id="ZF-7"))
    again = desk.post(URL, given(items=[ROAD], source_id="ZF-7"), follow=True)
    assert "登记过了，没有再立件" in again.content.decode()
    assert (Case.objects.count(), Intake.objects.count()) == (2, 1)


def test_what_is_open_and_alike_shows_while_writing_in_ones_own_district_only(
    world: World, desk: Client
) -> None:
    case = world.submit()
    shown = desk.post("/desk/new/alike/", {"items": [LAMP, ROAD], "enterprise_id": world.enterprise.pk})
    assert [f["case"].pk for f in shown.context["found"]] == [case.pk]
    assert "同一家企业" in shown.content.decode()
    assert desk.post("/desk/new/alike/", {"items": ["社保减员一直报错，请看看。"]}).context["found"] == []
    assert desk.post("/desk/new/alike/", {"items": ["短"], "enterprise_id": "²"}).context["found"] == []
    elsewhere = client_of(make_world("平湖县").people["desk"])
    assert elsewhere.post("/desk/new/alike/", {"items": [ROAD]}).context["found"] == []
    world.act(case, "clerk", "withdraw", reason="自己解决了")
    assert desk.post("/desk/new/alike/", {"items": [ROAD]}).context["found"] == []


def test_it_counts_from_the_day_it_came_not_from_the_day_it_is_entered(world: World, desk: Client) -> None:
    desk.post(URL, given(received_on="2026-11-02", received_time="15:30"))
    intake = Intake.objects.get()
    assert str(intake.received_on) == "2026-11-02"
    assert intake.handed_in_on > intake.received_on


def test_anonymous_and_without_an_enterprise_is_fine(world: World, desk: Client) -> None:
    assert desk.post(URL, given(is_anonymous="on")).status_code == 302
    case = Case.objects.get()
    assert case.enterprise is None
    shown = desk.get(reverse("service_requests:triage", args=[case.number])).content.decode()
    assert "匿名" in shown


def test_a_refusal_says_every_reason_and_keeps_the_words(world: World, desk: Client) -> None:
    sent = given(channel="", items=[ROAD, "短"], contact_phone="12", received_on="2999-01-01")
    first = desk.post(URL, sent)
    assert first.status_code == 422
    assert "收到的时间不能在以后" in first.content.decode()
    second = desk.post(URL, {**sent, "received_on": ""}).content.decode()
    assert "每件事至少写 5 个字" in second
    assert ROAD in second
    third = desk.post(URL, {**sent, "received_on": "", "items": [ROAD]}).content.decode()
    assert "请选一个渠道" in third
    unknown = desk.post(URL, {**sent, "received_on": "", "items": [ROAD], "channel": "none"})
    assert "没有这个渠道或已停用" in unknown.content.decode()
    fourth = desk.post(URL, given(contact_phone="12")).content.decode()
    assert "手机号应是 11 位，现在是 2 位" in fourth
    assert not Case.objects.exists()


def test_the_same_sheet_sent_again_leads_to_what_it_made(world: World, desk: Client) -> None:
    first = desk.post(URL, given(upload_token="a"))
    again = desk.post(URL, given(upload_token="b"), follow=True)
    assert again.redirect_chain[0][0] == first["Location"]
    assert "没有再立一件" in again.content.decode()
    assert Case.objects.count() == 1
    desk.post(URL, given(items=[LAMP]))
    client_of(world.people["desk"]).post(URL, given())
    assert Case.objects.count() == 3


def test_the_search_of_enterprises_stays_in_the_district(world: World, desk: Client) -> None:
    make_world("别区")
    shown = desk.get("/desk/enterprises/", {"q": "禾川"}).content.decode()
    assert shown.count("禾川精密机械有限公司") == 1
    assert "没有找到" in desk.get("/desk/enterprises/", {"q": "没有这家"}).content.decode()

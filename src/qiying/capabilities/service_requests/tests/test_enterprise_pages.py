"""The asker's pages: the clerk, the holder of a link, a member of another enterprise, and nobody at all."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from qiying.capabilities.service_requests.links import qr_code_make
from qiying.capabilities.service_requests.services.desk import request_join
from qiying.capabilities.service_requests.tests.world import TEXT, World, make_world
from qiying.capabilities.service_requests.views.enterprise import likeness
from qiying.capabilities.service_requests.views.enterprise.say import token_of
from qiying.kernel.audit.personal import personal_get
from qiying.kernel.cases.links import LinkViewer, link_make
from qiying.kernel.cases.models import Case, CaseEvent, CaseIntake, Intake
from qiying.kernel.documents.models import Document
from qiying.kernel.enterprises.tests.factories import make_clerk, make_enterprise
from qiying.kernel.organisations.models import Person

pytestmark = pytest.mark.django_db
ANDROID = "Mozilla/5.0 (Linux; Android 12; Mobile) MicroMessenger/8.0"


@pytest.fixture
def world(monkeypatch) -> World:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def browser(person: Person | None = None, **extra: str) -> Any:
    client = Client(headers={"user-agent": extra["agent"]} if extra else None)
    if person is not None:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def clerk(world: World) -> Any:
    return browser(world.people["clerk"])


def picture() -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (30, 20), (20, 90, 80)).save(file, "JPEG")
    file.seek(0)
    file.name = "门口.jpg"
    return file


def upload(client: Any, token: str = "say") -> int:
    answer = client.post("/documents/upload/", {"kind": "photo", "token": token, "file": picture()})
    assert answer.status_code == 200, answer.content.decode()
    return int(found(r'name="documents" value="(\d+)"', answer.content.decode())[1])


def found(pattern: str, text: str) -> re.Match[str]:
    match = re.search(pattern, text)
    assert match is not None, f"{pattern} not in the page"
    return match


def posted(world: World, **changes: object) -> dict[str, object]:
    own = {
        "person": world.people["clerk"].pk,
        "text": TEXT,
        "kind": "problem",
        "enterprise_id": world.enterprise.pk,
        "contact_name": "陈雨",
        "contact_phone": "13800001111",
    }
    return {k: v for k, v in {**own, **changes}.items() if v is not None}


def page_of(case: Case) -> str:
    return f"/my/{case.number}/"


def link_of(case: Case) -> str:
    return f"/l/{token_of(case)}/"


# --- saying ---------------------------------------------------------------------------


def test_a_clerk_says_a_problem_and_is_told_the_number_and_until_when(world):
    client = clerk(world)
    assert world.enterprise.name in client.get("/say/").content.decode()
    answer = client.post("/say/", posted(world), follow=True)
    case = Case.objects.get()
    text = answer.content.decode()
    assert case.number in text
    assert "明天" in text
    assert "收到日不计" in text or "第二天" in text or "次日" in text
    assert case.enterprise_id == world.enterprise.pk
    assert client.get(page_of(case)).status_code == 200


def statements(spent) -> list[str]:
    """Return what was asked of the database, transaction control left out."""
    return [q["sql"] for q in spent if not re.match(r"(SAVEPOINT|RELEASE|BEGIN|COMMIT)", q["sql"])]


def test_the_page_adds_session_user_and_viewer_to_what_submitting_itself_costs(world):
    client = clerk(world)
    client.post("/say/", posted(world))
    with CaptureQueriesContext(connection) as by_service:
        world.submit(contact_name="陈雨", contact_phone="13800001111")
    with CaptureQueriesContext(connection) as by_page:
        assert client.post("/say/", posted(world)).status_code == 302
    assert len(statements(by_page)) <= len(statements(by_service)) + 3, "\n".join(statements(by_page))


def test_the_channel_tells_a_phone_from_a_computer_and_a_scanned_code(world):
    for client, code, expected in (
        (browser(world.people["clerk"], agent=ANDROID), "", "phone"),
        (browser(world.people["clerk"], agent="Mozilla/5.0 (Windows NT 10.0)"), "", "platform"),
        (browser(world.people["clerk"]), qr_code_make(district_id=world.district.pk, place="东门"), "qr"),
    ):
        assert client.post("/say/", posted(world, qr=code)).status_code == 302
        assert Case.objects.select_related("channel").latest("pk").channel.code == expected  # type: ignore[union-attr]


def test_a_refused_form_keeps_every_word_and_photo(world):
    client = clerk(world)
    document = upload(client)
    answer = client.post("/say/", posted(world, text="短", documents=document, contact_phone="123"))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert ">短</textarea>" in text
    assert 'value="123"' in text
    assert f'name="documents" value="{document}"' in text
    assert "至少写 5 个字" in text
    assert Case.objects.count() == 0


def test_who_was_signed_out_meanwhile_does_not_submit_as_somebody_else(world):
    answer = browser().post("/say/", posted(world))
    assert answer.status_code == 422
    assert "登录过期了" in answer.content.decode()
    assert Case.objects.count() == 0


def test_nobody_files_for_an_enterprise_that_is_not_his(world):
    other = world.people["outsider"]
    client = browser(other)
    client.post("/say/", posted(world, person=other.pk))
    assert Case.objects.get().enterprise_id is None


def test_without_an_account_one_gets_a_link_that_opens_the_case(world):
    client = browser()
    answer = client.post(
        "/say/",
        posted(world, person="", enterprise_id=None, enterprise_name="禾川精密", district=world.district.pk),
        follow=True,
    )
    case = Case.objects.get()
    link = found(r"/l/([^/]+)/", answer.content.decode())[0]
    assert case.enterprise_id is None
    assert Intake.objects.get().extras["enterprise_name"] == "禾川精密"
    assert browser().get(link).status_code == 200
    assert browser().get(page_of(case)).status_code == 302


def test_anonymous_leaves_no_trace_of_who_said_it_not_even_in_the_photo(world):
    client = clerk(world)
    document = upload(client)
    answer = client.post("/say/", posted(world, signing="anonymous", documents=document), follow=True)
    case, intake, event = Case.objects.get(), Intake.objects.get(), CaseEvent.objects.get()
    assert (case.enterprise_id, intake.person_id, intake.recorded_by_id, event.actor_id) == (None,) * 4
    assert (intake.contact_name_ref, intake.contact_phone_ref) == ("", "")
    stored = Document.objects.get()
    assert (stored.uploaded_by_id, stored.enterprise_id, stored.subject) == (None, None, f"case:{case.pk}")
    assert "只有凭这个链接" in answer.content.decode()
    assert client.get(page_of(case)).status_code == 404
    assert not case.parties.filter(key=f"p:{world.people['clerk'].pk}").exists()


def test_hidden_from_the_unit_is_kept_with_the_case(world):
    clerk(world).post("/say/", posted(world, signing="hidden"))
    assert Case.objects.get().hide_asker


def test_a_machine_that_fills_every_field_is_stopped(world):
    answer = clerk(world).post("/say/", posted(world, homepage="http://spam"))
    assert answer.status_code == 422
    assert Case.objects.count() == 0


def test_one_address_cannot_flood_the_desk(world):
    client = browser()
    data = posted(world, person="", enterprise_id=None, district=world.district.pk, text="短")
    for _ in range(20):
        assert "交得太多了" not in client.post("/say/", data).content.decode()
    answer = client.post("/say/", data)
    assert "交得太多了" in answer.content.decode()
    assert ">短</textarea>" in answer.content.decode()


def test_what_the_enterprise_said_before_is_shown_while_writing(world):
    case = world.submit()
    shown = clerk(world).post("/say/similar/", {"text": "厂门口限高杆把我们的货车挡住了"}).content.decode()
    assert case.title in shown
    assert page_of(case) in shown
    assert case.title not in clerk(world).post("/say/similar/", {"text": "社保减员一直报错"}).content.decode()
    outside = browser(world.people["outsider"]).post("/say/similar/", {"text": TEXT}).content.decode()
    assert case.title not in outside


def test_likeness_does_not_depend_on_which_text_is_longer():
    one, other = "厂门口的限高杆挡住货车", "限高杆把货车挡在厂门口外面，每天绕行三公里"
    assert likeness.score(one, other) == likeness.score(other, one)
    assert likeness.score(one, other) > likeness.ALIKE > likeness.score(one, "社保减员一直报错")


# --- reading --------------------------------------------------------------------------


def test_the_owner_sees_the_case_and_an_outsider_does_not(world):
    case = world.handling()
    text = clerk(world).get(page_of(case)).content.decode()
    assert "方启明" in text
    assert "为什么" in text or "收到日不计" in text
    assert browser(world.people["outsider"]).get(page_of(case)).status_code == 404
    assert browser().get(page_of(case)).status_code == 302
    assert browser().get(link_of(case)).status_code == 200


def test_an_office_is_sent_to_its_own_page(world):
    case = world.handling()
    answer = browser(world.people["handler"]).get(page_of(case))
    assert answer.status_code == 302
    assert answer.url == f"/cases/{case.number}/"


def test_a_forged_or_old_link_is_told_politely_what_to_do(world):
    case = world.submit()
    assert browser().get("/l/forged/").status_code == 410
    other = link_make(case_number=case.number, intake_id=999999, district_id=world.district.pk)
    assert browser().get(f"/l/{other}/").status_code == 404


def test_an_internal_note_is_not_told_to_the_asker(world):
    case = world.handling()
    world.act(case, "handler", "note", text="这家老板脾气大")
    assert "脾气大" not in clerk(world).get(page_of(case)).content.decode()


@pytest.mark.parametrize("events", [5, 40])
def test_the_case_page_costs_the_same_for_few_and_many_events(world, events):
    case = world.handling()
    for n in range(events):
        world.act(case, "handler", "interim_reply", text=f"第 {n} 次告诉您进展")
    client = clerk(world)
    client.get(page_of(case))
    with CaptureQueriesContext(connection) as spent:
        client.get(page_of(case))
    assert len(spent) <= 16, "\n".join(q["sql"][:160] for q in spent)


def test_a_case_can_be_found_again_by_number_and_phone(world):
    case = world.submit(contact_phone="13800001111")
    wrong = browser().post("/track/", {"number": case.number, "phone": "13900002222"})
    assert wrong.status_code == 422
    right = browser().post("/track/", {"number": case.number.lower(), "phone": "138 0000 1111"})
    assert right.status_code == 302
    assert browser().get(right.url).status_code == 200


# --- judging --------------------------------------------------------------------------


def test_nothing_is_preselected_in_a_verdict(world):
    text = clerk(world).get(page_of(world.answered())).content.decode()
    tiles = re.findall(r'<input[^>]*name="(?:value|satisfaction)"[^>]*>', text)
    assert len(tiles) == 8
    assert not [t for t in tiles if "checked" in t]


def test_the_owner_judges_and_the_case_is_written_off(world):
    case = world.answered()
    answer = clerk(world).post(
        f"{page_of(case)}give_verdict/",
        {"value": "solved", "satisfaction": "5", "comment": "谢谢"},
        follow=True,
    )
    case.refresh_from_db()
    assert case.state == "written_off"
    assert "您说解决了" in answer.content.decode()
    assert "谢谢" in answer.content.decode()


def test_the_holder_of_the_link_judges_without_signing_in(world):
    case = world.answered()
    assert browser().post(f"{link_of(case)}give_verdict/", {"value": "not_solved"}).status_code == 302
    case.refresh_from_db()
    assert case.state == "handling"


def test_partly_closes_only_with_consent_and_solved_ignores_it(world):
    case = world.answered()
    clerk(world).post(f"{page_of(case)}give_verdict/", {"value": "partly", "may_close": "true"})
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("written_off", "partly")


def test_a_verdict_without_a_choice_keeps_the_comment(world):
    case = world.answered()
    answer = clerk(world).post(f"{page_of(case)}give_verdict/", {"comment": "还差一点"})
    assert answer.status_code == 422
    assert "还差一点" in answer.content.decode()
    assert "请填写“解决了没有”" in answer.content.decode()


def test_a_verdict_on_an_answer_that_was_replaced_is_not_taken(world):
    case = world.answered()
    answer = clerk(world).post(f"{page_of(case)}give_verdict/", {"value": "solved", "answer": "7"})
    assert answer.status_code == 409
    assert "新的答复" in answer.content.decode()


def test_outsiders_and_offices_cannot_act_on_the_askers_page(world):
    case = world.answered()
    address = f"{page_of(case)}give_verdict/"
    assert browser(world.people["outsider"]).post(address, {"value": "solved"}).status_code == 404
    assert browser(world.people["handler"]).post(address, {"value": "solved"}).status_code == 403
    assert browser().post(address, {"value": "solved"}).status_code == 302
    assert clerk(world).post(f"{page_of(case)}urge/", {}).status_code == 404
    case.refresh_from_db()
    assert case.state == "answered"


def test_a_late_act_says_what_happened_instead(world):
    case = world.answered()
    client = clerk(world)
    client.post(f"{page_of(case)}give_verdict/", {"value": "solved"})
    answer = client.post(f"{page_of(case)}give_verdict/", {"value": "solved"})
    assert answer.status_code == 409
    assert "刚才已" in answer.content.decode()


def test_material_is_given_with_its_files_and_the_clock_goes_on(world):
    case = world.handling()
    world.act(case, "handler", "request_material", items="营业执照和门口照片")
    client = clerk(world)
    assert "营业执照和门口照片" in client.get(page_of(case)).content.decode()
    document = upload(client, f"case-{case.number}")
    client.post(f"{page_of(case)}give_material/", {"note": "照片补上了", "documents": document})
    case.refresh_from_db()
    assert case.state == "handling"
    text = client.get(page_of(case)).content.decode()
    assert f"/files/{document}/" in text
    assert client.get(f"{page_of(case)}files/{document}/").status_code == 200
    assert client.get(f"{page_of(case)}files/{document}/?size=thumb").status_code == 200
    assert browser(world.people["outsider"]).get(f"{page_of(case)}files/{document}/").status_code == 404


def test_a_file_of_another_case_is_not_handed_out(world):
    first = world.submit()
    client = clerk(world)
    client.post("/say/", posted(world, documents=upload(client)))
    document = Document.objects.get()
    assert client.get(f"{page_of(first)}files/{document.pk}/").status_code == 404


def test_the_asker_withdraws_and_reopens(world):
    case = world.answered()
    client = clerk(world)
    client.post(f"{page_of(case)}give_verdict/", {"value": "solved"})
    client.post(f"{page_of(case)}reopen/", {"reason": "杆子又挪回来了"})
    case.refresh_from_db()
    assert case.state == "handling"
    client.post(f"{page_of(case)}withdraw/", {"reason": "厂子搬走了，不用办了"})
    case.refresh_from_db()
    assert case.outcome == "withdrawn"


def test_the_answer_can_be_kept_on_paper(world):
    case = world.answered()
    for address, client in ((f"{page_of(case)}print/", clerk(world)), (f"{link_of(case)}print/", browser())):
        text = client.get(address).content.decode()
        assert "限高杆已经往东挪了十米" in text
        assert "每天要绕三公里" in text
    assert browser(world.people["outsider"]).get(f"{page_of(case)}print/").status_code == 404


# --- several who asked the same -----------------------------------------------------------


@pytest.fixture
def joined(world) -> tuple[Case, Any, Any]:
    """One case of two enterprises: the clerk's came first, a neighbour's was joined into it."""
    neighbour = make_enterprise(world.district, "隔壁包装有限公司")
    world.people["neighbour"] = make_clerk(neighbour, "邻居")
    case = world.submit()
    second = world.submit(
        "neighbour", text="我们家的车也被限高杆挡住了，急死人。", enterprise_id=neighbour.pk
    )
    request_join(case=second, target_number=case.number, actor=world.viewer("desk"), now=world.now)
    case.refresh_from_db()
    return case, clerk(world), browser(world.people["neighbour"])


def test_each_asker_reads_his_own_words_only(world, joined):
    case, first, second = joined
    mine, theirs = first.get(page_of(case)).content.decode(), second.get(page_of(case)).content.decode()
    assert "每天要绕三公里" in mine
    assert "急死人" not in mine
    assert "急死人" in theirs
    assert "每天要绕三公里" not in theirs
    assert world.enterprise.name not in theirs
    assert "陈雨" not in theirs


def test_each_asker_judges_for_himself_whatever_the_form_says(world, joined):
    case, first, second = joined
    case = world.act(case, "desk", "triage", kind="problem", category="park_transport", level="general")
    case = world.act(case, "desk", "assign", unit_id=world.units["town"].pk)
    case = world.act(case, "handler", "take")
    case = world.act(case, "handler", "answer", text="限高杆已经往东挪了十米，可以进出了。", result="solved")
    others = CaseIntake.objects.get(case=case, is_primary=False).intake_id
    first.post(f"{page_of(case)}give_verdict/", {"value": "solved", "comment": "好了", "intake_id": others})
    case.refresh_from_db()
    assert case.state == "answered"
    assert "还有别人问" in first.get(page_of(case)).content.decode()
    text = second.get(page_of(case)).content.decode()
    assert "解决了没有" in text
    assert "好了" not in text
    second.post(f"{page_of(case)}give_verdict/", {"value": "solved"})
    case.refresh_from_db()
    assert case.state == "written_off"


# --- lists, home, posters -------------------------------------------------------------------


def test_my_requests_are_mine_alone_and_found_by_two_characters(world):
    case = world.submit()
    client = clerk(world)
    assert case.title in client.get("/my/requests/").content.decode()
    assert case.title in client.get("/my/requests/?q=货车").content.decode()
    assert case.title not in client.get("/my/requests/?q=社保").content.decode()
    assert case.title not in browser(world.people["outsider"]).get("/my/requests/").content.decode()
    assert browser().get("/my/requests/").status_code == 302


def test_the_list_says_what_waits_for_me(world):
    case = world.answered()
    text = clerk(world).get("/my/requests/?show=turn").content.decode()
    assert case.title in text
    assert "等您评价" in text
    assert "限高杆" not in clerk(world).get("/my/requests/?show=done").content.decode()


def test_home_says_what_waits_and_costs_little(world):
    case = world.answered()
    client = clerk(world)
    client.get("/")
    with CaptureQueriesContext(connection) as spent:
        text = client.get("/").content.decode()
    assert "等您说一句：解决了没有？" in text
    assert case.title in text
    assert len(spent) <= 8, "\n".join(q["sql"][:160] for q in spent)


def test_only_the_desk_prints_posters_and_a_scan_brings_the_place_along(world):
    desk = browser(world.people["desk"])
    made = desk.post("/q/", {"place": "城南产业园东门"})
    assert "城南产业园东门" in desk.get(made.url).content.decode()
    assert clerk(world).get("/q/").status_code == 404
    assert clerk(world).get(made.url).status_code == 404
    code = made.url.split("/")[2]
    scanned = browser().get(f"/q/{code}/").content.decode()
    assert "城南产业园东门" in scanned
    browser().post("/say/", posted(world, person="", enterprise_id=None, qr=code, place="城南产业园东门"))
    intake = Intake.objects.get()
    assert (intake.channel.code, intake.extras["place"]) == ("qr", "城南产业园东门")
    assert browser().get("/q/made-up/").status_code == 404


def test_the_link_speaks_for_its_own_intake(world):
    case = world.submit()
    intake = Intake.objects.get()
    assert LinkViewer(intake_id=intake.pk, district_id=world.district.pk).keys == (f"i:{intake.pk}",)
    assert personal_get([intake.body_ref])[intake.body_ref] == TEXT
    assert token_of(case)

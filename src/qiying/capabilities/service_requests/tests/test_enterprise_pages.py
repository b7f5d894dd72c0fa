"""The asker's pages: the clerk, the holder of a link, a member of another enterprise, and nobody at all."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiying.capabilities.service_requests.tests.enterprise_face import (
    browser,
    clerk,
    link_of,
    page_of,
    posted,
    upload,
)
from qiying.capabilities.service_requests.tests.world import TEXT, World, make_world
from qiying.capabilities.service_requests.views.enterprise.say import token_of
from qiying.kernel.audit.personal import personal_get
from qiying.kernel.cases.links import LinkViewer, link_make
from qiying.kernel.cases.models import Intake
from qiying.kernel.documents.models import Document

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch) -> World:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


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


def test_a_refused_verdict_keeps_what_was_chosen(world):
    chosen = {"value": "not_solved", "satisfaction": "5", "may_close": "true", "comment": "只亮了一盏"}
    refused = clerk(world).post(f"{page_of(world.answered())}give_verdict/", chosen)
    assert refused.status_code == 422
    inputs = re.findall(r'<input[^>]*name="(?:value|satisfaction|may_close)"[^>]*>', refused.content.decode())
    assert [re.findall(r'value="(\w+)"', t)[0] for t in inputs if "checked" in t] == [
        "not_solved",
        "true",
        "5",
    ]
    assert "只亮了一盏" in refused.content.decode()


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
    assert "请选“解决了没有”" in answer.content.decode()


def test_a_verdict_on_an_answer_that_was_replaced_is_not_taken(world):
    case = world.answered()
    answer = clerk(world).post(f"{page_of(case)}give_verdict/", {"value": "solved", "answer_no": "7"})
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
    empty = client.post(f"{page_of(case)}give_material/", {})
    assert empty.status_code == 422
    assert "还没有材料" in empty.content.decode()
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
    assert "有 1 件等您评价" in text
    assert case.title in text
    assert len(spent) <= 15, "\n".join(q["sql"][:160] for q in spent)


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


def test_the_asker_adds_a_word_while_it_is_open(world):
    case = world.handling()
    client = clerk(world)
    document = upload(client, f"case-{case.number}")
    answer = client.post(
        f"{page_of(case)}add_info/", {"text": "昨天又刮了一辆车", "documents": document}, follow=True
    )
    text = answer.content.decode()
    assert "昨天又刮了一辆车" in text
    assert f"/files/{document}/" in text


def test_the_holder_of_a_link_sends_a_photo_without_an_account(world):
    case = world.handling()
    world.act(case, "handler", "request_material", items="门口照片一张")
    holder = browser()
    document = upload(holder, f"case-{case.number}")
    assert holder.post(f"{link_of(case)}give_material/", {"documents": document}).status_code == 302
    case.refresh_from_db()
    assert case.state == "handling"
    assert holder.get(f"{link_of(case)}files/{document}/").status_code == 200
    assert holder.get(f"/documents/{document}/download/").status_code == 404


def test_what_offices_write_to_one_another_stays_there(world):
    case = world.triaged()
    case = world.act(case, "desk", "assign", unit_id=world.units["town"].pk, ask="先去看看是不是老赖")
    case = world.act(
        case, "liaison", "give_back", reason="限高杆是住建局装的，不归街道", basis="三定方案第三条"
    )
    text = clerk(world).get(page_of(case)).content.decode()
    assert "老赖" not in text
    assert "不归街道" not in text
    assert "说不归它办，退回重新交办" in text


def test_an_explanation_nobody_agreed_to_yet_is_not_shown(world):
    case = world.handling()
    case = world.act(case, "handler", "declare_unsolvable", reason="规划还没批，今年动不了")
    words = "这条路的规划还在省里审批，批下来之前限高杆不能拆，我们每季度问一次并告诉您。"
    case = world.act(case, "handler", "explain", text=words, basis="城乡规划法第四十条", obstacle="规划审批")
    assert words not in clerk(world).get(page_of(case)).content.decode()
    case = world.act(case, "supervisor", "decide_explain", decision="approved")
    assert words in clerk(world).get(page_of(case)).content.decode()


def test_the_asker_corrects_his_number_and_the_unit_sees_it_masked_only(world):
    case = world.handling()
    wrong = clerk(world).post(f"{page_of(case)}set_contact/", {"contact_phone": "1380013800"})
    assert wrong.status_code == 422
    done = clerk(world).post(f"{page_of(case)}set_contact/", {"contact_phone": "139 0013 9001"}, follow=True)
    assert "139****9001" in done.content.decode()
    unit = browser(world.people["handler"]).get(f"/cases/{case.number}/").content.decode()
    assert "13900139001" not in unit
    assert browser(world.people["outsider"]).post(f"{page_of(case)}set_contact/", {}).status_code == 404

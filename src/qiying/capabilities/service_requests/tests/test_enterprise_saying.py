"""Saying a problem: with an account, without one, from a poster, without a name."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiying.capabilities.service_requests.rules.duplicates import Said, likenesses
from qiying.capabilities.service_requests.rules.reading import title_for
from qiying.capabilities.service_requests.services.qr_codes import qr_code_make
from qiying.capabilities.service_requests.tests.enterprise_face import (
    browser,
    clerk,
    found,
    page_of,
    posted,
    statements,
    upload,
)
from qiying.capabilities.service_requests.tests.world import TEXT, World, make_world
from qiying.capabilities.service_requests.views.enterprise import likeness
from qiying.kernel.cases.models import Case, CaseEvent, Intake
from qiying.kernel.documents.models import Document

pytestmark = pytest.mark.django_db
ANDROID = "Mozilla/5.0 (Linux; Android 12; Mobile) MicroMessenger/8.0"


@pytest.fixture
def world(monkeypatch) -> World:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


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


def test_the_page_adds_session_user_and_viewer_to_what_submitting_itself_costs(world):
    client = clerk(world)
    client.post("/say/", posted(world))
    with CaptureQueriesContext(connection) as by_service:
        world.submit(contact_name="陈雨", contact_phone="13800001111")
    with CaptureQueriesContext(connection) as by_page:
        assert client.post("/say/", posted(world, text="又一件：门口的路灯坏了三盏。")).status_code == 302
    assert len(statements(by_page)) <= len(statements(by_service)) + 3, "\n".join(statements(by_page))


def test_going_back_and_sending_the_same_words_again_makes_no_second_case(world):
    client = clerk(world)
    first = client.post("/say/", posted(world))
    again = client.post("/say/", posted(world), follow=True)
    assert again.redirect_chain[0][0] == first["Location"]
    assert "没有再立一件" in again.content.decode()
    assert Case.objects.count() == 1
    for _ in range(2):  # nothing ties what has no name to the browser
        client.post("/say/", posted(world, signing="anonymous"))
    assert Case.objects.count() == 3
    world.later(minutes=31)
    client.post("/say/", posted(world))
    assert Case.objects.count() == 4


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
    short, long, other = (
        Said(i, 1, title_for(text), text, date(2026, 11, 18))
        for i, text in enumerate(
            ("厂门口的限高杆挡住货车", "限高杆把货车挡在厂门口外面，每天绕行三公里", "社保减员一直报错"),
            start=1,
        )
    )
    for one, same in ((short, long), (long, short)):
        assert [f.case_id for f in likenesses(one, [same, other], least=likeness.ALIKE)] == [same.case_id]


def test_a_complaint_is_tied_to_its_case_and_only_to_ones_own(world):
    case = world.answered()
    client = clerk(world)
    page = client.get(f"/my/{case.number}/").content.decode()
    assert f"/say/?kind=clue&amp;about={case.number}" in page
    form = client.get(f"/say/?kind=clue&about={case.number}").content.decode()
    assert f'name="about" value="{case.number}"' in form
    assert f"{case.number} 这件事办得不满意：" in form
    assert "不满意：" not in client.get("/say/?kind=clue&about=QY-261118-XXXXX").content.decode()

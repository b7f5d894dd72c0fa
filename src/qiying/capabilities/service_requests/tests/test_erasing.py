"""Personal values can go; the chain stays provable and says that they went."""

import pytest
from django.test import Client

from qiying.capabilities.service_requests.tests.world import TEXT, World, make_world
from qiying.kernel.audit.personal import personal_get
from qiying.kernel.audit.verifying import verify
from qiying.kernel.cases.models import Case, Channel, Intake
from qiying.kernel.cases.rebuild import differences
from qiying.kernel.documents.models import Document
from qiying.kernel.documents.services import document_store
from qiying.kernel.documents.subjects import draft_owner, draft_prefix
from qiying.kernel.documents.tests.factories import picture
from qiying.kernel.notices.models import Notice
from qiying.kernel.organisations.tests.factories import make_person, make_unit
from qiying.kernel.search.selectors import matching_ids

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    made = make_world()
    office = make_unit(made.district, "信息中心")
    made.people["admin"] = make_person("林工", office, "admin")
    return made


def test_contacts_and_words_go_and_the_chain_still_verifies(world: World, client: Client) -> None:
    case = world.submit(contact_name="陈雨", contact_phone="13800001111", title="限高杆")
    client.force_login(world.people["admin"])
    data = {"number": case.number, "scope": "everything", "reason": "本人申请，个人信息保护法第四十七条"}
    done = client.post("/personal/erase/", data, follow=True)
    assert "删除了 3 处" in done.content.decode()
    intake = Intake.objects.get()
    assert set(personal_get([intake.body_ref, intake.contact_phone_ref]).values()) == {None}
    fresh = Case.objects.get(pk=case.pk)
    assert list(differences(fresh, {c.pk: c for c in Channel.objects.all()})) == []
    assert verify().is_sound
    assert matching_ids("case", TEXT[8:14], world.district.pk) == []
    assert matching_ids("case", "限高杆", world.district.pk) == [case.pk]


@pytest.mark.parametrize("who", ["desk", "handler", "clerk", "outsider"])
def test_nobody_else_finds_the_page(world: World, client: Client, who: str) -> None:
    client.force_login(world.people[who])
    assert client.get("/personal/erase/").status_code == 404


def test_files_the_asker_brought_and_messages_about_it_go_too_the_offices_own_stay(
    world: World, client: Client
) -> None:
    case = world.handling()
    asker, desk = (_filed(world, case, who) for who in ("clerk", "desk"))
    Notice.objects.create(
        district_id=world.district.pk, template="request_taken", to_key="p:1", context={"comment": "原话"},
        subject=f"case:{case.number}", dedupe_key="x", queued_at=world.now,
    )  # fmt: skip
    client.force_login(world.people["admin"])
    data = {"number": case.number, "scope": "everything", "reason": "本人申请，个人信息保护法第四十七条"}
    client.post("/personal/erase/", data)
    asker.refresh_from_db()
    desk.refresh_from_db()
    assert (asker.erased_at is not None, desk.erased_at is not None) == (True, False)
    assert all(
        n.context == {}
        for n in Notice.objects.filter(subject=f"case:{case.number}", template="request_taken")
    )


def _filed(world: World, case: Case, who: str) -> Document:
    """Let somebody add a note of the case with a file of his own."""
    subject = f"{draft_prefix(draft_owner(world.viewer(who), None) or '')}{'t' * 24}{who}"
    made = document_store(
        content=picture(), name="照片.jpg", kind="material", subject=subject,
        audience="all", actor=world.viewer(who), district_id=world.district.pk, at=world.now,
    )  # fmt: skip
    world.act(case, who, "add_info", text="补一张照片", documents=[made.pk])
    return made

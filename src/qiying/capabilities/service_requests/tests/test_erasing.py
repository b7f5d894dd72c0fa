"""Personal values can go; the chain stays provable and says that they went."""

import pytest
from django.test import Client

from qiying.capabilities.service_requests.tests.world import TEXT, World, make_world
from qiying.kernel.audit.personal import personal_get
from qiying.kernel.audit.verifying import verify
from qiying.kernel.cases.models import Case, Channel, Intake
from qiying.kernel.cases.rebuild import differences
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

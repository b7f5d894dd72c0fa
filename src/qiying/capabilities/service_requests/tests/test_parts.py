"""Acts that are parts of something larger: nobody does one by itself, and the larger thing is done whole."""

import pytest
from django.urls import reverse

from qiying.capabilities.service_requests.services.desk import request_join
from qiying.capabilities.service_requests.tests.test_api import Api
from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import Case, CaseIntake
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.permissions.errors import ActionNotAvailable

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_no_part_is_done_by_itself_in_any_procedure_by_page_or_api(world, client) -> None:
    case = world.submit()
    client.force_login(world.people["desk"])
    api = Api(world, "desk")
    parts = [a for a in PROCEDURES.latest("service_request").actions if a.part_of and a.whole is None]
    assert {a.code for a in parts} == {"take_in", "issue_letter"}
    for part in parts:
        assert client.get(reverse("cases:do", args=[case.number, part.code])).status_code == 404
        assert client.post(reverse("cases:do", args=[case.number, part.code])).status_code == 404
        data = {"source": "QY-NOPE-1", "number": "假函〔2026〕1号"}
        assert api.post(f"/cases/{case.number}/actions/{part.code}", {"data": data}).status_code in {409, 403}
    for money in (a for a in PROCEDURES.latest("policy_application").actions if a.part_of):
        assert not money.is_offered
    assert Case.objects.get(pk=case.pk).seq == 1


def test_joining_to_nothing_is_refused_and_changes_nothing(world) -> None:
    case, api = world.submit(), Api(world, "desk")
    refused = api.post(f"/cases/{case.number}/actions/join", {"data": {"target": "QY-NOPE-1"}})
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["target"])
    itself = api.post(f"/cases/{case.number}/actions/join", {"data": {"target": case.number}})
    assert itself.status_code == 422
    assert Case.objects.get(pk=case.pk).state == "received"


def test_joining_by_api_moves_the_intakes_as_the_page_does(world) -> None:
    case, target, api = world.submit(), world.triaged(), Api(world, "desk")
    done = api.post(f"/cases/{case.number}/actions/join", {"data": {"target": target.number}})
    assert (done.status_code, done.json()["state"]) == (200, "ended")
    assert CaseIntake.objects.filter(case=target, until__isnull=True).count() == 2
    assert not CaseIntake.objects.filter(case=case, until__isnull=True).exists()
    clerk = Api(world, "clerk").post(
        f"/cases/{target.number}/actions/join", {"data": {"target": case.number}}
    )
    assert clerk.status_code == 403


def test_splitting_by_api_opens_the_others(world) -> None:
    case = world.submit()
    done = Api(world, "desk").post(f"/cases/{case.number}/actions/split", {"data": {"titles": ["路灯不亮"]}})
    assert done.status_code == 200
    assert Case.objects.filter(title="路灯不亮", state="received").count() == 1


def test_a_service_may_not_pass_for_another(world) -> None:
    case = world.submit()
    with pytest.raises(ActionNotAvailable, match="更大的事里的一步"):
        case_act(
            case=case,
            action="join",
            actor=world.viewer("desk"),
            data={"target": "QY-1"},
            now=world.now,
            part_of="request_split",
        )


def test_adding_to_a_merged_case_leads_to_the_living_one(world, client) -> None:
    first, second, third = world.submit(), world.submit(), world.submit()
    for case, into in ((first, second), (second, third)):
        request_join(case=case, target_number=into.number, actor=world.viewer("desk"), now=world.now)
    said = {"text": "今天又堵了一个钟头，车队都停在路口。"}
    refused = Api(world, "desk").post(f"/cases/{first.number}/actions/add_info", {"data": said})
    assert refused.status_code == 409
    assert refused.json()["live"] == third.number and third.number in refused.json()["message"]
    client.force_login(world.people["desk"])
    page = client.post(reverse("cases:do", args=[first.number, "add_info"]), said)
    assert page.status_code == 409 and reverse("cases:case", args=[third.number]) in page.content.decode()
    client.force_login(world.people["clerk"])
    own = client.post(reverse("mine:act", args=[first.number, "add_info"]), said)
    assert own.status_code == 409 and third.number in own.content.decode()

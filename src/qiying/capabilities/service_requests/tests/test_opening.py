"""Opening a case by name: over the interface and on the page, by whoever may, always whole."""

from __future__ import annotations

import pytest

from qiying.capabilities.service_requests.tests.enterprise_face import browser
from qiying.capabilities.service_requests.tests.test_api import Api
from qiying.capabilities.service_requests.tests.world import TEXT, World, make_world
from qiying.kernel.cases.models import Case, Intake

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_client_opens_what_it_may_and_a_key_counts_once(world: World) -> None:
    api = Api(world, "clerk")
    offered = api.get("/openings").json()
    assert "service_request" in [o["procedure"] for o in offered]
    body = {"procedure": "service_request", "data": {"text": TEXT, "enterprise_id": world.enterprise.pk}}
    made = api.post("/cases", body, **{"idempotency-key": "o1"})
    again = api.post("/cases", body, **{"idempotency-key": "o1"})
    assert (made.status_code, again.json()) == (201, made.json())
    assert made.json()["enterprise_id"] == world.enterprise.pk
    assert (Case.objects.count(), Intake.objects.count()) == (1, 1)


@pytest.mark.parametrize("procedure", ["policy_application", "nothing"])
def test_what_only_a_service_opens_does_not_exist_by_name(world: World, procedure: str) -> None:
    data = {"policy": "x", "version": 1, "evaluation": 1, "title": "我要钱"}
    refused = Api(world, "clerk").post("/cases", {"procedure": procedure, "data": data})
    assert refused.status_code == 404
    assert browser(world.people["clerk"]).get(f"/open/{procedure}/").status_code == 404


@pytest.mark.parametrize(
    ("field", "value"), [("intake_id", 1), ("batch_id", 1), ("enterprise_id", "other"), ("channel", "visit")]
)
def test_nobody_opens_on_anothers_intake_enterprise_or_channel(
    world: World, field: str, value: object
) -> None:
    world.submit()
    other = next(iter(world.viewer("outsider").enterprise_ids))
    data = {"text": TEXT, field: other if value == "other" else value}
    refused = Api(world, "clerk").post("/cases", {"procedure": "service_request", "data": data})
    assert refused.status_code in {403, 422}
    assert Case.objects.count() == 1


def test_who_gives_no_name_by_this_door_leaves_none_either(world: World) -> None:
    data = {"text": TEXT, "is_anonymous": True, "contact_phone": "13800001111", "channel": "api"}
    made = Api(world, "clerk").post("/cases", {"procedure": "service_request", "data": data})
    assert made.status_code == 201
    intake = Intake.objects.get()
    assert (intake.person_id, intake.recorded_by_id, intake.contact_phone_ref) == (None, None, "")


def test_the_list_leads_to_a_richer_page_where_there_is_one(world: World) -> None:
    page = browser(world.people["clerk"])
    assert "涉企诉求" in page.get("/open/").content.decode()
    assert page.get("/open/service_request/")["Location"] == "/say/"
    assert browser().get("/open/").status_code == 302

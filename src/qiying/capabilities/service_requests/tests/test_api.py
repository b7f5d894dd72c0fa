"""The API: the same services as the pages, typed refusals, nothing for outsiders."""

from typing import Any

import pytest
from django.test import Client

from qiying.capabilities.service_requests.tests.world import TEXT, World, make_world
from qiying.kernel.api_access.services import api_token_create
from qiying.kernel.audit.clock import utc_now
from qiying.kernel.cases.models import Case, Intake

pytestmark = pytest.mark.django_db


class Api:
    """A client with one person's token."""

    def __init__(self, world: World, who: str) -> None:
        _, secret = api_token_create(
            person=world.people[who], name="测试", days=30, actor=world.viewer(who), at=utc_now()
        )
        self.client = Client(headers={"authorization": f"Bearer {secret}"})

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1{path}", query)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.client.post(f"/api/v1{path}", body, content_type="application/json", headers=headers)


@pytest.fixture
def world() -> World:
    return make_world()


def test_one_call_makes_the_intake_and_its_case(world: World) -> None:
    made = Api(world, "clerk").post("/service-requests", {"text": TEXT, "enterprise_id": world.enterprise.pk})
    assert made.status_code == 201
    body = made.json()
    assert Case.objects.get(number=body["case_number"]).state == "received"
    assert Intake.objects.get(number=body["intake_number"]).enterprise_id == world.enterprise.pk


def test_a_repeated_key_replays_and_another_body_is_refused(world: World) -> None:
    api = Api(world, "clerk")
    first = api.post("/service-requests", {"text": TEXT}, **{"idempotency-key": "k1"})
    again = api.post("/service-requests", {"text": TEXT}, **{"idempotency-key": "k1"})
    other = api.post("/service-requests", {"text": TEXT + "再说一句"}, **{"idempotency-key": "k1"})
    assert first.json() == again.json()
    assert other.status_code == 422
    assert Case.objects.count() == 1


def test_the_desk_acts_and_an_outsider_sees_nothing(world: World) -> None:
    case = world.submit()
    desk, outsider = Api(world, "desk"), Api(world, "outsider")
    assert outsider.get(f"/cases/{case.number}").status_code == 404
    assert outsider.get("/cases").json()["items"] == []
    detail = desk.get(f"/cases/{case.number}").json()
    triage = next(a for a in detail["available_actions"] if a["code"] == "triage")
    assert triage["is_enabled"]
    assert "category" in triage["input"]["properties"]
    data = {"kind": "problem", "category": "park_transport", "level": "general"}
    done = desk.post(f"/cases/{case.number}/actions/triage", {"data": data})
    assert (done.status_code, done.json()["state"]) == (200, "accepted")
    assert desk.post(f"/cases/{case.number}/actions/triage", {"data": data}).status_code == 409
    refused = desk.post(f"/cases/{case.number}/actions/assign", {"data": {"unit_id": 999999}})
    assert refused.status_code == 422
    assert "unit_id" in refused.json()["fields"]
    assert desk.post(f"/cases/{case.number}/actions/take", {"data": {}}).status_code == 403


def test_events_can_be_paged_and_carry_their_hashes(world: World) -> None:
    case = world.handling()
    page = Api(world, "handler").get(f"/cases/{case.number}/events", limit=2).json()
    assert [e["seq"] for e in page["items"]] == [1, 2]
    rest = (
        Api(world, "handler").get(f"/cases/{case.number}/events", limit=2, cursor=page["next_cursor"]).json()
    )
    assert rest["items"][0]["prev_hash"] == page["items"][1]["hash"]


def test_a_unit_does_not_learn_who_asked_when_the_name_is_hidden(world: World) -> None:
    case = world.submit(hide_asker=True, contact_name="陈雨", contact_phone="13800001111")
    world.act(case, "desk", "triage", kind="problem", category="labour", level="general")
    world.act(case, "desk", "assign", unit_id=world.units["town"].pk)
    seen = Api(world, "handler").get(f"/cases/{case.number}").json()
    assert seen["enterprise"] is None
    events = Api(world, "handler").get(f"/cases/{case.number}/events").content.decode()
    assert "13800001111" not in events
    assert "陈雨" not in events
    assert Api(world, "desk").get(f"/cases/{case.number}").json()["enterprise"] == world.enterprise.name


def test_the_deadline_of_the_issue_is_right(world: World) -> None:
    found = Api(world, "clerk").get("/workdays/deadline", **{"from": "2026-02-13", "workdays": 3}).json()
    assert (found["on"], found["status"]) == ("2026-02-25", "confirmed")
    assert "收到日不计" in found["explanation"]


def test_a_credit_code_is_checked(world: World) -> None:
    api = Api(world, "clerk")
    assert api.post("/enterprises/check", {"credit_code": "914403001922038216"}).json()["is_valid"]
    bad = api.post("/enterprises/check", {"credit_code": "914403001922038217"}).json()
    assert not bad["is_valid"]
    assert bad["findings"][0]["message"]


def test_without_a_token_nothing_is_told(client: Client) -> None:
    assert client.get("/api/v1/cases").status_code == 401

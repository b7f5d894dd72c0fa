"""Who may speak through a channel, whose source numbers count, and that who gives no name leaves none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection

from qiying.capabilities.service_requests import selectors
from qiying.capabilities.service_requests.services.desk import request_enter
from qiying.capabilities.service_requests.tests.enterprise_face import browser, posted, upload
from qiying.capabilities.service_requests.tests.test_api import Api
from qiying.capabilities.service_requests.tests.world import TEXT, World, make_world
from qiying.kernel.cases.models import Case, CaseEvent, CaseIntake, Channel, Intake
from qiying.kernel.documents.models import Document
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def everything(number: str) -> str:
    """Return all that the database holds of people, firms and telephones around a case."""
    case = Case.objects.get(number=number)
    intake = CaseIntake.objects.get(case=case).intake
    rows: list[Any] = [
        *CaseEvent.objects.filter(case=case).values("data", "actor_id", "actor_name", "on_behalf")
    ]
    rows += [Case.objects.filter(pk=case.pk).values("enterprise_id", "extras").get()]
    rows += [
        Intake.objects.filter(pk=intake.pk)
        .values(
            "enterprise_id", "person_id", "recorded_by_id", "extras", "contact_name_ref", "contact_phone_ref"
        )
        .get()
    ]
    rows += [*Document.objects.filter(subject=f"case:{case.pk}").values("uploaded_by_id", "uploaded_by_name")]
    return json.dumps(rows, ensure_ascii=False, default=str)


NAMED: dict[str, Any] = {"is_anonymous": True, "contact_name": "陈雨", "contact_phone": "13800001111"}


def assert_nobody(world: World, number: str) -> None:
    kept = everything(number)
    assert "陈雨" not in kept
    assert "13800001111" not in kept
    person, firm = world.people["clerk"].pk, world.enterprise.pk
    for key in ("person_id", "actor_id", "recorded_by_id", "uploaded_by_id"):
        assert f'"{key}": {person}' not in kept
    assert f'"enterprise_id": {firm}' not in kept
    assert not Case.objects.get(number=number).parties.filter(key__in=[f"p:{person}", f"e:{firm}"]).exists()


def test_who_gives_no_name_over_the_interface_leaves_none(world: World) -> None:
    api = Api(world, "clerk")
    body = {"text": TEXT, "enterprise_id": world.enterprise.pk, "source_id": "S-1", **NAMED}
    made = api.post("/service-requests", body, **{"idempotency-key": "k"})
    again = api.post("/service-requests", body, **{"idempotency-key": "k"})
    assert (made.status_code, made.json()) == (201, again.json())
    number = made.json()["case_number"]
    assert_nobody(world, number)
    assert api.get(f"/cases/{number}").status_code == 404
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id FROM api_access_idempotencyrecord")
        assert {row[0] for row in cursor.fetchall()} == {0}


def test_who_gives_no_name_on_the_page_leaves_none_whatever_the_form_brings(world: World) -> None:
    client = browser(world.people["clerk"])
    photo = upload(client)
    answer = client.post("/say/", posted(world, signing="anonymous", documents=photo))
    assert answer.status_code == 302
    case = Case.objects.get()
    assert Document.objects.filter(subject=f"case:{case.pk}").count() == 1
    assert_nobody(world, case.number)


def test_the_desk_keeps_nothing_of_who_gives_it_no_name(world: World) -> None:
    given = {"enterprise_id": world.enterprise.pk, "kind": "problem", **NAMED}
    (case,) = request_enter(
        actor=world.viewer("desk"), district_id=world.district.pk, channel="window", data=given, items=[TEXT],
        now=world.now,
    )  # fmt: skip
    assert_nobody(world, case.number)
    assert case.events.get().actor_name == "许静"


@pytest.mark.parametrize("who", ["clerk", "outsider", "handler"])
def test_nobody_speaks_for_a_channel_that_is_not_his(world: World, who: str) -> None:
    order = world.submit("desk", channel="hotline_12345", source_id="X-1")
    refused = Api(world, who).post(
        "/service-requests", {"text": TEXT + "另一件", "channel": "hotline_12345", "source_id": "X-1"}
    )
    assert refused.status_code == 403
    assert "12345" in refused.json()["message"]
    assert order.number not in refused.content.decode()
    assert Case.objects.count() == 1


def test_the_unit_that_owns_a_channel_speaks_for_it(world: World) -> None:
    Channel.objects.filter(code="hotline_12345").update(owner_unit=world.units["bureau"])
    selectors.forget()
    made = Api(world, "co_handler").post("/service-requests", {"text": TEXT, "channel": "hotline_12345"})
    assert made.status_code == 201


def test_the_same_number_of_another_is_another_order(world: World) -> None:
    body = {"text": TEXT, "source_id": "7"}
    mine = Api(world, "clerk").post("/service-requests", body | {"enterprise_id": world.enterprise.pk}).json()
    again = (
        Api(world, "clerk").post("/service-requests", body | {"enterprise_id": world.enterprise.pk}).json()
    )
    other = Api(world, "outsider").post("/service-requests", body | {"text": TEXT + "我也是。"}).json()
    assert mine == again
    assert other["case_number"] != mine["case_number"]
    assert Intake.objects.filter(source_id="7").count() == 2


def test_a_number_used_for_other_words_is_refused_and_nothing_is_dropped(world: World) -> None:
    first = world.submit("desk", channel="hotline_12345", source_id="A-1")
    assert world.submit("desk", channel="hotline_12345", source_id="A-1").pk == first.pk
    with pytest.raises(GuardFailed) as refused:
        world.submit("desk", channel="hotline_12345", source_id="A-1", text=TEXT + "又来一句。")
    assert first.number in refused.value.fields["source_id"][0]


def test_an_official_does_not_speak_as_an_enterprise(world: World) -> None:
    with pytest.raises(NotPermitted):
        world.submit("handler", channel="api")


def test_one_key_twice_makes_one_note_and_gives_the_same_answer(world: World) -> None:
    case = world.handling()
    api, path = Api(world, "handler"), f"/cases/{case.number}/actions/note"
    first = api.post(path, {"data": {"text": "看过现场"}}, **{"idempotency-key": "n1"})
    again = api.post(path, {"data": {"text": "看过现场"}}, **{"idempotency-key": "n1"})
    other = api.post(path, {"data": {"text": "别的话"}}, **{"idempotency-key": "n1"})
    assert (first.status_code, again.json()) == (200, first.json())
    assert other.status_code == 422
    assert case.events.filter(action="note").count() == 1


@pytest.mark.parametrize("body", ["[]", "null", '"x"', "3"])
@pytest.mark.parametrize("path", ["/service-requests", "/cases/{}/actions/take", "/policies/evaluate"])
def test_a_body_that_is_no_object_is_refused_in_the_declared_shape(
    world: World, path: str, body: str
) -> None:
    case = world.assigned()
    client = Api(world, "handler").client
    refused = client.post(f"/api/v1{path.format(case.number)}", body, content_type="application/json")
    assert refused.status_code == 422
    assert refused.json()["code"] == "invalid_input"


@pytest.mark.parametrize("day", ["0", "1700000000", "2026-2-3", "昨天"])
def test_a_day_is_written_not_counted(world: World, day: str) -> None:
    refused = Api(world, "handler").get("/cases", received_to=day)
    assert refused.status_code == 422
    assert "2026-02-13" in refused.json()["message"]

"""Questionnaires over HTTP: for whom, what is refused at which field, one response a key."""

import json
from typing import Any

import pytest
from django.test import Client

from qiying.kernel.api_access.services import api_token_create
from qiying.kernel.audit.clock import utc_now
from qiying.kernel.audit.tests.kept import kept
from qiying.kernel.forms.models import Response
from qiying.kernel.forms.tests.world import World, page_layout
from qiying.kernel.organisations.models import Person
from qiying.kernel.organisations.tests.factories import importer

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return kept(World)()


class Caller:
    """Somebody with a token."""

    def __init__(self, person: Person) -> None:
        made = api_token_create(
            actor=importer(person.district_id), person=person, name="t", days=30, at=utc_now()
        )
        self.client = Client(headers={"Authorization": f"Bearer {made[1]}"})

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1/{path}")

    def post(self, path: str, body: Any, key: str = "") -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        return self.client.post(
            f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=headers
        )


def test_a_paper_is_read_checked_and_handed_in_once(world: World) -> None:
    world.version(page_layout())
    clerk, officer = Caller(world.clerk), Caller(world.officer)
    version = clerk.get("forms/f/versions/0").json()
    assert version["values"]["properties"]["职工人数"]["type"] == "integer"
    read = clerk.post("forms/f/sheet", {"answers": {"渠道": ["上门走访"]}}).json()
    assert (read["asked"], read["open"]) == (["职工人数", "渠道", "走访", "每百人走访"], ["职工人数", "走访"])
    refused = clerk.post("forms/f/responses", {"answers": {"职工人数": "很多"}})
    assert refused.status_code == 422
    assert refused.json()["fields"] == {"职工人数": ["请填数字"]}
    body = {"answers": {"职工人数": 5}, "enterprise_id": world.enterprise.pk}
    sent = [clerk.post("forms/f/responses", body, key="once").json() for _ in range(2)]
    assert sent[0] == sent[1]
    assert Response.objects.count() == 1
    assert [r["answers"] for r in officer.get("forms/f/responses").json()["items"]] == [{"职工人数": 5}]
    assert officer.get("forms").json()["items"][0]["version"] == 1
    for caller in (Caller(world.other), clerk, Caller(world.stranger)):
        assert caller.get("forms/f/responses").status_code == 404
    assert Caller(world.stranger).get("forms/f/versions/0").status_code == 404
    other = world.enterprise.pk + 1
    assert clerk.post("forms/f/sheet", {"answers": {}, "enterprise_id": other}).status_code == 404

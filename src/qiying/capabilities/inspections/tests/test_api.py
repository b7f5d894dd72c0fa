"""A checklist handed in over HTTP by the service of the page: who may, when, and once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from qiying.capabilities.inspections.tests.world import InspectionWorld, make_world
from qiying.kernel.api_access.services import api_token_create
from qiying.kernel.cases.models import Case
from qiying.kernel.forms.models import Response

pytestmark = pytest.mark.django_db


def test_a_checklist_is_read_and_handed_in_once_by_who_was_named(monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_world(InspectionWorld)
    monkeypatch.setattr("qiying.kernel.api_access.auth.utc_now", lambda: world.now)
    case = world.approved(world.open())
    url = f"/api/v1/cases/{case.number}/sheets"

    def told(who: str) -> dict[str, Any]:
        given: dict[str, Any] = {"name": "测试", "days": 30, "actor": world.viewer(who), "at": world.now}
        secret = api_token_create(person=world.people[who], **given)[1]
        return {"HTTP_AUTHORIZATION": f"Bearer {secret}"}

    who = {name: told(name) for name in ("inspector", "safety", "clerk", "outsider", "watcher")}
    found = Client().get(url, **who["inspector"]).json()
    assert [(s["code"], s["is_done"]) for s in found] == [(str(world.items["market"].pk), False)]
    assert "台账" in found[0]["values"]["properties"]
    assert Client().get(url, **who["outsider"]).status_code == 404
    for other in ("clerk", "watcher"):  # they may see the case and fill nothing in
        assert Client().get(url, **who[other]).json() == []

    def hand_in(name: str, answers: dict[str, Any], key: str = "k-12345678", code: str = "") -> Any:
        address = f"{url}/{code or found[0]['code']}"
        body = {"answers": answers}
        return Client().post(address, body, "application/json", **who[name], HTTP_IDEMPOTENCY_KEY=key)

    assert hand_in("inspector", {"台账": "符合"}).status_code == 409  # nobody went in yet
    world.inside(case)
    for other in ("clerk", "watcher", "outsider", "safety"):
        assert hand_in(other, {"台账": "符合"}).status_code == 404
    assert hand_in("inspector", {"台账": "符合"}, code="0").status_code == 404
    bad = hand_in("inspector", {"台账": "大概"}, key="k-other-123")
    assert bad.status_code == 422 and "台账" in bad.json()["fields"]
    first, again = (hand_in("inspector", {"台账": "不符合"}, key="k-third-123") for _ in range(2))
    assert first.status_code == again.status_code == 200 and first.json() == again.json()
    known = Case.objects.get(pk=case.pk).extras
    assert known["problems"] == 1 and len(known["recorded"]) == 1
    assert Response.objects.filter(subject=f"case:{case.pk}").count() == 1
    assert Client().get(url, **who["inspector"]).json()[0]["is_done"]

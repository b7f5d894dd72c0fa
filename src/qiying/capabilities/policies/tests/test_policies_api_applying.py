"""Applying over HTTP, and what became of it and its money; typed refusals, nothing for outsiders."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiying.capabilities.policies.models import Application, PolicyState
from qiying.capabilities.policies.services.catalogue.lifecycle import policy_end
from qiying.capabilities.policies.tests.applying_world import Desk
from qiying.capabilities.policies.tests.numbers_world import SERVICE, Year
from qiying.capabilities.policies.tests.policies_api import Api, other_policy
from qiying.capabilities.policies.tests.world import World, make_world
from qiying.kernel.cases.models import Case

pytestmark = pytest.mark.django_db
MET = {"营业收入": 6000000, "是高新技术企业": True}
ACCOUNT = {"account_bank": "中国银行海盐支行", "account_number": "3500 1234 5678 9012", "consent": True}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.api_access.auth.utc_now", lambda: made.now)
    return made


def test_one_call_applies_and_a_repeated_key_replays(world: World) -> None:
    Desk(world)
    api = Api(world, "clerk")
    body = {"policy": "sample-hnte", **ACCOUNT}
    first = api.post("/applications", body, **{"idempotency-key": "k1"})
    again = api.post("/applications", body, **{"idempotency-key": "k1"})
    assert (first.status_code, first.json()) == (201, again.json())
    told = first.json()
    assert (told["state"], told["asked_yuan"], told["evaluation"]["outcome"]) == (
        "received",
        "100000.00",
        "eligible",
    )
    assert told["evaluation"]["facts"]["营业收入"]["value"]
    assert Case.objects.filter(procedure="policy_application").count() == 1
    other = api.post("/applications", {**body, "project": "别的"}, **{"idempotency-key": "k1"})
    assert other.status_code == 422
    twice = api.post("/applications", body)
    assert (twice.status_code, twice.json()["code"], twice.json()["earlier"]) == (
        409,
        "already_applied",
        told["number"],
    )


def test_facts_sent_with_the_application_count(world: World) -> None:
    Desk(world)
    api = Api(world, "clerk")
    body = {"policy": "sample-hnte", "facts": {"营业收入": "30000000"}, **ACCOUNT}
    assert api.post("/applications", body).json()["asked_yuan"] == "300000.00"


def test_who_is_not_eligible_is_told_why_and_nothing_is_written(world: World) -> None:
    Desk(world)
    api = Api(world, "clerk")
    poor = api.post("/applications", {"policy": "sample-hnte", "facts": {"营业收入": "4500000"}, **ACCOUNT})
    assert (poor.status_code, poor.json()["code"]) == (422, "guard_failed")
    assert "营业收入" in " ".join(poor.json()["nearest"])
    wrong = api.post("/applications", {"policy": "sample-hnte", "facts": {"营业收入": "很多"}, **ACCOUNT})
    assert list(wrong.json()["fields"]) == ["facts.营业收入"]
    silent = api.post("/applications", {"policy": "sample-hnte", **ACCOUNT, "consent": False})
    assert "consent" in silent.json()["fields"]
    no_account = api.post("/applications", {"policy": "sample-hnte", "consent": True})
    assert "account_number" in no_account.json()["fields"]
    assert not Application.objects.exists()


def test_a_missing_fact_is_named(world: World) -> None:
    world.published()
    world.facts(是高新技术企业="是")
    answer = Api(world, "clerk").post("/applications", {"policy": "sample-hnte", **ACCOUNT})
    assert (answer.status_code, answer.json()["missing"]) == (422, ["营业收入"])


def test_a_replaced_policy_names_the_one_that_replaced_it(world: World) -> None:
    desk = Desk(world)
    after = other_policy(world, "other-1")
    policy_end(
        actor=world.viewer("reviewer"), policy=desk.policy, state=PolicyState.REPLACED, replaced_by=after,
        reason="有了新的办法", at=world.now,
    )  # fmt: skip
    answer = Api(world, "clerk").post("/applications", {"policy": "sample-hnte", **ACCOUNT})
    assert answer.status_code == 409
    assert answer.json()["code"] == "policy_replaced"
    assert answer.json()["replaced_by"] == "other-1"
    assert answer.json()["replaced_by_name"] == after.name
    assert Api(world, "clerk").get("/policies/sample-hnte").json()["replaced_by"]["code"] == "other-1"


def test_an_ended_policy_takes_no_application(world: World) -> None:
    desk = Desk(world)
    policy_end(
        actor=world.viewer("reviewer"),
        policy=desk.policy,
        state=PolicyState.WITHDRAWN,
        reason="今年不再实行",
        at=world.now,
    )
    answer = Api(world, "clerk").post("/applications", {"policy": "sample-hnte", **ACCOUNT})
    assert (answer.status_code, answer.json()["code"]) == (409, "policy_ended")


def test_nobody_applies_for_somebody_else(world: World) -> None:
    Desk(world)
    body = {"policy": "sample-hnte", "enterprise_id": world.enterprise.pk, **ACCOUNT}
    assert Api(world, "outsider").post("/applications", body).status_code == 404
    assert Api(world, "policy").post("/applications", body).status_code == 403
    assert Api(world, "clerk").post("/applications", {"policy": "none", **ACCOUNT}).status_code == 404
    assert Api(world, "clerk").post("/applications", {**body, "way": "counter"}).status_code == 403
    assert Api(world, "treasurer").post("/applications", {"policy": "sample-hnte"}).status_code == 422
    assert Api(world, "desk").post("/applications", {**body, "way": "counter"}).status_code == 201


def test_applications_and_payments_for_who_takes_part(world: World) -> None:
    desk = Year(world)
    case = desk.paid()
    desk.claw(case, 3_000_000)
    desk.apply("desk", enterprise=desk.company(), way="counter")
    mine, office, outsider = Api(world, "clerk"), Api(world, "policy"), Api(world, "outsider")
    assert [a["number"] for a in mine.get("/applications").json()["items"]] == [case.number]
    assert len(office.get("/applications").json()["items"]) == 2
    assert [a["number"] for a in office.get("/applications", state="paid").json()["items"]] == [case.number]
    assert office.get("/applications", policy="none", year=2026, is_open=True).json()["items"] == []
    assert outsider.get("/applications").json()["items"] == []
    detail = mine.get(f"/applications/{case.number}").json()
    assert detail["money"] == {
        "reserved_yuan": "0.00", "committed_yuan": "0.00", "paid_yuan": "70000.00", "queue_place": None,
    }  # fmt: skip
    assert detail["publicity"]["public_from"] is not None
    assert (detail["payments"][0]["state"], detail["payments"][0]["clawed_yuan"]) == ("paid", "30000.00")
    number = detail["payments"][0]["number"]
    assert outsider.get(f"/applications/{case.number}").status_code == 404
    own = mine.get(f"/payments/{number}").json()
    assert (own["amount_yuan"], own["account_last4"], own["ledger"]) == ("100000.00", "9012", [])
    assert own["clawbacks"][0]["amount_yuan"] == "30000.00"
    seen = Api(world, "treasurer").get(f"/payments/{number}").json()
    assert [e["kind"] for e in seen["ledger"]] == ["reserve", "commit", "pay", "clawback"]
    assert "3500" not in str(seen)
    assert outsider.get(f"/payments/{number}").status_code == 404
    assert outsider.get("/payments").json()["items"] == []
    assert (
        len(Api(world, "treasurer").get("/payments", state="paid", paid_from="2026-01-01").json()["items"])
        == 1
    )


def test_a_service_says_how_its_delivery_stands(world: World) -> None:
    desk = Desk(world, SERVICE, fen=0, grant="service")
    case = desk.act(desk.apply(account_bank="", account_number=""), "policy", "confirm")
    found = Api(world, "clerk").get(f"/applications/{case.number}").json()
    assert (found["asked_yuan"], found["delivery"]["state"]) == (None, "waiting")


@pytest.mark.parametrize("path", ["/applications", "/payments"])
def test_lists_cost_the_same_for_one_and_for_many(world: World, path: str) -> None:
    desk = Year(world)
    desk.paid()
    api = Api(world, "policy")

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert api.get(path).status_code == 200
        return len(found)

    queries()  # the day's first call notes that the token was used
    before = queries()
    for _ in range(3):
        desk.apply("desk", enterprise=desk.company(), way="counter")
    desk.pay()
    queries()
    assert queries() == before

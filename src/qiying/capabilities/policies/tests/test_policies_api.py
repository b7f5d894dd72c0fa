"""The API: the same policies, engine, applications and money as the pages; typed refusals; nothing for outsiders."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qiying.capabilities.policies.models import Application, Policy, PolicyState
from qiying.capabilities.policies.services.catalogue.lifecycle import policy_end
from qiying.capabilities.policies.tests.applying_world import Desk
from qiying.capabilities.policies.tests.numbers_world import SERVICE, Year, a_year
from qiying.capabilities.policies.tests.world import AWARD, World, make_world
from qiying.kernel.api_access.services import api_token_create
from qiying.kernel.audit.clock import utc_now
from qiying.kernel.cases.models import Case

pytestmark = pytest.mark.django_db
MET = {"营业收入": 6000000, "是高新技术企业": True}
ACCOUNT = {"account_bank": "中国银行海盐支行", "account_number": "3500 1234 5678 9012", "consent": True}


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
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.api_access.auth.utc_now", lambda: made.now)
    return made


def other_policy(world: World, code: str, **details: Any) -> Policy:
    text = AWARD.replace("sample-hnte", code).replace("高新技术企业奖励", f"{code} 奖励")
    return world.published(text, **details)


# ---- the library ----


def test_policies_in_force_with_filters_and_pages(world: World) -> None:
    world.published(theme="tech")
    for n in range(4):
        other_policy(world, f"other-{n}", theme="tax")
    world.draft(AWARD.replace("sample-hnte", "only-a-draft"))
    api = Api(world, "clerk")
    whole = api.get("/policies").json()
    assert [p["code"] for p in whole["items"]] == ["other-3", "other-2", "other-1", "other-0", "sample-hnte"]
    one = whole["items"][-1]
    assert (one["theme"], one["delivery"], one["top_yuan"], one["amount"]) == (
        "tech",
        "申报",
        "300000.00",
        "最高 30万元",
    )
    assert [p["code"] for p in api.get("/policies", theme="tech").json()["items"]] == ["sample-hnte"]
    assert [p["code"] for p in api.get("/policies", q="OTHER-2").json()["items"]] == ["other-2"]
    assert api.get("/policies", delivery="免申即享").json()["items"] == []
    assert (
        len(
            api.get("/policies", department=world.units["bureau"].pk, size="小型", stage="running").json()[
                "items"
            ]
        )
        == 5
    )
    first = api.get("/policies", limit=2).json()
    second = api.get("/policies", limit=2, cursor=first["next_cursor"]).json()
    assert [p["code"] for p in second["items"]] == ["other-1", "other-0"]


@pytest.mark.parametrize(
    "query", [{"theme": "nope"}, {"limit": 0}, {"cursor": "%%"}, {"department": "x"}, {"size": "巨型"}]
)
def test_filters_that_make_no_sense_are_refused_at_their_field(world: World, query: dict[str, Any]) -> None:
    answer = Api(world, "clerk").get("/policies", **query)
    assert answer.status_code == 422
    assert next(iter(query)) in " ".join([*answer.json()["fields"], answer.json()["message"]])


def test_one_policy_in_words_and_as_files(world: World) -> None:
    world.published(contact_name="林策", contact_phone="0573-86000000")
    found = Api(world, "outsider").get("/policies/sample-hnte").json()
    assert found["conditions"] == [{"text": "是高新技术企业", "source": "第一条"}]
    assert [t["result"] for t in found["tiers"]] == ["30万元", "10万元"]
    assert found["materials"] == [{"name": "高新技术企业证书", "note": ""}]
    assert "营业收入" in found["indicators"]
    assert found["limits"] == ["每家企业每年最高 30万元"]
    assert "sample-hnte" in found["yaml"]
    assert "<" in found["dmn"]
    assert found["versions"][0]["no"] == 1
    assert found["replaced_by"] is None


def test_a_policy_of_elsewhere_or_a_draft_is_not_there(world: World) -> None:
    world.published()
    stranger = make_world("别的县")
    world.draft(AWARD.replace("sample-hnte", "only-a-draft"))
    assert Api(stranger, "clerk").get("/policies/sample-hnte").status_code == 404
    assert Api(stranger, "clerk").get("/policies").json()["items"] == []
    assert Api(world, "policy").get("/policies/only-a-draft").status_code == 404
    assert Api(world, "policy").get("/policies/none").status_code == 404


# ---- evaluation ----


def test_indicators_can_be_looked_up(world: World) -> None:
    found = Api(world, "clerk").get("/policies/indicators", q="营业收入").json()["items"]
    revenue = next(i for i in found if i["name"] == "营业收入")
    assert (revenue["type"], revenue["unit"]) == ("money", "元")


def test_facts_become_outcomes(world: World) -> None:
    world.published()
    answer = Api(world, "clerk").post("/policies/evaluate", {"facts": MET}).json()
    (one,) = answer["results"]
    assert (one["policy"], one["outcome"], one["amount_yuan"], one["row"]) == (
        "sample-hnte",
        "eligible",
        "100000.00",
        2,
    )
    assert (answer["eligible"], answer["amount_yuan"], answer["ask"]) == (1, "100000.00", None)
    less = {**MET, "营业收入": "4500000"}
    (one,) = Api(world, "clerk").post("/policies/evaluate", {"facts": less}).json()["results"]
    assert one["outcome"] == "not_eligible"
    assert one["nearest"][0]["changes"][0]["indicator"] == "营业收入"


def test_what_is_missing_is_asked_for(world: World) -> None:
    world.published()
    answer = Api(world, "clerk").post("/policies/evaluate", {"facts": {"是高新技术企业": True}}).json()
    assert answer["results"][0]["outcome"] == "unknown"
    assert answer["results"][0]["missing"] == [["营业收入"]]
    assert answer["ask"]["indicator"] == "营业收入"
    assert answer["ask"]["decides"] == ["sample-hnte"]


def test_what_is_known_of_ones_own_enterprise_is_filled_in(world: World) -> None:
    world.published()
    world.facts(营业收入="6000000", 是高新技术企业="是")
    body = {"enterprise_id": world.enterprise.pk}
    mine = Api(world, "clerk").post("/policies/evaluate", body).json()
    assert mine["results"][0]["outcome"] == "eligible"
    assert set(mine["known"]) == {"营业收入", "是高新技术企业"}
    more = Api(world, "clerk").post("/policies/evaluate", {**body, "facts": {"营业收入": 30000000}}).json()
    assert more["results"][0]["amount_yuan"] == "300000.00"
    assert "营业收入" not in more["known"]
    assert Api(world, "outsider").post("/policies/evaluate", body).status_code == 404


def test_only_the_policies_asked_for(world: World) -> None:
    world.published()
    other_policy(world, "other-1")
    api = Api(world, "clerk")
    found = api.post("/policies/evaluate", {"facts": MET, "policies": ["other-1"]}).json()
    assert [r["policy"] for r in found["results"]] == ["other-1"]
    wrong = api.post("/policies/evaluate", {"policies": ["other-1", "gone"]})
    assert (wrong.status_code, list(wrong.json()["fields"])) == (422, ["policies.1"])


def test_every_fact_that_cannot_be_is_named_at_once(world: World) -> None:
    world.published()
    facts = {"营业收入": "很多", "是高新技术企业": "也许", "没这个": 1, "从业人员": -5, "企业名称": "x" * 300}
    answer = Api(world, "clerk").post("/policies/evaluate", {"facts": facts})
    assert answer.status_code == 422
    assert {"facts.营业收入", "facts.是高新技术企业", "facts.没这个"} <= set(answer.json()["fields"])


@pytest.mark.parametrize(
    "body",
    [
        {"as_of": "1900-01-01"},
        {"as_of": "明天"},
        {"facts": {"营业收入": {"a": 1}}},
        {"facts": []},
        {"policies": "all"},
        {"enterprise_id": "x"},
    ],
)
def test_a_body_that_makes_no_sense_is_refused(world: World, body: dict[str, Any]) -> None:
    assert Api(world, "clerk").post("/policies/evaluate", body).status_code == 422


def test_evaluation_costs_the_same_for_many_policies(world: World) -> None:
    world.published()
    api = Api(world, "clerk")

    def queries() -> int:
        api.post("/policies/evaluate", {"facts": MET})
        with CaptureQueriesContext(connection) as found:
            api.post("/policies/evaluate", {"facts": MET})
        return len(found)

    before = queries()
    for n in range(5):
        other_policy(world, f"other-{n}")
    assert queries() == before


# ---- applying ----


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


# ---- the numbers ----


def test_the_numbers_are_the_pages(world: World) -> None:
    a_year(world)
    found = Api(world, "leader").get("/policies/numbers").json()
    assert found["total"]["net_yuan"] == "180000.00"
    assert found["total"]["clawed_yuan"] == "20000.00"
    assert found["total"]["enterprises"] == 2
    assert found["refusals"] == [{"kind": "material", "count": 1}]
    assert sum(m["paid"] for m in found["months"]) == 2
    assert {g["key"] for g in found["by_policy"]} == {"sample-hnte", "instant-hnte"}
    assert found["year"] == date(2026, 1, 1).year
    assert Api(world, "leader").get("/policies/numbers", theme="tax").json()["total"]["paid"] == 0


def test_the_numbers_are_not_for_everybody(world: World) -> None:
    for who in ("clerk", "outsider", "desk"):
        assert Api(world, who).get("/policies/numbers").status_code == 404
    wrong = Api(world, "leader").get("/policies/numbers", year=1999)
    assert (wrong.status_code, list(wrong.json()["fields"])) == (422, ["year"])


def test_nothing_without_a_token(world: World) -> None:
    for path in (
        "/policies",
        "/policies/x",
        "/policies/numbers",
        "/applications",
        "/payments",
        "/policies/indicators",
    ):
        assert Client().get(f"/api/v1{path}").status_code == 401

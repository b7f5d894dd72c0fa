"""The API: the same policies, engine, applications and money as the pages; typed refusals; nothing for outsiders."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qiying.capabilities.policies.tests.numbers_world import a_year
from qiying.capabilities.policies.tests.policies_api import Api, other_policy
from qiying.capabilities.policies.tests.world import AWARD, World, make_world

pytestmark = pytest.mark.django_db
MET = {"营业收入": 6000000, "是高新技术企业": True}
ACCOUNT = {"account_bank": "中国银行海盐支行", "account_number": "3500 1234 5678 9012", "consent": True}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.api_access.auth.utc_now", lambda: made.now)
    return made


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


# ---- the numbers ----


def test_the_numbers_are_the_pages(world: World) -> None:
    a_year(world)
    found = Api(world, "leader").get("/policies/numbers").json()
    assert found["total"]["net_yuan"] == "180000.00"
    assert found["total"]["clawed_yuan"] == "20000.00"
    assert found["total"]["enterprises"] == 2
    assert found["refusals"] == [{"kind": "material", "count": 1}]
    # what the bank took back later stays an arrival of its month
    assert sum(m["paid"] for m in found["months"]) == 3
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

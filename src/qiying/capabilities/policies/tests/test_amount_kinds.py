"""Money paid, tax saved and bases are told apart; titles held are not offered; who applied is led to his application."""

from pathlib import Path

import pytest
from django.test import Client

from qiying.capabilities.policies.rules.amount_kinds import amount_kind, held_title
from qiying.capabilities.policies.tests.applying_world import Desk
from qiying.capabilities.policies.tests.world import AWARD, World, make_world
from qiying.decision.policy.load import load_policies

ROOT = Path(__file__).parents[5] / "policies"
KINDS = {p.id: amount_kind(p).code for p in load_policies([ROOT])}


def test_every_shipped_policy_has_the_kind_of_amount_it_says():
    bases = {"cn-rd-super-deduction", "cn-rd-super-deduction-chips", "cn-equipment-full-deduction"}
    assert {code for code, kind in KINDS.items() if kind == "base"} == bases | {"cn-financing-guarantee"}
    assert (
        KINDS["cn-vat-small-scale"]
        == KINDS["cn-hire-veterans"]
        == KINDS["cn-disabled-employment-fund"]
        == "saved"
    )
    assert KINDS["cn-high-tech-enterprise"] == "saved"
    assert {KINDS[code] for code in KINDS if code.startswith("sample-")} == {"paid"}
    assert KINDS["cn-job-expansion-grant-2025"] == KINDS["cn-stable-jobs-refund-2025"] == "paid"


def test_a_title_held_is_told_by_its_name():
    assert (
        held_title("高新技术企业认定，减按15%征收企业所得税", frozenset({"是高新技术企业"})) == "高新技术企业"
    )
    assert held_title("科技型中小企业评价入库", frozenset({"是高新技术企业"})) == ""
    assert held_title("高新技术企业奖励", frozenset({"是高新技术企业"})) == ""


@pytest.fixture
def world() -> World:
    return make_world()


def _signed_in(world: World, who: str) -> Client:
    client = Client()
    client.force_login(world.people[who])
    return client


BASE = AWARD.replace("sample-hnte", "base").replace("样例：高新技术企业奖励", "加计扣除").replace(
    "  inputs: [营业收入]", "  inputs: [营业收入]\n  outputs: [{name: 加计扣除额}]"
)  # fmt: skip


@pytest.mark.django_db
def test_a_base_looks_otherwise_and_is_not_added(world):
    world.published(AWARD)
    world.published(BASE)
    world.facts(营业收入="6000000", 是高新技术企业="是")
    page = _signed_in(world, "clerk").get("/policies/mine/")
    assert page.context["sum"].fen == 10_000_000 and page.context["sum"].count == 2
    text = page.content.decode()
    assert "加计扣除额 10 万元" in " ".join(text.split()) and "不是到手的钱" in text
    assert text.count("q-money") == text.count('class="q-money"') and text.count('<p class="q-money">') <= 2


@pytest.mark.django_db
def test_who_applied_is_led_to_his_application_and_not_to_the_key(world):
    desk = Desk(world)
    url, client = "/policies/p/sample-hnte/", _signed_in(world, "clerk")
    assert "一键申报" in client.get(url).content.decode()
    case = desk.apply()
    text = client.get(url).content.decode()
    assert "一键申报</a>" not in text and "看我的申请" in text and case.number in text

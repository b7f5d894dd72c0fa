"""The enterprise's home and its own policies: amount first, the gap as one number, the unknown asked where it stands."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qiying.capabilities.policies.models import Catalogue, Policy, PolicyState, PolicyVersion, VersionState
from qiying.capabilities.policies.tests.shelves import texts
from qiying.capabilities.policies.tests.world import AWARD, World, make_world
from qiying.decision.policy.load import read_policy
from qiying.kernel.enterprises.models import EnterpriseFact
from qiying.kernel.enterprises.tests.factories import make_clerk, make_enterprise

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
STAFF = AWARD.replace("sample-hnte", "sample-staff").replace("高新技术企业奖励", "稳岗补贴").replace(
    "是高新技术企业", "职工人数 >= 20"
)  # fmt: skip


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def browser(world: World, who: str = "") -> Any:
    client = Client()
    if who:
        client.force_login(world.people[who], backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def shelved(world: World, count: int) -> None:
    """Put many policies in force at once, as a bulk load would."""
    wordings = [(text, read_policy(text)) for text in texts(count)]
    policies = Policy.objects.bulk_create(
        Policy(
            district=world.district, code=w.id, name=w.name, lead_unit=world.units["bureau"],
            state=PolicyState.PUBLISHED, valid_from=w.valid_from, valid_to=w.valid_to, created_at=world.now,
        )
        for _, w in wordings
    )  # fmt: skip
    PolicyVersion.objects.bulk_create(
        PolicyVersion(
            policy=p, no=1, state=VersionState.PUBLISHED, text=text, digest=p.code, saved_at=world.now,
            published_at=world.now,
        )
        for p, (text, _) in zip(policies, wordings, strict=True)
    )  # fmt: skip
    Catalogue.objects.update_or_create(district=world.district, defaults={"stamp": 1000})


def test_the_home_says_what_can_be_had_with_one_key_each(world):
    world.published()
    world.facts(营业收入="6000000", 是高新技术企业="是")
    page = text_of(browser(world, "clerk").get("/"))
    assert "您现在能享受 1 项" in page
    assert "约 10 万元" in page
    assert "高新技术企业奖励" in page


def test_the_home_shows_the_gap_as_one_number_and_asks_for_the_unknown(world):
    world.published(STAFF)
    world.published()
    world.facts(营业收入="6000000", 职工人数="17")
    page = text_of(browser(world, "clerk").get("/"))
    assert "差一点" in page
    assert "再增加3人" in page
    assert "是高新技术企业" in page
    assert "还不知道" in page


def test_somebody_without_an_enterprise_is_led_to_the_calculator(world):
    from qiying.kernel.organisations.tests.factories import make_person

    world.people["nobody"] = make_person("路人", district=world.district)
    client = browser(world, "nobody")
    assert "/policies/calculator/" in text_of(client.get("/"))
    assert "替哪家企业办事？" in text_of(client.get("/policies/mine/"))
    assert "/policies/calculator/" in text_of(browser(world).get("/"))


def test_mine_needs_a_sign_in_and_shows_only_ones_own(world):
    world.published()
    world.facts(营业收入="6000000", 是高新技术企业="是")
    assert "/sign-in/" in browser(world).get("/policies/mine/").url
    page = text_of(browser(world, "clerk").get("/policies/mine/"))
    assert "您现在能享受 1 项，其中本区能给的约 10 万元" in page
    assert "600万元" in page
    outsider = text_of(browser(world, "outsider").get("/policies/mine/"))
    assert "600万元" not in outsider
    assert "禾川" not in outsider
    assert browser(world, "outsider").get("/policies/mine/facts/没有的/").status_code == 404


def test_one_number_told_where_it_is_asked_makes_a_policy_eligible(world):
    world.published()
    world.facts(是高新技术企业="是")
    client = browser(world, "clerk")
    assert "告诉我们一个数就知道" in text_of(client.get("/policies/mine/"))
    answer = client.post(
        "/policies/mine/tell/", {"name": "营业收入", "value": "600", "unit": "wan"}, follow=True
    )
    page = text_of(answer)
    assert "记下了：营业收入 600万元" in page
    assert "您现在能享受 1 项，其中本区能给的约 10 万元" in page
    fact = EnterpriseFact.objects.filter(enterprise=world.enterprise, indicator="revenue").get()
    assert (fact.value, fact.period, fact.source) == ("600", "2025", "declared")


def test_a_number_out_of_range_is_refused_at_the_field_with_what_was_typed(world):
    world.published()
    client = browser(world, "clerk")
    answer = client.post("/policies/mine/tell/", {"name": "营业收入", "value": "-3", "unit": "yuan"})
    page = text_of(answer)
    assert answer.status_code == 422
    assert "不在范围里" in page
    assert 'value="-3"' in page
    assert 'value="yuan" selected' in page
    assert not EnterpriseFact.objects.filter(indicator="revenue").exists()


def test_a_known_number_is_corrected_with_evidence(world):
    world.published()
    world.facts(营业收入="6000000", 是高新技术企业="是")
    client = browser(world, "clerk")
    page = text_of(client.get("/policies/mine/facts/营业收入/"))
    assert "现在是：营业收入 2025 年 600万元" in page
    file = BytesIO(b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
    file.name = "利润表.pdf"
    answer = client.post(
        "/policies/mine/facts/营业收入/",
        {"value": "2500", "unit": "wan", "upload_token": "policy-fact", "files": file},
    )
    assert answer.status_code == 302, text_of(answer)
    fact = EnterpriseFact.objects.filter(enterprise=world.enterprise, indicator="revenue").latest("id")
    assert fact.value == "2500"
    assert fact.source_document_id is not None
    assert "30 <small>万元" in text_of(client.get("/policies/mine/"))
    assert browser(world, "outsider").get(f"/documents/{fact.source_document_id}/").status_code == 404


def test_registered_data_are_not_changed_here(world):
    world.published()
    page = text_of(browser(world, "clerk").get("/policies/mine/facts/成立日期/"))
    assert "以登记信息为准" in page
    answer = browser(world, "clerk").post("/policies/mine/facts/成立日期/", {"value": "2018-01-01"})
    assert answer.status_code == 422


def test_with_several_enterprises_it_is_the_acting_one(world):
    world.published()
    world.facts(营业收入="6000000", 是高新技术企业="是")
    second = make_enterprise(world.district, "第二家有限公司")
    make_clerk(second, person=world.people["clerk"])
    client = browser(world, "clerk")
    client.post("/acting/", {"enterprise_id": second.pk, "next": "/"})
    assert "您现在能享受" not in text_of(client.get("/"))
    client.post("/acting/", {"enterprise_id": world.enterprise.pk, "next": "/"})
    assert "您现在能享受 1 项" in text_of(client.get("/"))


@pytest.mark.parametrize("address", ["/", "/policies/mine/"])
def test_three_hundred_policies_cost_few_queries(world, address):
    client = browser(world, "clerk")
    client.get(address)
    with CaptureQueriesContext(connection) as before:
        client.get(address)
    shelved(world, 300)
    world.facts(营业收入="6000000", 职工人数="35", 研发费用="200000", 是高新技术企业="否")
    client.get(address)
    with CaptureQueriesContext(connection) as after:
        page = text_of(client.get(address))
    assert "政策" in page
    assert len(after) <= 13, [q["sql"][:90] for q in after.captured_queries]
    assert len(after) <= len(before) + 1


def test_an_enterprise_chooses_what_it_is_told(world):
    from qiying.capabilities.policies.models import PushChoice

    client = browser(world, "clerk")
    assert "只推符合条件的" in text_of(client.get("/policies/preferences/"))
    client.post("/policies/preferences/", {"push": "off", "themes": ["tech"]})
    row = PushChoice.objects.get(pk=world.enterprise.pk)
    assert row.is_off
    assert "tech" not in row.muted_themes
    assert "tax" in row.muted_themes
    assert browser(world).get("/policies/preferences/").status_code == 302


def test_what_was_applied_for_and_paid_is_shown_with_its_status_and_not_offered_again(world):
    from qiying.capabilities.policies.selectors.applying import history_of
    from qiying.capabilities.policies.selectors.own import applications_of
    from qiying.capabilities.policies.tests.applying_world import Desk

    desk = Desk(world)
    assert applications_of(world.enterprise.pk) == ([], history_of(world.enterprise.pk))
    case = desk.apply()
    page = text_of(browser(world, "clerk").get("/policies/mine/"))
    assert case.number in page
    assert "您现在能享受" not in page
    world.later(days=1)
    # Paid in the year: the status, the day and the sum on the home page too.
    second = make_enterprise(world.district, "第二家有限公司")
    world.people["second"] = make_clerk(second, "第二")
    world.facts(second, 营业收入="6000000", 是高新技术企业="是")
    paid = desk.paid(who="second", enterprise=second, account_number="3500 1234 5678 9013")
    applied, history = applications_of(second.pk)
    assert history == history_of(second.pk)
    assert [(a.case.number, a.paid_fen) for a in applied] == [(paid.number, 10_000_000)]
    client = browser(world, "second")
    home = text_of(client.get("/"))
    assert "100,000.00 元" in home
    assert "您现在能享受" not in home
    assert paid.number in text_of(client.get("/policies/p/sample-hnte/"))
    assert paid.number not in text_of(browser(world, "outsider").get("/policies/mine/"))

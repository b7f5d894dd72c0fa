"""The pages of applications: what each person meets there, and that an outsider meets nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from qiying.capabilities.policies.models import Application, BankAccount, Objection
from qiying.capabilities.policies.services.applying.batches import batch_propose
from qiying.capabilities.policies.services.applying.submitting import application_submit
from qiying.capabilities.policies.tests.applying_world import ACCOUNT, AUTOMATIC, REFUSAL, Desk
from qiying.capabilities.policies.tests.world import AWARD, World, make_world
from qiying.kernel.audit.personal import personal_get
from qiying.kernel.enterprises.tests.factories import make_enterprise

pytestmark = pytest.mark.django_db
APPLY = "/policies/p/sample-hnte/apply/"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def signed_in(world: World, who: str) -> Client:
    client = Client()
    client.force_login(world.people[who], backend="django.contrib.auth.backends.ModelBackend")
    return client


def body(response: Any) -> str:
    return str(response.content.decode())


def test_the_form_knows_what_is_known_and_one_post_applies(world, desk):
    client = signed_in(world, "clerk")
    shown = client.get(APPLY)
    assert "10 万元" in body(shown) and "已经知道的 2 样" in body(shown)
    sent = client.post(APPLY, {**ACCOUNT, "consent": "on", "token": "t1"})
    application = Application.objects.get()
    assert sent.status_code == 302 and sent["Location"].endswith(f"{application.case.number}/")
    assert "待受理" in body(client.get(sent["Location"]))


def test_a_wrong_account_keeps_what_was_typed(world, desk):
    client = signed_in(world, "clerk")
    again = client.post(APPLY, {**ACCOUNT, "account_number": "12", "consent": "on"})
    assert again.status_code == 422
    assert "账号是 9 到 32 位数字" in body(again) and ACCOUNT["account_bank"] in body(again)
    assert not Application.objects.exists()


def test_the_account_is_personal_data_and_used_again(world, desk):
    desk.act(desk.apply(), "clerk", "withdraw")
    account = BankAccount.objects.get()
    assert personal_get([account.number_ref])[account.number_ref] == "3500123456789012"
    page = body(signed_in(world, "clerk").get(APPLY))
    assert "**** 9012" in page and "3500123456789012" not in page


def test_missing_facts_are_asked_and_the_result_follows_while_typing(world, desk):
    world.facts(营业收入="1")
    client = signed_in(world, "clerk")
    assert "现在不符合" in body(client.get(APPLY))
    live = client.post(APPLY + "live/", {"fact_营业收入": "26000000"}, headers={"HX-Request": "true"})
    assert "30 万元" in body(live)
    wrong = client.post(APPLY + "live/", {"fact_营业收入": "很多"}, headers={"HX-Request": "true"})
    assert wrong.status_code == 200 and "q-field-error" in body(wrong)


def test_a_second_application_links_to_the_first(world, desk):
    first = desk.apply()
    again = signed_in(world, "clerk").post(APPLY, {"consent": "on", "token": "t2"})
    assert again.status_code == 422 and f"/my/{first.number}/" in body(again)


def test_an_unknown_policy_is_404_and_an_ended_one_says_why(world, desk):
    client = signed_in(world, "clerk")
    assert client.get("/policies/p/nothing/apply/").status_code == 404
    world.later(days=500)
    gone = client.get(APPLY)
    assert gone.status_code == 410 and "2027年12月31日" in body(gone)


def test_an_outsider_finds_no_application(world, desk):
    number = desk.apply().number
    for who in ("outsider", "park", "treasurer"):
        client = signed_in(world, who)
        assert client.get(f"/policies/applications/{number}/").status_code == 404
        assert client.post(f"/policies/applications/{number}/withdraw/").status_code == 404
        assert client.get(f"/cases/{number}/").status_code == 404
    assert Client().get(f"/policies/applications/{number}/").status_code == 302


def test_an_office_goes_from_the_phone_page_to_the_case_page(world, desk):
    number = desk.apply().number
    found = signed_in(world, "policy").get(f"/policies/applications/{number}/")
    assert found["Location"] == f"/cases/{number}/"
    page = body(signed_in(world, "policy").get(f"/cases/{number}/"))
    assert "核定前的检查" in page and "申报时的评估" in page and "下班前要受理" in page


def test_a_refusal_is_told_with_every_reason_and_the_remedy(world, desk):
    case = desk.act(desk.reviewing(), "reviewer", "refuse", **REFUSAL)
    client = signed_in(world, "clerk")
    page = body(client.get(f"/policies/applications/{case.number}/"))
    assert REFUSAL["reason"] in page and "行政复议" in page and "6 个月" in page
    short = client.post(f"/policies/applications/{case.number}/appeal/", {"reason": "不服"})
    assert short.status_code == 422 and "不服" in body(short)
    client.post(f"/policies/applications/{case.number}/appeal/", {"reason": "我们的材料是齐的，请再看。"})
    case.refresh_from_db()
    assert case.state == "appealed"


def test_the_enterprise_rates_on_the_page(world, desk):
    case = desk.paid()
    client = signed_in(world, "clerk")
    client.post(f"/policies/applications/{case.number}/rate/", {"stars": "5", "comment": ""})
    assert "您打的分" in body(client.get(f"/policies/applications/{case.number}/"))


def test_publicity_is_open_to_everybody_and_takes_objections(world, desk):
    case = desk.public()
    anybody = Client()
    assert world.enterprise.name in body(anybody.get("/policies/publicity/"))
    url = f"/policies/publicity/{case.number}/object/"
    assert anybody.post(url, {"text": "短"}).status_code == 422
    sent = anybody.post(url, {"text": "这家企业上个月已经停产了。", "name": "王五", "phone": "13800001234"})
    assert sent.status_code == 302
    one = Objection.objects.get()
    assert personal_get([one.name_ref])[one.name_ref] == "王五"
    own = body(signed_in(world, "clerk").get(f"/policies/applications/{case.number}/"))
    assert "王五" not in own and "停产" not in own and "1 条异议" in own
    reviewer, look = signed_in(world, "reviewer"), f"/policies/publicity/{case.number}/objections/1/"
    page = body(reviewer.get(f"/cases/{case.number}/"))
    assert "停产" in page and "13800001234" not in page
    assert "13800001234" in body(reviewer.post(look, {"reason": "打电话核实"}, follow=True))
    assert "13800001234" not in body(reviewer.post(look, {"reason": ""}, follow=True))
    assert signed_in(world, "policy").post(look, {"reason": "看看"}).status_code == 403
    assert signed_in(world, "outsider").post(look, {"reason": "看看"}).status_code == 404
    world.later(days=20)
    assert anybody.get(url).status_code == 404


def test_batches_and_listings_are_for_those_who_keep_them(world):
    desk = Desk(world, AUTOMATIC)
    batch = batch_propose(actor=world.viewer("policy"), policy=desk.policy, now=world.now)
    for url in ("/policy-batches/", f"/policy-batches/{batch.number}/", "/policies/listings/"):
        assert signed_in(world, "policy").get(url).status_code == 200
        assert signed_in(world, "outsider").get(url).status_code == 404
        assert signed_in(world, "treasurer").get(url).status_code == 404


def test_a_batch_goes_its_way_on_the_pages(world):
    desk = Desk(world, AUTOMATIC)
    officer, reviewer = signed_in(world, "policy"), signed_in(world, "reviewer")
    officer.post("/policy-batches/propose/", {"policy": desk.policy.code})
    batch = desk.policy.batches.get()
    url = f"/policy-batches/{batch.number}/"
    for item in batch.items.all():
        officer.post(f"{url}items/{item.pk}/", {"ok": "yes", "note": "核对过"})
    officer.post(f"{url}confirm/", {})
    officer.post(f"{url}approve/", {})
    batch.refresh_from_db()
    assert batch.state == "confirmed"
    reviewer.post(f"{url}approve/", {})
    batch.refresh_from_db()
    assert batch.state == "approved"
    assert officer.get(f"{url}?export=xlsx")["Content-Type"].startswith("application/vnd")


def test_the_negative_list_needs_reason_and_source(world, desk):
    client = signed_in(world, "policy")
    data = {
        "credit_code": world.enterprise.name,
        "reason": "严重失信",
        "source": "",
        "listed_on": "2026-11-01",
    }
    assert client.post("/policies/listings/", data).status_code == 422
    client.post("/policies/listings/", {**data, "source": "海信〔2026〕3号"})
    assert "严重失信" in body(client.get("/policies/listings/"))


def test_lists_and_pages_cost_the_same_whatever_they_hold(world, desk, django_assert_max_num_queries):
    client, anybody = signed_in(world, "clerk"), Client()
    case = desk.public(project="一号")
    with django_assert_max_num_queries(20):
        client.get("/policies/applications/")
    for i in range(24):
        other = make_enterprise(world.district, f"第{i}精密机械有限公司")
        world.facts(other, 营业收入="6000000", 是高新技术企业="是")
        application_submit(
            enterprise=other, code="sample-hnte", actor=world.viewer("system"), now=world.now,
            data={**ACCOUNT, "consent": True},
        )  # fmt: skip
        desk.apply(project=f"第{i}项", token=str(i))
    with django_assert_max_num_queries(20):
        client.get("/policies/applications/")
    with django_assert_max_num_queries(12):
        anybody.get("/policies/publicity/")
    with django_assert_max_num_queries(34):
        assert client.get(f"/policies/applications/{case.number}/").status_code == 200
    with django_assert_max_num_queries(16):
        assert client.get(APPLY).status_code == 200
    officer = signed_in(world, "policy")
    with django_assert_max_num_queries(45):
        officer.get(f"/cases/{case.number}/")


def test_the_window_applies_for_an_enterprise(world):
    Desk(world, AWARD)
    client = signed_in(world, "desk")
    url = f"{APPLY}?enterprise={world.enterprise.pk}"
    assert "窗口代报" in body(client.get(url))
    sent = client.post(APPLY, {**ACCOUNT, "consent": "on", "enterprise": world.enterprise.pk})
    assert sent.status_code == 302
    assert Application.objects.get().way == "counter"
    assert client.get(f"{APPLY}?enterprise=999999").status_code == 404

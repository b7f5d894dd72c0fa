"""The calculator's pages: anonymous, one question at a time, shared without identity, at the counter with minutes."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from qiying.capabilities.policies.models import CounterSession, SharedResult
from qiying.capabilities.policies.services.calculating import result_share, shared_expire
from qiying.capabilities.policies.tests.world import AWARD, World, make_world
from qiying.kernel.enterprises.decision_facts import known_facts
from qiying.kernel.permissions.errors import GuardFailed

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ASK = "/policies/calculator/ask/"


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


def begun(world: World) -> Any:
    world.published()
    client = browser(world)
    assert client.post("/policies/calculator/").url == ASK
    return client


def test_somebody_without_an_account_answers_and_sees_amounts(world):
    client = begun(world)
    page = text_of(client.get(ASK))
    assert "是高新技术企业" in page
    assert "已能确定 0 项 / 共 1 项" in page
    answer = client.post(ASK, {"name": "是高新技术企业", "value": "是", "act": "answer"})
    assert answer.url == ASK
    page = text_of(client.get(ASK))
    assert "营业收入" in page
    assert "利润表" in page  # where the number is found
    answer = client.post(ASK, {"name": "营业收入", "value": "600", "unit": "wan", "act": "answer"})
    assert answer.url == "/policies/calculator/result/"
    result = text_of(client.get("/policies/calculator/result/"))
    assert "能享受 1 项" in result
    assert "10 万元" in result
    assert client.get("/policies/calculator/print/").status_code == 200


def test_a_question_that_no_longer_matters_is_not_asked(world):
    client = begun(world)
    answer = client.post(ASK, {"name": "是高新技术企业", "value": "否", "act": "answer"})
    assert answer.url == "/policies/calculator/result/"
    result = text_of(client.get("/policies/calculator/result/"))
    assert "没有能享受的" in result or "差一点" in result


def test_a_value_out_of_range_is_refused_at_the_field_and_kept(world):
    client = begun(world)
    client.post(ASK, {"name": "是高新技术企业", "value": "是", "act": "answer"})
    for value, words in (("-5", "不在范围里"), ("abc", "不是数字"), ("", "请填上")):
        answer = client.post(ASK, {"name": "营业收入", "value": value, "unit": "yuan", "act": "answer"})
        page = text_of(answer)
        assert answer.status_code == 422
        assert words in page
        assert f'value="{value}"' in page
    assert 'value="yuan" selected' in page
    assert client.post(ASK, {"name": "没有的", "value": "1"}).status_code == 404


def test_unknown_can_be_skipped_and_one_can_go_back(world):
    client = begun(world)
    client.post(ASK, {"name": "是高新技术企业", "value": "是", "act": "answer"})
    page = text_of(client.post(ASK, {"name": "营业收入", "act": "back"}))
    assert "是高新技术企业" in page
    assert 'value="是" checked' in page
    answer = client.post(ASK, {"name": "是高新技术企业", "act": "skip"})
    assert answer.url == "/policies/calculator/result/"
    result = text_of(client.get("/policies/calculator/result/"))
    assert "还不知道的 1 项" in result
    assert "是高新技术企业：不知道" in result


def test_htmx_gets_the_question_alone(world):
    client = begun(world)
    answer = client.post(ASK, {"name": "是高新技术企业", "value": "是"}, headers={"hx-request": "true"})
    page = text_of(answer)
    assert "<html" not in page
    assert "营业收入" in page
    answer = client.post(ASK, {"name": "营业收入", "value": "9"}, headers={"hx-request": "true"})
    assert answer.headers["HX-Redirect"] == "/policies/calculator/result/"


def test_one_policy_alone_can_be_calculated(world):
    world.published(AWARD.replace("sample-hnte", "other").replace("是高新技术企业", "已上市"))
    client = begun(world)
    client.post("/policies/calculator/", {"policy": "other"})
    page = text_of(client.get(ASK))
    assert "已上市" in page
    assert "共 1 项" in page


def test_a_shared_result_has_the_answers_and_no_identity(world):
    world.published()
    client = browser(world, "clerk")
    client.post("/policies/calculator/")
    client.post(ASK, {"name": "是高新技术企业", "value": "是"})
    client.post(ASK, {"name": "营业收入", "value": "600", "unit": "wan"})
    client.post("/policies/calculator/share/")
    row = SharedResult.objects.get()
    assert row.facts == {"facts": {"是高新技术企业": "是", "营业收入": "6000000"}, "themes": []}
    assert {f.name for f in SharedResult._meta.fields} == {
        "id", "token", "district", "facts", "as_of", "made_at", "expires_on",
    }  # fmt: skip
    page = text_of(browser(world).get(f"/policies/shared/{row.token}/"))
    assert "10 万元" in page
    assert "禾川" not in page
    assert "陈雨" not in page
    other = browser(world)
    other.post(f"/policies/shared/{row.token}/go-on/")
    assert "600万元" in text_of(other.get("/policies/calculator/result/"))


def test_a_shared_result_ends_after_thirty_days(world):
    client = begun(world)
    with pytest.raises(GuardFailed):
        result_share(district_id=world.district.pk, answers={}, at=world.now)
    row = result_share(district_id=world.district.pk, answers={"已上市": "是"}, at=world.now)
    assert client.get(f"/policies/shared/{row.token}/").status_code == 200
    world.later(days=31)
    assert client.get(f"/policies/shared/{row.token}/").status_code == 410
    assert client.get("/policies/shared/nothing/").status_code == 410
    assert shared_expire(at=world.now) == 1


def test_without_a_run_every_page_begins_anew(world):
    world.published()
    for address in (ASK, "/policies/calculator/result/", "/policies/calculator/print/"):
        assert browser(world).get(address).url == "/policies/calculator/"


def test_an_officer_asks_only_what_is_missing_and_the_minutes_are_kept(world):
    world.published()
    world.facts(是高新技术企业="是")
    desk = browser(world, "desk")
    page = text_of(desk.get("/policies/counter/", {"enterprise": "禾川"}))
    assert "禾川精密机械有限公司" in page
    desk.post("/policies/counter/start/", {"enterprise": world.enterprise.pk})
    page = text_of(desk.get("/policies/counter/ask/"))
    assert "营业收入" in page
    assert "是高新技术企业" in page  # known, beside
    world.later(minutes=7, seconds=30)
    answer = desk.post("/policies/counter/ask/", {"name": "营业收入", "value": "2500", "unit": "wan"})
    assert answer.url == "/policies/counter/result/"
    assert "30 万元" in text_of(desk.get("/policies/counter/result/"))
    assert "禾川精密机械有限公司" in text_of(desk.get("/policies/counter/print/"))
    desk.post("/policies/counter/end/")
    row = CounterSession.objects.get()
    assert (str(row.minutes), row.questions, row.eligible, row.amount_fen) == ("7.5", 1, 1, 30_000_000)
    page = text_of(desk.get("/policies/counter/"))
    assert "平均 7.5 分钟" in page
    assert (
        desk.get("/policies/counter/", {"export": "xlsx"}).headers["Content-Type"].startswith("application/")
    )
    assert desk.get("/policies/counter/ask/").url == "/policies/counter/"


def test_the_counter_is_for_officers_of_the_district(world):
    world.published()
    for who in ("", "clerk", "outsider", "treasurer"):
        client = browser(world, who)
        assert client.get("/policies/counter/").status_code in (302, 404)
        assert client.post("/policies/counter/start/", {}).status_code in (302, 404)
    assert CounterSession.objects.count() == 0
    other = make_world("邻县")
    desk = browser(world, "desk")
    assert desk.post("/policies/counter/start/", {"enterprise": other.enterprise.pk}).status_code == 404
    assert desk.post("/policies/counter/start/", {"enterprise": "x"}).status_code == 404


def test_looking_at_an_enterprises_figures_at_the_counter_is_recorded(world):
    from qiying.kernel.audit.models.entries import AuditEntry

    before = AuditEntry.objects.count()
    desk = browser(world, "desk")
    desk.post("/policies/counter/start/", {"enterprise": world.enterprise.pk})
    assert AuditEntry.objects.count() > before


def test_with_several_districts_the_visitor_is_asked_which(world):
    world.published()
    other = make_world("邻县")
    client = browser(world)
    assert "邻县" in text_of(client.get("/policies/calculator/"))
    assert "海盐县" in text_of(client.get("/policies/"))
    page = text_of(client.get("/policies/", {"district": other.district.pk}))
    assert "高新技术企业奖励" not in page
    page = text_of(client.get("/policies/", {"district": world.district.pk}))
    assert "高新技术企业奖励" in page


def test_what_the_enterprise_said_at_the_counter_is_kept_only_when_the_officer_says_so(world):
    from qiying.kernel.enterprises.models import EnterpriseFact

    world.published()
    desk = browser(world, "desk")
    for keep, count in (("", 0), ("yes", 2)):
        desk.post("/policies/counter/start/", {"enterprise": world.enterprise.pk})
        desk.post("/policies/counter/ask/", {"name": "是高新技术企业", "value": "是"})
        desk.post("/policies/counter/ask/", {"name": "营业收入", "value": "2500", "unit": "wan"})
        assert "2 个数记进档案" in text_of(desk.get("/policies/counter/result/"))
        desk.post("/policies/counter/end/", {"keep": keep})
        assert EnterpriseFact.objects.filter(enterprise=world.enterprise).count() == count
    assert {f.source for f in EnterpriseFact.objects.filter(enterprise=world.enterprise)} == {"declared"}


def test_size_is_worked_out_and_yes_or_no_facts_come_on_one_page(world):
    sized = AWARD.replace("{when: 是高新技术企业, source: 第一条}", '{when: 企业规模 = "小型"}')
    world.published(sized.replace("materials: [{name: 高新技术企业证书}]", ""))
    client = browser(world)
    client.post("/policies/calculator/")
    assert "做哪一行" in text_of(client.get(ASK, {}))
    given = {"name": "企业规模", "act": "answer", "industry": "INDUSTRY", "figure_职工人数": "40"}
    missing = client.post(ASK, given)
    assert missing.status_code == 422 and "营业收入" in text_of(missing)
    answer = client.post(ASK, {**given, "figure_营业收入": "1200"})
    assert answer.url == "/policies/calculator/result/"
    kept = client.session["policy_calculator"]["facts"]
    assert kept == {"职工人数": "40", "营业收入": "12000000", "企业规模": "小型"}


def test_yes_or_no_facts_are_ticked_together(world):
    for n, name in enumerate(("是高新技术企业", "是科技型中小企业", "已上市")):
        text = AWARD.replace("sample-hnte", f"p-{n}").replace("是高新技术企业, source", f"{name}, source")
        world.published(text)
    client = browser(world)
    client.post("/policies/calculator/")
    client.post(ASK, {"name": "营业收入", "value": "600", "unit": "wan", "act": "answer"})
    page = client.get(ASK)
    first, together = page.context["ask"]["name"], page.context["together"]
    assert len({first, *together}) == 3
    client.post(ASK, {"name": first, "value": "否", "act": "answer", "shown": together, "also": together[:1]})
    kept = client.session["policy_calculator"]
    assert [kept["facts"][n] for n in (first, *together)] == ["否", "是", "否"]
    assert kept["beside"] == together and len(kept["asked"]) == 4


def test_answers_given_before_signing_in_are_carried_over_once_and_overwrite_nothing(world):
    world.published()
    world.facts(是高新技术企业="是")
    client = browser(world)
    client.post("/policies/calculator/")
    client.post(ASK, {"name": "是高新技术企业", "value": "否", "act": "answer"})
    session = client.session
    session["policy_calculator"] |= {"facts": {"是高新技术企业": "否", "营业收入": "6000000"}}
    session.save()
    assert client.post("/policies/calculator/carry/").status_code == 302  # to the sign-in page
    client.force_login(world.people["clerk"], backend="django.contrib.auth.backends.ModelBackend")
    assert "答的 1 个数还在" in text_of(client.get("/policies/mine/"))
    client.post("/policies/calculator/carry/")
    known = known_facts(world.enterprise)
    assert (known["是高新技术企业"].stored, known["营业收入"].stored) == (1, 600_000_000)
    assert "个数还在" not in text_of(client.get("/policies/mine/"))
    assert (
        browser(world, "reviewer").post("/policies/calculator/carry/").url == "/policies/calculator/result/"
    )

"""The pages of the policy desk: who may open them, what is typed is kept, what is wrong is told at its cell."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from qiying.capabilities.policies.models import Match, Policy, PolicySeen, PolicyState, Push, VersionState
from qiying.capabilities.policies.rules.table_edit import sheet_of_yaml
from qiying.capabilities.policies.rules.table_operations import operated
from qiying.capabilities.policies.services.catalogue import simulating
from qiying.capabilities.policies.tests.drafting_texts import TECH
from qiying.capabilities.policies.tests.test_desk_sheet import fields
from qiying.capabilities.policies.tests.world import AWARD, World, make_world
from qiying.kernel.enterprises.tests.factories import make_enterprise

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch) -> World:
    made = make_world()
    simulating.forget()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def browser(world: World, who: str) -> Client:
    client = Client()
    client.force_login(world.people[who])
    return client


def details(world: World, **given: Any) -> dict[str, Any]:
    return {
        "lead_unit_id": world.units["bureau"].pk, "theme": "tech", "life_stage": "running", "grant": "money",
        "publicity_workdays": "5", "is_paid_here": "true", "revision": "0", **given,
    }  # fmt: skip


def typed(world: World, sheet: Any, **given: Any) -> dict[str, Any]:
    return {**dict(fields(sheet)), **details(world, **given)}


PAGES = ["", "new/", "paste/", "import/", "indicators/", "sample-hnte/", "sample-hnte/edit/", "sample-hnte/file/",
         "sample-hnte/reach/", "sample-hnte/v/1/", "sample-hnte/v/1.yaml", "sample-hnte/v/1.dmn"]  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("who", ["clerk", "outsider", "park"])
def test_who_is_not_of_the_desk_finds_no_page(world, who, address):
    world.draft()
    assert browser(world, who).get(f"/policy-desk/{address}").status_code == 404


@pytest.mark.parametrize("address", PAGES)
def test_the_officer_opens_every_page(world, address):
    world.draft()
    assert browser(world, "policy").get(f"/policy-desk/{address}").status_code == 200


def test_another_district_sees_nothing(world):
    world.draft()
    other = make_world("平湖市")
    client = browser(other, "policy")
    assert client.get("/policy-desk/sample-hnte/").status_code == 404
    assert "样例" not in client.get("/policy-desk/?tab=draft").content.decode()


def test_the_list_costs_the_same_for_one_and_for_many(world):
    client = browser(world, "policy")
    world.published()
    client.get("/policy-desk/")
    with CaptureQueriesContext(connection) as one:
        client.get("/policy-desk/")
    for number in range(20):
        world.published(AWARD.replace("sample-hnte", f"p-{number}"))
    with CaptureQueriesContext(connection) as many:
        page = client.get("/policy-desk/").content.decode()
    assert page.count('<th scope="row">') == 21
    assert len(many) == len(one)


def test_the_list_filters_sorts_and_exports(world):
    world.published()
    world.draft(
        AWARD.replace("sample-hnte", "other").replace("高新技术企业奖励", "房租补贴"), theme="premises"
    )
    client = browser(world, "policy")
    assert (
        "房租补贴" in client.get("/policy-desk/?tab=draft&q=房租&theme=premises&sort=-until").content.decode()
    )
    assert "没有符合这些条件的" in client.get("/policy-desk/?tab=draft&q=没有这个").content.decode()
    for odd in ("tab=x&unit=y&theme=z&sort=q&page=999", "unit=" + "9" * 40):
        assert client.get(f"/policy-desk/?{odd}").status_code == 200
    book = CalamineWorkbook.from_filelike(BytesIO(client.get("/policy-desk/?tab=used&export=xlsx").content))
    assert book.get_sheet_by_index(0).to_python()[1][0] == "sample-hnte"


def test_a_new_policy_opens_its_table_and_a_second_of_that_code_is_refused(world):
    client = browser(world, "policy")
    given = {"name": "房租补贴", "code": "rent-2026", "number": "海人社〔2026〕1号",
             "lead_unit_id": world.units["bureau"].pk}  # fmt: skip
    assert client.post("/policy-desk/new/", given).headers["Location"] == "/policy-desk/rent-2026/edit/"
    page = client.get("/policy-desk/rent-2026/edit/").content.decode()
    assert "还没写给多少" in page
    again = client.post("/policy-desk/new/", given)
    assert again.status_code == 422
    assert "请换一个代号" in again.content.decode()
    assert client.post("/policy-desk/new/", {**given, "code": "import"}).status_code == 422


def test_buttons_of_the_table_work_without_a_script_and_save_nothing(world):
    version = world.draft()
    client = browser(world, "policy")
    sheet = sheet_of_yaml(AWARD)
    sheet["table"]["rows"][0]["source"] = "写到一半"
    page = client.post("/policy-desk/sample-hnte/edit/", typed(world, sheet, op="row_add")).content.decode()
    assert 'name="p:table.rows.2.then.0"' in page
    assert "写到一半" in page
    page = client.post(
        "/policy-desk/sample-hnte/edit/", typed(world, sheet, op="col_add|职工人数")
    ).content.decode()
    assert 'value="职工人数"' in page
    assert "人 · 年" in page
    version.refresh_from_db()
    assert version.revision == 0


def test_a_mistake_is_told_live_at_its_cell_and_the_effect_follows(world):
    world.draft()
    world.facts(营业收入="6000000", 是高新技术企业="是")
    client = browser(world, "policy")
    sheet = sheet_of_yaml(AWARD)
    page = client.post("/policy-desk/sample-hnte/live/", typed(world, sheet)).content.decode()
    assert "<dd>1 <small>" in page
    assert "营业收入不低于500万元" in page
    sheet["table"]["rows"][1]["when"][0] = ">= 五百万"
    page = client.post("/policy-desk/sample-hnte/live/", typed(world, sheet)).content.decode()
    assert 'id="w-table-rows-1-when-0" class="pd-says pd-wrong"' in page
    assert "还有 1 处要改" in page


def test_saving_keeps_everything_typed_when_it_is_refused(world):
    world.draft()
    client = browser(world, "policy")
    sheet = sheet_of_yaml(AWARD)
    sheet["document"]["number"] = ""
    sheet["summary"] = "我写的介绍"
    answer = client.post("/policy-desk/sample-hnte/edit/", typed(world, sheet, op="save"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "还没写文号" in page
    assert "我写的介绍" in page
    sheet["document"]["number"] = "海科〔2026〕9号"
    assert client.post("/policy-desk/sample-hnte/edit/", typed(world, sheet, op="save")).status_code == 302
    stale = client.post("/policy-desk/sample-hnte/edit/", typed(world, sheet, op="save"))
    assert stale.status_code == 422
    assert "别人也改了这份草稿" in stale.content.decode()


@pytest.mark.parametrize(
    "odd",
    [
        {"publicity_workdays": "x"},
        {"lead_unit_id": "999999"},
        {"theme": "no"},
        {"apply_url": "y"},
        {"revision": "z"},
    ],
)
def test_odd_details_are_refused_at_the_field(world, odd):
    world.draft()
    given = typed(world, sheet_of_yaml(AWARD), op="save") | odd
    assert browser(world, "policy").post("/policy-desk/sample-hnte/edit/", given).status_code == 422


def test_details_are_saved_beside_the_wording(world):
    world.draft()
    given = typed(world, sheet_of_yaml(AWARD), op="save", theme="finance", co_unit_ids=[world.units["co"].pk])
    given["effective_from"] = "2026-12-01"
    assert browser(world, "policy").post("/policy-desk/sample-hnte/edit/", given).status_code == 302
    policy = Policy.objects.get(code="sample-hnte")
    assert policy.theme == "finance"
    assert list(policy.co_units.all()) == [world.units["co"]]
    version = policy.versions.get()
    assert version.effective_from == date(2026, 12, 1)


def test_one_writes_and_another_publishes(world):
    world.draft()
    writer, reviewer = browser(world, "policy"), browser(world, "reviewer")
    sheet = sheet_of_yaml(AWARD)
    assert writer.post("/policy-desk/sample-hnte/edit/", typed(world, sheet, op="submit")).status_code == 302
    page = reviewer.get("/policy-desk/").content.decode()
    assert "样例：高新技术企业奖励" in page
    assert writer.post("/policy-desk/sample-hnte/review/", {"act": "approve"}).status_code == 422
    assert (
        reviewer.post("/policy-desk/sample-hnte/review/", {"act": "return", "note": "短"}).status_code == 422
    )
    assert "新政策，没有在用的版本可比" in reviewer.get("/policy-desk/sample-hnte/review/").content.decode()
    refused = reviewer.post("/policy-desk/sample-hnte/review/", {"act": "approve", "sure": "1"})
    assert refused.status_code == 422 and "没有算例" in refused.content.decode()
    sure = {"act": "approve", "sure": "1", "seen": ["budget", "examples", "validity"]}
    assert reviewer.post("/policy-desk/sample-hnte/review/", sure).status_code == 302
    policy = Policy.objects.get(code="sample-hnte")
    assert policy.state == PolicyState.PUBLISHED
    assert writer.post("/policy-desk/sample-hnte/amend/").headers["Location"].endswith("/edit/")
    sheet["table"]["rows"][0]["then"] = ["500000"]
    sheet["caps"]["per_year"] = "500000"
    page = writer.post("/policy-desk/sample-hnte/live/", typed(world, sheet)).content.decode()
    assert "改了 2 处" in page
    writer.post("/policy-desk/sample-hnte/edit/", typed(world, sheet, op="submit"))
    page = reviewer.get("/policy-desk/sample-hnte/review/").content.decode()
    assert "<del>30万元</del>" in page
    assert "<ins>50万元</ins>" in page
    reviewer.post("/policy-desk/sample-hnte/review/", {"act": "return", "note": "上限写错了，请改"})
    assert policy.versions.get(no=2).state == VersionState.RETURNED
    assert "上限写错了，请改" in writer.get("/policy-desk/sample-hnte/edit/").content.decode()


def test_a_policy_with_mistakes_cannot_be_handed_in(world):
    world.draft()
    sheet = operated(sheet_of_yaml(AWARD), "row_add")
    answer = browser(world, "policy").post("/policy-desk/sample-hnte/edit/", typed(world, sheet, op="submit"))
    assert answer.status_code == 422
    assert Policy.objects.get().versions.get().state == VersionState.DRAFT


def test_ending_needs_a_reason(world):
    world.published()
    reviewer = browser(world, "reviewer")
    assert (
        reviewer.post("/policy-desk/sample-hnte/end/", {"state": "withdrawn", "reason": ""}).status_code
        == 422
    )
    given = {"state": "replaced", "reason": "由新办法替代了", "replaced_by": ""}
    assert reviewer.post("/policy-desk/sample-hnte/end/", given).status_code == 422
    given = {"state": "withdrawn", "reason": "资金用完，不再受理"}
    assert reviewer.post("/policy-desk/sample-hnte/end/", given).status_code == 302
    assert Policy.objects.get().state == PolicyState.WITHDRAWN
    assert browser(world, "policy").get("/policy-desk/sample-hnte/end/").status_code == 404


def test_the_file_says_line_and_column_and_is_kept(world):
    world.draft()
    client = browser(world, "policy")
    wrong = AWARD.replace("hit: F", "hit: Q")
    page = client.post("/policy-desk/sample-hnte/file/", {"text": wrong, "live": "1"}).content.decode()
    assert "不认识“Q”" in page
    answer = client.post("/policy-desk/sample-hnte/file/", {"text": wrong, "revision": "0", "op": "save"})
    assert answer.status_code == 422
    assert "hit: Q" in answer.content.decode()
    good = {"text": AWARD.replace("300000", "310000"), "revision": "0", "op": "table"}
    assert client.post("/policy-desk/sample-hnte/file/", good).headers["Location"].endswith("/edit/")


def test_files_are_tried_first_and_then_become_drafts(world):
    client = browser(world, "policy")
    files = [SimpleUploadedFile("a.yaml", AWARD.encode()), SimpleUploadedFile("b.yaml", b"id: [")]
    page = client.post("/policy-desk/import/", {"files": files, "op": "read"})
    text = page.content.decode()
    assert "新政策" in text
    assert "第 1 行" in text
    assert not Policy.objects.exists()
    kept = page.context["kept"]
    assert client.post("/policy-desk/import/", {"kept": kept, "op": "enter"}).status_code == 302
    assert Policy.objects.get().versions.get().state == VersionState.DRAFT
    assert client.post("/policy-desk/import/", {"kept": "forged", "op": "enter"}).status_code == 422
    assert client.post("/policy-desk/import/", {}).status_code == 422
    dmn = client.get("/policy-desk/sample-hnte/v/1.dmn").content
    page = client.post("/policy-desk/import/", {"files": SimpleUploadedFile("a.dmn", dmn), "op": "read"})
    assert "和现在的一样" in page.content.decode()


def test_a_pasted_text_becomes_a_draft_of_the_pieces_that_were_kept(world):
    client = browser(world, "policy")
    assert client.post("/policy-desk/paste/", {"text": ""}).status_code == 422
    page = client.post("/policy-desk/paste/", {"text": TECH, "op": "read"})
    pieces = page.context["pieces"]
    assert "在本区登记注册" in page.content.decode()
    naming = page.context["naming"].initial
    keep = [p["index"] for p in pieces if p["piece"].value != "100000"]
    given = {"text": TECH, "op": "make", "keep": keep, **naming, "code": "tech-2026"}
    answer = client.post("/policy-desk/paste/", given)
    assert answer.headers["Location"] == "/policy-desk/tech-2026/edit/"
    policy = Policy.objects.get(code="tech-2026")
    version = policy.versions.get()
    assert version.clause_text == TECH
    assert "min(研发费用 * 0.1, 500000)" in version.text
    assert "then: ['100000']" not in version.text.replace('"', "'")
    assert policy.theme == "tech"
    refused = client.post("/policy-desk/paste/", {**given, "code": "不行"})
    assert refused.status_code == 422
    assert "代号只能用英文字母" in refused.content.decode()


def test_a_number_is_moved_and_one_enterprise_is_tried(world):
    world.draft()
    world.facts(营业收入="6000000", 是高新技术企业="是")
    client = browser(world, "policy")
    given = typed(world, sheet_of_yaml(AWARD), try_at="table.rows.1.when.0#0", try_to="7000000", who="禾川")
    page = client.post("/policy-desk/sample-hnte/live/", given).content.decode()
    assert "改成 7000000：能享受的 0 家（−1 家）" in page
    assert "中第 2 行" in page
    kept = client.post("/policy-desk/sample-hnte/edit/", {**given, "op": "try"}).content.decode()
    assert "&gt;= 7000000" in kept


def test_reach_lists_who_and_pushes_to_those_who_have_not_looked(world):
    policy = world.published()
    seen = make_enterprise(world.district, "看过的企业")
    for enterprise in (world.enterprise, seen):
        Match.objects.update_or_create(
            policy_id=policy.pk, enterprise_id=enterprise.pk,
            defaults={"state": "eligible", "amount_fen": 100, "since_on": world.now.date()},
        )  # fmt: skip
    PolicySeen.objects.create(policy=policy, enterprise=seen, first_at=world.now)
    client = browser(world, "policy")
    address = "/policy-desk/sample-hnte/reach/"
    for show in ("eligible", "unseen", "near", "unknown", "seen", "applied", "paid", "x"):
        assert client.get(f"{address}?show={show}&q=企业&size=small&sort=amount").status_code == 200
    page = client.get(f"{address}?show=unseen").content.decode()
    assert world.enterprise.name in page
    assert "看过的企业" not in page
    assert client.get(f"{address}?export=xlsx").headers["Content-Type"].startswith("application/vnd")
    client.post(f"{address}push/")
    assert list(Push.objects.values_list("enterprise_id", "state")) == [(world.enterprise.pk, "queued")]
    client.post(f"{address}push/")
    assert Push.objects.count() == 1
    assert browser(world, "treasurer").get(address).status_code == 404


def test_the_reach_page_costs_the_same_for_one_and_for_many(world):
    policy = world.published()
    client = browser(world, "policy")

    def match(enterprise: Any) -> None:
        values = {"state": "eligible", "amount_fen": 100, "since_on": world.now.date()}
        Match.objects.update_or_create(policy_id=policy.pk, enterprise_id=enterprise.pk, defaults=values)

    match(world.enterprise)
    client.get("/policy-desk/sample-hnte/reach/")
    with CaptureQueriesContext(connection) as one:
        client.get("/policy-desk/sample-hnte/reach/")
    for number in range(20):
        match(make_enterprise(world.district, f"企业{number}"))
    with CaptureQueriesContext(connection) as many:
        client.get("/policy-desk/sample-hnte/reach/")
    assert len(many) == len(one)


def test_indicators_are_found_by_any_of_their_words(world):
    client = browser(world, "policy")
    page = client.get("/policy-desk/indicators/?find=研发 年").content.decode()
    assert "研发费用" in page
    assert "指标库里没有" in client.get("/policy-desk/indicators/?find=没有这个").content.decode()


def test_the_editor_takes_typed_words_and_hands_in_only_when_unread_parts_are_settled(world):
    version = world.draft(unread=["给予最高50万元奖励"])
    client, url = browser(world, "policy"), "/policy-desk/sample-hnte/edit/"
    assert "给予最高50万元奖励" in client.get(url).content.decode()
    sheet = sheet_of_yaml(AWARD)
    sheet["table"]["rows"][1]["when"][0], sheet["table"]["rows"][1]["then"][0] = "500万元以上", "10万元"
    refused = client.post(url, {**typed(world, sheet), "op": "submit", "revision": version.revision})
    assert refused.status_code == 422 and "原文这句还没写进表格" in refused.content.decode()
    version.refresh_from_db()
    assert ">= 5000000" in version.text and "'100000'" in version.text.replace('"', "'")
    given = {**typed(world, sheet), "op": "submit", "revision": version.revision, "read": ["0"]}
    assert client.post(url, given).status_code == 302
    version.refresh_from_db()
    assert version.state == "in_review"

"""Every page of applications: opened as each role, what is typed kept, hostile values withstood, queries counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from qiying.capabilities.approvals.models import Application, Batch
from qiying.capabilities.approvals.services.applying import Target, application_form, batch_take_in
from qiying.capabilities.approvals.services.plans import bundle_files
from qiying.capabilities.approvals.tests.applying_world import (
    EVERYBODY,
    RESTAURANT,
    bundle,
    fresh,
    item,
    online,
    parts,
    submit,
    world,
)
from qiying.kernel.api_access.services import api_token_create
from qiying.kernel.audit.clock import utc_now
from qiying.kernel.cases.models import Case
from qiying.kernel.documents.models import Document
from qiying.kernel.documents.services import document_store
from qiying.kernel.documents.subjects import draft_prefix

__all__ = ["world"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
HOSTILE = ("<script>x</script>", "\x00", "'; drop", "９９９999999999999999999", "../..", "{{ 7|add:7 }}")


def signed_in(world: Any, who: str) -> Client:
    client = Client()
    client.force_login(world.people[who], backend=BACKEND)
    return client


def batch_of(world: Any, count: int = 3) -> Batch:
    merchants = [(f"商户{n}", f"B1-{n}") for n in range(count)]
    return batch_take_in(
        actor=world.viewer("desk"), target=bundle(world), name="银泰城一批", place="银泰城", merchants=merchants,
        now=world.now,
    )  # fmt: skip


def test_what_there_is_is_read_without_signing_in(world):
    guest = Client()
    text = guest.get(reverse("approvals:things")).content.decode()
    assert all(raw["name"] in text for raw in bundle_files().values())
    for code in bundle_files():
        assert guest.get(reverse("approvals:thing", args=[code])).status_code == 200
    page = guest.get(reverse("approvals:thing", args=["restaurant"])).content.decode()
    assert "区市场监督管理局" in page and "共用，只交一份" in page and "1 个工作日办好" in page
    assert guest.get(reverse("approvals:thing", args=["nothing"])).status_code == 404
    assert guest.get(reverse("approvals:apply", args=["restaurant"])).status_code == 302


@pytest.mark.parametrize("who", EVERYBODY)
def test_every_page_opens_for_whom_it_is(world, who):
    service, batch = item(world), batch_of(world)
    client = signed_in(world, who)
    offices = {
        "desk",
        "supervisor",
        "approval",
        "market",
        "market2",
        "city",
        "fire",
        "tax",
        "police",
        "labour",
        "stranger",
    }
    inside = {"desk", "supervisor", "approval", "market", "market2"}
    applies = who in {"clerk", "outsider", "desk"}
    expected = {
        reverse("approvals:things"): 200,
        reverse("approvals:thing", args=["homestay"]): 200,
        reverse("approvals:apply", args=["restaurant"]): 200 if applies else 404,
        reverse("approvals:apply_item", args=[service.code]): 200 if applies else 404,
        reverse("approvals:batches"): 200 if who in offices else 404,
        reverse("approvals:batch_new"): 200 if who == "desk" else 404,
        reverse("approvals:batch", args=[batch.pk]): 200 if who in inside else 404,
    }
    found = {url: client.get(url).status_code for url in expected}
    assert found == expected


def test_a_clerk_applies_on_the_phone_and_two_phones_make_one_case(world):
    target = bundle(world)
    version = application_form(target, world.now)
    url = reverse("approvals:apply", args=["restaurant"])
    phone, other = signed_in(world, "clerk"), signed_in(world, "clerk")
    first = phone.get(url).content.decode()
    assert "店名" in first
    key = first.split('name="key" value="')[1].split('"')[0]
    said = {f"a.{code}": value for code, value in RESTAURANT.items()}
    posted = {**said, "asked": [*RESTAURANT, "告知承诺"]}
    assert phone.post(url, {"key": key, "at": 0, "do": "next", **posted}).status_code == 302
    assert "阿兰小馆" in other.get(url).content.decode(), "the draft is the enterprise's, on whatever phone"
    kept = {"key": key, "do": "next", **posted, "a.告知承诺": "我承诺，愿意接受核查"}
    for at in (1, 2, 3):
        done = phone.post(url, {**kept, "at": at})
    assert done.status_code == 302 and "/my/" in done["Location"]
    again = other.post(url, {**kept, "at": 2})
    assert again.status_code == 302
    assert Application.objects.filter(case__parent=None).count() == 1
    case = Case.objects.get(parent=None)
    assert Application.objects.filter(case=case, response__version=version).exists()
    page = phone.get(done["Location"]).content.decode()
    assert "同时在办的各项" in page and "食品经营许可" in page and "阿兰小馆" in page
    for who in ("desk", "approval", "market", "supervisor"):
        text = signed_in(world, who).get(reverse("cases:case", args=[case.number])).content.decode()
        assert "同时在办的各项" in text and "填的内容" in text
    for who in ("outsider", "stranger"):
        assert signed_in(world, who).get(reverse("cases:case", args=[case.number])).status_code == 404


def test_a_paper_photographed_once_is_read_by_every_department_that_takes_part(world):
    photo = document_store(
        content=b"%PDF-1.4\n%%EOF\n", name="身份证.pdf", kind="material", actor=world.viewer("clerk"), at=world.now,
        subject=f"{draft_prefix(str(world.people['clerk'].pk))}x", district_id=world.district.pk,
    )  # fmt: skip
    answers = {
        **RESTAURANT,
        "告知承诺": "我承诺，愿意接受核查",
        "材料_经营者身份证": [photo.pk],
    }
    case = online(world, bundle(world), answers)
    paper = Document.objects.get(subject=f"case:{case.pk}")
    for who, status in (("clerk", 200), ("approval", 200), ("market", 200), ("city", 404), ("outsider", 404)):
        assert signed_in(world, who).get(f"/documents/{paper.pk}/").status_code == status, who


def test_results_are_on_the_page_and_anybody_verifies_them(world):
    case = submit(world, bundle(world), RESTAURANT)
    for code, who in {"licence": "approval", "food": "market"}.items():
        world.act(parts(case)[code], who, "review", conclusion="grant")
    page = signed_in(world, "clerk").get(reverse("mine:case", args=[case.number])).content.decode()
    link = page.split('href="/verify/')[1].split('"')[0]
    assert "都办好了" in page
    assert "真实有效" in Client().get(f"/verify/{link}").content.decode()


def test_the_desk_takes_in_a_mall_and_each_department_grants_its_part(world):
    desk = signed_in(world, "desk")
    url = reverse("approvals:batch_new")
    posted = {
        "bundle": "restaurant",
        "name": "银泰城二批",
        "place": "银泰城",
        "merchants": "甲面馆，1\n甲面馆，2",
    }
    refused = desk.post(url, posted)
    assert refused.status_code == 422 and "写了两次" in refused.content.decode()
    assert "甲面馆，1" in refused.content.decode()
    done = desk.post(url, {**posted, "merchants": "甲面馆，1\n乙小炒，2"})
    batch = Batch.objects.get()
    assert done["Location"] == reverse("approvals:batch", args=[batch.pk])
    grant = reverse("approvals:batch_grant", args=[batch.pk])
    assert signed_in(world, "stranger").post(grant).status_code == 404
    assert desk.post(grant).status_code == 409
    for who in ("approval", "market"):
        assert "2 项，都准予" in signed_in(world, who).get(done["Location"]).content.decode()
        assert signed_in(world, who).post(grant).status_code == 302
    assert all(not a.case.is_open for a in batch.applications.select_related("case"))


@pytest.mark.parametrize("bad", HOSTILE)
def test_hostile_values_are_refused_or_kept_as_text(world, bad):
    desk = signed_in(world, "desk")
    posted = {"bundle": bad, "name": bad, "place": bad, "merchants": bad}
    assert desk.post(reverse("approvals:batch_new"), posted).status_code == 422
    assert desk.get(f"{reverse('approvals:apply', args=['restaurant'])}?enterprise={bad}").status_code in {
        200,
        404,
    }
    clerk = signed_in(world, "clerk")
    url = reverse("approvals:apply", args=["homestay"])
    assert clerk.post(url, {"key": bad, "at": bad, "do": bad, "a.民宿名称": bad}).status_code in {
        200,
        302,
        422,
    }
    assert "<script>x" not in clerk.get(url).content.decode()


def test_a_batch_of_any_size_costs_the_same(world, django_assert_max_num_queries):
    batch = batch_of(world, 12)
    client = signed_in(world, "market")
    url = reverse("approvals:batch", args=[batch.pk])
    client.get(url)
    with django_assert_max_num_queries(16):
        client.get(url)


def test_what_waits_stands_on_homes_and_is_gone_when_done(world):
    case = submit(world, bundle(world), RESTAURANT)
    home = reverse("portal:home")
    assert "食品经营许可" in signed_in(world, "market").get(home).content.decode()
    day = world.now.date() + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    world.act(fresh(case), "desk", "propose_visit", first=day.isoformat())
    for who in ("market", "clerk"):
        assert "定踏勘的日子" in signed_in(world, who).get(home).content.decode(), who
    world.act(fresh(case), "clerk", "answer_visit", days=[day.isoformat()])
    assert "定踏勘的日子" not in signed_in(world, "clerk").get(home).content.decode()
    world.act(fresh(case), "market", "answer_visit", days=[day.isoformat()])
    assert "定踏勘的日子" not in signed_in(world, "market").get(home).content.decode()
    page = signed_in(world, "clerk").get(reverse("mine:case", args=[case.number])).content.decode()
    assert "联合踏勘定在" in page


def test_clients_apply_over_http_and_the_same_key_is_one_case(world):
    secret = api_token_create(
        person=world.people["clerk"], name="测试", days=30, actor=world.viewer("clerk"), at=utc_now()
    )[1]
    client = Client(headers={"authorization": f"Bearer {secret}"})
    assert len(client.get("/api/v1/bundles").json()) == len(bundle_files())
    told = client.get("/api/v1/bundles/restaurant").json()
    assert told["answers"]["properties"]["店名"]
    assert client.get("/api/v1/bundles/none").status_code == 404
    body = {
        "bundle": "restaurant",
        "enterprise_id": world.enterprise.pk,
        "key": "phone-0001",
        "answers": {**RESTAURANT, "告知承诺": "我承诺，愿意接受核查"},
    }
    made = client.post("/api/v1/service-applications", body, content_type="application/json")
    assert made.status_code == 201, made.content
    again = client.post("/api/v1/service-applications", body, content_type="application/json")
    assert again.json() == made.json()
    children = client.get(f"/api/v1/cases/{made.json()['number']}").json()["children"]
    assert [c["title"] for c in children] == ["营业执照", "食品经营许可"]
    wrong = client.post(
        "/api/v1/service-applications", {**body, "item": "x"}, content_type="application/json"
    )
    assert wrong.status_code == 422


def test_an_item_elsewhere_is_not_applied_for_here(world):
    service = item(world, code="1102-away", outside_url="https://example.com")
    client = signed_in(world, "clerk")
    assert client.get(reverse("approvals:apply_item", args=[service.code])).status_code == 404
    assert Target(world.district.pk, item=service).code == "item-1102-away-1"

"""Every page of the catalogue as every role, with hostile values, and in how many queries."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qiying.capabilities.catalogue.models import FreeService, Intermediary, ItemUse, OneThing
from qiying.capabilities.catalogue.selectors import ACTIVITY
from qiying.capabilities.catalogue.services.away import card_save
from qiying.capabilities.catalogue.services.keeping import (
    free_service_give,
    intermediary_rate,
    one_thing_save,
    use_save,
)
from qiying.capabilities.catalogue.services.loading import catalogue_load
from qiying.capabilities.catalogue.tests.catalogue_world import SINCE, TODAY, Catalogue, make_catalogue
from qiying.capabilities.catalogue.tests.test_catalogue import body
from qiying.kernel.api_access.tests.factories import token_make
from qiying.kernel.audit.clock import utc_now
from qiying.kernel.cases.tests.walking import both_ways, broken, broken_by_query, browser, let_in
from qiying.kernel.cases.world import at_hour
from qiying.kernel.gatherings.kinds import kind_of
from qiying.kernel.gatherings.models import Attendee
from qiying.kernel.gatherings.services.planning import gathering_move, gathering_save
from qiying.kernel.organisations.models import Person
from qiying.kernel.organisations.tests.factories import NOW

pytestmark = pytest.mark.django_db
ALL = "desk handler liaison admin clerk outsider abroad nobody"
SIGNED = "desk handler liaison admin clerk outsider abroad"
SEES = "desk handler liaison"


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: NOW)


@pytest.fixture
def world() -> Catalogue:
    """A district with one of everything."""
    made = make_catalogue()
    desk = made.viewer("desk")
    item = made.item(intermediary="水质检测", worth_fen=30000)
    one = body(made)
    said: dict[str, Any] = {"enterprise": made.enterprise, "stars": 4, "free_choice": True, "comment": "好"}
    intermediary_rate(actor=made.viewer("clerk"), intermediary=one, now=NOW, **said)
    values = {"code": item.code, "month": TODAY, "source": "省平台", "handled": 10, "online": 9, "in_time": 8}
    use_save(actor=desk, row=None, values=values, now=NOW)
    given = {"item_id": item.pk, "enterprise_id": made.enterprise.pk, "valid_from": TODAY, "saved_fen": None}
    free_service_give(actor=desk, row=None, values=given, now=NOW)
    thing = {"name": "开办餐饮店", "year": 2024, "batch": 1, "for_firms": True, "valid_from": SINCE}
    one_thing_save(actor=desk, row=None, values=thing, now=NOW)
    card_save(actor=made.viewer("clerk"), values={"home_id": made.units["town"].pk, "place": "广州"}, now=NOW)
    return made


def people(world: Catalogue) -> dict[str, Person | None]:
    return {**world.people, "nobody": None}


def rows(world: Catalogue) -> dict[str, int]:
    item = FreeService.objects.get().item
    return {
        "boards": world.board().pk, "items": item.pk, "intermediaries": Intermediary.objects.get().pk,
        "uses": ItemUse.objects.get().pk, "free": FreeService.objects.get().pk, "one-things": OneThing.objects.get().pk,
    }  # fmt: skip


def test_every_page_opens_for_whom_it_is_and_for_nobody_else(world):
    wanted = {
        "/guide/": ALL,
        "/guide/?q=饭店": ALL,
        "/guide/?added=1": ALL,
        "/guide/?stage=permit": ALL,
        "/guide/needs/": ALL,
        "/guide/needs/?做什么=开业&行业=餐饮": ALL,
        "/guide/compare/": ALL,
        "/guide/one-things/": ALL,
        "/guide/activities/": ALL,
        "/guide/000131001000/": "desk handler liaison admin clerk outsider nobody",  # another district's people: their own
        "/guide/000131001000/paper/": "desk handler liaison admin clerk outsider nobody",
        f"/guide/compare/{Intermediary.objects.get().pk}/rate/": "clerk outsider",
        "/away/": SIGNED,
        "/away/cards/": "desk liaison abroad",
    }
    for name, pk in rows(world).items():
        root = f"/catalogue/{name}/"
        wanted |= {root: f"{SEES} abroad", f"{root}new/": "desk abroad", f"{root}imports/": "desk abroad"}
        wanted |= {f"{root}{pk}/": SEES if name == "items" else "desk", f"{root}{pk}/end/": "desk"}
        if name in ("uses", "free"):
            wanted[f"{root}{pk}/end/"] = ""
    wanted[f"/catalogue/items/{rows(world)['items']}/edit/"] = "desk"
    world.district.__class__.objects.exclude(pk=world.district.pk).update(settings={"is_history": True})
    found = let_in(people(world), wanted)
    assert {a: found[a] for a in wanted if set(found[a].split()) != set(wanted[a].split())} == {}


@both_ways
def test_no_form_breaks_on_what_nobody_should_type(world, every):
    r = rows(world)
    day = TODAY.isoformat()
    code = "91330424MA2B1C3D4E"
    item = {
        "code": "ZZ0007", "name": "一项", "board_id": world.board().pk, "department_id": world.units["bureau"].pk,
        "provider": "government", "provider_name": "x", "kind": "public", "stage": "run", "also": "别名", "basis": "依据",
        "conditions": "条件", "materials": "平面图", "statutory_days": "5", "promised": "3 个工作日", "fee_fen": "1.5",
        "result": "证", "visits": "1", "outside_url": "https://x.cn", "worth_fen": "3", "free_when": "注册资本 < 5",
        "needed_when": '做什么 = "开业"', "valid_from": day,
    }  # fmt: skip
    typed: dict[str, tuple[str, dict[str, Any]]] = {
        "/catalogue/items/new/": ("desk", item),
        f"/catalogue/items/{r['items']}/edit/": ("desk", {**item, "code": "000131001000"}),
        f"/catalogue/items/{r['items']}/end/": ("desk", {"on": day, "reason": "取消了这件事"}),
        "/catalogue/boards/new/": (
            "desk", {"name": "新板块", "tier": "city", "about": "x", "position": "3", "valid_from": day, "unit_id": ""}
        ),
        "/catalogue/uses/new/": (
            "desk", {"code": "000131001000", "month": "2026-09-01", "source": "税务", "handled": "5", "online": "4", "in_time": "3"}
        ),
        "/catalogue/free/new/": (
            "desk", {"item_id": r["items"], "enterprise": "别家有限公司", "valid_from": day, "saved_fen": "5", "note": "看过"}
        ),
        "/catalogue/one-things/new/": (
            "desk", {"name": "退休", "year": "2024", "batch": "1", "document": "x", "bundle": "", "valid_from": day, "unit_id": ""}
        ),
        "/catalogue/intermediaries/new/": (
            "desk", {"name": "某所", "credit_code": code, "service": "测绘", "price_fen": "9", "price_unit": "次",
                     "workdays": "3", "result": "图", "phone": "1", "valid_from": day}
        ),
        f"/guide/compare/{r['intermediaries']}/rate/": ("clerk", {"stars": "4", "free_choice": "yes", "comment": "好"}),
        "/away/": ("outsider", {"do": "save", "home_id": world.units["town"].pk, "place": "苏州", "work": "x", "family": "y"}),
    }  # fmt: skip
    typed["/catalogue/intermediaries/new/"][1]["credit_code"] = Intermediary.objects.get().credit_code
    assert broken(people(world), typed, every) == []
    care = {"/away/": ("clerk", {"do": "ask", "text": "帮忙看看母亲的津贴"})}
    assert broken(people(world), care, every) == []


@both_ways
def test_no_address_breaks_on_what_nobody_should_type(world, every):
    asked = {
        "/guide/": ("nobody", ("q", "board", "stage", "added", "district")),
        "/guide/needs/": ("nobody", ("做什么", "行业", "x")),
        "/guide/compare/": ("nobody", ("service", "by")),
        "/guide/000131001000/": ("nobody", ("version", "district")),
        "/catalogue/items/": ("desk", ("q", "board", "kind", "provider", "online", "sort", "page")),
        "/catalogue/uses/": ("desk", ("q", "sort")),
        "/catalogue/intermediaries/": ("desk", ("q", "sort")),
        "/away/cards/": ("desk", ("q", "show")),
    }
    assert broken_by_query(people(world), asked, every) == []


@pytest.mark.parametrize(
    ("who", "address", "most"),
    [
        ("nobody", "/guide/?stage=permit", 6),
        ("nobody", "/guide/?q=许可", 6),
        ("nobody", "/guide/needs/?做什么=开业&行业=餐饮", 6),
        ("clerk", "/guide/000131001000/", 8),
        ("desk", "/catalogue/items/", 12),
    ],
)
def test_a_list_costs_the_same_at_any_size(world, who, address, most):
    world.district.__class__.objects.exclude(pk=world.district.pk).update(settings={"is_history": True})

    def queries() -> int:
        client = browser(people(world)[who])
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    few = queries()
    for n in range(20, 45):
        world.item(code=f"ZZ00{n}", name=f"许可{n}", needed_when='做什么 = "开业"')
    assert queries() == few <= most, (few, most)


def test_the_guide_is_as_good_as_a_leaflet(world):
    page = browser(None).get("/guide/000131001000/", {"district": world.district.pk}).content.decode()
    for words in (
        "食品经营许可",
        "1 个工作日",
        "法定 20 个工作日",
        "平面图",
        "市场监管局",
        "清源检测",
        "用哪一家由您定",
        "80.0%",
    ):
        assert words in page, words
    paper = browser(None).get("/guide/000131001000/paper/", {"district": world.district.pk}).content.decode()
    assert "<svg" in paper and "扫码看最新的" in paper and "平面图" in paper
    home = browser(world.people["clerk"]).get("/").content.decode()
    assert "开饭店" in home and 'action="/guide/"' in home


def test_an_activity_is_signed_up_for_from_the_guide(world):
    on = TODAY + timedelta(days=5)
    head = {"title": "餐饮店手续现场办", "place": "便民中心", "on": on, "capacity": 5}
    head |= {"starts_at": at_hour(on, time(14)), "ends_at": at_hour(on, time(16))}
    one = gathering_save(actor=world.viewer("desk"), kind=kind_of(ACTIVITY), values=head, now=NOW)
    assert "餐饮店手续现场办" not in browser(world.people["clerk"]).get("/guide/activities/").content.decode()
    gathering_move(gathering=one, actor=world.viewer("desk"), to="inviting", now=NOW)
    page = browser(world.people["clerk"]).get("/guide/activities/").content.decode()
    assert f"/gatherings/{one.pk}/mine/" in page
    browser(world.people["clerk"]).post(f"/gatherings/{one.pk}/mine/")
    assert Attendee.objects.get(gathering=one).state == "confirmed"


def test_the_catalogue_over_http_says_what_the_pages_say(world):
    key = token_make(world.people["clerk"], at=utc_now())
    client = Client(headers={"authorization": f"Bearer {key}"})
    found = client.get("/api/v1/service-items", {"q": "饭店"}).json()
    assert [i["base"] for i in found["items"]] == ["000131001000"]
    assert client.get("/api/v1/service-items", {"online": "false"}).json()["items"] == []
    assert client.get("/api/v1/service-items/000131001000").json()["materials"][0]["name"] == "平面图"
    assert client.get("/api/v1/service-items/nothing").status_code == 404
    need = client.get("/api/v1/service-needs", {"做什么": "开业", "行业": "餐饮"}).json()
    assert [i["name"] for i in need["needed"]] == ["食品经营许可"] and need["materials"] == ["平面图"]
    assert browser(None).get("/api/v1/service-items").status_code == 401


def test_the_national_lists_say_how_many_names_are_missing_here(world):
    catalogue_load(actor=world.maker, now=NOW, since=SINCE)
    text = Client().get(f"/guide/one-things/?district={world.district.pk}").content.decode()
    assert "已公布 68 件，这里登记了 20 件" in text
    assert ("公布 13 件，登记了 4 件" in text, "名称还没有登记。" in text) == (True, True)

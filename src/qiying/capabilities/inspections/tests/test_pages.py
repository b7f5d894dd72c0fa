"""Every page of inspections for everybody: who gets in, that no posted value breaks one, what lists cost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiying.capabilities.inspections import urls
from qiying.capabilities.inspections.models import CapRule, Flag, Inspection, OtherVisit
from qiying.capabilities.inspections.services.keeping import other_save
from qiying.capabilities.inspections.tests.world import InspectionWorld, make_world
from qiying.kernel.api_access.services import api_token_create
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.tests.walking import both_ways, broken, broken_by_query, browser, let_in, unvisited
from qiying.kernel.organisations.tests.cast import client_of
from qiying.kernel.organisations.tests.factories import TODAY

pytestmark = pytest.mark.django_db
OFFICE = "desk inspector second leader safety safety_leader watcher supervisor"
OWN = "inspector second leader safety safety_leader watcher supervisor desk"


class Told(InspectionWorld):
    """A district in which a visit was made, one goes on, one is planned, and somebody came otherwise."""

    pages: dict[str, str]
    going: Case


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Told:
    made = make_world(Told)
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    plan = made.plan()
    line = made.line(place="二车间")
    cap = made.cap(9)
    done = made.made()
    made.act(done, "clerk", "declare", happened=["gifts"], text="要了礼品")
    made.going = made.inside(made.approved(made.open(place="三车间")))
    told = {"enterprise": made.enterprise.name, "unit": made.units["market"].pk, "kind": "study", "on": TODAY,
            "people": "三人", "purpose": "看生产线", "checked": True}  # fmt: skip
    other = other_save(actor=made.viewer("leader"), values=told, now=made.now)
    root = "/inspections"
    made.pages = {
        f"{root}/field/": "inspector second safety",
        f"{root}/mine/": "clerk outsider",
        f"/cases/{made.going.number}/sheets/{made.items['market'].pk}/": "inspector second",
        f"{root}/bodies/": OFFICE,
        f"{root}/officers/": OFFICE,
        f"{root}/items/": OFFICE,
        f"{root}/caps/": OFFICE,
        f"{root}/bodies/new/": "watcher",
        f"{root}/officers/new/": "watcher",
        f"{root}/items/new/": "watcher",
        f"{root}/caps/new/": "watcher",
        f"{root}/bodies/{made.bodies['market'].pk}/": "watcher",
        f"{root}/officers/{made.officers['inspector'].pk}/": "watcher",
        f"{root}/items/{made.items['market'].pk}/": "watcher",
        f"{root}/caps/{cap.pk}/": "watcher",
        f"{root}/plans/": OFFICE,
        f"{root}/plans/new/": "inspector second safety",
        f"{root}/plans/{plan.pk}/": "inspector second leader watcher",
        f"{root}/plans/{plan.pk}/submit/": "leader",
        f"{root}/lines/": OFFICE,
        f"{root}/lines/new/": "inspector second safety",
        f"{root}/lines/{line.pk}/": "inspector second leader watcher",
        f"{root}/others/": "inspector second leader safety safety_leader watcher",
        f"{root}/others/new/": "inspector second leader safety safety_leader",
        f"{root}/others/{other.pk}/": "inspector second leader watcher",
        f"{root}/flags/": "leader safety_leader watcher",
        f"{root}/flags/{Flag.objects.get(ban='gifts').pk}/": "watcher",
        f"{root}/flags/{Flag.objects.get(ban='gifts').pk}/settle/": "watcher",
    }
    return made


def test_a_page_opens_for_whom_it_is_and_is_not_there_for_anybody_else(world: Told) -> None:
    people: dict[str, Any] = {**world.people, "nobody": None}
    found = let_in(people, world.pages)
    wrong = {
        a: (seen, world.pages[a])
        for a, seen in found.items()
        if set(seen.split()) != set(world.pages[a].split())
    }
    assert wrong == {}
    kit = ("_view", "_template", "_one", "_mapping", "_step", "_act", "_imports", "_import")
    assert [n for n in unvisited(urls, world.pages) if not n.endswith(kit)] == []


@both_ways
def test_no_typing_breaks_a_page(world: Told, every: bool) -> None:
    root, plan = "/inspections", world.pages
    body, person = world.bodies["market"].pk, world.people["leader"].pk
    typed: dict[str, tuple[str, dict[str, Any]]] = {
        f"{root}/officers/new/": ("watcher", {"body": body, "person": person, "certificate": "浙 77",
                                              "valid_from": "2026-01-01", "valid_to": "2028-01-01"}),
        f"{root}/items/new/": ("watcher", {"body": body, "code": "m-9", "name": "标签检查", "basis": "食品安全法",
                                           "checklist": "food", "valid_from": "2026-01-01"}),
        f"{root}/caps/new/": ("watcher", {"body": "", "most": "3", "reasonable": "4", "source": "样例",
                                          "valid_from": "2026-01-01"}),
        f"{root}/plans/new/": ("safety", {"year": "2027", "way": "现场", "share": "5%"}),
        f"{root}/lines/new/": ("inspector", {"enterprise": world.enterprise.name, "place": "五车间", "kind": "daily",
                                             "items": "market-1", "first_on": str(TODAY), "last_on": str(TODAY)}),
        f"{root}/others/new/": ("leader", {"enterprise": world.enterprise.name, "unit": world.units["market"].pk,
                                           "kind": "study", "on": str(TODAY), "people": "两人", "purpose": "看看"}),
        next(a for a in plan if a.endswith("/settle/")): (
            "watcher", {"state": "founded", "finding": "收了一盒", "due_on": "2026-12-02"}),
        "/open/inspection/": (
            "inspector", {"enterprise_id": world.enterprise.pk, "place": "六车间", "kind": "daily", "reason": "计划里的",
                          "first_on": str(TODAY), "last_on": str(TODAY), "item_ids": world.items["market"].pk,
                          "officer_ids": world.officers["inspector"].pk, "clue": "", "ordered_by": ""}),
        f"/cases/{world.going.number}/do/enter_unscanned/": ("second", {"way": "offline", "reason": "没有信号了"}),
    }  # fmt: skip
    skipped = f"/cases/{world.going.number}/do/enter_unscanned/"
    typed.pop(skipped)
    assert broken(world.people, typed, every) == []
    asked = {f"{root}/field/": ("inspector", ("enterprise",)), f"{root}/lines/": ("inspector", ("plan", "q", "show")),
             f"{root}/plans/": ("leader", ("year", "sort")), f"{root}/flags/": ("watcher", ("ban", "page"))}  # fmt: skip
    assert broken_by_query(world.people, asked, every) == []


def test_lists_cost_the_same_with_more_rows_and_the_workbook_holds_them(world: Told) -> None:
    pages = ("/inspections/field/", "/inspections/lines/", "/inspections/flags/", "/inspections/mine/")
    who = {"/inspections/flags/": "watcher", "/inspections/mine/": "clerk"}
    clients = {p: client_of(world.people[who.get(p, "inspector")]) for p in pages}

    def count() -> dict[str, int]:
        found = {}
        for page, client in clients.items():
            with CaptureQueriesContext(connection) as seen:
                assert client.get(page).status_code == 200
            found[page] = len(seen)
        return found

    before = count()
    CapRule.objects.update(most=30)
    for n in range(4):
        world.line(place=f"仓库 {n}", first=TODAY + timedelta(days=n))
        world.approved(world.open(place=f"码头 {n}"))
    OtherVisit.objects.bulk_create(
        OtherVisit(district=world.district, unit=world.units["market"], enterprise=world.enterprise, kind="study",
                   on=TODAY, people="一人", purpose="看看") for _ in range(4)
    )  # fmt: skip
    after = count()
    assert {p: (before[p], after[p]) for p in pages if after[p] > before[p] + 1} == {}
    book = clients["/inspections/lines/"].get("/inspections/lines/?export=xlsx")
    assert book.status_code == 200 and book["Content-Type"].startswith("application/vnd")
    assert Inspection.objects.count() == 6


def test_the_api_reads_registers_and_refuses_an_outsider(world: Told) -> None:
    for who, wanted in {"watcher": {200}, "outsider": {403, 404}}.items():
        told: dict[str, Any] = {"name": "接口", "days": 30, "actor": world.viewer(who), "at": world.now}
        _, secret = api_token_create(person=world.people[who], **told)
        for name in ("inspection_officers", "inspection_plans"):
            header: dict[str, Any] = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
            assert browser(None).get(f"/api/v1/registers/{name}", **header).status_code in wanted, (who, name)

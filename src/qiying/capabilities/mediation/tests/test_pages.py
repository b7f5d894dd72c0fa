"""The pages of mediation as every role: the two firms, the mediator of the case and another, the body, the court, others."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiying.capabilities.mediation.tests.world import DEAL, Mediations, make_world
from qiying.kernel.cases.tests.walking import Typed, broken, browser, let_in

pytestmark = pytest.mark.django_db
SEE = {"clerk", "other", "mediator", "staff", "head"}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Mediations:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def seen(world: Mediations, address: str) -> set[str]:
    return set(let_in({**world.people, "nobody": None}, {address: ""})[address].split())


def test_a_mediator_sees_his_own_cases_and_each_reads_what_is_his(world: Mediations) -> None:
    case = world.signed(world.mediating(kind="arrears", delivered_on=date(2026, 3, 1)))
    found, numbers = set(), set()
    for who in (*SEE, "mediator2", "people", "outsider", "court", "handler", "watcher"):
        answer = browser(world.people[who]).get(f"/cases/{case.number}/", follow=True)
        words = answer.content.decode() if answer.status_code == 200 else ""
        found |= {who} if DEAL[:8] in words and "2026-03-31" in words else set()
        numbers |= {who} if case.number in words else set()
    assert found == numbers == SEE
    for who, is_his in (("mediator", True), ("mediator2", False), ("people", False), ("court", False)):
        listed = browser(world.people[who]).get("/mediation/matters/").content.decode()
        assert (case.number in listed) is is_his, who


def test_registers_and_the_public_page_are_for_whom_they_are(world: Mediations) -> None:
    assert seen(world, "/mediation/") == {*world.people, "nobody"}
    public = browser(None).get(f"/mediation/?district={world.district.pk}&claim=680000").content.decode()
    assert "减半诉讼费的一半" in public and "5300.00" in public and "2650.00" in public
    assert (
        "请写数字"
        in browser(None).get(f"/mediation/?district={world.district.pk}&claim=一万").content.decode()
    )
    office = {"staff", "head", "people", "court", "watcher", "handler", "nobody_of_it"}
    for address in (
        "/mediation/bodies/",
        "/mediation/mediators/",
        "/mediation/years/",
        "/mediation/matters/",
    ):
        assert seen(world, address) == office | {f"mediator{n}" for n in ("", 2, 3, 4, 5)}, address


def test_nothing_typed_breaks_a_mediation(world: Mediations) -> None:
    case = world.mediating()
    row = world.row(case)
    asked = world.open()
    typed: dict[str, tuple[str, Typed]] = {
        "/open/mediation/": ("clerk", {
            "respondent_id": world.other.pk, "respondent_name": "", "kind": "trade", "body_id": row.body_id,
            "claim": "680000", "text": "三批货的货款一直没有付。", "delivered_on": ""}),
        f"/cases/{asked.number}/do/consent/": ("other", {"agrees": "True", "note": ""}),
        f"/cases/{case.number}/do/draft/": ("mediator", {"deal": DEAL, "duties": f"{world.today} 100 付款"}),
        f"/cases/{case.number}/do/ask_longer/": ("mediator", {"days": "10", "reason": "还要对账"}),
        f"/cases/{case.number}/do/sit/": ("mediator", {"way": "online", "on": "2026-11-30", "time": "14:30",
                                                       "link": "会议号 123456", "slot": ""}),
        f"/cases/{case.number}/do/end/": ("mediator", {"why": "no_agreement", "reason": "差距太大"}),
    }  # fmt: skip
    assert broken(world.people, typed, every=False) == []
    day = world.today.isoformat()
    kept: dict[str, tuple[str, Typed]] = {
        "/mediation/bodies/new/": ("watcher", {
            "name": "高新商事调解中心", "kind": "commercial", "unit": world.units["zhujian"].pk, "founder": "商会",
            "licence": "浙司调证 2 号", "assets": "40", "full_time": "1", "place": "高新路 1 号", "fee_percent": "0",
            "fee_standard": "", "valid_from": day, "valid_to": ""}),
        "/mediation/years/new/": ("watcher", {
            "body_name": "商事调解中心", "year": "2025", "cases": "99", "amount": "2000", "saved": "20",
            "source": "工作总结"}),
    }  # fmt: skip
    assert broken(world.people, kept, every=False) == []


def test_a_list_of_matters_asks_no_more_for_many_than_for_one(world: Mediations) -> None:
    world.chosen(world.open())
    client, asked = browser(world.people["staff"]), []
    for more in (0, 4):
        for _ in range(more):
            world.open()
        client.get("/mediation/matters/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/mediation/matters/")
        asked.append(len(captured))
    assert asked[0] == asked[1], asked

"""The pages of mediation as every role: the two firms, the mediator of the case and another, the body, the court, others."""

from __future__ import annotations

import pytest

from qiying.capabilities.mediation.tests.world import DEAL, Mediations, make_world
from qiying.kernel.cases.models import Case
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


def reads(world: Mediations, case: Case, words: str) -> set[str]:
    """Return who finds words on the page of a case."""
    found = set()
    for who, person in world.people.items():
        for address in (f"/cases/{case.number}/", f"/my/{case.number}/"):
            answer = browser(person).get(address, follow=True)
            assert answer.status_code < 500, (who, address)
            if answer.status_code == 200 and words in answer.content.decode():
                found.add(who)
    return found


def test_a_mediator_sees_his_own_cases_and_each_reads_what_is_his(world: Mediations) -> None:
    case = world.signed(world.mediating())
    assert reads(world, case, case.number) >= SEE
    assert reads(world, case, DEAL[:8]) == SEE
    for who in ("mediator2", "people", "outsider", "court", "handler", "watcher"):
        for address in (f"/cases/{case.number}/", f"/my/{case.number}/"):
            assert browser(world.people[who]).get(address).status_code in {302, 404}, who
        listed = browser(world.people[who]).get("/mediation/matters/")
        assert listed.status_code == 404 or world.other.name not in listed.content.decode()
    assert case.number in browser(world.people["mediator"]).get("/mediation/matters/").content.decode()


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
            "claim": "680000", "text": "三批货的货款一直没有付。", "origin": "", "court_number": "", "way": ""}),
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

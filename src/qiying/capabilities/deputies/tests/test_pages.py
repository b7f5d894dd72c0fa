"""A proposal on the deputy's phone and in the office, by the pages and by programs."""

from __future__ import annotations

import pytest

from qiying.capabilities.deputies.tests.world import TEXT, Deputies, make_world
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.tests.walking import broken, browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Deputies:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def test_a_deputy_proposes_by_the_page_and_everybody_reads_what_is_his(world: Deputies) -> None:
    told = {"title": "加快集卡停车场建设", "text": TEXT, "conflict": "我有运输公司的股份"}
    url = "/open/deputy_proposal/"
    for who, person in {**world.people, "nobody": None}.items():
        status = browser(person).get(url).status_code
        assert status == (
            200 if who in {"deputy", "deputy2", "congress", "congress2"} else 302 if who == "nobody" else 404
        ), who
    refused = browser(world.people["deputy"]).post(url, {**told, "title": "建停车场；降房租"})
    assert "只写一件事" in refused.content.decode() and TEXT in refused.content.decode()
    assert browser(world.people["deputy"]).post(url, told).status_code == 302
    case = Case.objects.get(procedure="deputy_proposal")
    case = world.answered(world.assigned(case, co_unit_ids=[world.units["traffic"].pk]))
    for who, person in {**world.people, "nobody": None}.items():
        answer = browser(person).get(f"/cases/{case.number}/", follow=True)
        seen = {"deputy", "deputy2", "congress", "congress2", "handler", "leader", "traffic"}
        assert (case.title in answer.content.decode()) == (who in seen), who
    page = browser(world.people["congress"]).get(f"/cases/{case.number}/").content.decode()
    assert "声明了利害关系" in page and "我有运输公司的股份" in page
    assert browser(world.people["congress"]).get("/numbers/?procedure=deputy_proposal").status_code in {
        200,
        404,
    }


def test_nothing_typed_breaks_a_proposal(world: Deputies) -> None:
    case = world.assigned(world.propose())
    day = world.today.isoformat()
    typed = {
        "/open/deputy_proposal/": ("deputy", {"title": "加快停车场建设", "text": TEXT, "conflict": "有股份", "firm_id": ""}),
        f"/cases/{case.number}/do/talk/": ("handler", {"way": "face", "on": day, "text": "见过面了"}),
        f"/cases/{case.number}/do/ask_return/": ("handler", {"reason": "不归本单位管"}),
    }  # fmt: skip
    assert broken(world.people, typed, every=False) == []

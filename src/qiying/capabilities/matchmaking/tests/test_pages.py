"""Every page of matchmaking as every role; what nobody's typing breaks; what a page costs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiying.capabilities.matchmaking import urls
from qiying.capabilities.matchmaking.models import Intent, Posting
from qiying.capabilities.matchmaking.tests.world import NEED, PAPER, Room, make_room
from qiying.kernel.cases.tests.walking import broken, browser, let_in, unvisited
from qiying.kernel.gatherings.kinds import kind_of
from qiying.kernel.gatherings.services.planning import gathering_save

pytestmark = pytest.mark.django_db
EVERYBODY = "desk desk2 institute alliance bank land supervisor clerk outsider clerk2"


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Room:
    made = make_room()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def test_each_page_opens_for_who_may_see_it_and_for_nobody_else(room: Room) -> None:
    posting, waiting = room.shown(), room.post("alliance", title="求海外仓合作伙伴")
    match = room.ask("clerk", posting, room.key("clerk2"))
    intent = room.agreed()
    told = {"title": "合成生物专场", "place": "云城犀谷", "on": room.today, "starts_at": room.now}
    head = {**told, "ends_at": room.now + timedelta(hours=2)}
    session = gathering_save(
        actor=room.viewer("desk"), kind=kind_of("match_firms"), values=head, now=room.now
    )
    Intent.objects.filter(pk=intent.pk).update(gathering=session)
    link, party = posting.link_id, room.key("clerk2")
    at = "/matchmaking/"
    addresses = {
        at: f"{EVERYBODY} foreigner",
        f"{at}code/": f"{EVERYBODY} foreigner",
        f"{at}intents/new/": f"{EVERYBODY} foreigner",
        f"{at}postings/": f"{EVERYBODY} foreigner",
        f"{at}postings/new/": f"{EVERYBODY} foreigner",
        f"{at}postings/{posting.pk}/": EVERYBODY,
        f"{at}postings/{posting.pk}/change/": "clerk",
        f"{at}postings/{waiting.pk}/": "desk desk2 alliance supervisor",
        f"{at}postings/{waiting.pk}/return/": "desk desk2",
        f"{at}postings/{posting.pk}/to/{party}/": "clerk",
        f"{at}matches/": f"{EVERYBODY} foreigner",
        f"{at}matches/{match.pk}/": "desk desk2 supervisor clerk clerk2",
        f"{at}matches/{match.pk}/yes/": "clerk2",
        f"{at}intents/": f"{EVERYBODY} foreigner",
        f"{at}intents/{intent.pk}/": "desk desk2 bank supervisor clerk",
        f"{at}intents/{intent.pk}/contract/": "bank clerk",
        f"{at}intents/{intent.pk}/claim/": "bank clerk",
        f"{at}intents/{intent.pk}/end/": "desk desk2 bank clerk",
        f"{at}chains/": "desk desk2 supervisor",
        f"{at}chains/{link}/": "desk desk2 supervisor",
        f"{at}chains/new/": "desk desk2",
        "/gatherings/new/match_gov/": "desk desk2 institute alliance",
        f"/gatherings/{session.pk}/": "desk desk2 institute alliance bank land supervisor",
    }
    found = let_in({**room.people, "nobody": None}, addresses)
    order = list(room.people)
    assert found == {a: " ".join(sorted(w.split(), key=order.index)) for a, w in addresses.items()}
    left = {"quiet", "postings_act", "matches_act", "intents_act", "chains_act", "chains_imports"}
    assert {n for n in unvisited(urls, addresses) if not n.endswith("view") and "import" not in n} <= left
    page = browser(room.people["clerk"]).get(f"{at}postings/{posting.pk}/").content.decode()
    assert "元素喷涂发酵装备有限公司" in page and "都说到" in page
    for who in ("clerk2", "institute", "desk"):
        page = browser(room.people[who]).get(f"{at}postings/{posting.pk}/").content.decode()
        assert "13800001234" not in page and "可能合适的" not in page, who


def test_an_alliance_holds_a_session_of_its_own_and_is_led_back_where_it_may_go(room: Room) -> None:
    head = {"title": "出海专场", "place": "会展中心", "on": room.today, "starts_at": room.now}
    values = {**head, "ends_at": room.now + timedelta(hours=2)}
    held = gathering_save(
        actor=room.viewer("alliance"), kind=kind_of("match_firms"), values=values, now=room.now
    )
    home = {
        who: browser(room.people[who]).get("/matchmaking/").content.decode() for who in ("alliance", "bank")
    }
    assert f"/gatherings/{held.pk}/" in home["alliance"] and "办一场" in home["alliance"]
    assert "办一场" not in home["bank"]
    alliance, desk = browser(room.people["alliance"]), browser(room.people["desk"])
    for client, back in ((alliance, "/"), (desk, "/gatherings/")):
        assert client.get(f"/gatherings/{held.pk}/").context["back_url"] == back
        assert client.get("/gatherings/new/").context["back_url"] == back
        assert client.get(back).status_code == 200


def test_two_firms_walk_it_on_their_phones_by_the_pages(room: Room) -> None:
    mine, other, desk = (browser(room.people[who]) for who in ("clerk", "clerk2", "desk"))
    ends = (room.today.replace(year=room.today.year + 1)).isoformat()
    told = {**{k: v for k, v in NEED.items() if v}, "owner": room.key("clerk"), "ends_on": ends}
    refused = mine.post("/matchmaking/postings/new/", told)
    assert refused.status_code == 422 and str(NEED["title"]) in refused.content.decode()
    told["ends_on"] = room.today.replace(day=28).isoformat()
    assert mine.post("/matchmaking/postings/new/", told).status_code == 302
    row = Posting.objects.get()
    assert "待审核的供需" in desk.get("/").content.decode()
    assert desk.post(f"/matchmaking/postings/{row.pk}/show/").status_code == 302
    ask = {"party": room.key("clerk2"), "words": "我们做喷涂", "contact": "李四 13900001111"}
    assert other.post(f"/matchmaking/postings/{row.pk}/ask/", ask).status_code == 302
    match = row.matches.get()
    assert "13900001111" not in mine.get(f"/matchmaking/matches/{match.pk}/").content.decode()
    assert mine.post(f"/matchmaking/matches/{match.pk}/yes/", {"contact": ""}).status_code == 302
    assert "13900001111" in mine.get(f"/matchmaking/matches/{match.pk}/").content.decode()
    assert "13800001234" in other.get(f"/matchmaking/matches/{match.pk}/").content.decode()
    assert "13800001234" not in desk.get(f"/matchmaking/matches/{match.pk}/").content.decode()
    code = other.get("/matchmaking/code/").context["code"].code
    form = mine.get(f"/matchmaking/intents/new/?with={code.lower()}")
    assert "元素喷涂发酵装备有限公司" in form.content.decode()
    intent = {
        "party": room.key("clerk"),
        "code": code,
        "title": "喷涂罐体",
        "kind": "service",
        "wan": "0",
        "key": "a",
    }
    wrong = mine.post("/matchmaking/intents/new/", intent)
    assert wrong.status_code == 422 and "大于 0" in wrong.content.decode()
    assert mine.post("/matchmaking/intents/new/", {**intent, "wan": "12.5"}).status_code == 302
    made = Intent.objects.get()
    waits = other.get("/matchmaking/code/", headers={"HX-Request": "true"}).content.decode()
    assert "喷涂罐体" in waits
    assert other.post(f"/matchmaking/intents/{made.pk}/confirm/").status_code == 302
    from django.core.files.uploadedfile import SimpleUploadedFile

    paper = SimpleUploadedFile(*PAPER[0], content_type="application/pdf")
    sent = {"on": room.today.isoformat(), "wan": "12.5", "paper": paper}
    assert mine.post(f"/matchmaking/intents/{made.pk}/claim/", sent).status_code == 302
    assert desk.post(f"/matchmaking/intents/{made.pk}/check/", {"reason": "回单对得上"}).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.landed_yuan) == ("landed", 125_000)
    assert "落地 1 个、12.5 万元" in desk.get("/matchmaking/intents/?show=landed").content.decode()
    assert desk.get("/matchmaking/intents/?export=xlsx").status_code == 200
    assert "链链看" in desk.get("/numbers/?procedure=matchmaking").content.decode()
    from qiying.capabilities.matchmaking.offers import things_behind
    from qiying.kernel.figures.models import FigureDelta

    ids = list(
        FigureDelta.objects.filter(procedure="matchmaking", measure="landed").values_list(
            "case_id", flat=True
        )
    )
    assert [i.title for i in things_behind(room.viewer("desk"), ids).values()] == [str(made)]
    assert things_behind(room.viewer("outsider"), ids) == {}


def test_nothing_typed_breaks_a_page(room: Room) -> None:
    posting, other = room.shown(), room.post("alliance", title="求海外仓合作伙伴")
    match, intent = room.ask("clerk", posting, room.key("clerk2")), room.agreed()
    day = room.today.isoformat()
    at = "/matchmaking/"
    need = {k: v for k, v in NEED.items() if v} | {
        "ends_on": room.today.replace(day=28).isoformat(),
        "wan": "",
        "link": "",
    }
    typed = {
        f"{at}postings/new/": ("clerk", {**need, "owner": room.key("clerk")}),
        f"{at}postings/{posting.pk}/change/": ("clerk", need),
        f"{at}postings/{other.pk}/return/": ("desk", {"reason": "写清数量再发"}),
        f"{at}postings/{posting.pk}/ask/": ("bank", {"party": room.key("bank"), "words": "可以贷款", "contact": "王经理 13800002222"}),
        f"{at}matches/{match.pk}/yes/": ("clerk2", {"contact": "李四 13900001111"}),
        f"{at}intents/new/": ("clerk", {"party": room.key("clerk"), "code": room.code("bank"), "title": "合作中试",
                                        "kind": "develop", "wan": "", "memo": "", "key": "x"}),
        f"{at}intents/{intent.pk}/end/": ("clerk", {"why": "price", "note": ""}),
        f"{at}chains/new/": ("desk", {"chain": "氢能", "name": "制氢", "place": "1", "industries": "2619", "source": "样例",
                                      "valid_from": day, "valid_to": ""}),
    }  # fmt: skip
    assert broken(room.people, typed, every=False) == []


def test_lists_and_a_postings_page_cost_the_same_for_one_row_as_for_twenty_five(room: Room) -> None:
    def cost(who: str, address: str) -> int:
        client = browser(room.people[who])
        client.get(address)
        with CaptureQueriesContext(connection) as spent:
            assert client.get(address).status_code == 200
        return len(spent)

    room.shown("institute", side="resource", title="发酵平台开放")
    posting = room.shown()
    room.ask("clerk2", posting)
    room.agreed()
    pages = [("desk", f"/matchmaking/{name}/?show={tab}") for name, tab in
             (("postings", "shown"), ("matches", "asked"), ("intents", "confirmed"))]  # fmt: skip
    pages += [("clerk", "/matchmaking/"), ("clerk", f"/matchmaking/postings/{posting.pk}/")]
    before = [cost(*one) for one in pages]
    for number in range(25):
        row = room.shown("institute", side="resource", title=f"发酵平台 {number} 号开放")
        if number < 15:
            room.ask("clerk2", row)
        room.agreed(key=f"n{number}")
    from qiying.capabilities.matchmaking.services.suggesting import suggest_one

    suggest_one(posting, room.now)
    assert [cost(*one) for one in pages] == before

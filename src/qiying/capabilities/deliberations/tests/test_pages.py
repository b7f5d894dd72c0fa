"""Every page of deliberations for everybody; nothing typed breaks one; homes say what waits; lists cost the same."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiying.capabilities.deliberations import urls
from qiying.capabilities.deliberations.models import LocalVoteRule, Sitting, Theme
from qiying.capabilities.deliberations.services import items, sittings
from qiying.capabilities.deliberations.services.keeping import row_keep
from qiying.capabilities.deliberations.services.votes import vote_record
from qiying.capabilities.deliberations.tests.test_motions import filed
from qiying.capabilities.deliberations.tests.world import Congress, make_world
from qiying.capabilities.deliberations.views.items import HEARINGS, ITEMS, MOTIONS, THEMES
from qiying.capabilities.deliberations.views.sittings import OPINIONS, SITTINGS, VOTE_RULES, VOTES
from qiying.kernel.api_access.services import api_token_create
from qiying.kernel.cases.tests.walking import both_ways, broken, broken_by_query, browser, let_in, unvisited
from qiying.kernel.organisations.waiting import waiting_for

pytestmark = pytest.mark.django_db
WATCH = "congress deputy supervisor district_leader discipline"
UNITS = "office handler leader builder"
READS = f"{WATCH} {UNITS}"
PEN = "congress deputy"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Congress:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def keep(world: Congress, model: Any, **values: Any) -> Any:
    given: dict[str, Any] = {"actor": world.viewer("congress"), "model": model, "row": None}
    return row_keep(**given, values=values, names=tuple(values), now=world.now)


def stage(world: Congress) -> dict[str, Any]:
    """Return a row of every register: a list handed over and heard, a sitting to which deputies write."""
    row = world.handed()
    hearing = world.hear()
    first = row.items.order_by("no")[0]
    world.judge(hearing, first, "partly")
    told = {
        "sitting": row,
        "about": "办理情况",
        "on": world.today,
        "good": 20,
        "fair": 5,
        "poor": 2,
        "void": 0,
    }
    vote = vote_record(actor=world.viewer("congress"), values={**told, "present": 29}, now=world.now)
    rule = {"name": "办法", "whole": "members", "half_is_enough": False, "source": "样例"}
    rows = {"hearings": hearing, "votes": vote, "items": first, "motions": filed(world), "handed": row}
    rows["vote_rules"] = keep(world, LocalVoteRule, **rule, valid_from=world.today)
    rows["themes"] = keep(world, Theme, name="交通", about="停车和接驳", started_on=date(2020, 1, 1))
    rows["sittings"] = world.plan(title="下一次审议", kind="special_inquiry")
    rows["opinions"] = world.opine()
    world.come("unit", unit=world.units["market"])
    world.to("inviting")
    return rows


def may_open(rows: dict[str, Any]) -> dict[str, str]:
    wanted: dict[str, str] = {}
    lists = {"sittings": READS, "items": READS, "hearings": READS, "votes": READS, "motions": READS}
    lists |= {"vote_rules": READS, "themes": WATCH, "opinions": PEN}
    own = {"items": f"{WATCH} handler leader", "sittings": WATCH + " office", "motions": WATCH}
    for name, sees in lists.items():
        base = reverse(f"deliberations:{name}")
        new = PEN if name == "opinions" else "congress"
        wanted |= {base: sees, f"{base}new/": new}
        wanted[f"{base}{rows[name].pk}/"] = own.get(name, sees)
    wanted[f"{reverse('deliberations:items')}?export=xlsx"] = READS
    handed = f"{reverse('deliberations:sittings')}{rows['handed'].pk}/"
    wanted[handed] = READS
    wanted[f"{handed}report/"] = "office"
    return wanted


def test_a_page_opens_for_whom_it_is_and_is_not_there_for_anybody_else(world: Congress) -> None:
    wanted = may_open(stage(world))
    people = {n: p for n, p in world.people.items() if n not in ("deputy2", "owner", "outsider")}
    people["nobody"] = None  # type: ignore[assignment]
    got = let_in(people, wanted)
    order = list(people)
    right = {a: " ".join(sorted(who.split(), key=order.index)) for a, who in wanted.items()}
    assert {a: (got[a], who) for a, who in right.items() if got[a] != who} == {}
    kit = ("_view", "_imports", "_template", "_one", "_mapping", "_step", "_act", "_quiet", "_file")
    assert [n for n in unvisited(urls, wanted) if not n.endswith(kit)] == []
    gathering = reverse("gatherings:gathering", args=[world.sitting.gathering_id])
    assert let_in(people, {gathering: ""})[gathering].split() == [
        who for who in order if who in f"{WATCH} handler leader".split()
    ]


def test_who_watches_reads_and_changes_nothing(world: Congress) -> None:
    rows = stage(world)
    acts = [
        (register, act.code)
        for register in (SITTINGS, OPINIONS, VOTES, VOTE_RULES, ITEMS, HEARINGS, MOTIONS, THEMES)
        for act in register.all_acts()
    ]
    assert len(acts) > 20
    for who in ("supervisor", "district_leader", "discipline"):
        client = browser(world.people[who])
        for register, code in acts:
            row = rows[register.name.removeprefix("deliberations_")]
            assert client.post(register.act_url(row, code), {}).status_code == 404, (who, register.name, code)
    deputy = browser(world.people["deputy"])
    for register, code in acts:
        row = rows[register.name.removeprefix("deliberations_")]
        status = deputy.post(register.act_url(row, code), {}).status_code
        assert (status != 404) == ((register, code) == (OPINIONS, "edit")), (register.name, code)


@both_ways
def test_nothing_typed_breaks_a_page(world: Congress, every: bool) -> None:
    rows = stage(world)
    day, later = world.today.isoformat(), (world.today + timedelta(days=30)).isoformat()
    market = world.units["market"].pk
    head = {
        "title": "又一次",
        "on": later,
        "starts": "09:00",
        "ends": "11:00",
        "place": "会堂",
        "agenda": "9:00 听",
    }
    head |= {"members": 29, "opinions_until": later, "report_unit": market, "theme": rows["themes"].pk}
    ballots = {"good": 1, "fair": 1, "poor": 1, "void": 0, "present": 29}
    wrote, handed, open_ = f"opinions/{rows['opinions'].pk}/", rows["handed"].pk, rows["sittings"].pk
    second = rows["handed"].items.order_by("no")[1].pk
    new: dict[str, tuple[str, dict[str, Any]]] = {
        "sittings/new/": ("congress", {**head, "kind": "deliberation"}),
        f"sittings/{open_}/edit/": ("congress", head),
        f"sittings/{handed}/report/": ("office", {"report": "两条都办了，详见附件。"}),
        "opinions/new/": ("deputy2", {"sitting": open_, "text": "再写一条意见", "enterprise": "", "conflict": ""}),
        wrote: ("congress", {"item": "", "area": "政务服务", "text": "少跑一趟"}),
        f"{wrote}leave_out/": ("congress", {"reason": "不属于这次议题"}),
        "items/new/": ("congress", {"sitting": open_, "area": "执法", "text": "合并检查", "unit": market, "due_on": later}),
        "votes/new/": ("congress", {"sitting": handed, "about": "第二次", "on": day, **ballots}),
        "vote-rules/new/": ("congress", {"name": "新办法", "whole": "present", "source": "样例", "valid_from": "2020-01-01",
                                         "valid_to": "2020-12-31"}),
        f"hearings/{rows['hearings'].pk}/": (
            "congress", {"item": second, "progress": "在办", "found": "none", "note": "没有动静", "checked": "site"}),
        f"motions/{rows['motions'].pk}/put/": ("congress", {"way": "oral", "answer_by": later}),
        "themes/new/": ("congress", {"name": "用地", "about": "历史遗留", "started_on": day}),
        f"themes/{rows['themes'].pk}/step/": ("congress", {"on": day, "kind": "report", "label": "听取报告", "next": ""}),
        f"themes/{rows['themes'].pk}/result/": (
            "congress", {"on": day, "what": "停车场", "number": 16, "counted_in": "处", "unit": market, "evidence": "公告"}),
    }  # fmt: skip
    base = reverse("deliberations:sittings").removesuffix("sittings/")
    assert broken(world.people, {f"{base}{path}": told for path, told in new.items()}, every) == []
    asked = {
        reverse("deliberations:items"): ("congress", ("sitting", "area", "q", "sort", "page")),
        reverse("deliberations:opinions"): ("deputy", ("sitting", "page")),
    }
    assert broken_by_query(world.people, asked, every) == []


def test_homes_say_what_waits_and_it_is_gone_when_done(world: Congress) -> None:
    def piles(who: str) -> set[str]:
        own = {p.code for p in waiting_for(world.viewer(who), world.now).piles}
        return {c for c in own if c.startswith(("opinions", "motions"))}

    world.adopted()
    assert piles("congress") == {"opinions_hand_over"}
    for item, unit in zip(world.sitting.items.order_by("no"), ("market", "build"), strict=True):
        given = {"unit": world.units[unit].pk}
        items.item_save(actor=world.viewer("congress"), row=item, values=given, now=world.now)
    sittings.sitting_hand_over(actor=world.viewer("congress"), row=world.sitting, now=world.now)
    assert (piles("congress"), piles("office"), piles("leader")) == (
        {"opinions_hearing"},
        {"opinions_report"},
        set(),
    )
    told: dict[str, Any] = {"row": world.sitting, "report": "都在办，按月公布。", "now": world.now}
    sittings.sitting_report(actor=world.viewer("office"), **told)
    assert (piles("congress"), piles("office")) == ({"opinions_hearing", "opinions_judge"}, set())
    world.plan(title="下一次")
    world.come("unit", unit=world.units["market"])
    assert piles("deputy") == set()
    world.to("inviting")
    assert piles("deputy") == {"opinions_to_write"}
    world.opine()
    assert piles("deputy") == set()


def test_lists_cost_the_same_however_long_and_programs_read_them(world: Congress) -> None:
    rows = stage(world)

    def cost(name: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert browser(world.people["congress"]).get(reverse(f"deliberations:{name}")).status_code == 200
        return len(seen)

    def page() -> int:
        with CaptureQueriesContext(connection) as seen:
            row = reverse("deliberations:sittings_row", args=[world.sitting.pk])
            assert browser(world.people["deputy"]).get(row).status_code == 200
        return len(seen)

    names = ("opinions", "items", "sittings")
    for name in names:
        cost(name)
    world.merge(rows["opinions"])
    before = [*(cost(name) for name in names), page()]
    for n in range(5):
        world.merge(world.opine("deputy2", text=f"再写一条意见 {n}"), text=f"要做到的事 {n}")
    assert [*(cost(name) for name in names), page()] == before
    for who, status in (("congress", 200), ("builder", 200), ("clerk", 404)):
        told: dict[str, Any] = {"actor": world.viewer(who), "name": "程序", "days": 30, "at": world.now}
        token = api_token_create(person=world.people[who], **told)[1]
        got = browser(None).get("/api/v1/registers/deliberations_items", HTTP_AUTHORIZATION=f"Bearer {token}")
        assert got.status_code == status, who
    assert Sitting.objects.count() == 2

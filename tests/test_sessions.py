"""Sessions over requests: theme from the pool, a fair rota, problems beforehand, the day itself, letters, outcomes, counts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from tests.sessions import GROUPS, client_of, edit, held, make_sessions, move, plan

from qiying.capabilities.engagement.models import (
    LeadingSeat,
    SessionOutcome,
)
from qiying.capabilities.engagement.rules import Candidate, rota
from qiying.capabilities.engagement.selectors.sessions import KINDS, themes, totals, turns
from qiying.capabilities.engagement.services.sessions import (
    closed_count,
)
from qiying.capabilities.service_requests.tests.world import TRIAGE, World
from qiying.kernel.documents.models import Document
from qiying.kernel.documents.services import document_read
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.gatherings.kinds import kind_of
from qiying.kernel.gatherings.models import Gathering, Item
from qiying.kernel.gatherings.services.planning import gathering_move, gathering_save
from qiying.kernel.organisations.services import delegation_start
from qiying.kernel.permissions.errors import GuardFailed

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def world(monkeypatch) -> World:
    made = make_sessions()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def test_the_theme_comes_from_the_pool_with_its_evidence(world):
    world.handling()
    assert themes(world.district.pk, world.now.date()) and not themes(world.district.pk, date(2020, 1, 1))
    world.act(world.triaged(), "desk", "assign", unit_id=world.units["town"].pk)
    found = {p.ground: p for p in themes(world.district.pk, date(2026, 12, 28))}
    assert set(found) == {"hardest", "urgent", "common"}
    assert "2 件过了一个月还没办完" in found["hardest"].words and len(found["hardest"].cases) == 2
    assert "2 件已经超期" in found["urgent"].words and "2 件，1 家企业说过" in found["common"].words
    one = plan(world)
    assert (one.session.ground, one.session.category) == ("urgent", "park_transport")
    assert (
        one.session.evidence["cases"] and one.items.filter(source="问题池", case__isnull=False).count() == 2
    )
    assert list(one.attendees.values_list("role", flat=True)) == ["leader", "unit", "unit", "bank", "bank"]


def test_the_rota_is_fair_over_the_groups_and_says_who_is_skipped(world):
    first = turns(world.district.pk, date(2026, 12, 15))
    assert [t.candidate.group for t in first] == sorted(GROUPS) or len(
        {t.candidate.group for t in first}
    ) == 4
    for month in range(4):
        day = date(2026, 12, 15) + timedelta(days=month)
        plan(
            world,
            on=day.isoformat(),
            theme="",
            title="主题",
            leader=str(turns(world.district.pk, day)[0].candidate.key),
        )
    held = list(LeadingSeat.objects.filter(sessions__isnull=False).values_list("group", flat=True))
    assert sorted(held) == sorted(GROUPS)
    away = LeadingSeat.objects.get(group="party")
    delegation_start(
        actor=world.viewer("party"), unit=world.units["leaders"], person=away.person, deputy=world.people["cppcc"],
        valid_from=date(2026, 12, 1), valid_to=date(2026, 12, 31), at=world.now,
    )  # fmt: skip
    last = turns(world.district.pk, date(2026, 12, 20))[-1]
    assert last.candidate.key == away.pk and last.words == "请假到 12月31日，跳过"
    one = plan(world, leader=str(away.pk), on="2026-12-21", theme="", title="专场")
    refused = move(world, one, "inviting").content.decode()
    assert "请假到 12月31日" in refused


@given(st.lists(st.sampled_from([1, 2, 3, 4, 5]), max_size=24))
def test_whoever_convenes_as_proposed_no_group_is_ever_two_ahead(order):
    people = [Candidate(n, GROUPS[n % 4], f"人{n}") for n in range(1, 6)]
    held: dict[int, list[date]] = {}
    for n, _ in enumerate(order):
        held.setdefault(rota(people, held)[0].candidate.key, []).append(date(2026, 1, 1) + timedelta(days=n))
    of_group = [sum(len(held.get(p.key, ())) for p in people if p.group == g) for g in GROUPS]
    assert max(of_group) - min(of_group) <= 1


def test_two_banks_and_a_leader_have_to_be_invited(world):
    one = plan(world, banks=[], leader="", theme="", title="专场")
    with pytest.raises(GuardFailed) as refused:
        gathering_move(gathering=one, actor=world.viewer("desk"), to="inviting", now=world.now)
    assert refused.value.reasons == ["还没定谁召集", "还没请召集领导", "“金融机构”至少要 2 个，现在 0 个"]


def test_problems_are_handed_in_beforehand_and_duplicates_joined(world):
    one = plan(world, theme="", title="专场")
    liaison, desk = client_of(world, "liaison"), client_of(world, "desk")
    assert one.title in liaison.get(reverse("engagement:collect")).content.decode()
    page = reverse("engagement:collect_for", args=[one.pk])
    said = {
        "source": "officer",
        "text": "园区晚上没有公交，工人下夜班回不去",
        "enterprise": world.enterprise.name,
    }
    assert liaison.post(page, {**said, "enterprise": "没有这家"}).status_code == 422
    liaison.post(page, said)
    liaison.post(page, {"source": "association", "text": "园区晚上没公交，下夜班的工人回不去家"})
    assert "并进第 1 条" in desk.get(page).content.decode()
    first, second = Item.objects.order_by("no")
    desk.post(reverse("engagement:join", args=[one.pk]), {"item": second.pk, "into": first.pk})
    assert Item.objects.get(pk=second.pk).joined_into == first
    assert client_of(world, "clerk").get(page).status_code == 404
    assert liaison.post(reverse("engagement:join", args=[one.pk]), {}).status_code in (403, 404)


def test_a_session_counts_writes_letters_and_follows_its_cases(world):
    one = held(world)
    assert one.phase == "following"
    counted = dict(FigureDelta.objects.filter(procedure="sessions").values_list("measure", "value"))
    wanted = {
        "issues": 2,
        "entrepreneurs": 2,
        "firms_met": 1,
        "leaders": 1,
        "heads": 2,
        "solved_there": 1,
        "promised": 1,
    }
    assert counted == {"sessions": 1, **wanted}
    item = Item.objects.get(key="a")
    assert item.case is not None and item.case.channel
    desk = client_of(world, "desk")
    for kind in ("task", "minutes", "report", "report"):
        desk.post(reverse("gatherings:do", args=[one.pk, "letters"]), {"kind": kind})
    sent = list(one.letters.values_list("kind", flat=True))
    assert sorted(sent) == ["minutes", "report", "report", "task"]
    word = Document.objects.filter(name__startswith="处理工作函", name__endswith="docx").get()
    from docx import Document as Docx

    text = "\n".join(p.text for p in Docx(ContentFile(document_read(word))).paragraphs)
    assert "工作签证要跑三趟" in text and "2026年12月25日" in text and item.case.number in text
    closing = {"case": item.case.number}
    closed_count(closing, world.now)
    closed_count(closing, world.now)
    assert FigureDelta.objects.filter(measure="closed").count() == 1
    answer = desk.post(
        reverse("engagement:outcome", args=[one.pk]),
        {
            "kind": "policy",
            "title": "外籍人才一件事实施办法",
            "issued_on": "2026-12-20",
            "firms": "1500",
            "item": str(item.pk),
        },
    )
    assert answer.status_code == 302 and SessionOutcome.objects.get().item == item
    found = totals(world.district.pk, date(2026, 1, 1), date(2026, 12, 31))
    assert (found.sessions, found.entrepreneurs, found.issues, found.policies, found.firms) == (
        1,
        2,
        2,
        1,
        1500,
    )
    assert (found.leaders, found.leader_persons, found.heads, found.units) == (1, 1, 2, 2)
    assert "外籍人才一件事" in desk.get(reverse("gatherings:gathering", args=[one.pk])).content.decode()


def test_the_day_of_a_session_stays_once_it_is_counted(world):
    one = held(world)
    with pytest.raises(GuardFailed) as refused:
        gathering_save(
            actor=world.viewer("desk"), kind=kind_of(one.kind), gathering=one, now=world.now,
            values={"on": one.on + timedelta(days=40)},
        )  # fmt: skip
    assert set(refused.value.fields) == {"on"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_held(world, kind):
    one = plan(
        world,
        kind=kind,
        theme="",
        title="专场",
        leader=""
        if kind in ("reception", "coordination", "small")
        else str(LeadingSeat.objects.earliest("pk").pk),
        banks=[] if "bank" not in {r.code for r in kind_of(kind).roles} else [world.units["bank1"].pk],
    )
    assert one.kind == kind


def test_who_does_not_belong_finds_nothing(world):
    one = held(world)
    pages = [
        reverse(f"engagement:{n}") for n in ("sessions", "plan", "tracking", "seats", "groups", "seats_new")
    ]
    for who in ("clerk", "outsider", "handler", "co_handler"):
        client = client_of(world, who)
        assert {client.get(p).status_code for p in pages} == {404}, who
        assert client.get(reverse("engagement:outcome", args=[one.pk])).status_code in (403, 404)
    watching = client_of(world, "supervisor")
    assert [watching.get(p).status_code for p in pages] == [200, 404, 200, 200, 200, 404]
    assert watching.get(reverse("engagement:outcome", args=[one.pk])).status_code == 403
    desk = client_of(world, "desk")
    assert {desk.get(p).status_code for p in pages} == {200}
    assert desk.get("/numbers/sessions/").status_code in (200, 404)


def test_lists_cost_the_same_for_two_and_for_twenty_five(world):
    one = held(world)
    desk = client_of(world, "desk")

    def cost(address: str) -> int:
        desk.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(address).status_code == 200
        return len(captured.captured_queries)

    pages = [reverse(f"engagement:{n}") for n in ("sessions", "tracking", "seats", "groups")]
    before = [cost(p) for p in pages]
    Gathering.objects.filter(pk=one.pk).update(phase="running")
    for n in range(23):
        edit(world, one, f"x{n}", text=f"第 {n} 件不一样的事情", unit=str(world.units["town"].pk))
    Gathering.objects.filter(pk=one.pk).update(phase="following")
    assert [cost(p) for p in pages] == before
    assert TRIAGE

"""Talents by consent alone: entered, matched, introduced, taken back at once; needs of firms; programmes counted."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from qiying.capabilities.talents import urls
from qiying.capabilities.talents.models import Introduction, Need, Nomination, Programme, Talent
from qiying.capabilities.talents.rules import fit, ranked
from qiying.capabilities.talents.selectors import (
    consent_of,
    programmes,
    suggestions,
    talent_counts,
    talents_kept,
)
from qiying.capabilities.talents.services import (
    contact_look,
    introduce,
    introduction_answer,
    need_close,
    need_post,
    nominate,
    nomination_result,
    programme_keep,
    talent_change,
    talent_consent,
    talent_enter,
    talent_erase,
    talent_revoke,
)
from qiying.kernel.cases.tests.walking import broken, browser, let_in, unvisited
from qiying.kernel.cases.tests.world import DESK, World, cast
from qiying.kernel.consents.models import ConsentLook
from qiying.kernel.gatherings.kinds import kind_of
from qiying.kernel.gatherings.services.people import sign_up
from qiying.kernel.gatherings.services.planning import gathering_move, gathering_save
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = [pytest.mark.django_db]
NEED: dict[str, Any] = {
    "title": "数控机床调试工程师", "field": "机械制造", "about": "五轴数控机床的安装调试", "count": 2,
    "until": date(2027, 3, 1),
}  # fmt: skip


@pytest.fixture
def world() -> World:
    return World(
        **cast(
            "人才区",
            {
                "desk": DESK,
                "party": ("区委组织部", ["handling"]),
                "labour": ("区人社局", ["handling"]),
                "leaders": ("区领导", ["leadership"]),
            },
            {
                "desk": ("小受", "desk", "desk"),
                "talent": ("才甲", "party", "talent"),
                "elsewhere": ("才乙", "labour", "talent"),
                "handler": ("经办", "labour", "handler"),
                "district_leader": ("区长", "leaders", "district_leader"),
            },
        )
    )


def entered(world: World, name: str = "顾明", **changed: Any) -> Talent:
    values = {
        "kind": "expert", "name": name, "field": "机械制造", "about": "做过八年五轴数控机床调试", "place": "人才区城南",
        "contact": "13800001111", "is_open": True, "consent_note": "11 月 1 日签了同意书 12 号",
        "consent_until": world.now.date() + timedelta(days=300), **changed,
    }  # fmt: skip
    return talent_enter(actor=world.viewer("talent"), values=values, now=world.now)


def posted(world: World, **changed: Any) -> Need:
    return need_post(
        actor=world.viewer("clerk"), enterprise=world.enterprise, values={**NEED, **changed}, now=world.now
    )


def test_fit_by_field_words_and_place() -> None:
    class One:
        def __init__(self, field: str, about: str, place: str = "", title: str = "") -> None:
            self.field, self.about, self.place, self.title = field, about, place, title

    need = One("机械制造", "五轴数控机床的安装调试", title="工程师")
    good, other, none = One("机械制造", "数控机床调试", "甲区"), One("软件", "数控系统"), One("软件", "网页")
    assert fit(need, good, "甲区").reasons[0] == "同一领域：机械制造"
    assert fit(need, good, "甲区").points > fit(need, good, "乙区").points > fit(need, other, "").points
    assert [one for one, _ in ranked(need, [none, other, good], "甲区")] == [good]


def test_nobody_is_kept_without_consent_or_shown_after_it(world: World) -> None:
    for wrong in ({"consent_note": " "}, {"consent_until": world.now.date() + timedelta(days=500)}):
        with pytest.raises(GuardFailed):
            entered(world, **wrong)
    assert not Talent.objects.exists()
    for who in ("clerk", "handler", "district_leader", "outsider"):
        with pytest.raises(NotPermitted):
            talent_enter(actor=world.viewer(who), values={}, now=world.now)
    row, need, today = entered(world), posted(world), world.now.date()
    officer = world.viewer("talent")
    assert [one.pk for one, _ in suggestions(officer, need, world.now)] == [row.pk]
    assert suggestions(world.viewer("elsewhere"), need, world.now) == []  # the consent is to another unit
    assert talent_counts(world.district.pk, today) == {"expert": 1}
    row_url = f"/talents/people/{row.pk}/"
    client = browser(world.people["talent"])
    assert "顾明" in client.get(row_url).content.decode()
    assert browser(world.people["elsewhere"]).get(row_url).status_code == 404
    talent_revoke(actor=officer, talent=row, now=world.now)
    assert suggestions(officer, need, world.now) == []
    pages = ["/talents/people/", "/talents/people/?show=hidden", "/talents/people/?field=机械制造", row_url]
    for address in (*pages, "/talents/people/?export=xlsx", f"/talents/needs/{need.pk}/"):
        content = client.get(address).content
        assert "顾明".encode() not in content
        assert b"13800001111" not in content
    assert client.get(f"{row_url}change/").status_code == 302
    with pytest.raises(ActionNotAvailable):
        talent_change(actor=officer, talent=row, values={"name": "顾明"}, now=world.now)
    again = {"consent_note": "又签了一份 13 号", "consent_until": today + timedelta(days=10)}
    talent_consent(actor=officer, talent=row, values=again, now=world.now)
    assert consent_of(row, world.now)
    with pytest.raises(ActionNotAvailable):
        talent_consent(actor=officer, talent=row, values=again, now=world.now)
    assert talents_kept(officer, today + timedelta(days=10)).get().shown
    assert not talents_kept(officer, today + timedelta(days=11)).get().shown  # it ran out by itself
    talent_erase(actor=officer, talent=row, now=world.now)
    row.refresh_from_db()
    assert (row.name, row.contact, row.erased_on) == ("已删去", "已删去", today)


def test_a_talent_is_asked_first_and_the_firm_sees_him_only_while_he_agrees(world: World) -> None:
    row, need, officer = entered(world), posted(world), world.viewer("talent")
    made = introduce(actor=officer, need=need, talent=row, why="调过同款机床", now=world.now)
    assert introduce(actor=officer, need=need, talent=row, why="再来", now=world.now) == made
    assert ConsentLook.objects.count() == 2  # each look of the office is noted
    client = browser(world.people["clerk"])
    look = f"/needs/contacts/{made.pk}/"
    assert client.post(look).status_code == 404  # not asked yet
    introduction_answer(actor=officer, introduction=made, state="agreed", said="可以见", now=world.now)
    assert "13800001111" in client.post(look).content.decode()
    assert browser(world.people["outsider"]).post(look).status_code == 404
    with pytest.raises(NotPermitted):
        contact_look(actor=world.viewer("outsider"), introduction=made, now=world.now)
    talent_revoke(actor=officer, talent=row, now=world.now)
    made.refresh_from_db()
    assert (made.state, made.said) == ("declined", "本人撤回了同意")
    assert client.post(look).status_code == 404
    with pytest.raises(ActionNotAvailable):
        introduce(actor=officer, need=need, talent=row, why="再来", now=world.now)
    shy = entered(world, "沈默", is_open=False)
    with pytest.raises(GuardFailed):
        introduce(actor=officer, need=need, talent=shy, why="也许", now=world.now)
    need_close(actor=world.viewer("clerk"), need=need, filled=True, now=world.now)
    need.refresh_from_db()
    assert (need.state, suggestions(officer, need, world.now)) == ("filled", [])
    with pytest.raises(ActionNotAvailable):
        introduce(actor=officer, need=need, talent=entered(world, "何远"), why="晚了", now=world.now)


def test_a_consent_that_ran_out_between_agreeing_and_looking(world: World) -> None:
    row = entered(world, consent_until=world.now.date())
    made = introduce(actor=world.viewer("talent"), need=posted(world), talent=row, why="合适", now=world.now)
    introduction_answer(
        actor=world.viewer("talent"), introduction=made, state="agreed", said="可以见", now=world.now
    )
    assert contact_look(actor=world.viewer("clerk"), introduction=made, now=world.now) == row
    world.later(days=1)
    with pytest.raises(ActionNotAvailable):
        contact_look(actor=world.viewer("clerk"), introduction=made, now=world.now)
    with pytest.raises(ActionNotAvailable):
        introduction_answer(
            actor=world.viewer("talent"), introduction=made, state="hired", said="成了", now=world.now
        )


def test_needs_are_posted_once_by_the_firm_or_an_officer_who_asked(world: World) -> None:
    first = posted(world)
    assert posted(world) == first
    assert need_post(
        actor=world.viewer("talent"), enterprise=world.enterprise, values={**NEED, "title": "会计"}, now=world.now
    ).pk != first.pk  # fmt: skip
    for who in ("outsider", "handler"):
        with pytest.raises(NotPermitted):
            need_post(actor=world.viewer(who), enterprise=world.enterprise, values=NEED, now=world.now)
    with pytest.raises(GuardFailed) as refused:
        posted(world, title="焊工", count=0, until=date(2020, 1, 1))
    assert set(refused.value.fields) == {"count", "until"}


def test_programmes_count_who_was_put_forward_and_who_was_selected(world: World) -> None:
    officer = world.viewer("talent")
    values = {"name": "瓯越英才计划", "level": "city", "year": 2026, "source": "温委人〔2026〕1号"}
    programme = programme_keep(actor=officer, row=None, values=values, now=world.now)
    with pytest.raises(GuardFailed):
        programme_keep(actor=officer, row=None, values=values, now=world.now)
    rows = [
        nominate(
            actor=officer,
            programme=programme,
            talent=entered(world, f"才{n}"),
            applied_on=date(2026, 6, 1),
            now=world.now,
        )
        for n in range(3)
    ]
    told: dict[str, Any] = {"document": "温委人〔2026〕9号", "now": world.now}
    nomination_result(actor=officer, nomination=rows[0], selected=True, **told)
    nomination_result(actor=officer, nomination=rows[1], selected=False, **told)
    with pytest.raises(ActionNotAvailable):
        nomination_result(actor=officer, nomination=rows[0], selected=False, **told)
    found = programmes(world.viewer("district_leader")).get()
    assert (found.applied, found.decided, found.selected) == (3, 2, 1)
    assert not programmes(world.viewer("clerk")).exists()
    assert Nomination.objects.filter(state="applied").count() == 1
    assert Programme.objects.count() == 1


def test_training_takes_sign_ups(world: World) -> None:
    starts = world.now + timedelta(days=9)
    values = {
        "title": "新生代企业家数字化培训", "on": starts.date(), "starts_at": starts, "ends_at": starts + timedelta(hours=2),
        "place": "青创中心", "capacity": 1,
    }  # fmt: skip
    officer = world.viewer("talent")
    made = gathering_save(actor=officer, kind=kind_of("talent_training"), values=values, now=world.now)
    made = gathering_move(gathering=made, actor=officer, to="inviting", now=world.now)
    first = sign_up(gathering=made, actor=world.viewer("clerk"), now=world.now)
    second = sign_up(gathering=made, actor=world.viewer("outsider"), now=world.now)
    assert (first.state, second.state) == ("confirmed", "waiting")


def test_every_page_as_every_role_and_what_is_typed_breaks_nothing(world: World) -> None:
    row, need, officer = entered(world), posted(world), world.viewer("talent")
    made = introduce(actor=officer, need=need, talent=row, why="合适", now=world.now)
    values = {"name": "万人计划", "level": "province", "year": 2026, "source": "浙委人〔2026〕1号"}
    programme = programme_keep(actor=officer, row=None, values=values, now=world.now)
    other = entered(world, "何远")
    keeps = "talent elsewhere"
    wanted = {
        "/talents/people/": keeps,
        f"/talents/people/{row.pk}/": "talent",
        "/talents/people/new/": keeps,
        f"/talents/people/{row.pk}/nominate/": "talent",
        f"/talents/people/{row.pk}/change/": "talent",
        "/talents/needs/": keeps,
        f"/talents/needs/{need.pk}/": keeps,
        f"/talents/needs/{need.pk}/introduce/": "talent",
        "/talents/introductions/": keeps,
        f"/talents/introductions/{made.pk}/": keeps,
        f"/talents/introductions/{made.pk}/agreed/": keeps,
        "/talents/programmes/": f"{keeps} district_leader",
        f"/talents/programmes/{programme.pk}/": f"{keeps} district_leader",
        "/needs/": "clerk outsider",
        "/needs/new/": "clerk outsider",
    }
    assert let_in(world.people, dict.fromkeys(wanted)) == wanted
    assert set(unvisited(urls, wanted)) >= {"contact", "end"}
    person = {
        "kind": "away", "name": "林海", "enterprise": "", "field": "软件", "about": "做跨境电商", "place": "杭州",
        "contact": "13900002222", "is_open": "on", "consent_note": "电话里同意，有录音 3 号", "consent_until": "2027-03-01",
    }  # fmt: skip
    typed: dict[str, Any] = {
        "/talents/people/new/": ("talent", person),
        f"/talents/people/{row.pk}/nominate/": (
            "talent",
            {"programme": programme.pk, "applied_on": "2026-06-01"},
        ),
        f"/talents/needs/{need.pk}/introduce/": ("talent", {"talent": other.pk, "why": "也合适"}),
        "/needs/new/": ("clerk", {**NEED, "title": "焊工", "until": "2027-03-01"}),
        f"/needs/{need.pk}/end/": ("clerk", {"filled": "yes"}),
        f"/talents/introductions/{made.pk}/agreed/": ("talent", {"said": "可以见"}),
    }
    assert broken(world.people, typed, every=False) == []
    shown = browser(world.people["clerk"]).get("/needs/").content.decode()
    assert "数控机床" in shown
    assert "顾明" not in shown
    assert "数控机床" not in browser(world.people["outsider"]).get("/needs/").content.decode()
    assert Introduction.objects.count() == 1

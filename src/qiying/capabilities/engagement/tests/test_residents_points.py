"""Resident officers with hand-over and hidden opinions; points by their kinds; a deputy's notes that nobody else reads."""

from __future__ import annotations

from typing import Any

import pytest

from qiying.capabilities.engagement.models import (
    DeputyNote,
    OfficerOpinion,
    PointKind,
    PointProblem,
    ResidentFirm,
    ResidentTerm,
)
from qiying.capabilities.engagement.selectors.points import contributed, notes_of, points_visible_to
from qiying.capabilities.engagement.selectors.residents import officer_row, opinions_of, opinions_wanted
from qiying.capabilities.engagement.services.points import (
    kind_save,
    note_raise,
    note_save,
    point_end,
    point_save,
    problem_raise,
    reception_offer,
)
from qiying.capabilities.engagement.services.residents import (
    firms_give,
    hand_over,
    message_send,
    opinion_give,
    term_end,
    term_save,
)
from qiying.capabilities.engagement.tests.visits_world import Walks, make_walks
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.bookings.models import Bookable
from qiying.kernel.cases.models import Case
from qiying.kernel.enterprises.tests.factories import make_clerk
from qiying.kernel.notices.models import Notice
from qiying.kernel.organisations.tests.cast import client_of
from qiying.kernel.organisations.tests.factories import make_person, make_unit
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def walks(monkeypatch: pytest.MonkeyPatch) -> Walks:
    made = make_walks()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def term(walks: Walks, who: str, days: int = -200) -> ResidentTerm:
    person = walks.people[who]
    values = {"person_id": person.pk, "unit_id": person.memberships.get().unit_id, "phone": "0573-86110000"}
    values["valid_from"] = walks.day(days)
    return term_save(actor=walks.viewer("desk"), term=None, values=values, now=walks.now)


# --- resident officers ---------------------------------------------------------------------------
def test_a_firm_has_one_officer_and_a_hand_over_keeps_the_history(walks):
    old, new, desk = term(walks, "handler"), term(walks, "co_liaison"), walks.viewer("desk")
    firms_give(actor=desk, term=old, firms=[walks.enterprise], now=walks.now)
    with pytest.raises(GuardFailed, match="已经有服务员"):
        firms_give(actor=desk, term=new, firms=[walks.enterprise], now=walks.now)
    with pytest.raises(NotPermitted):
        hand_over(actor=walks.viewer("liaison"), term=old, to=new, note="有两件事", now=walks.now)
    walks.later(days=3)
    assert hand_over(actor=desk, term=old, to=new, note="补贴还没到账，要盯着", now=walks.now) == 1
    found = officer_row(walks.enterprise.pk)
    assert found is not None and found.term == new
    rows = ResidentFirm.objects.filter(enterprise=walks.enterprise).order_by("pk")
    assert [(r.term, r.valid_to) for r in rows] == [(old, walks.day(0)), (new, None)]
    home = client_of(walks.people["clerk"]).get("/").content.decode()
    assert "王联" in home and 'href="tel:0573-86110000"' in home and "/residents/message/" in home
    assert "驻企服务员" not in client_of(walks.people["outsider"]).get("/").content.decode()
    message_send(actor=walks.viewer("clerk"), row=found, text="路灯什么时候修", now=walks.now)
    assert Notice.objects.get(template="resident_message").to_key == f"p:{walks.people['co_liaison'].pk}"
    with pytest.raises(NotPermitted):
        message_send(actor=walks.viewer("outsider"), row=found, text="路灯什么时候修", now=walks.now)


@pytest.mark.parametrize(("answers", "shown"), [(4, False), (5, False), (6, True)])
def test_opinions_of_few_are_hidden_and_those_of_more_come_together_when_the_time_is_over(
    walks, answers, shown
):
    one, desk = term(walks, "handler"), walks.viewer("desk")
    firms = [walks.firm(f"第{n}纺织有限公司") for n in range(answers)]
    for n, firm in enumerate(firms):
        walks.people[f"clerk{n}"] = make_clerk(firm, f"专员{n}")
    firms_give(actor=desk, term=one, firms=firms, now=walks.now)
    term_end(actor=desk, term=one, on=walks.day(0), reason="任期满", now=walks.now)
    for n in range(answers):
        clerk = walks.viewer(f"clerk{n}")
        row = opinions_wanted(clerk, walks.day(0)).get()
        before = AuditEntry.objects.count()
        opinion_give(actor=clerk, row=row, level=5, text=f"第{n}句", now=walks.now)
        assert AuditEntry.objects.count() == before  # nothing joins who said it and what
        assert not opinions_wanted(clerk, walks.day(0)).exists()
        with pytest.raises(ActionNotAvailable):
            opinion_give(actor=clerk, row=row, level=1, text="", now=walks.now)
    one.refresh_from_db()
    assert opinions_of(one, walks.day(0)).words and not opinions_of(one, walks.day(0)).levels
    after = opinions_of(one, walks.day(31))
    assert bool(after.levels) == bool(after.texts) == shown
    assert OfficerOpinion.objects.count() == answers
    walks.later(days=31)
    page = client_of(walks.people["desk"]).get(f"/residents/{one.pk}/").content.decode()
    assert ("第0句" in page) == shown
    assert "第0句" not in client_of(walks.people["supervisor"]).get(f"/residents/{one.pk}/").content.decode()


# --- points --------------------------------------------------------------------------------------
def kind(walks: Walks, **values: Any) -> PointKind:
    given = {
        "name": "企业联系点",
        "owner_kind": "congress",
        "visibility": "public",
        "channel": "contact_point",
        **values,
    }
    return kind_save(actor=walks.viewer("desk"), kind=None, values=given, now=walks.now)


def point(
    walks: Walks, of: PointKind, unit: str = "renda", name: str = "城南联络站", who: str = "desk"
) -> Any:
    values = {"kind_id": of.pk, "name": name, "unit_id": walks.units[unit].pk, "valid_from": walks.day(-30)}
    return point_save(actor=walks.viewer(who), point=None, values=values, now=walks.now)


@pytest.mark.parametrize(
    ("visibility", "seers"),
    [
        ("public", "desk deputy liaison discipline clerk"),
        ("office", "desk deputy liaison discipline"),
        ("owner", "desk discipline"),
    ],
)
def test_the_kind_of_a_point_decides_its_owner_and_who_sees_it(walks, visibility, seers):
    walks.units["jiwei"] = make_unit(walks.district, "区纪委", kind="discipline")
    walks.people["discipline"] = make_person("纪检", walks.units["jiwei"], "discipline")
    of = kind(walks, name="监督联系点", owner_kind="discipline", visibility=visibility)
    with pytest.raises(GuardFailed, match="由纪检监察主管"):
        point(walks, of, "renda")
    one = point(walks, of, "jiwei", who="discipline")
    for who in ("desk", "deputy", "liaison", "discipline", "clerk"):
        seen = points_visible_to(walks.viewer(who), walks.day(0)).exists()
        assert seen == (who in seers.split()), who
    with pytest.raises(NotPermitted):
        point_end(actor=walks.viewer("deputy"), point=one, on=walks.day(0), reason="合并", now=walks.now)


def test_what_a_point_contributed_is_counted_and_goes_by_its_kinds_channel(walks):
    one = point(walks, kind(walks))
    case = problem_raise(
        actor=walks.viewer("deputy"),
        point=one,
        text="用地材料交了三次。",
        now=walks.now,
        enterprise=walks.enterprise,
    )
    assert case.channel and case.channel.code == "contact_point" and PointProblem.objects.get().case == case
    assert contributed([one.pk]) == {one.pk: {"problems": 1, "closed": 0, "solved": 0}}
    with pytest.raises(NotPermitted):
        problem_raise(actor=walks.viewer("liaison"), point=one, text="用地材料交了三次。", now=walks.now)
    page = client_of(walks.people["deputy"]).get(f"/points/{one.pk}/").content.decode()
    assert case.number in page
    assert case.title not in client_of(walks.people["liaison"]).get(f"/points/{one.pk}/").content.decode()


def test_a_department_receives_at_a_station_and_firms_book_it_there(walks):
    one = point(walks, kind(walks))
    values = {
        "name": "城南联络站 · 区住建局接待", "unit_id": walks.units["bureau"].pk, "hours": "周二 14:00-16:00",
        "receiver_id": walks.people["co_liaison"].pk, "slot_minutes": 30,
    }  # fmt: skip
    with pytest.raises(GuardFailed, match="自己单位"):
        reception_offer(actor=walks.viewer("liaison"), point=one, values=values, now=walks.now)
    reception_offer(actor=walks.viewer("co_liaison"), point=one, values=values, now=walks.now)
    offered = Bookable.objects.get(subject=f"point:{one.pk}")
    page = client_of(walks.people["clerk"]).get("/points/near/").content.decode()
    assert f"/bookings/at/{offered.pk}/" in page
    form = client_of(walks.people["co_liaison"]).get(f"/points/{one.pk}/reception/")
    assert form.status_code == 200


# --- notes ---------------------------------------------------------------------------------------
def test_a_deputys_notes_are_read_by_nobody_else_and_become_a_problem_with_one_tap(walks):
    deputy, words = walks.viewer("deputy"), "一家食品厂门口没有公交站。"
    for _ in range(2):
        note = note_save(actor=deputy, key="made-once", text=words, on=walks.day(0), now=walks.now)
    assert DeputyNote.objects.count() == 1
    walks.people["other"] = make_person("另一位", walks.units["renda"], "deputy")
    for who in ("other", "desk", "supervisor", "admin", "system"):
        assert not notes_of(walks.viewer(who)).exists(), who
    for who, status in (("other", 200), ("admin", 404), ("desk", 404), ("clerk", 404)):
        answer = client_of(walks.people[who]).get("/notes/")
        assert answer.status_code == status and words not in answer.content.decode(), who
    assert client_of(walks.people["other"]).post(f"/notes/{note.pk}/raise/").status_code == 404
    assert not AuditEntry.objects.filter(data__contains=words).exists()
    browser = client_of(walks.people["deputy"])
    assert words in browser.get("/notes/").content.decode()
    for _ in range(2):
        browser.post(f"/notes/{note.pk}/raise/")
    case = Case.objects.get()
    assert (
        case.channel
        and case.channel.code == "liaison_station"
        and note_raise(actor=deputy, note=note, now=walks.now) == case
    )

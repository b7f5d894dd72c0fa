"""Points by their kinds, what came in through them; a deputy's notes that nobody else reads."""

from __future__ import annotations

from typing import Any

import pytest

from qiying.capabilities.engagement.models import DeputyNote, PointKind, PointProblem
from qiying.capabilities.engagement.selectors.points import contributed, notes_of, points_visible_to
from qiying.capabilities.engagement.services.points import (
    kind_save,
    note_raise,
    note_save,
    point_end,
    point_save,
    problem_raise,
    reception_offer,
)
from qiying.capabilities.engagement.tests.world import Meets, make_meets
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.bookings.models import Bookable
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.tests.cast import client_of
from qiying.kernel.organisations.tests.factories import make_person, make_unit
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def meets(monkeypatch: pytest.MonkeyPatch) -> Meets:
    made = make_meets()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def kind(meets: Meets, **values: Any) -> PointKind:
    given = {
        "name": "企业联系点",
        "owner_kind": "congress",
        "visibility": "public",
        "channel": "contact_point",
        **values,
    }
    return kind_save(actor=meets.viewer("desk"), kind=None, values=given, now=meets.now)


def point(
    meets: Meets, of: PointKind, unit: str = "renda", name: str = "城南联络站", who: str = "desk"
) -> Any:
    values = {"kind_id": of.pk, "name": name, "unit_id": meets.units[unit].pk, "valid_from": meets.day(-30)}
    return point_save(actor=meets.viewer(who), point=None, values=values, now=meets.now)


@pytest.mark.parametrize(
    ("visibility", "seers"),
    [
        ("public", "desk deputy liaison discipline clerk"),
        ("office", "desk deputy liaison discipline"),
        ("owner", "desk discipline"),
    ],
)
def test_the_kind_of_a_point_decides_its_owner_and_who_sees_it(meets, visibility, seers):
    meets.units["jiwei"] = make_unit(meets.district, "区纪委", kind="discipline")
    meets.people["discipline"] = make_person("纪检", meets.units["jiwei"], "discipline")
    of = kind(meets, name="监督联系点", owner_kind="discipline", visibility=visibility)
    with pytest.raises(GuardFailed, match="由纪检监察主管"):
        point(meets, of, "renda")
    one = point(meets, of, "jiwei", who="discipline")
    for who in ("desk", "deputy", "liaison", "discipline", "clerk"):
        seen = points_visible_to(meets.viewer(who), meets.day(0)).exists()
        assert seen == (who in seers.split()), who
    with pytest.raises(NotPermitted):
        point_end(actor=meets.viewer("deputy"), point=one, on=meets.day(0), reason="合并", now=meets.now)


def test_what_a_point_contributed_is_counted_and_goes_by_its_kinds_channel(meets):
    one = point(meets, kind(meets))
    case = problem_raise(
        actor=meets.viewer("deputy"),
        point=one,
        text="用地材料交了三次。",
        now=meets.now,
        enterprise=meets.enterprise,
    )
    assert case.channel and case.channel.code == "contact_point" and PointProblem.objects.get().case == case
    assert contributed([one.pk]) == {one.pk: {"problems": 1, "closed": 0, "solved": 0}}
    with pytest.raises(NotPermitted):
        problem_raise(actor=meets.viewer("liaison"), point=one, text="用地材料交了三次。", now=meets.now)
    page = client_of(meets.people["deputy"]).get(f"/points/{one.pk}/").content.decode()
    assert case.number in page
    assert case.title not in client_of(meets.people["liaison"]).get(f"/points/{one.pk}/").content.decode()


def test_a_department_receives_at_a_station_and_firms_book_it_there(meets):
    one = point(meets, kind(meets))
    values = {
        "name": "城南联络站 · 区住建局接待", "unit_id": meets.units["bureau"].pk, "hours": "周二 14:00-16:00",
        "receiver_id": meets.people["co_liaison"].pk, "slot_minutes": 30,
    }  # fmt: skip
    with pytest.raises(GuardFailed, match="自己单位"):
        reception_offer(actor=meets.viewer("liaison"), point=one, values=values, now=meets.now)
    reception_offer(actor=meets.viewer("co_liaison"), point=one, values=values, now=meets.now)
    offered = Bookable.objects.get(subject=f"point:{one.pk}")
    page = client_of(meets.people["clerk"]).get("/points/near/").content.decode()
    assert f"/bookings/at/{offered.pk}/" in page
    form = client_of(meets.people["co_liaison"]).get(f"/points/{one.pk}/reception/")
    assert form.status_code == 200


def test_points_near_are_found_by_name_and_town_and_stand_in_groups(meets):
    of, other = kind(meets), kind(meets, name="行业联络站")
    meets.enterprise.region_unit = meets.units["town"]
    meets.enterprise.save()
    for n in range(7):
        point(meets, of, name=f"第{n}联系点")
    at_firm = point(meets, other, name="禾川联系点")
    at_firm.enterprise = meets.enterprise
    at_firm.save()
    page = "/points/near/"
    clerk, outsider = client_of(meets.people["clerk"]), client_of(meets.people["outsider"])
    groups = clerk.get(page).context["groups"]
    assert [(name, len(rows), len(more)) for name, rows, more in groups] == [
        ("设在您企业的", 1, 0),
        ("企业联系点", 5, 2),
    ]
    assert [name for name, *_ in outsider.get(page).context["groups"]] == ["企业联系点", "行业联络站"]
    for text, found in (("城南", "禾川联系点"), ("第3", "第3联系点"), ("城南 行业", "禾川联系点")):
        ((_, rows, _),) = clerk.get(page, {"q": text}).context["groups"]
        assert [p.name for p, _ in rows] == [found], text
    assert "没有找到" in clerk.get(page, {"q": "火星"}).content.decode()


# --- notes ---------------------------------------------------------------------------------------
def test_a_deputys_notes_are_read_by_nobody_else_and_become_a_problem_with_one_tap(meets):
    deputy, words = meets.viewer("deputy"), "一家食品厂门口没有公交站。"
    for _ in range(2):
        note = note_save(actor=deputy, key="made-once", text=words, on=meets.day(0), now=meets.now)
    assert DeputyNote.objects.count() == 1
    meets.people["other"] = make_person("另一位", meets.units["renda"], "deputy")
    for who in ("other", "desk", "supervisor", "admin", "system"):
        assert not notes_of(meets.viewer(who)).exists(), who
    for who, status in (("other", 200), ("admin", 404), ("desk", 404), ("clerk", 404)):
        answer = client_of(meets.people[who]).get("/notes/")
        assert answer.status_code == status and words not in answer.content.decode(), who
    assert client_of(meets.people["other"]).post(f"/notes/{note.pk}/raise/").status_code == 404
    assert not AuditEntry.objects.filter(data__contains=words).exists()
    browser = client_of(meets.people["deputy"])
    assert words in browser.get("/notes/").content.decode()
    for _ in range(2):
        browser.post(f"/notes/{note.pk}/raise/")
    case = Case.objects.get()
    assert (
        case.channel
        and case.channel.code == "liaison_station"
        and note_raise(actor=deputy, note=note, now=meets.now) == case
    )

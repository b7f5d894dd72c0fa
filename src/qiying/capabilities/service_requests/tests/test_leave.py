"""Leave: a colleague acts for somebody away, by that one's rights, named as such, and only while it lasts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.cases.engine import case_do
from qiying.kernel.cases.rebuild import rebuild
from qiying.kernel.cases.tests.test_pages_case import client, page
from qiying.kernel.enterprises.viewers import viewer_for
from qiying.kernel.organisations.models import Membership
from qiying.kernel.organisations.services import delegation_end, delegation_start, membership_end
from qiying.kernel.organisations.tests.factories import make_person
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db
URL = "/my/leave/"


@pytest.fixture
def world() -> World:
    made = make_world()
    made.people["colleague"] = make_person("赵同", made.units["town"], "handler")
    return made


@pytest.fixture(autouse=True)
def _one_clock(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: world.now)


def today(world: World) -> date:
    return local_date(world.now)


def away(world: World, person: str, deputy: str, *, by: str = "", unit: str = "town", days: int = 3) -> None:
    delegation_start(
        actor=world.viewer(by or person),
        person=world.people[person],
        deputy=world.people[deputy],
        unit=world.units[unit],
        valid_from=today(world),
        valid_to=today(world) + timedelta(days=days - 1),
        at=world.now,
    )


def test_the_colleague_acts_by_the_leaders_rights_and_the_case_says_for_whom(world: World) -> None:
    case = world.handling()
    colleague = world.people["colleague"]
    with pytest.raises(NotPermitted):
        world.act(case, viewer_for(colleague, today(world)), "set_handler", handler_id=colleague.pk)
    away(world, "leader", "colleague")
    deputy = viewer_for(colleague, today(world))
    case_do(case=case, action="set_handler", actor=deputy, data={"handler_id": colleague.pk}, now=world.now)
    assert "赵同（代周领）" in client(world, "supervisor").get(page(case)).content.decode()
    assert case.events.get(action="set_handler").actor_name == "赵同"
    case.refresh_from_db()
    assert rebuild(cases=[case], write=False).problems == ()
    later = viewer_for(colleague, today(world) + timedelta(days=3))
    with pytest.raises(NotPermitted):
        world.act(case, later, "set_handler", handler_id=colleague.pk)


def test_acting_on_a_colleagues_case_says_so_and_on_ones_own_does_not(world: World) -> None:
    case, own = world.handling(), world.assigned()
    away(world, "handler", "colleague")
    deputy = viewer_for(world.people["colleague"], today(world))
    world.act(case, deputy, "note", text="他请假，我在办")
    world.act(own, deputy, "take")
    assert '"acting_for":"方启明"' in case.events.get(action="note").data
    assert "acting_for" not in own.events.get(action="take").data
    assert [m.role for m in deputy.memberships] == ["handler"]


def test_who_may_arrange_whose_leave(world: World) -> None:
    away(world, "handler", "colleague", by="liaison")
    for by, person in (
        ("liaison", "leader"),
        ("handler", "liaison"),
        ("desk", "handler"),
        ("clerk", "handler"),
    ):
        with pytest.raises(NotPermitted):
            away(world, person, "colleague", by=by)
    for person, deputy, by, reason in (
        ("liaison", "handler", "leader", ""),
        ("colleague", "liaison", "liaison", "不能指定自己"),
        ("leader", "leader", "leader", "另一位同事"),
        ("leader", "desk", "leader", "同一个单位"),
        ("handler", "leader", "handler", "已经安排了人"),
    ):
        if not reason:
            away(world, person, deputy, by=by)
            continue
        with pytest.raises(GuardFailed, match=reason):
            away(world, person, deputy, by=by)
    with pytest.raises(GuardFailed, match="最多 90 天"):
        away(world, "leader", "colleague", days=200)


def test_rights_held_for_somebody_are_not_handed_on_and_do_not_arrange_leave(world: World) -> None:
    away(world, "leader", "colleague")
    deputy = viewer_for(world.people["colleague"], today(world))
    with pytest.raises(NotPermitted):
        delegation_start(
            actor=deputy, person=world.people["liaison"], deputy=world.people["handler"], unit=world.units["town"],
            valid_from=today(world), valid_to=today(world), at=world.now,
        )  # fmt: skip
    away(world, "colleague", "handler")
    assert {m.role for m in viewer_for(world.people["handler"], today(world)).memberships} == {"handler"}


def test_both_homes_say_it_the_page_arranges_and_ends_it_and_it_is_audited(world: World) -> None:
    unit = world.units["town"].pk
    handler, colleague = world.people["handler"].pk, world.people["colleague"].pk
    given = {
        "person": f"{unit}:{handler}",
        "deputy": f"{unit}:{colleague}",
        "valid_from": today(world).isoformat(),
        "valid_to": (today(world) + timedelta(days=2)).isoformat(),
    }
    browser = client(world, "handler")
    wrong = browser.post(URL, {**given, "valid_to": "2026-01-01"})
    assert wrong.status_code == 422
    assert "不能早于开始" in wrong.content.decode()
    assert browser.post(URL, given).status_code == 302
    assert "您请假，由赵同代办" in browser.get("/").content.decode()
    assert "您代方启明办事" in client(world, "colleague").get("/").content.decode()
    assert "请假代办" not in client(world, "co_handler").get("/").context["tiles"]
    end = f"/my/leave/{unit}/{handler}/{today(world).isoformat()}/end/"
    assert client(world, "co_handler").post(end).status_code == 404
    assert client(world, "colleague").post(end).status_code == 403
    assert browser.post(end).status_code == 302
    row = Membership.objects.get(stands_in_for=handler)
    assert row.valid_to == today(world)
    acts = AuditEntry.objects.filter(subject=f"person:{handler}").values_list("action", flat=True)
    assert {"organisations.delegation_start", "organisations.delegation_end"} <= set(acts)


def test_outsiders_find_no_page_and_others_can_name_nobody_else(world: World) -> None:
    assert client(world, "clerk").get(URL).status_code == 404
    assert client(world, "outsider").post(URL, {}).status_code == 404
    town = world.units["town"].pk
    given = {
        "person": f"{town}:{world.people['handler'].pk}",
        "deputy": f"{town}:{world.people['colleague'].pk}",
    }
    dates = {"valid_from": today(world).isoformat(), "valid_to": today(world).isoformat()}
    assert client(world, "desk").post(URL, {**given, **dates}).status_code == 422
    assert not Membership.objects.filter(stands_in_for__isnull=False).exists()


def test_a_leave_cancelled_before_it_begins_never_begins(world: World) -> None:
    first = today(world) + timedelta(days=5)
    people, unit = world.people, world.units["town"]
    delegation_start(
        actor=world.viewer("leader"), person=people["leader"], deputy=people["colleague"], unit=unit,
        valid_from=first, valid_to=first, at=world.now,
    )  # fmt: skip
    delegation_end(
        actor=world.viewer("leader"), person=people["leader"], unit=unit, valid_from=first, at=world.now
    )
    for day in (today(world), first):
        assert {m.role for m in viewer_for(people["colleague"], day).memberships} == {"handler"}


def test_what_is_held_for_somebody_ends_with_his_own_office(world: World) -> None:
    away(world, "leader", "colleague", days=30)
    own = Membership.objects.get(person=world.people["leader"])
    admin = viewer_for(make_person("运维", world.units["desk"], "admin"), today(world))
    membership_end(actor=admin, membership=own, on=today(world), reason="调走", at=world.now)
    tomorrow = viewer_for(world.people["colleague"], today(world) + timedelta(days=1))
    assert {m.role for m in tomorrow.memberships} == {"handler"}

"""Nobody's home may lie: what the system waits for from a person is there, and is gone when done."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.db.models import Value
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qiying.capabilities.service_requests.tests.world import TRIAGE, World, make_world
from qiying.kernel.cases.digests import digests_send
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.cases.waiting import all_duties, waiting_for
from qiying.kernel.enterprises.tests.factories import viewer as viewer_of
from qiying.kernel.notices.models import ChannelPreference, Delivery
from qiying.kernel.notices.outbox import outbox_run
from qiying.kernel.notices.selectors import unread_count
from qiying.kernel.organisations import waiting
from qiying.kernel.organisations.models import Person
from qiying.kernel.organisations.offers import discover
from qiying.kernel.organisations.tests.factories import make_membership, make_person
from qiying.kernel.organisations.waiting import bell, first_row, total
from qiying.kernel.permissions.kept import _kept, statement_of
from qiying.kernel.permissions.registry import all_roles
from qiying.kernel.permissions.roles import SYSTEM_ROLES
from qiying.kernel.permissions.viewer import ANONYMOUS

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
OFFICES = ("desk", "handler", "liaison", "leader", "co_handler", "supervisor", "callback")


@pytest.fixture
def world() -> World:
    return make_world()


def counts(world: World, who: str) -> dict[str, int]:
    return {p.code: p.count for p in waiting_for(world.viewer(who), world.now).piles}


def waits(world: World) -> set[str]:
    """Return who has a turn now."""
    return {w for w in (*OFFICES, "clerk") if {"turn", "own_turn", "callback"} & counts(world, w).keys()}


def test_the_turn_of_a_request_goes_from_home_to_home(world):
    case = world.submit()
    assert waits(world) == {"desk"}
    case = world.act(case, "desk", "triage", **TRIAGE)
    assert waits(world) == {"desk"}
    case = world.act(
        case, "desk", "assign", unit_id=world.units["town"].pk, co_unit_ids=[world.units["bureau"].pk]
    )
    assert waits(world) == {"handler", "liaison", "leader", "co_handler"}
    world.act(case, "handler", "take")
    world.act(case, "co_handler", "take_co")
    world.act(case, "co_handler", "co_answer", text="我们这边可以挪，没有意见。")
    assert "co_handler" not in waits(world)
    case = world.act(case, "handler", "answer", text="限高杆已经往东挪了十米。", result="solved")
    assert waits(world) == {"clerk", "callback"}
    assert counts(world, "callback") == {"callback": 1}
    world.act(case, "clerk", "give_verdict", value="solved", satisfaction=5)
    assert waits(world) == set()


def test_what_waits_has_its_workday_and_who_it_concerns(world):
    world.handling()
    item = waiting_for(world.viewer("handler"), world.now).piles[0].items[0]
    assert item.day is not None
    assert item.who == world.enterprise.label
    assert item.words == "提交答复"
    world.later(days=10)
    later = waiting_for(world.viewer("handler"), world.now)
    assert (later.late, later.today) == (1, 0)


def test_a_standing_clock_is_never_late(world):
    world.answered()
    world.later(days=30)
    found = waiting_for(world.viewer("callback"), world.now)
    assert (found.count, found.late) == (1, 0)
    assert found.piles[0].items[0].status_words == "等评价"


def test_an_answered_suggestion_waits_for_the_desk_not_for_who_made_it(world):
    case = world.act(world.submit(kind="suggestion"), "desk", "answer_on_spot", text="采纳了，下个月起照办。")
    assert case.state == "answered"
    assert counts(world, "desk") == {"conclude": 1}
    assert counts(world, "clerk") == {}


def test_every_state_with_a_turn_waits_for_somebody():
    told = {(d.procedure, d.state) for d in all_duties()}
    elsewhere = {
        ("policy_application", s) for s in ("approved", "delivering", "publicity")
    }  # piles of payments
    elsewhere |= {("integrity_report", s) for s in ("checking", "deciding")}  # done where its key opens it
    for machine in PROCEDURES.all():
        for state in machine.states:
            if not state.is_final and state.turn != "nobody" and (machine.code, state.code) not in elsewhere:
                assert (machine.code, state.code) in told, f"{machine.code} {state.code} 没有人该办"


@pytest.mark.parametrize("who", OFFICES)
def test_waiting_costs_the_same_for_one_and_for_many(world, who):
    spent = []
    for more in (1, 8):
        for _ in range(more):
            world.submit()
            world.handling()
            world.answered()
        waiting_for(world.viewer(who), world.now)
        with CaptureQueriesContext(connection) as queries:
            waiting_for(world.viewer(who), world.now)
        spent.append(len(queries))
    assert spent[0] == spent[1] <= 5


def test_an_act_clears_the_message_that_asked_for_it_from_all_colleagues(world):
    case = world.assigned()
    outbox_run(world.now)
    liaison = world.people["liaison"].pk
    before = unread_count(liaison)
    assert before > 0
    world.act(case, "handler", "take")
    outbox_run(world.now)
    assert unread_count(liaison) == before - 1


def test_a_digest_comes_once_a_workday_morning_and_says_what_waits(world):
    case = world.handling()
    person = world.people["handler"]
    Person.objects.filter(pk=person.pk).update(email="h@example.gov.cn")
    ChannelPreference.objects.create(person=person, channel="email", is_on=True, is_daily=True)
    outbox_run(world.now)
    assert not Delivery.objects.filter(person=person, channel="email").exists()
    world.later(days=1)
    assert digests_send(world.now) == 1
    assert digests_send(world.now) == 0
    digest = Delivery.objects.get(person=person)
    assert digest.title.startswith("等您办的 1 件")
    assert case.title in digest.body


def test_who_can_have_none_of_a_kind_is_not_counted(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert (
            first_row(lambda _viewer, _day: Case.objects.none().values("pk"), ANONYMOUS, date(2026, 11, 17))
            == {}
        )


@pytest.mark.parametrize("who", [*OFFICES, "clerk", "everything"])
def test_what_a_kind_counts_depends_on_the_viewer_and_the_day_alone(world, who, django_assert_num_queries):
    """Its SQL is kept by them: a row read while it is built would stay in it when the row has changed."""
    if who == "everything":
        person = make_person("都管", world.units["desk"])
        for role in sorted({role.code for role in all_roles()} - SYSTEM_ROLES - {"clerk"}):
            make_membership(person, world.units["desk"], role)
        viewer = viewer_of(person)
    else:
        viewer = world.viewer(who)
    discover()
    for code, (_, _, read) in sorted(waiting._sources.items()):
        with django_assert_num_queries(0, info=code):
            source = read(viewer, world.now.date())
            if source is not None:
                statement_of(source.rows)


@pytest.mark.parametrize("who", [*OFFICES, "clerk"])
def test_a_query_that_is_kept_depends_on_what_it_is_kept_by(world, who, monkeypatch):
    """As above, for what a home and the desk show besides."""
    world.submit()
    case = world.handling()
    kept_builders = set()
    make = _kept.__wrapped__

    def building(build, *given):
        with CaptureQueriesContext(connection) as asked:
            made = make(build, *given)
        assert asked.captured_queries == [], build
        kept_builders.add(build.__module__)
        return made

    monkeypatch.setattr("qiying.kernel.permissions.kept._kept", building)
    browser = Client()
    browser.force_login(world.people[who])
    assert browser.get("/").status_code == 200
    seen = {browser.get(address).status_code for address in ("/desk/", f"/cases/{case.number}/")}
    assert seen <= {200, 302, 404}  # an asker is sent to his own page of the case
    assert who == "clerk" or "qiying.kernel.cases.faces.file" in kept_builders


def test_the_bell_counts_what_the_home_shows_for_everybody(world):
    world.submit()
    case = world.handling(co_unit_ids=[world.units["bureau"].pk], co_ask="路权归谁")
    world.act(case, "handler", "ask_extension", workdays=2, reason="要等市里批复")
    world.answered()
    world.act(world.handling(), "supervisor", "urge", text="请尽快")
    on = world.now.date()
    for who in (*OFFICES, "clerk", "outsider"):
        person = Person.objects.filter(pk=world.people[who].pk).order_by()
        told = person.annotate(waits=bell(world.viewer(who), on)).values_list("waits", flat=True).get()
        assert told == waiting_for(world.viewer(who), world.now).count, who
    assert waiting_for(world.viewer("supervisor"), world.now).count > 0


@pytest.mark.parametrize("who", OFFICES)
def test_a_number_is_the_same_on_home_tab_board_and_in_the_list(world, who):
    world.submit()
    world.assigned()
    world.answered()
    for kind in ({"co_unit_ids": [world.units["bureau"].pk], "co_ask": "路权归谁"}, {}):
        world.act(world.handling(**kind), "handler", "ask_extension", workdays=2, reason="要等市里批复")
    world.later(days=20)
    browser = Client()
    browser.force_login(world.people[who])
    tabs = {t["label"]: t["count"] for t in browser.get("/worklist/").context["tabs"]}
    piles = {p.code: p for p in waiting_for(world.viewer(who), world.now).piles}
    for code, label in (("turn", "该您办的"), ("decide", "等您决定")):
        count = piles[code].count if code in piles else 0
        assert tabs.get(label, "0") == str(count)
        if count:
            assert len(browser.get(piles[code].url).context["rows"]) == count
    shown = {f["label"]: f for f in browser.get("/board/").context["figures"]}
    for label, tab in (("超期", "已超期"), ("今天到期", "今天到期"), ("等企业评价", "等企业评价")):
        if shown[label]["url"]:
            assert str(shown[label]["value"]) == tabs[tab]


def test_however_many_kinds_of_work_there_are_the_bell_is_one_expression_both_databases_read(world):
    summed = Person.objects.annotate(n=total([Value(1) for _ in range(400)])).values_list("n", flat=True)
    assert summed[0] == 400
    assert Person.objects.annotate(n=total([])).values_list("n", flat=True)[0] == 0

"""A task from the day it is given to the look-back; who may do what; what it waits for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.http import Http404

from qiying.capabilities.programmes.models import LookBack, Wait
from qiying.capabilities.programmes.rules import circle, statement_day
from qiying.capabilities.programmes.tests.world import CHECK, EVIDENCE, TaskWorld, make_world
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.clocks import clock_faces, main_clock
from qiying.kernel.cases.models import Case, Clock, Job, Supervision
from qiying.kernel.cases.rebuild import rebuild
from qiying.kernel.cases.tests.walking import browser, let_in
from qiying.kernel.cases.ticking import clocks_tick
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def world() -> TaskWorld:
    return make_world()


def clock(case: Case, kind: str) -> Clock:
    return Clock.objects.filter(case=case, kind=kind).latest("no")


def test_given_reported_claimed_written_off_on_evidence_and_told_to_its_origin(world: TaskWorld) -> None:
    case = world.task()
    assert (case.state, case.turn, case.handler) == ("doing", "lead", world.people["handler"])
    assert case.promised_by == case.due_by == date(2027, 1, 18)  # the 17th is a Sunday
    case = world.act(case, "handler", "report", text="两条线谈好了", progress=60, outlook="on_track")
    assert case.extras["progress"] == 60
    case = world.act(case, "park", "hand_in", text="站台建好了三处")
    case = world.act(case, "handler", "claim", **EVIDENCE)
    assert (case.state, case.turn, clock(case, "due").result) == ("claimed", "judge", "met")
    case = world.act(case, "desk", "write_off", **CHECK)
    assert (case.state, case.is_open, case.outcome, case.extras["progress"]) == ("done", False, "done", 100)
    told = Job.objects.get(kind="event:case_closed").payload
    assert told == {"case": case.number, "procedure": "task", "origin": "opinion:12", "outcome": "done"}
    assert LookBack.objects.get(task=case).due_on == date(2027, 2, 16)  # 90 days on


def test_a_task_does_not_say_that_no_enterprise_is_registered(world: TaskWorld) -> None:
    case = world.task()
    page = browser(world.people["desk"]).get(f"/cases/{case.number}/").content.decode()
    assert case.title in page and "没有登记企业" not in page


def test_never_the_doer_never_a_deputy_never_an_outsider(world: TaskWorld) -> None:
    case = world.act(world.task(), "handler", "claim", **EVIDENCE)
    for who in ("handler", "leader", "liaison", "park", "supervisor"):
        with pytest.raises(NotPermitted):
            world.act(case, who, "write_off", **CHECK)
    for who in ("outsider", "clerk", "congress", "admin"):
        with pytest.raises((Http404, NotPermitted)):
            world.act(case, who, "write_off", **CHECK)
    case = world.task(judge_unit=world.units["congress"].pk)
    case = world.act(case, "handler", "claim", **EVIDENCE)
    for action, data in {"write_off": CHECK, "send_back": {"reason": "差得远"}}.items():
        with pytest.raises(NotPermitted):
            world.act(case, "deputy", action, **data)
    assert world.act(case, "congress", "write_off", **CHECK).state == "done"


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("judge_unit", {"judge_unit": "traffic"}),
        ("judge_unit", {"judge_unit": "park"}),
        ("co_units", {"co_units": ["traffic"]}),
        ("person", {"person": "park"}),
        ("due_on", {"due_on": -1}),
        ("due_on", {"due_on": 9999}),
        ("waits_for", {"waits_for": ["RW-000000-XXXXX"]}),
        ("unit", {"unit": 0}),
    ],
)
def test_what_cannot_be_given_is_refused_at_its_field(
    world: TaskWorld, field: str, change: dict[str, Any]
) -> None:
    given: dict[str, Any] = {}
    for name, value in change.items():
        if name == "person":
            value = world.people[value].pk
        elif name == "due_on":
            value = world.days(value)
        elif name == "co_units":
            value = [world.units[v].pk for v in value]
        elif isinstance(value, str):
            value = world.units[value].pk
        given[name] = value
    with pytest.raises(GuardFailed) as refused:
        world.task(**given)
    assert field in refused.value.fields


def test_a_task_waits_for_another_and_never_for_itself_or_in_a_circle(world: TaskWorld) -> None:
    first, reason = world.task(), {"reason": "先后有次序"}
    second = world.task(waits_for=[first.number])
    third = world.task(waits_for=[second.number])
    for waits in ([first.number], [third.number]):
        with pytest.raises(GuardFailed, match=r"它自己|转一圈"):
            world.act(first, "desk", "adjust", waits_for=waits, **reason)
    with pytest.raises(GuardFailed, match=first.number):
        world.act(second, "handler", "claim", **EVIDENCE)
    case = world.act(first, "handler", "claim", **EVIDENCE)
    world.act(case, "desk", "write_off", **CHECK)
    assert world.act(second, "handler", "claim", **EVIDENCE).state == "claimed"
    world.act(third, "desk", "adjust", waits_for=[], **reason)
    assert not Wait.objects.filter(task=third).exists()
    assert circle("a", ["a"], {}) == ["a", "a"]


def test_sent_back_is_not_written_off_and_the_promise_stays(world: TaskWorld) -> None:
    case = world.act(world.task(due_on=world.days(30)), "handler", "claim", **EVIDENCE)
    promised = case.promised_by
    world.later(days=20)
    with pytest.raises(GuardFailed):
        world.act(case, "desk", "send_back", reason="")
    case = world.act(case, "desk", "send_back", reason="只开了两条线")
    assert (case.state, case.promised_by) == ("doing", promised)
    assert promised and case.due_by and case.due_by > promised
    with pytest.raises(ActionNotAvailable):
        world.act(case, "desk", "write_off", **CHECK)
    assert rebuild(cases=[case], write=False).problems == ()


def test_solved_on_paper_is_taken_up_again(world: TaskWorld) -> None:
    case = world.done()
    world.later(days=91)
    found = {"result": "paper", "finding": "只剩一条线在跑"}
    with pytest.raises(GuardFailed) as refused:
        world.act(case, "desk_leader", "look_back", **found)
    assert "due_on" in refused.value.fields
    with pytest.raises(NotPermitted):
        world.act(case, "leader", "look_back", result="held", finding="都在跑")
    again = world.now.date() + timedelta(days=40)
    case = world.act(case, "supervisor", "look_back", **found, due_on=again)
    assert (case.state, case.is_open, case.reopen_count) == ("doing", True, 1)
    assert Job.objects.filter(kind="event:case_reopened").count() == 1
    case = world.act(case, "handler", "claim", **EVIDENCE)
    case = world.act(case, "desk", "write_off", **CHECK)
    world.later(days=91)
    case = world.act(case, "desk", "look_back", result="held", finding="三条线都在跑")
    assert (case.state, LookBack.objects.filter(is_held=True).count()) == ("done", 1)


def test_a_month_without_a_word_and_a_day_that_passed_climb_the_ladder(world: TaskWorld) -> None:
    case = world.task(due_on=world.days(20))
    assert clock(case, "statement").due_by == date(2026, 12, 25)
    world.later(days=60)
    for _ in range(6):
        clocks_tick(world.now)
        world.later(days=1)
    kinds = set(Supervision.objects.filter(case=case).values_list("kind", flat=True))
    assert "red" in kinds
    assert {s.unit_id for s in Supervision.objects.filter(case=case)} == {world.units["traffic"].pk}
    assert statement_day(date(2026, 12, 25), 25) == date(2027, 1, 25)


def test_more_days_are_asked_for_given_by_another_and_limited(world: TaskWorld) -> None:
    case = world.task()
    for n in range(2):
        case = world.act(case, "handler", "ask_extension", days=10, reason="征地没谈下来")
        with pytest.raises(NotPermitted):
            world.act(case, "handler", "decide_extension", decision="approved")
        case = world.act(case, "desk", "decide_extension", decision="approved")
        assert case.extras["extensions"] == n + 1
    assert case.due_by and case.promised_by and case.due_by > case.promised_by
    assert case.extras["due_on"] == case.due_by.isoformat()
    with pytest.raises(GuardFailed, match="已经延期 2 次"):
        world.act(case, "handler", "ask_extension", days=10, reason="还是不行")


def test_the_judge_moves_a_task_to_another_unit(world: TaskWorld) -> None:
    case = world.task(co_units=[])
    park = {"unit": world.units["park"].pk, "person": world.people["park"].pk, "reason": "职责划转了"}
    with pytest.raises(GuardFailed) as refused:
        world.act(case, "desk", "adjust", **{**park, "unit": world.units["desk"].pk})
    assert {"judge_unit", "person"} <= set(refused.value.fields)
    case = world.act(case, "desk", "adjust", **park)
    with pytest.raises(Http404):
        world.act(case, "handler", "claim", **EVIDENCE)
    assert world.act(case, "park", "claim", **EVIDENCE).state == "claimed"


def test_its_page_opens_for_who_takes_part_and_for_nobody_else(world: TaskWorld) -> None:
    case = world.task()
    seen = let_in(world.people, {f"/cases/{case.number}/": None})
    assert seen[f"/cases/{case.number}/"] == "desk desk_leader liaison handler leader park supervisor admin"


def test_its_head_shows_the_day_of_the_task_not_of_the_month(world: TaskWorld) -> None:
    case = world.task(due_on=world.days(20))
    world.later(days=30)
    context = CaseContext(case, world.viewer("handler"), world.now)
    shown = main_clock(clock_faces(context))
    assert shown
    assert (shown.kind, shown.status) == ("due", "overdue")

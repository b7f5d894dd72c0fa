"""After a red card a letter goes out every week while the case stays open, however long that is."""

from __future__ import annotations

from itertools import pairwise

import pytest

from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.models import Clock, Supervision
from qiying.kernel.cases.ticking import clocks_tick
from qiying.kernel.cases.waiting import cards

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def world() -> World:
    return make_world()


def days_of(case, kind):
    rows = Supervision.objects.filter(case=case, kind=kind).order_by("issued_at")
    return [s.issued_on for s in rows]


def run_days(world: World, days: int) -> None:
    for _ in range(days):
        world.later(days=1)
        clocks_tick(world.now)


def test_urging_goes_on_weekly_and_ends_with_the_answer(world):
    case = world.handling()
    run_days(world, 100)
    urged = days_of(case, "urging")
    assert len(days_of(case, "red")) == len(days_of(case, "yellow")) == 1
    waits = Supervision.objects.filter(case=case, needs_ack=True, acked_at__isnull=True)
    assert [s.kind for s in waits] == ["red"], (
        "the yellow card gave way to the red one: one matter, one answer"
    )
    assert len(urged) > 10
    gaps = [(b - a).days for a, b in pairwise(urged)]
    assert all(5 <= gap <= 16 for gap in gaps)  # a week of workdays; a long holiday lies in between
    world.act(case, "handler", "answer", text="限高杆已经往东挪了十米。", result="solved")
    before = len(urged)
    run_days(world, 20)
    assert len(days_of(case, "urging")) == before


def test_a_case_that_came_late_gets_the_highest_rung_once_on_a_workday(world):
    case = world.handling()
    clock = Clock.objects.get(case=case, kind="handle")
    Clock.objects.filter(pk=clock.pk).update(next_look_at=world.now)
    world.later(days=25)  # a Sunday is in between; the worker was off all the while
    clocks_tick(world.now)
    told = list(Supervision.objects.filter(case=case, clock_no=clock.no).values_list("kind", "issued_on"))
    assert len(told) <= 1
    for _, on in told:
        assert on == local_date(world.now)


def test_two_clocks_that_are_late_ask_for_one_answer(world):
    case = world.handling()
    run_days(world, 30)
    red = Supervision.objects.get(case=case, kind="red")
    other = Supervision.objects.get(pk=red.pk)
    other.pk, other.no, other.clock_no = None, red.no + 50, 99
    other.save()

    def waits() -> list[int]:
        source = cards(world.viewer("handler"), local_date(world.now))
        return [s.no for s in source.rows] if source else []

    assert waits() == [other.no]
    world.act(case, "handler", "acknowledge", supervision_no=other.no, text="明天就挪")
    assert waits() == []
    assert not Supervision.objects.filter(case=case, needs_ack=True, acked_at__isnull=True).exists()

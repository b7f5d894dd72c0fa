"""Thousands of random acts by random people: nothing illegal happens and everything can be told again."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import Http404
from hypothesis import given, settings
from hypothesis import strategies as st

from qiying.capabilities.service_requests.procedures.service_request import SERVICE_REQUEST
from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.audit.digest import link
from qiying.kernel.cases.chain import event_text
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.engine import available_actions, permission_reason
from qiying.kernel.cases.models import Assignment, Case, CaseEvent, CaseParty, Channel, Clock
from qiying.kernel.cases.rebuild import differences
from qiying.kernel.cases.ticking import clocks_tick
from qiying.kernel.enterprises.tests.factories import viewer
from qiying.kernel.organisations.services import membership_start
from qiying.kernel.organisations.tests.factories import NOW, importer, make_person
from qiying.kernel.permissions.errors import KernelError
from qiying.kernel.permissions.viewer import system_viewer

PEOPLE = (
    "desk", "supervisor", "callback", "handler", "liaison", "leader", "co_handler", "co_liaison", "clerk", "outsider",
)  # fmt: skip
MANUAL = [a.code for a in SERVICE_REQUEST.actions if a.is_manual]
LONG = "说得足够长的一段话，二十个字以上，讲清楚原因、依据和下一步怎么办。"


def some_input(world: World, case: Case, action: str, draw: random.Random) -> dict[str, Any]:
    """Return input that fits the action's fields, most of the time."""
    town, bureau = world.units["town"].pk, world.units["bureau"].pk
    values: dict[str, Any] = {
        "unit_id": draw.choice([town, bureau]),
        "co_unit_ids": draw.choice([[], [bureau]]),
        "addressee_id": town,
        "handler_id": draw.choice([world.people["handler"].pk, world.people["co_handler"].pk]),
        "head_id": world.people["handler"].pk,
        "person_id": world.people["supervisor"].pk,
        "category": draw.choice(["park_transport", "arrears", "labour"]),
        "level": draw.choice(["simple", "general", "complex"]),
        "kind": "conference"
        if action == "meet"
        else draw.choice(["problem", "problem", "question", "suggestion"]),
        "value": draw.choice(["solved", "partly", "not_solved"]),
        "decision": draw.choice(["approved", "refused"]),
        "workdays": draw.choice([1, 3, 5]),
        "reached": draw.random() < 0.3,
        "may_close": draw.random() < 0.5,
        "result": "solved",
        "outcome": draw.choice(["adopted", "answered"]),
        "external_state": draw.choice(["handling", "answered", "returned"]),
        "on": date(2026, 11, 18),
        "supervision_no": 1,
        "target": "QY-000000-XXXXX",
        "source": "QY-000000-XXXXX",
        "titles": ["另一件事"],
        "enterprise_id": None,
        "satisfaction": draw.choice([None, 1, 5]),
    }
    fields = SERVICE_REQUEST.action(action).input.model_fields
    found = {n: values.get(n, LONG) for n, f in fields.items() if f.is_required() or n in values}
    for name in ("kind", "category"):
        if action in {"correct"}:
            found.pop(name, None)
    if action == "issue_letter":
        found["kind"] = "assign"
    return found


def promise_holds(case: Case, before: Case) -> bool:
    return before.promised_by is None or case.promised_by == before.promised_by


def one_life(world: World, seed: int, steps: int) -> None:
    """Let random people do random things to one case and check every step."""
    draw = random.Random(seed)
    world.now = NOW
    case = world.submit()
    for _ in range(steps):
        world.later(hours=draw.choice([1, 5, 20, 30, 80]))
        if draw.random() < 0.25:
            clocks_tick(world.now)
        case = Case.objects.get(pk=case.pk)
        who = draw.choice(PEOPLE)
        context = CaseContext(case, world.viewer(who), world.now)
        offered = (
            {a.action.code: a.is_enabled for a in available_actions(context)} if context.standings else {}
        )
        enabled = [c for c, on in offered.items() if on]
        action = draw.choice(enabled) if enabled and draw.random() < 0.9 else draw.choice(MANUAL)
        before = Case.objects.get(pk=case.pk)
        try:
            after = world.act(case, who, action, **some_input(world, case, action, draw))
        except (KernelError, Http404):
            assert Case.objects.get(pk=case.pk).seq == before.seq
            continue
        check_step(world, before, after, who, action, offered)
    check_life(Case.objects.get(pk=case.pk))


def check_step(
    world: World, before: Case, after: Case, who: str, action: str, offered: dict[str, bool]
) -> None:
    definition = SERVICE_REQUEST.action(action)
    assert offered.get(action), f"{who} did {action} though it was not offered"
    assert before.state in definition.states
    assert after.state == before.state or after.state in definition.to
    assert promise_holds(after, before)
    assert after.is_open != SERVICE_REQUEST.state(after.state).is_final
    if definition.judges:
        units = world.viewer(who).unit_ids
        handled = Assignment.objects.filter(case=before)
        assert not any(a.unit_id in units for a in handled), f"{who} judged his own case by {action}"
    leads = [
        a for a in Assignment.objects.filter(case=after, role="lead") if a.state not in {"returned", "ended"}
    ]
    assert len(leads) <= 1


def check_life(case: Case) -> None:
    assert list(differences(case, {c.pk: c for c in Channel.objects.all()})) == []
    previous = ""
    for event in CaseEvent.objects.filter(case=case).order_by("seq"):
        assert event.prev_hash == previous
        assert event.hash == link(previous, event_text(case.number, event), event.algorithm)
        previous = event.hash
    assert previous == case.head_hash
    if not case.is_open:
        assert not Clock.objects.filter(case=case).exclude(state="stopped").exists()
    for c in Clock.objects.filter(case=case):
        assert c.due_by >= c.promised_by
        assert (c.paused_from is not None) == (c.state == "paused")
    for p in CaseParty.objects.filter(case=case):
        assert p.is_open == case.is_open


@pytest.mark.django_db
@given(seed=st.integers(0, 2**32))
@settings(max_examples=12)
def test_random_lives_stay_legal_and_can_be_told_again(shared_world: World, seed: int) -> None:
    one_life(shared_world, seed, steps=22)


@pytest.mark.prove
@pytest.mark.django_db
def test_thousands_of_random_acts(shared_world: World) -> None:
    for seed in range(400):
        one_life(shared_world, seed, steps=40)


@pytest.fixture
def shared_world(db: None) -> World:
    return make_world()


@pytest.mark.django_db
@given(days=st.integers(0, 40), length=st.integers(0, 20), level=st.sampled_from(["general", "complex"]))
@settings(max_examples=15)
def test_pausing_and_resuming_at_once_changes_nothing(
    shared_world: World, days: int, length: int, level: str
) -> None:
    world = shared_world
    case = world.act(world.submit(), "desk", "triage", kind="problem", category="labour", level=level)
    world.later(days=days)
    before = Clock.objects.get(case=case, kind="handle")
    world.act(case, "desk", "request_material", items="请补一份营业执照复印件", basis="第三十六条")
    world.later(hours=0)
    world.act(case, "clerk", "give_material", note="送到窗口了")
    after = Clock.objects.get(case=case, kind="handle")
    assert (after.due_by, after.promised_by, after.state) == (before.due_by, before.promised_by, before.state)
    world.later(days=length - days)


def test_programs_can_do_only_what_is_theirs(db: None) -> None:
    world = make_world()
    case = world.answered()
    for action in MANUAL:
        definition = SERVICE_REQUEST.action(action)
        for program in ("worker", "import_service"):
            own = "import" if program == "import_service" else "system"
            if own in definition.by:
                continue
            with pytest.raises(KernelError):
                world.act(case, system_viewer(program), action)


@pytest.mark.parametrize("role", ["handler", "liaison", "leader", "supervisor", "callback", "desk"])
def test_whoever_handles_never_closes_rates_or_approves(db: None, role: str) -> None:
    """Even a person who holds every role at once is refused once his unit handles the case."""
    world = make_world()
    case = world.handling()
    person = make_person("身兼数职", world.units["town"], "handler")
    for unit, extra in (
        ("supervision", "supervisor"),
        ("callback", "callback"),
        ("desk", "desk"),
        ("town", role),
    ):
        if (unit, extra) != ("town", "handler"):
            try:
                membership_start(
                    actor=importer(world.district.pk),
                    person=person,
                    unit=world.units[unit],
                    role=extra,
                    valid_from=date(2020, 1, 1),
                    at=world.now + timedelta(0),
                )
            except KernelError:
                continue
    context = CaseContext(Case.objects.get(pk=case.pk), viewer(person), world.now)
    for action in (a for a in SERVICE_REQUEST.actions if a.judges):
        assert permission_reason(action, context) is not None, action.code

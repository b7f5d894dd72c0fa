"""Several at once, with real commits: one wins, the others are told; one key makes one case."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from qiying.capabilities.service_requests.tests.world import TEXT, World, make_world
from qiying.kernel.api_access.services import api_token_create
from qiying.kernel.audit.clock import utc_now
from qiying.kernel.audit.sealing import verify
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import Assignment, Case, CaseEvent, Intake
from qiying.kernel.cases.rebuild import rebuild
from qiying.kernel.permissions.errors import ActionNotAvailable

pytestmark = [
    pytest.mark.both_databases,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("load"),
]
ANSWER = {"text": "限高杆已经往东挪了十米，货车可以进出了。", "result": "solved"}


@pytest.fixture
def world() -> World:
    made = make_world()
    made.now = utc_now()
    return made


def at_once(world: World, case: Case, people: list[str], action: str, data: dict[str, Any]) -> list[Any]:
    """Let people press the same button at the same moment; return a case or the refusal for each."""
    together = Barrier(len(people))

    def press(who: str) -> Any:
        try:
            together.wait(30)
            return case_act(case=case, action=action, actor=world.viewer(who), data=data, now=world.now)
        except ActionNotAvailable as refused:
            return refused
        finally:
            connection.close()

    for who in people:
        world.viewer(who)  # read before the race: a viewer is made once a request
    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(press, people))


def one_wins(world: World, people: list[str]) -> None:
    """Race once for signing and once for answering."""
    case = world.assigned()
    for action, data, label in (("take", {}, "签收"), ("answer", ANSWER, "提交答复")):
        before = case.seq if action == "take" else Case.objects.get(pk=case.pk).seq
        got = at_once(world, case, people, action, data)
        winners = [who for who, g in zip(people, got, strict=True) if isinstance(g, Case)]
        assert len(winners) == 1, got
        name = world.people[winners[0]].name
        for refused in (g for g in got if isinstance(g, ActionNotAvailable)):
            assert f"{name}刚才已“{label}”" in refused.message
        assert Case.objects.get(pk=case.pk).seq == before + 1
        assert CaseEvent.objects.filter(case=case).latest("seq").actor_name == name
    assert Assignment.objects.filter(case=case, role="lead").count() == 1


def everything_holds() -> None:
    assert verify().is_sound
    assert rebuild(cases=Case.objects.all(), write=False).problems == ()


def test_of_two_handlers_at_once_one_wins_and_the_other_is_told_who_did(world: World) -> None:
    for _ in range(3):
        one_wins(world, ["handler", "liaison"])
    everything_holds()


@pytest.mark.prove
def test_of_many_at_once_one_wins_every_time(world: World) -> None:
    for n in range(40):
        one_wins(world, ["handler", "liaison", "leader"][: 2 + n % 2])
    everything_holds()


def test_acts_at_once_on_different_cases_all_succeed(world: World) -> None:
    cases = [world.handling() for _ in range(6)]
    together = Barrier(len(cases))

    def press(case: Case) -> str:
        try:
            together.wait(30)
            return case_act(
                case=case, action="answer", actor=world.viewer("handler"), data=ANSWER, now=world.now
            ).state
        finally:
            connection.close()

    world.viewer("handler")
    with ThreadPoolExecutor(len(cases)) as pool:
        assert list(pool.map(press, cases)) == ["answered"] * len(cases)
    everything_holds()


def test_one_key_sent_a_hundred_times_at_once_makes_one_case(world: World) -> None:
    token = api_token_create(
        person=world.people["desk"], name="race", days=1, actor=world.viewer("desk"), at=world.now
    )[1]
    headers = {"authorization": f"Bearer {token}", "idempotency-key": "one-and-the-same"}
    body = json.dumps({"text": TEXT, "channel": "api"})
    together = Barrier(100)

    def send(_: int) -> tuple[int, str]:
        try:
            client = Client(headers=headers)
            together.wait(60)
            answer = client.post("/api/v1/service-requests", body, content_type="application/json")
            return answer.status_code, answer.json().get("case_number", answer.content.decode())
        finally:
            connection.close()

    with ThreadPoolExecutor(100) as pool:
        answers = set(pool.map(send, range(100)))
    assert len(answers) == 1, answers
    status, number = answers.pop()
    assert status == 201
    assert [c.number for c in Case.objects.all()] == [number]
    assert (Intake.objects.count(), CaseEvent.objects.count()) == (1, 1)

"""How many statements an act costs: the same whatever the case's age, within the budget of the issue."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiying.capabilities.service_requests.tests.world import World, make_world

pytestmark = pytest.mark.django_db
CONTROL = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")


@pytest.fixture
def world() -> World:
    return make_world()


def statements(do: Callable[[], object]) -> list[str]:
    """Return what was sent to the database, transaction control not counted."""
    with CaptureQueriesContext(connection) as captured:
        do()
    return [q["sql"] for q in captured.captured_queries if not q["sql"].startswith(CONTROL)]


def test_an_act_costs_at_most_thirteen_statements(world: World) -> None:
    world.answered()  # warm the caches of calendar, parameters and units
    case = world.submit()
    costs = {}
    bureau = world.units["bureau"].pk
    script: list[tuple[str, str, dict[str, Any]]] = [
        ("desk", "triage", {"kind": "problem", "category": "labour", "level": "complex"}),
        ("desk", "assign", {"unit_id": world.units["town"].pk, "co_unit_ids": [bureau]}),
        ("handler", "take", {}),
        ("co_handler", "co_answer", {"text": "路口归街道管，我们配合画线。"}),
        ("handler", "ask_extension", {"workdays": 3, "reason": "等外线工程验收"}),
        ("supervisor", "decide_extension", {"decision": "approved"}),
        ("handler", "answer", {"text": "限高杆已经往东挪了十米，货车可以进出了。", "result": "solved"}),
        ("clerk", "give_verdict", {"value": "not_solved", "comment": "还是进不去"}),
        ("handler", "answer", {"text": "又挪了五米，请再看看能不能进出。", "result": "solved"}),
        ("clerk", "give_verdict", {"value": "solved", "satisfaction": 5, "comment": "好了"}),
    ]
    for who, action, data in script:
        found = statements(partial(world.act, case, who, action, **data))
        costs[action] = len(found)
        assert len(found) <= 13, (action, found)


def test_submitting_costs_at_most_twelve_statements(world: World) -> None:
    world.submit()
    found = statements(lambda: world.submit(contact_name="陈雨", contact_phone="13800001111"))
    print(*[f[:90] for f in found], sep=chr(10))
    assert len(found) <= 12


def test_an_act_costs_the_same_on_a_case_with_fifty_events(world: World) -> None:
    young, old = world.handling(), world.handling()
    for i in range(45):
        world.act(old, "handler", "note", text=f"第 {i} 条留言")
    costs = [
        len(statements(partial(world.act, case, "handler", "note", text="再留一条"))) for case in (young, old)
    ]
    assert costs[0] == costs[1]

"""What a page costs in statements, session and sign-in included: within the budget, whatever the length of lists."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qiying.capabilities.service_requests.tests.world import TEXT, World, make_world
from qiying.kernel.audit.clock import utc_now
from qiying.kernel.cases.models import Case

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]

# The budgets of the issue. On top of each: session, user and viewer, or attempts counted.
SUBMIT, WORKLIST, CASE_PAGE, ACT, NUMBERS = 12, 6, 14, 14, 8
ANSWER = ACT + 1  # an answer asks whether its unit approves answers before they go out
TRIAGE = WORKLIST + CASE_PAGE  # the desk's screen is a list with a case page beside it
SIGN_IN = 3
CONTROL = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
WHO = re.compile(
    r'FROM "django_session"|^SELECT "organisations_person"\."id", "organisations_person"\."password"|'
    r"SELECT 'm' AS .*UNION ALL|(FROM|INTO) \"organisations_attempt\""
)


@pytest.fixture
def world() -> World:
    made = make_world()
    made.now = utc_now()
    return made


def browser(world: World, who: str) -> Client:
    client = Client()
    client.force_login(world.people[who], backend="django.contrib.auth.backends.ModelBackend")
    return client


def cost(do: Callable[[], Any], budget: int, *, status: int = 200) -> list[str]:
    """Do a request twice, warm the second time; fail above the budget; return its own statements."""
    with CaptureQueriesContext(connection) as captured:
        answer = do()
    assert answer.status_code == status, answer.content.decode()[:2000]
    every = [q["sql"] for q in captured.captured_queries if not q["sql"].startswith(CONTROL)]
    own = [sql for sql in every if not WHO.search(sql)]
    shown = "\n".join(f"{n:2} {sql[:260]}" for n, sql in enumerate(every, 1))
    assert len(own) <= budget, f"{len(own)} statements, {budget} allowed\n{shown}"
    assert len(every) - len(own) <= SIGN_IN, f"who is asking costs {len(every) - len(own)}\n{shown}"
    return own


def many(world: World, rows: int) -> list[Case]:
    """Make cases the unit handles, some with parts of another unit and some answered."""
    bureau = world.units["bureau"].pk
    found = []
    for n in range(rows):
        more = {"co_unit_ids": [bureau]} if n % 3 == 1 else {}
        found.append(world.answered() if n % 3 == 2 else world.assigned(**more))
    return found


@pytest.mark.parametrize("who", ["handler", "leader", "desk", "supervisor"])
def test_the_worklist_costs_the_same_for_one_and_for_twenty_five_rows(world: World, who: str) -> None:
    client = browser(world, who)
    many(world, 1)
    client.get("/worklist/")
    one = cost(lambda: client.get("/worklist/"), WORKLIST)
    many(world, 24)
    rest = cost(lambda: client.get("/worklist/"), WORKLIST)
    assert len(one) == len(rest)


def test_the_desk_costs_the_same_for_one_and_for_twenty_five_rows(world: World) -> None:
    client = browser(world, "desk")
    world.submit()
    client.get("/desk/")
    one = cost(lambda: client.get("/desk/"), TRIAGE)
    for _ in range(24):
        world.submit()
    assert len(cost(lambda: client.get("/desk/"), TRIAGE)) == len(one)


def test_my_requests_cost_the_same_for_one_and_for_twenty_five_rows(world: World) -> None:
    client = browser(world, "clerk")
    many(world, 1)
    client.get("/my/requests/")
    one = cost(lambda: client.get("/my/requests/"), WORKLIST)
    many(world, 24)
    assert len(cost(lambda: client.get("/my/requests/"), WORKLIST)) == len(one)


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("handler", "/cases/{}/"),
        ("desk", "/cases/{}/"),
        ("supervisor", "/cases/{}/"),
        ("clerk", "/my/{}/"),
        ("desk", "/desk/{}/"),
    ],
)
def test_a_case_page_costs_the_same_with_five_and_with_fifty_events(
    world: World, who: str, address: str
) -> None:
    at_desk = address.startswith("/desk")
    young, old = (world.submit(), world.submit()) if at_desk else (world.handling(), world.handling())
    speaker = "desk" if at_desk else "handler"
    for case, notes in ((young, 3), (old, 48)):
        for n in range(notes):
            world.act(case, speaker, "note", text=f"第 {n} 条留言")
    client = browser(world, who)
    client.get(address.format(young.number))
    budget = TRIAGE if at_desk else CASE_PAGE
    few = cost(lambda: client.get(address.format(young.number)), budget)
    assert len(cost(lambda: client.get(address.format(old.number)), budget)) == len(few)


def test_an_act_by_its_page_stays_within_its_budget(world: World) -> None:
    world.answered()
    bureau = world.units["bureau"].pk
    case = world.submit()
    script: list[tuple[str, str, dict[str, Any]]] = [
        ("desk", "triage", {"kind": "problem", "category": "labour", "level": "complex"}),
        ("desk", "assign", {"unit_id": world.units["town"].pk, "co_unit_ids": [bureau]}),
        ("liaison", "take", {}),
        ("co_handler", "co_answer", {"text": "路口归街道管，我们配合画线。"}),
        ("handler", "interim_reply", {"text": "已经看过现场，材料在报。"}),
        ("handler", "answer", {"text": "限高杆已经往东挪了十米，货车可以进出了。", "result": "solved"}),
    ]
    for who, action, data in script:
        client = browser(world, who)
        client.get("/worklist/")
        address = f"/cases/{case.number}/do/{action}/"
        cost(partial(client.post, address, data), ANSWER if action == "answer" else ACT, status=302)
    case.refresh_from_db()
    assert case.state == "answered"


def test_a_verdict_by_the_askers_page_stays_within_its_budget(world: World) -> None:
    case = world.answered()
    asker = browser(world, "clerk")
    asker.get("/my/requests/")
    verdict = {"value": "solved", "satisfaction": "5", "comment": "好了"}
    cost(lambda: asker.post(f"/my/{case.number}/give_verdict/", verdict), ACT, status=302)
    case.refresh_from_db()
    assert case.state == "written_off"


def test_an_act_by_its_page_costs_the_same_with_five_and_with_fifty_events(world: World) -> None:
    young, old = world.handling(), world.handling()
    for n in range(46):
        world.act(old, "handler", "note", text=f"第 {n} 条留言")
    client = browser(world, "handler")
    client.get("/worklist/")
    costs = [
        len(cost(partial(client.post, f"/cases/{c.number}/do/note/", {"text": "再留一条"}), ACT, status=302))
        for c in (young, young, old)
    ]
    assert costs[1] == costs[2]


def test_submitting_by_its_page_stays_within_its_budget(world: World) -> None:
    world.submit()
    client = browser(world, "clerk")
    data = {
        "person": world.people["clerk"].pk,
        "text": TEXT,
        "kind": "problem",
        "enterprise_id": world.enterprise.pk,
        "contact_name": "陈雨",
        "contact_phone": "13800001111",
    }
    client.get("/my/requests/")
    cost(lambda: client.post("/say/", data), SUBMIT, status=302)
    assert Case.objects.count() == 2


def test_the_numbers_page_stays_within_its_budget(world: World) -> None:
    client = browser(world, "supervisor")
    many(world, 1)
    client.get("/numbers/")
    few = cost(lambda: client.get("/numbers/"), NUMBERS)
    many(world, 24)
    assert len(cost(lambda: client.get("/numbers/"), NUMBERS)) == len(few)

"""Whatever anybody does in whatever order: money goes out only on one authoritative evaluation that says eligible."""

from __future__ import annotations

import random
from contextlib import suppress
from typing import Any

import pytest
from django.db.models import Sum
from django.http import Http404

from qiying.capabilities.policies.models import Application, Budget, Evaluation, LedgerPosting, Payment
from qiying.capabilities.policies.procedures.policy_application import POLICY_APPLICATION
from qiying.capabilities.policies.services.applying.objecting import objection_make
from qiying.capabilities.policies.services.applying.ticking import applications_tick
from qiying.capabilities.policies.services.money.entries import MONEY
from qiying.capabilities.policies.services.money.queue import queues_tick
from qiying.capabilities.policies.tests import money_door
from qiying.capabilities.policies.tests.applying_world import INSTANT, Desk
from qiying.capabilities.policies.tests.world import AWARD, World, make_world
from qiying.kernel.cases.models import Case, CaseEvent, Channel
from qiying.kernel.cases.rebuild import differences
from qiying.kernel.ledger.services import held_by
from qiying.kernel.organisations.services import membership_start
from qiying.kernel.organisations.tests.factories import TODAY, importer
from qiying.kernel.permissions.errors import KernelError

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
PEOPLE = (
    "policy",
    "reviewer",
    "leader",
    "co_reviewer",
    "treasurer",
    "supervisor",
    "clerk",
    "outsider",
    "both",
)
ACTS = [a.code for a in POLICY_APPLICATION.actions if a.is_offered]
ONWARD = {
    "received": ("accept", "confirm"),
    "reviewing": ("opinion", "review", "review"),
    "waiting_material": ("give_material",),
    "publicity": ("decide_objection",),
    "approving": ("approve", "approve", "decide_objection"),
    "refused": ("appeal", "rate"),
    "appealed": ("decide_appeal",),
    "paid": ("rate",),
}
USUAL = {
    "opinion": "co_reviewer",
    "approve": "reviewer",
    "give_material": "clerk",
    "appeal": "clerk",
    "rate": "clerk",
    "decide_appeal": "supervisor",
    "decide_objection": "leader",
}
"""Who usually does it; the rest is the officer's."""
GROUP = "group: {name: 规模奖励}\n"


def some_input(action: str, draw: random.Random) -> dict[str, Any]:
    """Return input that fits an action most of the time."""
    long = "说得足够长的一段话，讲清楚原因和依据。"
    inputs: dict[str, dict[str, Any]] = {
        "review": {"amount_yuan": draw.choice([None, "50000", "100000", "999999"]), "reason": long},
        "opinion": {"opinion": draw.choice(["agree", "agree", "disagree"]), "reason": long},
        "propose_refusal": {"kind": "other", "reason": long},
        "refuse": {"kind": "conditions", "reason": long},
        "decide_objection": {
            "objection_no": draw.choice([1, 1, 2]),
            "decision": draw.choice(["rejected", "rejected", "again", "refuse"]),
            "finding": long,
        },
        "decide_appeal": {"decision": draw.choice(["upheld", "rejected"]), "finding": long},
        "rate": {"stars": draw.choice("12345")},
        "request_material": {"items": long},
        "give_material": {"note": long},
        "acknowledge": {"supervision_no": 1},
        "give_account": {"account_id": 1},
    }
    found = inputs.get(action, {})
    if action in {"return_to_review", "void", "appeal"}:
        found = {"reason": long}
    return {k: v for k, v in found.items() if v is not None}


def one_thing(world: World, desks: list[Desk], draw: random.Random) -> None:
    """Do something at random; what is refused is refused."""
    what = draw.choices(["apply", "act", "pay", "time", "fact", "object"], [1.5, 14, 4, 2.5, 0.3, 0.5])[0]
    cases = list(Case.objects.order_by("-is_open", "id")[:6])
    if what == "apply" or not cases:
        draw.choice(desks).apply(
            draw.choice(["clerk", "clerk", "outsider"]), project=draw.choice(["", "一期", "二期", "三期"])
        )
    elif what == "act":
        case = draw.choice(cases)
        onward = ONWARD.get(case.state, ()) if draw.random() < 0.75 else ()
        code = draw.choice(onward or ACTS)
        who = USUAL.get(code, "policy") if draw.random() < 0.75 else draw.choice(PEOPLE)
        desks[0].act(case, who, code, **some_input(code, draw))
    elif what == "pay":
        payment = draw.choice(
            list(Payment.objects.filter(state__in=["ready", "sent", "paid"]).order_by("-state")) or [None]
        )
        if payment is not None and draw.random() < 0.7 and payment.state != "paid":
            money_door.settle(world, payment, world.now.date())
        elif payment is not None and draw.random() < 0.1:
            money_door.fail(world, payment)
    elif what == "time":
        world.later(days=draw.choice([1, 3, 8]))
        applications_tick(world.now)
        queues_tick(world.now)
    elif what == "fact":
        world.facts(营业收入=draw.choice(["6000000", "6000000", "100", "30000000"]))
    else:
        found = draw.choice(list(Application.objects.filter(case__state="publicity")) or [None])
        if found is not None:
            objection_make(
                application=found, text="听说已经停产，请查一查。", name="", phone="", now=world.now
            )


@pytest.mark.parametrize("seed", range(4))
def test_money_goes_out_only_on_one_eligible_evaluation(seed: int) -> None:
    wander(seed, 220)


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(100, 160))
def test_money_goes_out_only_on_one_eligible_evaluation_at_length(seed: int) -> None:
    wander(seed, 400)


def wander(seed: int, steps: int) -> None:
    draw = random.Random(seed)
    world = make_world()
    world.people["both"] = world.people["policy"]
    bureau = world.units["bureau"]
    membership_start(
        actor=importer(),
        person=world.people["both"],
        unit=bureau,
        role="reviewer",
        valid_from=TODAY,
        at=world.now,
    )
    texts = [AWARD + GROUP, AWARD.replace("sample-hnte", "second") + GROUP, INSTANT]
    desks = [
        Desk(
            world, text, fen=draw.choice([0, 15_000_000, 100_000_000]), lead_unit_id=bureau.pk, co_unit_ids=co
        )
        for text, co in zip(texts, ([world.units["co"].pk], [], []), strict=True)
    ]
    for _ in range(steps):
        with suppress(KernelError, Http404):
            one_thing(world, desks, draw)
    assert_sound()


def assert_sound() -> None:
    """Assert what must hold whatever happened."""
    assert Evaluation.objects.count() == Application.objects.count()
    for application in Application.objects.select_related("evaluation", "case", "version"):
        case, evaluation = application.case, application.evaluation
        assert evaluation.outcome == "eligible"
        assert evaluation.version_id == application.version_id
        assert list(differences(case, Channel.objects.in_bulk())) == []
        if application.granted_fen is not None:
            assert application.granted_fen <= (evaluation.amount_fen or 0)
        if case.state in {"refused", "withdrawn", "voided"}:
            assert {
                k: v
                for k, v in held_by(MONEY, application_id=application.pk).items()
                if k in {"reserved", "committed"} and v
            } == {}
        assert_different_hands(case)
    for payment in Payment.objects.filter(state="paid").select_related("application"):
        assert payment.application.approved_at is not None
        assert payment.amount_fen == payment.application.granted_fen
    unbalanced = LedgerPosting.objects.values("entry").annotate(fen=Sum("amount")).exclude(fen=0)
    assert not unbalanced.exists()
    for budget in Budget.objects.all():
        parts = budget.available_fen + budget.reserved_fen + budget.committed_fen + budget.paid_fen
        assert budget.appropriated_fen == parts


def assert_different_hands(case: Case) -> None:
    """Nobody who accepted or reviewed approved, and none of them recorded the payment (law 6)."""
    by: dict[str, set[int]] = {}
    events = CaseEvent.objects.filter(case=case).exclude(actor_id=None).values_list("action", "actor_id")
    for action, person in events:
        by.setdefault(action, set()).add(person or 0)
    prepared = set().union(*(by.get(a, set()) for a in ("accept", "review", "propose_refusal", "opinion")))
    decided = set().union(*(by.get(a, set()) for a in ("approve", "refuse", "confirm")))
    assert not prepared & by.get("approve", set())
    assert not prepared & by.get("refuse", set())
    assert not (prepared | decided) & by.get("record_payment", set())

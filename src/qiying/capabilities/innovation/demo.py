"""The demo's scores: facts of the science office, one night's run, and three firms that had a figure corrected."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from qiying.capabilities.innovation.services.runs import scores_run
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.engine import case_do
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.opening import case_start
from qiying.kernel.cases.world import Plan, World, told_in
from qiying.kernel.documents.services import document_store
from qiying.kernel.enterprises.decision_facts import facts_declare
from qiying.kernel.enterprises.models import FactSource
from qiying.kernel.organisations.models import Unit

ORDER = 21
"""After the policies, which tell what is known of the firms; before whoever reads the scores."""
APART = True
UNIT = "keji"
TOLD = told_in(Path(__file__).with_suffix(".yaml"))


def prepare(world: World) -> None:
    """The science office keeps the scores."""
    unit = Unit.objects.get(pk=world.units[UNIT].pk)
    unit.functions = [*unit.functions, "innovation"]
    unit.save(update_fields=["functions"])


def tell(world: World) -> None:
    """What office and firms told is scored once; three firms have a figure corrected, each on its day."""
    _score(world)
    plan = Plan(world, world.fresh_draw())
    firms = [firm for firm in world.enterprises[: TOLD["firms"]] if firm.pk in world.clerks]
    for firm, one in zip(firms, TOLD["corrections"], strict=False):
        plan.at(world.lately(one["ago"]), partial(_correct, world, plan, firm.pk, one))
    plan.run(since=world.lately(max(one["ago"] for one in TOLD["corrections"]) + 1))


def _score(world: World) -> None:
    draw, on = world.fresh_draw(), local_date(world.now)
    for firm in world.enterprises[: TOLD["firms"]]:
        values = {
            name: str(draw.choice(some))
            for name, some in TOLD["facts"].items()
            if draw.random() > TOLD["left_out"]
        }
        facts_declare(
            actor=world.maker, enterprise=firm, values=values, at=world.start, on=on, source=FactSource.SHARED
        )
    scores_run(district_id=world.district.pk, now=world.start)


def _correct(world: World, plan: Plan, firm_id: int, one: dict[str, Any], at: datetime) -> None:
    clerk = world.clerk(firm_id, at)
    assert clerk is not None
    paper = document_store(
        content=one["text"].encode(), name="证明.txt", kind="material", subject=f"draft:{clerk.person_id}:score",
        actor=clerk, district_id=world.district.pk, at=at,
    )  # fmt: skip
    data = {"fact": one["fact"], "value": one["value"], "text": one["text"], "documents": [paper.pk]}
    case = case_start(
        procedure="score_correction", actor=clerk, data={**data, "enterprise_id": firm_id}, now=at
    )
    if "decision" in one:
        plan.after(at, 2, partial(_decide, world, case, one))


def _decide(world: World, case: Case, one: dict[str, Any], at: datetime) -> None:
    told = {"decision": one["decision"], "reason": one["reason"]}
    officer = world.viewers.get(f"{UNIT}.policy") or world.viewers[f"{UNIT}.handler"]
    case_do(case=Case.objects.get(pk=case.pk), action="decide", actor=officer, data=told, now=at)

"""Evaluations: what the engine says now, or with what is typed; the authoritative record an application rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from qiying.capabilities.policies.models import Evaluation
from qiying.capabilities.policies.selectors.applying import history_of
from qiying.capabilities.policies.selectors.shelf import Published, Shelf
from qiying.decision.scalar import explain
from qiying.decision.scalar.amounts import History
from qiying.decision.scalar.evaluate import ELIGIBLE
from qiying.decision.scalar.explain import Explanation, as_dict
from qiying.kernel.audit.canonical import canonical
from qiying.kernel.enterprises.decision_facts import OWN_ROW, KnownFact, known_facts, stored_facts
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.permissions.viewer import Viewer


def explained(
    shelf: Shelf, known: Mapping[str, KnownFact], history: Mapping[str, History], *, nearest: bool = True
) -> list[Explanation]:
    """Return the engine's answer to every policy of a shelf, in its order."""
    return explain(shelf.engine, stored_facts(known), history, nearest)


def evaluation_record(
    *,
    shelf: Shelf,
    code: str,
    enterprise_id: int,
    known: Mapping[str, KnownFact],
    history: Mapping[str, History],
    actor: Viewer,
    at: datetime,
) -> Evaluation:
    """Evaluate one policy exactly and keep the answer with version, facts and explanation; call in a transaction.

    The facts kept are those the policy reads, with value, period and source.
    """
    one = shelf.by_code[code]
    alone = shelf.only(code)
    (answer,) = explained(alone, known, history)
    compiled = alone.book.compiled[0]
    facts = {
        name: {"value": str(fact.value), "period": fact.period, "source": fact.source_label}
        for name in compiled.indicators
        if (fact := known.get(name)) is not None
    }
    return Evaluation.objects.create(
        policy_id=one.policy_id,
        version_id=one.version_id,
        enterprise_id=enterprise_id,
        as_of=shelf.on,
        facts=canonical(facts),
        outcome=answer.outcome,
        amount_fen=answer.payment.amount if answer.payment and answer.outcome == ELIGIBLE else None,
        row=answer.row,
        answer=canonical(as_dict(answer, alone.engine)),
        version_digest=one.digest,
        made_at=at,
        made_by_id=actor.person_id,
    )


@dataclass(frozen=True)
class Preview:
    """The engine's answer now, the facts it read, what is still missing and what was typed wrongly."""

    answer: Explanation
    known: Mapping[str, KnownFact]
    used: tuple[str, ...]
    wanted: tuple[str, ...]
    own_row: tuple[str, ...]
    wrong: Mapping[str, str]


def preview(enterprise: Enterprise, shelf: Shelf, one: Published, typed: Mapping[str, str]) -> Preview:
    """Evaluate one policy with known facts and those typed; at most three queries."""
    known = dict(known_facts(enterprise, shelf.registry))
    alone = shelf.only(one.code)
    used = alone.book.indicators
    given = {
        name: value for name, value in typed.items() if value.strip() and name in shelf.registry.indicators
    }
    wrong = shelf.registry.refused(given)
    for name, value in given.items():
        indicator = shelf.registry[name]
        stored = None if name in wrong else indicator.stored(value)
        if stored is not None:
            known[name] = KnownFact(name, indicator.shown(stored), stored, "", "declared", "您这次填的", None)
    (answer,) = explained(alone, known, history_of(enterprise.pk))
    missing = answer.missing[0] if answer.missing else ()
    wanted = [n for n in (*given, *missing) if n not in OWN_ROW]
    own_row = tuple(n for n in missing if n in OWN_ROW)
    return Preview(answer, known, used, tuple(dict.fromkeys(wanted)), own_row, wrong)


def asks_project(shelf: Shelf, one: Published) -> bool:
    """Tell whether a policy is about a project: it has stages, or reads facts of a project."""
    if one.wording.stages:
        return True
    names = shelf.only(one.code).book.indicators
    return any(shelf.registry[n].period == "项目" for n in names)

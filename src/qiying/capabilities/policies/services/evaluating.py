"""Evaluations: what the engine says of one enterprise now, and the authoritative record an application rests on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from qiying.capabilities.policies.models import Evaluation
from qiying.capabilities.policies.selectors.shelf import Shelf
from qiying.decision.scalar import explain
from qiying.decision.scalar.amounts import History
from qiying.decision.scalar.evaluate import ELIGIBLE
from qiying.decision.scalar.explain import Explanation, as_dict
from qiying.kernel.audit.canonical import canonical
from qiying.kernel.enterprises.decision_facts import KnownFact, stored_facts
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

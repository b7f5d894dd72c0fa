"""What the scalar engine says now, one by one: the measure for what runs found and stored."""

from collections.abc import Mapping

from qiying.capabilities.policies.models import Match
from qiying.capabilities.policies.selectors.shelf import Shelf
from qiying.decision.scalar.amounts import History, grouped, has_money, past_of, payment

MOST_MISSING = 2
Pair = tuple[str, int | None, int, tuple[str, ...]]
"""State, amount in fen, row, missing facts."""


def live_pairs(
    shelf: Shelf, stored: Mapping[str, int | str], history: Mapping[str, History] | None = None
) -> dict[int, Pair]:
    """Return every eligible pair that has something to offer, and unknown ones with few facts missing."""
    engine, known = shelf.engine, grouped(history or {}, shelf.book.groups)
    possible = engine.masks(stored)[1]
    found: dict[int, Pair] = {}
    for index, verdict in enumerate(engine.evaluate(stored)):
        numbered, policy_id = engine.book.policies[index], shelf.published[index].policy_id
        past = past_of(numbered.compiled, known)
        if verdict.outcome == "not_eligible" or (numbered.compiled.policy.first_time_only and past.received):
            continue
        if verdict.outcome == "unknown":
            missing = verdict.missing[0] if verdict.missing else ()
            if len(missing) <= MOST_MISSING:
                found[policy_id] = ("unknown", None, 0, missing)
            continue
        rows = engine.possible_rows(numbered, possible)
        paid = (
            payment(numbered.compiled, verdict.rows, rows, stored, past)
            if has_money(numbered.compiled)
            else None
        )
        amount = paid.amount if paid is not None else None
        if amount != 0:
            found[policy_id] = ("eligible", amount, verdict.rows[0] if verdict.rows else 0, ())
    return found


def stored_pairs(enterprise_id: int) -> dict[int, Pair]:
    """Return the eligible and unknown pairs that stand in the table of an enterprise."""
    rows = Match.objects.filter(enterprise_id=enterprise_id).exclude(state="near")
    return {
        r.policy_id: (str(r.state), r.amount_fen, r.row, tuple(r.missing.split("、")) if r.missing else ())
        for r in rows
    }

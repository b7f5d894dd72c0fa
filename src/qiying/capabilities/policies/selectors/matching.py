"""What the engine found, for an enterprise's home page, for officers and for reach; all reads are a few queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum

from qiying.capabilities.policies.models import (
    Application,
    Match,
    MatchCount,
    MatchState,
    Policy,
    PolicySeen,
    Push,
)
from qiying.capabilities.policies.selectors.shelf import Published, Shelf
from qiying.decision.scalar.amounts import NO_HISTORY, History, has_money, payment
from qiying.decision.scalar.evaluate import ELIGIBLE, UNKNOWN
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.selectors import enterprises_visible_to
from qiying.kernel.permissions.viewer import Viewer

MOST_MISSING = 2
"""More missing facts than this are not asked for: such a pair is listed nowhere, only counted."""


class Matched(NamedTuple):
    """One policy for one enterprise; `missing` are the facts that would decide an unknown pair, cheapest set."""

    published: Published
    state: str
    amount_fen: int | None
    row: int
    missing: tuple[str, ...]
    since_on: date | None


class Matches(NamedTuple):
    """An enterprise's home: what it is entitled to, what it nearly is, and what one or two facts would tell."""

    eligible: tuple[Matched, ...]
    near: tuple[Matched, ...]
    unknown: tuple[Matched, ...]


class Reach(NamedTuple):
    """How far one policy came; enterprises everywhere, money in fen."""

    matched: int = 0
    nearly: int = 0
    unknown: int = 0  # one or two facts are missing
    hidden: int = 0  # more than two facts are missing
    pushed: int = 0
    waiting: int = 0  # queued to be told
    read: int = 0
    seen: int = 0
    applied: int = 0
    paid: int = 0
    paid_fen: int = 0


def matches_of(enterprise_id: int, shelf: Shelf) -> Matches:
    """Return what stands in the table of an enterprise, policies still on the shelf only; one query.

    Eligible ones by amount, largest first; unknown ones by how few facts are missing.
    """
    found = []
    for row in Match.objects.filter(enterprise_id=enterprise_id):
        published = shelf.by_id.get(row.policy_id)
        if published is not None:
            missing = tuple(row.missing.split("、")) if row.missing else ()
            found.append(Matched(published, row.state, row.amount_fen, row.row, missing, row.since_on))
    return _sorted(found)


def _sorted(found: Iterable[Matched]) -> Matches:
    by_state: dict[str, list[Matched]] = {state: [] for state in MatchState.values}
    for one in found:
        by_state[one.state].append(one)
    return Matches(
        tuple(
            sorted(by_state[MatchState.ELIGIBLE], key=lambda m: (-(m.amount_fen or 0), m.published.policy_id))
        ),
        tuple(sorted(by_state[MatchState.NEAR], key=lambda m: m.published.policy_id)),
        tuple(sorted(by_state[MatchState.UNKNOWN], key=lambda m: (len(m.missing), m.published.policy_id))),
    )


def evaluate_home(
    shelf: Shelf, stored: Mapping[str, int | str], history: Mapping[str, History] | None = None
) -> Matches:
    """Evaluate the whole shelf exactly on stored facts, now: eligible and unknown pairs (at most two facts missing).

    No query. What is nearly met is not worked out: it stands in `matches_of`.
    """
    engine, past = shelf.engine, history or {}
    _, possible = engine.masks(stored)
    found = []
    for index, verdict in enumerate(engine.evaluate(stored)):
        if verdict.outcome not in (ELIGIBLE, UNKNOWN):
            continue
        numbered = engine.book.policies[index]
        one, granted = numbered.compiled, past.get(verdict.policy, NO_HISTORY)
        if one.policy.first_time_only and granted.received:
            continue
        published = shelf.published[index]
        if verdict.outcome == UNKNOWN:
            missing = verdict.missing[0] if verdict.missing else ()
            if len(missing) <= MOST_MISSING:
                found.append(Matched(published, MatchState.UNKNOWN, None, 0, missing, None))
            continue
        amount = None
        if has_money(one):
            open_rows = engine.possible_rows(numbered, possible)
            paid = payment(one, verdict.rows, open_rows, stored, granted)
            amount = paid.amount if paid is not None else None
            if amount == 0 and granted.received:  # its cap is used up: nothing is left to be had
                continue
        row = verdict.rows[0] if verdict.rows else 0
        found.append(Matched(published, MatchState.ELIGIBLE, amount, row, (), None))
    return _sorted(found)


def enterprises_matched(viewer: Viewer, policy: Policy, state: str) -> QuerySet[Enterprise]:
    """Return visible enterprises that stand so to a policy, with `amount_fen`, `missing` and `since_on` beside."""
    pairs = Match.objects.filter(policy_id=policy.pk, state=state)
    here = Match.objects.filter(policy_id=policy.pk, enterprise_id=OuterRef("pk"))
    return (
        enterprises_visible_to(viewer)
        .filter(district_id=policy.district_id, pk__in=pairs.values("enterprise_id"))
        .annotate(
            amount_fen=Subquery(here.values("amount_fen")[:1]),
            missing=Subquery(here.values("missing")[:1]),
            since_on=Subquery(here.values("since_on")[:1]),
        )
    )


def reach(district_id: int, policy_ids: Iterable[int]) -> dict[int, Reach]:
    """Return how far each policy came; four queries whatever the number of policies."""
    wanted = list(policy_ids)
    counts = {
        c.policy_id: c
        for c in MatchCount.objects.filter(policy_id__in=wanted, policy__district_id=district_id)
    }
    pushes = _by_policy(
        Push.objects.filter(district_id=district_id, policy_id__in=wanted),
        pushed=Count("enterprise_id", filter=Q(state=Push.State.SENT), distinct=True),
        waiting=Count("pk", filter=Q(state=Push.State.QUEUED)),
        read=Count("enterprise_id", filter=Q(read_at__isnull=False), distinct=True),
    )
    seen = _by_policy(
        PolicySeen.objects.filter(policy_id__in=wanted, policy__district_id=district_id), seen=Count("pk")
    )
    paid = Q(paid_on__isnull=False)
    applied = _by_policy(
        Application.objects.filter(district_id=district_id, policy_id__in=wanted),
        applied=Count("enterprise_id", distinct=True),
        paid=Count("enterprise_id", filter=paid, distinct=True),
        paid_fen=Sum("paid_fen", default=0),
    )
    found = {}
    for pk in wanted:
        count = counts.get(pk)
        known = {**pushes.get(pk, {}), **seen.get(pk, {}), **applied.get(pk, {})}
        if count is not None:
            known |= {"matched": count.eligible, "nearly": count.near}
            known |= {"unknown": count.unknown, "hidden": count.hidden}
        found[pk] = Reach(**known)
    return found


def _by_policy(rows: QuerySet, **sums: Count | Sum) -> dict[int, dict[str, int]]:  # type: ignore[type-arg]
    grouped = rows.order_by().values("policy_id").annotate(**sums)
    return {row["policy_id"]: {name: row[name] for name in sums} for row in grouped}

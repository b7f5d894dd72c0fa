"""What the engine found, for an enterprise's home page, for officers and for reach; all reads are a few queries."""

from __future__ import annotations

from collections.abc import Iterable
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
    PolicyState,
    Push,
)
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.selectors import enterprises_visible_to
from qiying.kernel.permissions.viewer import Viewer


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


def policy_matches(
    *, district_id: int, enterprise_ids: Iterable[int], on: date, most: int = 5
) -> dict[int, list[tuple[str, str]]]:
    """Return by enterprise which policies are worth explaining to it, with how it stands; those it meets first."""
    wanted = (MatchState.ELIGIBLE, MatchState.NEAR)
    rows = Match.objects.filter(enterprise_id__in=list(enterprise_ids), state__in=wanted)
    policies = Policy.objects.filter(district_id=district_id, state=PolicyState.PUBLISHED)
    policies = policies.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
    names = dict(policies.filter(pk__in=rows.values("policy_id")).values_list("pk", "name"))
    found: dict[int, list[tuple[str, str]]] = {}
    for row in rows.order_by("state", "-amount_fen", "policy_id"):  # "eligible" stands before "near"
        told = found.setdefault(row.enterprise_id, [])
        if row.policy_id in names and len(told) < most:
            told.append((names[row.policy_id], MatchState(row.state).label))
    return found


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

"""Telling those a policy is for and who have not looked: queued at once, sent by the worker within its caps."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from qiying.capabilities.policies.models import Match, MatchState, Policy, PolicySeen, PolicyState, Push
from qiying.capabilities.policies.services.noting import noted
from qiying.kernel.permissions.errors import ActionNotAvailable, NotPermitted
from qiying.kernel.permissions.fetch import require
from qiying.kernel.permissions.viewer import Viewer

PATIENCE = timedelta(days=7)
"""Who was told less than this ago is not told again."""


@transaction.atomic
def policy_push(*, actor: Viewer, policy: Policy, at: datetime) -> int:
    """Queue a policy for every eligible enterprise that has not seen it; return how many are queued anew.

    Raises: NotPermitted, ActionNotAvailable when the policy is not in force.
    """
    require(actor, "policies.reach")
    if actor.district_id != policy.district_id:
        raise NotPermitted("这是别的区县的政策")
    if policy.state != PolicyState.PUBLISHED or policy.current is None:
        raise ActionNotAvailable("这项政策不在用，不推送")
    unseen = unseen_enterprises(policy)
    rows = Push.objects.filter(policy=policy, version_no=policy.current.no)
    known = set(rows.values_list("enterprise_id", flat=True))
    amounts = dict(
        Match.objects.filter(policy_id=policy.pk, state=MatchState.ELIGIBLE).values_list(
            "enterprise_id", "amount_fen"
        )
    )
    again = rows.filter(
        enterprise_id__in=unseen, state=Push.State.SENT, read_at=None, sent_at__lt=at - PATIENCE
    )
    done = again.update(state=Push.State.QUEUED, queued_at=at)
    fresh = [
        Push(
            district_id=policy.district_id, policy=policy, version_no=policy.current.no, enterprise_id=pk,
            amount_fen=amounts.get(pk), queued_at=at,
        )
        for pk in unseen
        if pk not in known
    ]  # fmt: skip
    Push.objects.bulk_create(fresh, batch_size=500, ignore_conflicts=True)
    done += len(fresh)
    noted(actor, "policies.policy_push", policy, at, enterprises=done)
    return done


def unseen_enterprises(policy: Policy) -> list[int]:
    """Return eligible enterprises nobody of which has opened the policy."""
    seen = PolicySeen.objects.filter(policy=policy).values("enterprise_id")
    eligible = Match.objects.filter(policy_id=policy.pk, state=MatchState.ELIGIBLE).exclude(
        enterprise_id__in=seen
    )
    return list(eligible.order_by("enterprise_id").values_list("enterprise_id", flat=True))

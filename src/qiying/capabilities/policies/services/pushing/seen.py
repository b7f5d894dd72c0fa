"""Who opened what: the receipt of a push, and the first time an enterprise looked at a policy."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from qiying.capabilities.policies.models import Policy, PolicySeen, Push


def push_seen(*, policy: Policy, enterprise_id: int, person_id: int | None, at: datetime) -> None:
    """Note that somebody of an enterprise opened a policy's page; one read, and a write the first time only."""
    unread = Push.objects.filter(
        policy_id=OuterRef("pk"), enterprise_id=enterprise_id, state=Push.State.SENT, read_at__isnull=True
    )
    seen = PolicySeen.objects.filter(policy_id=OuterRef("pk"), enterprise_id=enterprise_id)
    known = Policy.objects.filter(pk=policy.pk).values_list(Exists(seen), Exists(unread)).first()
    if known is None or known == (True, False):
        return
    with transaction.atomic():
        if not known[0]:
            row = PolicySeen(
                policy_id=policy.pk, enterprise_id=enterprise_id, first_at=at, person_id=person_id
            )
            PolicySeen.objects.bulk_create([row], ignore_conflicts=True)
        if known[1]:
            Push.objects.filter(
                policy_id=policy.pk, enterprise_id=enterprise_id, state=Push.State.SENT, read_at__isnull=True
            ).update(read_at=at)

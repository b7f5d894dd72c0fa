"""Read receipts: who opened a policy for the first time, and which messages were read."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Min, OuterRef

from qiying.capabilities.policies.models import Policy, PolicySeen, Push
from qiying.kernel.notices.models import InboxItem


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


LOOK_BACK = timedelta(days=60)
AT_ONCE = 400


def receipts_collect(now: datetime) -> int:
    """Take over when messages were read, and return how many pushes that made read; two queries a chunk."""
    unread = Push.objects.filter(
        state=Push.State.SENT, read_at__isnull=True, sent_at__gt=now - LOOK_BACK
    ).exclude(message="")
    messages = sorted(set(unread.values_list("message", flat=True)))
    done = 0
    for start in range(0, len(messages), AT_ONCE):
        read = (
            InboxItem.objects.filter(
                notice__dedupe_key__in=messages[start : start + AT_ONCE], read_at__isnull=False
            )
            .order_by()
            .values_list("notice__dedupe_key")
            .annotate(first=Min("read_at"))
        )
        by_time: dict[datetime, list[str]] = defaultdict(list)
        for message, at in read:
            by_time[at].append(message)
        for at, keys in by_time.items():
            done += Push.objects.filter(message__in=keys, read_at__isnull=True).update(read_at=at)
    return done

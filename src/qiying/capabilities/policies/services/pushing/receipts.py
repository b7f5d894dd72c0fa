"""Read receipts: a message read in the inbox is a push that was read."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from django.db.models import Min

from qiying.capabilities.policies.models import Push
from qiying.kernel.notices.models import InboxItem

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

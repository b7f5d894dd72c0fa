"""A result shared by a link that names nobody: only the answers, forgotten after a month."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from qiying.capabilities.policies.models import SharedResult
from qiying.decision.indicators import standard_registry
from qiying.kernel.audit.clock import local_date
from qiying.kernel.permissions.errors import GuardFailed

KEPT_DAYS = 30
SWEPT = 200
"""Expired rows one sweep deletes, so that no write is long."""


@transaction.atomic
def result_share(
    *,
    district_id: int,
    answers: Mapping[str, str],
    at: datetime,
    themes: Sequence[str] = (),
) -> SharedResult:
    """Keep answers behind a new token; nothing else of whoever gave them is kept.

    Raises GuardFailed when there is nothing to share.
    """
    known = standard_registry()
    facts = {name: value for name, value in answers.items() if name in known}
    if not facts:
        raise GuardFailed(["还没有回答问题，没有结果可以分享"])
    shared_expire(at=at)
    today = local_date(at)
    return SharedResult.objects.create(
        token=secrets.token_urlsafe(18),
        district_id=district_id,
        facts={"facts": facts, "themes": list(themes)},
        as_of=today,
        made_at=at,
        expires_on=today + timedelta(days=KEPT_DAYS),
    )


def shared_expire(*, at: datetime) -> int:
    """Delete some results whose time is over; return how many."""
    gone = SharedResult.objects.filter(expires_on__lt=local_date(at)).values_list("pk", flat=True)[:SWEPT]
    ids = list(gone)
    if ids:
        SharedResult.objects.filter(pk__in=ids).delete()
    return len(ids)

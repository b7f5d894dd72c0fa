"""The calculator at the counter: when it began, when it ended, what was found; the minutes are those between."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from qiying.capabilities.policies.models import CounterSession
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.services import record_act
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.permissions.errors import ActionNotAvailable, NotPermitted
from qiying.kernel.permissions.fetch import require
from qiying.kernel.permissions.viewer import Viewer

LONGEST = Decimal("600")
"""Minutes counted at most: a page left open over night is not work."""


@transaction.atomic
def counter_start(
    *, actor: Viewer, enterprise: Enterprise | None, at: datetime, unit_id: int | None = None
) -> CounterSession:
    """Begin a run for an enterprise, or for a caller who has none yet."""
    require(actor, "policies.counter")
    district_id = actor.district_id
    if actor.person_id is None or district_id is None:
        raise NotPermitted("登录后才能在窗口算")
    if enterprise is not None and enterprise.district_id != district_id:
        raise NotPermitted("这家企业不在您的区县")
    return CounterSession.objects.create(
        district_id=district_id,
        unit_id=unit_id,
        officer_id=actor.person_id,
        enterprise=enterprise,
        started_at=at,
        month=local_date(at).replace(day=1),
    )


@transaction.atomic
def counter_end(
    *, actor: Viewer, session: CounterSession, questions: int, eligible: int, fen: int, at: datetime
) -> CounterSession:
    """End one's own run: minutes, questions asked, what the enterprise may get; ending twice is refused."""
    require(actor, "policies.counter")
    locked = CounterSession.objects.select_for_update().get(pk=session.pk)
    if locked.officer_id != actor.person_id:
        raise NotPermitted("这是别人在算的，请他自己结束")
    if locked.ended_at is not None:
        raise ActionNotAvailable("这一次已经结束了")
    minutes = Decimal(int((at - locked.started_at).total_seconds())) / 60
    locked.ended_at = at
    locked.minutes = min(max(minutes, Decimal(0)), LONGEST).quantize(Decimal("0.1"))
    locked.questions, locked.eligible, locked.amount_fen = questions, eligible, fen
    locked.save()
    record_act(
        actor=actor,
        action="policies.counter_end",
        subject=f"enterprise:{locked.enterprise_id}" if locked.enterprise_id else "policies:counter",
        data={"minutes": str(locked.minutes), "questions": questions, "eligible": eligible},
        at=at,
        district_id=locked.district_id,
    )
    return locked

"""What the worker does for applications: ends publicity, approves what a batch approved, opens batches' cases."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from qiying.capabilities.policies.models import Application, GrantBatch
from qiying.capabilities.policies.services.applying.batches import batch_open, batches_finish
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.engine import case_act
from qiying.kernel.permissions.errors import KernelError
from qiying.kernel.permissions.viewer import system_viewer

log = logging.getLogger(__name__)
AGAIN = timedelta(hours=1)
_tried: dict[int, datetime] = {}


def applications_tick(now: datetime, limit: int = 50) -> int:
    """End publicity periods that are over and approve what comes from an approved batch; return how many acts."""
    today = local_date(now)
    over = Application.objects.filter(public_to__lt=today, case__state="publicity", case__is_open=True)
    ready = Application.objects.filter(way=Application.Way.AUTOMATIC, case__state="approving")
    done = 0
    for application in list(over.select_related("case").order_by("public_to", "id")[:limit]):
        done += _try(application, "end_publicity", now)
    for application in list(ready.select_related("case").order_by("applied_at", "id")[:limit]):
        done += _try(application, "approve", now)
    return done


def _try(application: Application, action: str, now: datetime) -> int:
    """Do one act; what is refused (an open objection, no money account) is tried again an hour later."""
    last = _tried.get(application.case_id)
    if action == "approve" and last is not None and last <= now < last + AGAIN:
        return 0
    system = system_viewer("worker", district_id=application.district_id)
    try:
        case_act(case=application.case, action=action, actor=system, data={}, now=now)
    except KernelError as refused:
        _tried[application.case_id] = now
        log.info("%s of %s: %s", action, application.case_id, refused)
        return 0
    _tried.pop(application.case_id, None)
    return 1


def batches_tick(now: datetime) -> int:
    """Open some cases of approved batches and mark the batches that are done."""
    opened = 0
    for batch in GrantBatch.objects.filter(state=GrantBatch.State.APPROVED).select_related("policy"):
        opened += batch_open(batch=batch, now=now)
    return opened + batches_finish()

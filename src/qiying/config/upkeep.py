"""Daily upkeep of the whole installation: what nobody will ask for again is deleted."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from qiying.kernel.api_access.services import idempotency_forget
from qiying.kernel.cases.worker import WORKER

DAY_SECONDS = 24 * 3600
ANSWERS_KEPT = timedelta(days=3)  # as docs/operations.md promises


def register() -> None:
    """Name the task and its rhythm."""
    WORKER.register("upkeep", DAY_SECONDS, upkeep)


def upkeep(now: datetime) -> int:
    """Delete old answers to idempotency keys and ended sessions; return how many rows."""
    sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    return sessions + idempotency_forget(before=now - ANSWERS_KEPT)

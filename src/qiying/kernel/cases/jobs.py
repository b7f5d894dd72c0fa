"""Long work and events to other capabilities: rows with a lease, run by the worker, at least once.

A job must be idempotent: one past its lease is run again. After `ATTEMPTS` failures it stays failed and visible.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from qiying.kernel.cases.models import Job
from qiying.kernel.permissions.viewer import Viewer

LEASE = timedelta(minutes=10)
ATTEMPTS = 5
log = logging.getLogger(__name__)

Work = Callable[[Job, datetime], Mapping[str, Any] | None]
_jobs: dict[str, Work] = {}
_subscribers: dict[str, list[Callable[[Mapping[str, Any], datetime], None]]] = {}


def register_job(kind: str, work: Work) -> None:
    """Say what a kind of job does; raise `ValueError` if the kind is taken."""
    if _jobs.setdefault(kind, work) is not work:
        raise ValueError(f"任务 {kind} 登记了两次")


def register_steps(kind: str, step: Callable[[Job, datetime], tuple[int, int]]) -> None:
    """Say what one step of a long job does: it returns how much is done of how much, and comes again until all is.

    Each step is a transaction of its own, so others write in between; what is done stands in the rows it makes.
    """

    def work(job: Job, now: datetime) -> Mapping[str, Any]:
        done, total = step(job, now)
        if done < total:
            more: dict[str, Any] = {"district_id": job.district_id, "total": total, "done": done}
            job_add(kind=kind, payload=job.payload, at=now, **more)
        return {"done": done, "total": total}

    register_job(kind, work)


def subscribe(event: str, receive: Callable[[Mapping[str, Any], datetime], None]) -> None:
    """Receive an event that acts emit (`case_closed` …), after commit, at least once."""
    found = _subscribers.setdefault(event, [])
    if receive not in found:
        found.append(receive)


def job_add(
    *,
    kind: str,
    payload: Mapping[str, Any],
    at: datetime,
    asked_by: Viewer | None = None,
    district_id: int | None = None,
    total: int = 0,
    done: int = 0,
) -> Job:
    """Queue a job in the caller's transaction."""
    return Job.objects.create(
        kind=kind,
        payload=dict(payload),
        run_at=at,
        asked_at=at,
        asked_by_id=asked_by.person_id if asked_by else None,
        district_id=district_id,
        total_count=total,
        done_count=done,
    )


def job_progress(job: Job, done: int, total: int, *, now: datetime) -> None:
    """Show how far a job is and renew its lease."""
    Job.objects.filter(pk=job.pk).update(done_count=done, total_count=total, lease_until=now + LEASE)


def jobs_run(now: datetime, limit: int = 20) -> int:
    """Run due jobs one after the other and return how many ran."""
    due = Q(state="queued", run_at__lte=now) | Q(state="running", lease_until__lt=now)
    ran = 0
    for pk in list(Job.objects.filter(due).order_by("run_at", "id").values_list("pk", flat=True)[:limit]):
        claimed = (
            Job.objects.filter(due, pk=pk).update(
                state="running", lease_until=now + LEASE, attempts=F("attempts") + 1
            )
            == 1
        )
        if claimed:
            _run(Job.objects.get(pk=pk), now)
            ran += 1
    return ran


def _run(job: Job, now: datetime) -> None:
    try:
        with transaction.atomic():
            result = _work(job, now)
    except Exception as error:  # a job must never stop the worker
        log.exception("job %s %s failed", job.pk, job.kind)
        over = job.attempts >= ATTEMPTS
        Job.objects.filter(pk=job.pk).update(
            state="failed" if over else "queued",
            run_at=now + timedelta(seconds=5 * 4**job.attempts),
            error=f"{type(error).__name__}: {error}"[:2000],
            finished_at=now if over else None,
        )
        return
    Job.objects.filter(pk=job.pk).update(state="done", finished_at=now, error="", result=dict(result or {}))


def _work(job: Job, now: datetime) -> Mapping[str, Any] | None:
    if job.kind.startswith("event:"):
        for receive in _subscribers.get(job.kind.removeprefix("event:"), ()):
            receive(job.payload, now)
        return None
    return _jobs[job.kind](job, now)

"""Matching in the background: the first whole run, every night, and whatever changed since.

Nothing is handed over by events that could get lost: what is on the shelf is compared with what was matched, and
changed enterprises stand as rows until a run has answered them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from datetime import time as clock_time
from typing import Any

from qiying.capabilities.policies.models import Application, Catalogue, MatchCount, MatchPlan, MatchRun
from qiying.capabilities.policies.selectors.shelf import shelf
from qiying.capabilities.policies.services.matching.runs import Run, run_steps
from qiying.kernel.audit.clock import local_date, local_time
from qiying.kernel.audit.keeping import on_forget
from qiying.kernel.enterprises.models import ProfileChange
from qiying.kernel.enterprises.profiles import profile_change

NIGHT = clock_time(2, 30)
AT_ONCE_SECONDS = 1.0
"""A tick works so long, then the worker's other tasks have their turn."""
LOOK_SECONDS = 15
MOST_ENTERPRISES = 1000
EVENTS = ("policy_paid", "policy_delivered", "policy_application_ended")
"""After these the enterprise is looked at again: what it was granted counts at once."""

_current: Iterator[Run] | None = None
_looked_at: datetime | None = None


def matching_tick(now: datetime) -> str:
    """Go on with the run under way, or look for work every few seconds; return what was done in words."""
    global _current, _looked_at
    if _current is None:
        if _looked_at is not None and 0 <= (now - _looked_at).total_seconds() < LOOK_SECONDS:
            return ""
        _looked_at = now
        wanted = next_run(now)
        if wanted is None:
            return ""
        _current = run_steps(at=now, **wanted)
    steps, until = _current, time.monotonic() + AT_ONCE_SECONDS
    _current = None  # a step that fails ends the run
    run = next(steps, None)
    while run is not None and time.monotonic() < until:
        if (following := next(steps, None)) is None:
            _looked_at = None
            break
        run = following
    else:
        _current = steps if run is not None else None
    return (
        ""
        if run is None
        else f"{run.row.kind} +{run.written.added} ~{run.written.changed} -{run.written.removed}"
    )


@on_forget
def forget() -> None:
    """Give up the run under way (tests)."""
    global _current, _looked_at
    _current = _looked_at = None


def next_run(now: datetime) -> dict[str, Any] | None:
    """Return what has to be run next, of all districts that have a catalogue."""
    for district_id in Catalogue.objects.order_by("district_id").values_list("district_id", flat=True):
        if (wanted := _due(district_id, now)) is not None:
            return {"district_id": district_id, **wanted}
    return None


def _due(district_id: int, now: datetime) -> dict[str, Any] | None:
    plan = MatchPlan.objects.filter(pk=district_id).first() or MatchPlan(district_id=district_id)
    if plan.lease_until is not None and plan.lease_until > now:
        return None
    today = local_date(now)
    full = shelf(district_id, today)
    if plan.full_at is None:
        return {"kind": MatchRun.Kind.FULL} if full.published else None
    if local_time(now).time() >= NIGHT and (plan.nightly_on is None or plan.nightly_on < today):
        return {"kind": MatchRun.Kind.NIGHTLY}
    matched = dict(
        MatchCount.objects.filter(policy__district_id=district_id).values_list("policy_id", "version_id")
    )
    here = {p.policy_id: p.version_id for p in full.published}
    if changed := sorted(pk for pk in {*matched, *here} if matched.get(pk) != here.get(pk)):
        return {"kind": MatchRun.Kind.POLICY, "policy_ids": changed}
    rows = ProfileChange.objects.filter(district_id=district_id).order_by("pk")
    changed = sorted(set(rows.values_list("enterprise_id", flat=True)[:MOST_ENTERPRISES]))
    return {"kind": MatchRun.Kind.ENTERPRISE, "enterprise_ids": changed} if changed else None


def application_moved(payload: Mapping[str, Any], now: datetime) -> None:
    """Note that an application's enterprise has to be matched again (subscribed to `EVENTS`)."""
    application = Application.objects.select_related("enterprise").filter(pk=payload["application"]).first()
    if application is not None:
        profile_change(application.enterprise)

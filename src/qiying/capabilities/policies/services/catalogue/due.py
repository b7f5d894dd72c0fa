"""What the calendar does to the catalogue: approved versions take effect, policies past their last day end."""

from __future__ import annotations

from datetime import datetime

from qiying.capabilities.policies.models import Policy, PolicyState, PolicyVersion, VersionState
from qiying.capabilities.policies.services.catalogue.lifecycle import policy_end, version_publish
from qiying.kernel.audit.clock import local_date
from qiying.kernel.permissions.errors import ActionNotAvailable
from qiying.kernel.permissions.viewer import system_viewer


def versions_due(now: datetime) -> int:
    """Publish what was approved for today or earlier and end what expired; return how much was done."""
    today = local_date(now)
    waiting = PolicyVersion.objects.filter(state=VersionState.APPROVED, effective_from__lte=today)
    expired = Policy.objects.filter(state=PolicyState.PUBLISHED, valid_to__lt=today)
    published = sum(_published(version, now) for version in waiting.select_related("policy"))
    return published + sum(_ended(policy, now) for policy in expired)


def _published(version: PolicyVersion, now: datetime) -> int:
    actor = system_viewer("worker", district_id=version.policy.district_id)
    try:
        version_publish(actor=actor, version=version, at=now)
    except ActionNotAvailable:  # somebody else has just done it
        return 0
    return 1


def _ended(policy: Policy, now: datetime) -> int:
    actor = system_viewer("worker", district_id=policy.district_id)
    try:
        policy_end(actor=actor, policy=policy, state=PolicyState.EXPIRED, at=now)
    except ActionNotAvailable:
        return 0
    return 1

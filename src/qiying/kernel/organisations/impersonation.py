"""Looking with another person's eyes: read-only, for a reason, every start and stop recorded."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from qiying.kernel.audit.services import record_act
from qiying.kernel.organisations.models import Impersonation, Membership, Person
from qiying.kernel.organisations.services.scope import require_in_district
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import Viewer

SESSION_KEY = "watching"
LASTS = timedelta(minutes=30)
CLOSED_ROLES = frozenset({"admin", "discipline", "personnel"})
"""Nobody looks through these eyes: more rights than the supporter's own, sealed clues, what is kept of officials."""


class Watching(NamedTuple):
    """What the session keeps while one person looks as another."""

    impersonation_id: int
    person_id: int
    person_name: str
    until: str  # ISO 8601, aware


@transaction.atomic
def impersonation_start(*, actor: Viewer, person: Person, reason: str, at: datetime) -> Watching:
    """Begin looking as another person; raise `GuardFailed` with every reason against it."""
    require_in_district(actor, "organisations.impersonate", person.district_id)
    roles = set(Membership.objects.filter(person=person).values_list("role", flat=True))
    reasons = []
    if not reason.strip():
        reasons.append("请写明为什么要代看")
    if person.pk == actor.person_id:
        reasons.append("不用代看自己")
    if not person.is_active:
        reasons.append("这个账号已停用，不能代看")
    if roles & CLOSED_ROLES:
        reasons.append("运维、纪检和组织人事的页面不能代看")
    if reasons or actor.person_id is None:
        raise GuardFailed(reasons)
    row = Impersonation.objects.create(
        actor_id=actor.person_id, person=person, reason=reason.strip(), started_at=at
    )
    record_act(
        actor=actor,
        action="organisations.impersonation_start",
        subject=f"person:{person.pk}",
        data={"impersonation": row.pk, "reason": row.reason},
        at=at,
        district_id=actor.district_id,
    )
    return Watching(row.pk, person.pk, person.name, (at + LASTS).isoformat())


@transaction.atomic
def impersonation_stop(*, actor: Viewer, watching: Watching, at: datetime) -> None:
    """End looking as another person; ending twice changes nothing."""
    open_rows = Impersonation.objects.filter(
        pk=watching.impersonation_id, actor_id=actor.person_id, ended_at=None
    )
    if open_rows.update(ended_at=at):
        record_act(
            actor=actor,
            action="organisations.impersonation_stop",
            subject=f"person:{watching.person_id}",
            data={"impersonation": watching.impersonation_id},
            at=at,
            district_id=actor.district_id,
        )


def watching_of(session: SessionBase, at: datetime) -> Watching | None:
    """Return whom this session looks as, or `None`; what ran out is forgotten."""
    kept = session.get(SESSION_KEY)
    if not kept:
        return None
    watching = Watching(*kept)
    if datetime.fromisoformat(watching.until) <= at:
        return None
    return watching

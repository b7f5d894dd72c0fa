"""Writes of the audit: one act is one inserted row, and nothing waits for anything."""

from datetime import datetime
from typing import Any

from qiying.kernel.audit.actor import Actor
from qiying.kernel.audit.canonical import canonical
from qiying.kernel.audit.clock import utc_text
from qiying.kernel.audit.digest import ALGORITHM, digest
from qiying.kernel.audit.errors import GuardFailed
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.audit.statements import row_insert


def entry_text(
    *,
    at: datetime,
    actor_person_id: int | None,
    actor_name: str,
    on_behalf: str,
    action: str,
    subject: str,
    district_id: int | None,
    data: str,
) -> str:
    """Return the canonical content of an audit row, of which its hash is the digest."""
    return canonical(
        {
            "at": utc_text(at),
            "actor_person_id": actor_person_id,
            "actor_name": actor_name,
            "on_behalf": on_behalf,
            "action": action,
            "subject": subject,
            "district_id": district_id,
            "data": data,
        }
    )


def record_act(
    *,
    actor: Actor,
    action: str,
    subject: str,
    data: dict[str, Any],
    at: datetime,
    district_id: int | None = None,
    on_behalf: str = "",
) -> AuditEntry:
    """Record an act that belongs to no case: one insert; the worker links and seals it later.

    `district_id` falls back to the actor's. Personal values go into `data` as `personal_token(ref)`.
    Raises `ValueError` when `data` is not JSON.
    """
    content: dict[str, Any] = {
        "at": at,
        "actor_person_id": actor.person_id,
        "actor_name": actor.name,
        "on_behalf": on_behalf,
        "action": action,
        "subject": subject,
        "district_id": actor.district_id if district_id is None else district_id,
        "data": canonical(data),
    }
    entry = AuditEntry(**content, hash=digest(entry_text(**content)), algorithm=ALGORITHM)
    row_insert(entry)
    return entry


def reveal(
    *,
    viewer: Actor,
    subject: str,
    field: str,
    reason: str,
    at: datetime,
    district_id: int | None = None,
) -> AuditEntry:
    """Record that somebody looked at a masked field; call it from a POST before showing the value.

    Raises `GuardFailed` when no reason is given.
    """
    if not reason.strip():
        raise GuardFailed(
            ["请写明为什么要看，例如：电话联系企业核实地址。"], {"reason": ["请写明为什么要看。"]}
        )
    return record_act(
        actor=viewer,
        action="field_revealed",
        subject=subject,
        data={"field": field, "reason": reason.strip()},
        at=at,
        district_id=district_id,
    )

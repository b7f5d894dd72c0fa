"""Queueing notices in an act's transaction, and what people do with their inbox."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from qiying.kernel.notices.models import Notice
from qiying.kernel.notices.recipients import to_key_valid


@dataclass(frozen=True)
class NoticeSpec:
    """One thing to tell one party.

    `to` is a party key, for a unit optionally with a role: `p:12`, `e:99`, `u:5`, `u:5#handler`,
    `u:5#liaison+handler`. Equal `dedupe_key`s are told once.
    """

    template: str
    to: str
    subject: str
    dedupe_key: str
    context: dict[str, Any] = field(default_factory=dict)
    url: str = ""


def notices_queue(specs: Sequence[NoticeSpec], *, district_id: int, at: datetime) -> None:
    """Write outbox rows in the caller's transaction, in one insert; sending happens after commit."""
    rows = []
    for spec in specs:
        if not to_key_valid(spec.to):
            raise ValueError(f"{spec.to!r} 不是收件方：应为 p:人、e:企业、u:单位 或 u:单位#角色")
        rows.append(
            Notice(
                district_id=district_id,
                template=spec.template,
                to_key=spec.to,
                context=spec.context,
                subject=spec.subject,
                url=spec.url,
                dedupe_key=spec.dedupe_key,
                queued_at=at,
                next_try_at=at,
            )
        )
    if rows:
        Notice.objects.bulk_create(rows, ignore_conflicts=True)

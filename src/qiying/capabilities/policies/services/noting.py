"""What every write of support policies says beside its rows: what was done, for the audit; why not, at its field."""

from __future__ import annotations

from datetime import datetime
from typing import NoReturn

from qiying.capabilities.policies.models import GrantBatch, Payment, PaymentBatch, Policy
from qiying.kernel.audit.services import record_act
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import Viewer

Noted = Enterprise | GrantBatch | Payment | PaymentBatch | Policy


def noted(actor: Viewer, action: str, row: Noted, at: datetime, **data: object) -> None:
    """Record an act that belongs to no case on the row it was done to; `action` as `declared_acts` names it."""
    subject, district_id = _subject(row)
    record_act(actor=actor, action=action, subject=subject, data=data, at=at, district_id=district_id)


def _subject(row: Noted) -> tuple[str, int]:
    match row:
        case Enterprise():
            return f"enterprise:{row.pk}", row.district_id
        case Policy():
            return f"policy:{row.pk}", row.district_id
        case Payment():
            return f"payment:{row.number}", row.application.district_id
        case PaymentBatch():
            return f"payment_batch:{row.number}", row.district_id
    return f"grant_batch:{row.number}", row.district_id


def refuse(fields: dict[str, str]) -> NoReturn:
    """Refuse with each reason at its field."""
    raise GuardFailed(list(fields.values()), {name: [words] for name, words in fields.items()})


def refuse_any(wrong: dict[str, str]) -> None:
    """Refuse when anything is wrong, with everything that is."""
    if wrong:
        refuse(wrong)

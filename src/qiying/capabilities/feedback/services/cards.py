"""Making QR cards and counting their scans."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from qiying.capabilities.feedback.models import QrCard
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.permissions.errors import refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.rows import row_faults, row_filled

CODE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


def code_draw() -> str:
    """Return a code for an address that is printed: short, and not read wrongly."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(8))


@transaction.atomic
def card_save(*, card: QrCard | None, actor: Viewer, values: Mapping[str, Any], now: datetime) -> QrCard:
    """Make a card of one's own unit or change its name and validity; the printed code stays. `GuardFailed` by field."""
    require(actor, "feedback.cards")
    row = card or QrCard(district_id=actor.district_id or 0, code=code_draw(), made_at=now)
    row_filled(row, values, *(("kind", "name", "valid_to") if card else ("unit", "kind", "name", "valid_to")))
    fields = row_faults(row)
    if row.unit_id not in actor.unit_ids:
        fields["unit"] = ["只能做自己单位的卡"]
    if row.valid_to and row.valid_to < local_date(now):
        fields["valid_to"] = ["有效到不能早于今天"]
    refuse(fields)
    row.save()
    data = {"name": row.name, "kind": row.kind, "until": row.valid_to.isoformat() if row.valid_to else ""}
    row_noted(actor, "feedback.card_save", row, now, **data)  # fmt: skip
    return row


def card_scanned(card: QrCard) -> None:
    """Count a scan; nothing of who scans is kept."""
    QrCard.objects.filter(pk=card.pk).update(scans=F("scans") + 1)

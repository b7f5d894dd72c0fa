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
from qiying.kernel.audit.services import record_act
from qiying.kernel.permissions.errors import refuse
from qiying.kernel.permissions.viewer import Viewer, require

CODE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


def code_draw() -> str:
    """Return a code for an address that is printed: short, and not read wrongly."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(8))


@transaction.atomic
def card_save(*, card: QrCard | None, actor: Viewer, values: Mapping[str, Any], now: datetime) -> QrCard:
    """Make a card of one's own unit or change its name and validity; the printed code stays. `GuardFailed` by field."""
    require(actor, "feedback.cards")
    fields: dict[str, list[str]] = {}
    unit_id = card.unit_id if card else int(values.get("unit_id") or 0)
    if unit_id not in actor.unit_ids:
        fields["unit_id"] = ["只能做自己单位的卡"]
    name = str(values.get("name", "")).strip()
    same = QrCard.objects.filter(district_id=actor.district_id or 0, name=name)
    if not name or same.exclude(pk=card.pk if card else 0).exists():
        fields["name"] = [f"已经有叫“{name}”的卡" if name else "请写发给哪里，例如：城南产业园"]
    valid_to = values.get("valid_to")
    if valid_to and valid_to < local_date(now):
        fields["valid_to"] = ["有效到不能早于今天"]
    refuse(fields)
    row = card or QrCard(district_id=actor.district_id or 0, unit_id=unit_id, code=code_draw(), made_at=now)
    row.name, row.kind, row.valid_to = name, values.get("kind") or row.kind, valid_to
    row.save()
    data = {"name": row.name, "kind": row.kind, "until": valid_to.isoformat() if valid_to else ""}
    record_act(
        actor=actor, action="feedback.card_save", subject=f"qr_card:{row.pk}", data=data, at=now,
        district_id=row.district_id,
    )  # fmt: skip
    return row


def card_scanned(card: QrCard) -> None:
    """Count a scan; nothing of who scans is kept."""
    QrCard.objects.filter(pk=card.pk).update(scans=F("scans") + 1)

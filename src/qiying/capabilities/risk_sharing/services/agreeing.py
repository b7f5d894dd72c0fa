"""A loan agreed elsewhere is kept once, so that a guarantor finds it and need not type it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from qiying.capabilities.risk_sharing.models import AgreedLoan
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import Unit


def loan_agreed(payload: Mapping[str, Any], now: datetime) -> None:
    """Keep an agreed loan (subscribed to `loan_agreed`); told twice it is kept once."""
    firm = Enterprise.objects.filter(pk=payload["enterprise_id"]).first()
    bank = Unit.objects.filter(pk=payload["unit_id"] or 0).first()
    if firm is None or bank is None or bank.district_id != firm.district_id or int(payload["fen"]) <= 0:
        return
    origin = str(payload.get("case") or f"line:{payload.get('line', '')}")[:60]
    told = {
        "district_id": firm.district_id, "enterprise": firm, "bank": bank, "fen": int(payload["fen"]),
        "product": str(payload.get("product", ""))[:60], "on": date.fromisoformat(str(payload["on"])),
    }  # fmt: skip
    AgreedLoan.objects.get_or_create(origin=origin, defaults=told)

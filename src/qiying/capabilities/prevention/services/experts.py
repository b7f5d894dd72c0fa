"""The register of experts: associations, offices and firms lend them, enterprises ask for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.prevention.models import Expert
from qiying.kernel.audit.services import record_act
from qiying.kernel.permissions.errors import refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.rows import row_faults, row_filled

FIELDS = ("name", "unit", "person", "sectors", "title", "valid_from")


@transaction.atomic
def expert_save(*, row: Expert | None, actor: Viewer, values: Mapping[str, Any], now: datetime) -> Expert:
    """Enter or change an expert; raise `GuardFailed` by field."""
    require(actor, "prevention.guide")
    made = row_filled(row or Expert(district_id=actor.district_id or 0), values, *FIELDS)
    refuse(row_faults(made, unique=""))
    made.save()
    _noted(actor, "save", made, now)
    return made


@transaction.atomic
def expert_end(*, row: Expert, actor: Viewer, on: date, reason: str, now: datetime) -> None:
    """End an expert on a day; advice already given stays."""
    require(actor, "prevention.guide")
    if on < row.valid_from:
        refuse({"on": ["不能早于开始的那天"]})
    row.valid_to = on
    row.save(update_fields=["valid_to"])
    _noted(actor, "end", row, now, on=on.isoformat(), reason=reason)


def _noted(actor: Viewer, act: str, row: Expert, now: datetime, **data: str) -> None:
    record_act(
        actor=actor, action=f"prevention.expert_{act}", subject=f"compliance_expert:{row.pk}",
        data={"name": row.name, **data}, at=now, district_id=row.district_id,
    )  # fmt: skip

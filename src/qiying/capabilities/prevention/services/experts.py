"""The register of experts: associations, offices and firms lend them, enterprises ask for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from qiying.capabilities.prevention.models import Expert
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.keeping import row_end, row_keep

FIELDS = ("name", "unit", "person", "sectors", "title", "valid_from")
GUIDE = "prevention.guide"


def expert_save(
    *, row: Expert | None, actor: Viewer, values: Mapping[str, Any], now: datetime, **kit: Any
) -> Expert:
    """Enter or change an expert; raise `GuardFailed` by field."""
    given: dict[str, Any] = {
        "needs": GUIDE,
        "action": "prevention.expert_save",
        "names": FIELDS,
        "values": values,
    }
    made: Expert = row_keep(model=Expert, row=row, actor=actor, now=now, **given)
    return made


def expert_end(*, row: Expert, actor: Viewer, on: date, reason: str, now: datetime) -> None:
    """End an expert on a day; advice already given stays."""
    told = {"needs": GUIDE, "action": "prevention.expert_end", "what": str(row), "reason": reason}
    row_end(row=row, actor=actor, on=on, now=now, **told)

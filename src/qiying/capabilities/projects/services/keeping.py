"""Published grounds of the green channel: kept, checked, noted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.services import record_act
from qiying.kernel.permissions.errors import refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.rows import row_faults, row_filled


@transaction.atomic
def row_keep(
    *,
    actor: Viewer,
    model: type[Any],
    row: Any,
    values: Mapping[str, Any],
    names: Sequence[str],
    now: datetime,
    unique: str = "",
) -> Any:
    """Enter or change a row; raise `GuardFailed` with every reason by field."""
    require(actor, "projects.keep")
    made = row_filled(row or model(district_id=actor.district_id or 0), values, *names)
    fields = row_faults(made, unique=unique)
    if made.published_on > local_date(now):
        fields["published_on"] = ["公布了才能用"]
    refuse(fields)
    made.save()
    told: dict[str, Any] = {
        "subject": made.subject,
        "data": {"what": str(made)},
        "district_id": made.district_id,
    }
    record_act(actor=actor, action="projects.keep", at=now, **told)
    return made

"""Rows of the registers of projects: the eight offices, published grounds, baselines; kept, checked, noted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.projects.models import Ground, Office
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
    if isinstance(made, Ground) and made.published_on > local_date(now):
        fields["published_on"] = ["公布了才能用"]
    if isinstance(made, Office) and _has_another(made):
        fields["code"] = [f"{made.get_code_display()}这段时间已经有单位，先让原来的结束"]
    refuse(fields)
    made.save()
    told: dict[str, Any] = {
        "subject": made.subject,
        "data": {"what": str(made)},
        "district_id": made.district_id,
    }
    record_act(actor=actor, action="projects.keep", at=now, **told)
    return made


def _has_another(row: Office) -> bool:
    """Tell whether the same office is somebody else's in the same time."""
    rows = Office.objects.filter(district_id=row.district_id, code=row.code).exclude(pk=row.pk or 0)
    return any(
        (row.valid_to is None or o.valid_from <= row.valid_to)
        and (o.valid_to is None or row.valid_from <= o.valid_to)
        for o in rows
    )

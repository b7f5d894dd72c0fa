"""Publishing a wording of the lists."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.integrity.models import Edition
from qiying.capabilities.integrity.rules.lists import clauses_read
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.permissions.errors import refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.rows import row_filled


@transaction.atomic
def edition_publish(*, actor: Viewer, values: Mapping[str, Any], now: datetime) -> Edition:
    """Publish a new wording of the lists from a day on; those before it stay as they were."""
    require(actor, "integrity.lists")
    fields: dict[str, list[str]] = {}
    try:
        clauses_read(values["text"])
    except ValueError as wrong:
        fields["text"] = str(wrong).split("\n")
    held = Edition.objects.filter(district_id=actor.district_id or 0)
    if values["valid_from"] < local_date(now):
        fields["valid_from"] = ["不能从过去的日子起"]
    elif held.filter(valid_from=values["valid_from"]).exists():
        fields["valid_from"] = ["这一天已经有一版了"]
    refuse(fields)
    row = Edition(district_id=actor.district_id or 0, number=held.count() + 1, made_by_name=actor.name)
    row_filled(row, values, "text", "source", "valid_from")
    row.save()
    row_noted(actor, "integrity.edition", row, now)
    return row

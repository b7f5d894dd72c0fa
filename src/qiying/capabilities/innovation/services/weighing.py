"""A district's own weights: dated, exactly 100, replaced by later ones and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from qiying.capabilities.innovation.models import WeightTable
from qiying.capabilities.innovation.rules.tables import weight_faults
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.services import record_act
from qiying.kernel.permissions.errors import refuse
from qiying.kernel.permissions.viewer import Viewer, require


@transaction.atomic
def weights_set(
    *,
    actor: Viewer,
    scheme: str,
    stage: str,
    valid_from: date,
    source: str,
    values: Mapping[str, Any],
    now: datetime,
) -> WeightTable:
    """Set the weights of a scheme and stage from a day on; a day that has passed keeps what held."""
    require(actor, "innovation.weigh")
    told = {code: Decimal(str(points)) for code, points in values.items() if points is not None}
    faults = weight_faults(scheme, told)
    if valid_from < local_date(now):
        faults["valid_from"] = ["从今天或以后起"]
    same = WeightTable.objects.filter(
        district_id=actor.district_id or 0, scheme=scheme, stage=stage, valid_from=valid_from
    )
    if same.exists():
        faults["valid_from"] = ["这一天起的已经定过了，换一天"]
    refuse(faults)
    row = WeightTable.objects.create(
        district_id=actor.district_id or 0,
        scheme=scheme,
        stage=stage,
        valid_from=valid_from,
        source=source,
        values={code: str(points) for code, points in told.items()},
    )
    record_act(
        actor=actor,
        action="innovation.weights_set",
        subject=row.subject,
        data={"scheme": scheme, "stage": stage, "valid_from": valid_from.isoformat(), "source": source},
        at=now,
    )
    return row

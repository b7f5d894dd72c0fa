"""Rows of the registers: bodies by 司法行政, mediators by their body; checked, noted in the audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.mediation.models import Body, Mediator, Row
from qiying.capabilities.mediation.rules.law import SUBJECTS, body_faults, qualified_fault
from qiying.capabilities.mediation.selectors import watches
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.services import record_act
from qiying.kernel.organisations.selectors import people_of
from qiying.kernel.permissions.errors import NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.rows import row_faults, row_filled

Faults = dict[str, list[str]]


def may_keep(viewer: Viewer, row: Any) -> bool:
    """Tell whether a row is somebody's to keep: 司法行政's, a mediator his body's."""
    if watches(viewer):
        return True
    body = row.body if isinstance(row, Mediator) else None
    return body is not None and body.unit_id in viewer.unit_ids and not viewer.has_role("mediator")


@transaction.atomic
def row_keep(
    *,
    actor: Viewer,
    model: type[Row],
    row: Any,
    values: Mapping[str, Any],
    names: Sequence[str],
    now: datetime,
    unique: str = "",
) -> Any:
    """Enter or change a row; raise `GuardFailed` with every reason by field."""
    made = row_filled(row or model(district_id=actor.district_id or 0), values, *names)
    fields: Faults = row_faults(made, unique=unique)
    if not fields:
        if not may_keep(actor, made):
            raise NotPermitted("调解组织由司法行政部门登记，调解员由本组织登记")
        fields = _body(made) if isinstance(made, Body) else {}
        fields |= _mediator(made, now) if isinstance(made, Mediator) else {}
    refuse(fields)
    made.save()
    told: dict[str, Any] = {"subject": made.subject, "data": {"what": str(made)}, "at": now}
    record_act(actor=actor, action="mediation.keep", district_id=made.district_id, **told)
    return made


def _body(row: Body) -> Faults:
    found = body_faults(
        kind=row.kind, name=row.name, assets=row.assets, full_time=row.full_time, licence=row.licence,
        standard=row.fee_standard, charges=row.fee_percent > 0,
    )  # fmt: skip
    return {name: [words] for name, words in found.items()}


def _mediator(row: Mediator, now: datetime) -> Faults:
    """One of the body's unit, qualified, in fields that are named."""
    found: Faults = {}
    if row.person_id not in {
        m.person_id for m in people_of(row.body.unit_id, local_date(now)) if m.role == "mediator"
    }:
        found["person"] = ["这个账号不是该单位的调解员，请先在任职里登记"]
    known = {word for label in SUBJECTS.values() for word in label.split("、")} | set(SUBJECTS.values())
    if unknown := [word for word in row.fields.split("、") if word not in known]:
        found["fields"] = [f"没有“{unknown[0]}”这个领域，可以写：{'、'.join(SUBJECTS.values())}"]
    if fault := qualified_fault(row.body.kind, row.qualified, row.years):
        found["years"] = [fault]
    return found

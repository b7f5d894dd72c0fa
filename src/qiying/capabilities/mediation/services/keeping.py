"""Rows of the registers: bodies by 司法行政, mediators by their body; checked, noted in the audit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from qiying.capabilities.mediation.models import Body, Mediator
from qiying.capabilities.mediation.rules.law import SUBJECTS, body_faults, qualified_fault
from qiying.capabilities.mediation.selectors import watches
from qiying.kernel.audit.clock import local_date
from qiying.kernel.organisations.selectors import people_of
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.keeping import Faults, Values, keeper


def may_keep(viewer: Viewer, row: Any) -> bool:
    """Tell whether a row is somebody's to keep: 司法行政's, a mediator his body's."""
    if watches(viewer):
        return True
    body = row.body if isinstance(row, Mediator) else None
    return body is not None and body.unit_id in viewer.unit_ids and not viewer.has_role("mediator")


def _body(row: Body, values: Values, now: datetime) -> Faults:
    found = body_faults(
        kind=row.kind, name=row.name, assets=row.assets, full_time=row.full_time, licence=row.licence,
        standard=row.fee_standard, charges=row.fee_percent > 0,
    )  # fmt: skip
    return {name: [words] for name, words in found.items()}


def _mediator(row: Mediator, values: Values, now: datetime) -> Faults:
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


row_keep = keeper(
    "mediation.keep",
    "",
    {Body: _body, Mediator: _mediator},
    may=may_keep,
    why="调解组织由司法行政部门登记，调解员由本组织登记",
)

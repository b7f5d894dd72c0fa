"""What every write of oversight shares: its act in the audit, and rows kept from a form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model

from qiying.kernel.audit.services import record_act
from qiying.kernel.permissions.errors import refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.rows import row_faults, row_filled

M = TypeVar("M", bound=Model)
Values = Mapping[str, Any]


def noted(actor: Viewer, action: str, row: Any, now: datetime, **data: Any) -> None:
    """Record an act on a row that names its subject and district."""
    record_act(
        actor=actor,
        action=f"oversight.{action}",
        subject=row.subject,
        data=data,
        at=now,
        district_id=row.district_id,
    )


def filled(
    model: type[M],
    row: M | None,
    actor: Viewer,
    values: Values,
    *names: str,
    unique: str = "",
    needs: str = "oversight.keep",
) -> tuple[M, dict[str, list[str]]]:
    """Return a row of the actor's district with the values of a form, and what is wrong with it by field."""
    require(actor, needs)
    known = row or model(district_id=actor.district_id or 0)
    made = row_filled(known, values, *names)
    return made, row_faults(made, unique=unique)


def kept(row: M, fields: dict[str, list[str]]) -> M:
    """Save a row with which nothing is wrong; raise `GuardFailed` with every reason by field."""
    refuse(fields)
    row.save()
    return row

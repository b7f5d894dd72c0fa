"""What every act here shares: rows kept from a form, locked rows, a note in the audit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import transaction

from qiying.capabilities.cultivation.models import Row
from qiying.kernel.audit.services import record_act
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.notices.services import NoticeSpec, notices_queue
from qiying.kernel.permissions.errors import ActionNotAvailable, refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.rows import row_faults, row_filled

R = TypeVar("R", bound=Row)
Faults = dict[str, list[str]]
Check = Callable[[Any, datetime], Faults]


def noted(actor: Viewer, action: str, row: Row, now: datetime, **data: Any) -> None:
    """Record an act on a row that names its subject and district."""
    told = {"what": str(row), **data}
    record_act(
        actor=actor,
        action=f"cultivation.{action}",
        subject=row.subject,
        data=told,
        at=now,
        district_id=row.district_id,
    )


@transaction.atomic
def row_kept(
    *,
    actor: Viewer,
    needs: str,
    row: R,
    values: Mapping[str, Any],
    names: Sequence[str],
    now: datetime,
    unique: str = "",
    check: Check | None = None,
) -> R:
    """Enter or change a row; raise `GuardFailed` with every reason by field."""
    require(actor, needs)
    is_new = row._state.adding
    if is_new:
        row.district_id, row.made_by_id, row.made_at = actor.district_id or 0, actor.person_id, now
    row_filled(row, values, *names)
    refuse(row_faults(row, unique=unique))
    if check is not None:
        refuse(check(row, now))
    row.save()
    noted(actor, "enter" if is_new else "change", row, now)
    return row


def locked(model: type[R], row: R, *states: str) -> R:
    """Return the row for writing; raise where somebody else was quicker."""
    found = model._default_manager.select_for_update().get(pk=row.pk)
    if found.state not in states:  # type: ignore[attr-defined]
        said = found.get_state_display()  # type: ignore[attr-defined]
        raise ActionNotAvailable(f"“{found}”现在是“{said}”，请刷新后再看")
    return found


def told(
    firm: Enterprise, subject: str, what: str, url: str, now: datetime, *, once: str, day: date | None = None
) -> None:
    """Tell an enterprise something, once."""
    context = {"what": what, "day": day.isoformat() if day else ""}
    spec = NoticeSpec("cultivation_told", firm.key, subject, f"cultivation:{once}", context, url)
    notices_queue([spec], district_id=firm.district_id, at=now)

"""What every act here shares: locked rows, a note in the audit, a word to the firm."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, TypeVar

from qiying.capabilities.honours.models import Row
from qiying.kernel.audit.services import record_act
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.notices.services import NoticeSpec, notices_queue
from qiying.kernel.permissions.errors import ActionNotAvailable
from qiying.kernel.permissions.viewer import Viewer

R = TypeVar("R", bound=Row)


def noted(actor: Viewer, action: str, row: Row, now: datetime, **data: Any) -> None:
    """Record an act on a row that names its subject and district."""
    told = {"what": str(row), **data}
    record_act(
        actor=actor,
        action=f"honours.{action}",
        subject=row.subject,
        data=told,
        at=now,
        district_id=row.district_id,
    )


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
    spec = NoticeSpec("honours_told", firm.key, subject, f"honours:{once}", context, url)
    notices_queue([spec], district_id=firm.district_id, at=now)

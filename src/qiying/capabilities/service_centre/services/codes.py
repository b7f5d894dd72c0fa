"""The enterprise code (企业码) at the hall: whose number it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from qiying.kernel.enterprises.codes import CodeRefused, read_code
from qiying.kernel.enterprises.models import CodeLook, Enterprise
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import SystemViewer, Viewer

USE = "hall_ticket"
SCANNED = timedelta(minutes=10)


@dataclass(frozen=True)
class Machine(SystemViewer):
    """The self-service page, as the enterprise reads in its log who read the code."""

    name: str = "自助取号机"

    @property
    def roles(self) -> frozenset[str]:
        return frozenset({"worker"})


def enterprise_by_code(text: str, *, viewer: Viewer, now: datetime) -> Enterprise | None:
    """Return whose code was scanned, None where nothing was; raise `GuardFailed` beside the field."""
    if not text.strip():
        return None
    try:
        return read_code(text, viewer=viewer, now=now, use=USE)
    except CodeRefused as refused:
        raise GuardFailed(refused.reasons, {"code": refused.reasons}) from None


def was_scanned(enterprise: Enterprise | None, viewer: Viewer, now: datetime) -> bool:
    """Tell whether this officer has just scanned the enterprise's code."""
    looks = CodeLook.objects.filter(enterprise=enterprise, scanner_id=viewer.person_id, at__gte=now - SCANNED)
    return enterprise is not None and viewer.person_id is not None and looks.exists()

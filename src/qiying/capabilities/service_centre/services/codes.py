"""The enterprise code (企业码) at the hall: whose number it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from qiying.kernel.enterprises.codes import CodeRefused, read_code
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import SystemViewer, Viewer

USE = "hall_ticket"


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

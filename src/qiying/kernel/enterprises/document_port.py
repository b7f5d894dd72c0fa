"""Where an authorisation goes: the documents app lies above this one and plugs itself in here.

Without it the page has no upload and says to bring the paper to the desk.
"""

from datetime import datetime
from typing import Protocol

from qiying.kernel.permissions.viewer import Viewer


class DocumentPort(Protocol):
    """What the register needs of a document store."""

    def store(
        self, *, content: bytes, name: str, subject: str, actor: Viewer, district_id: int, at: datetime
    ) -> int:
        """Store an authorisation and return its id; raise `GuardFailed` with every reason."""

    def url(self, document_id: int) -> str:
        """Return the address at which those who may see it look at a document."""


_PORTS: list[DocumentPort] = []


def register_document_port(port: DocumentPort) -> None:
    """Plug in the document store; the last one counts."""
    _PORTS[:] = [port]


def document_port() -> DocumentPort | None:
    """Return the document store, if one is plugged in."""
    return _PORTS[0] if _PORTS else None

"""Authorisations of enterprise clerks, kept as documents: the port the register of enterprises asks for."""

from datetime import datetime

from django.urls import reverse

from qiying.kernel.documents.services import document_store
from qiying.kernel.enterprises.document_port import register_document_port
from qiying.kernel.permissions.viewer import Viewer


class AuthorisationStore:
    """Stores an uploaded authorisation and says where it is looked at."""

    def store(
        self, *, content: bytes, name: str, subject: str, actor: Viewer, district_id: int, at: datetime
    ) -> int:
        """Store an authorisation and return its id; raise `GuardFailed` with every reason."""
        document = document_store(
            content=content,
            name=name,
            kind="authorisation",
            subject=subject,
            audience="all",
            actor=actor,
            district_id=district_id,
            at=at,
        )
        return document.pk

    def url(self, document_id: int) -> str:
        """Return the address at which those who may see it look at the document."""
        return reverse("documents:detail", args=[document_id])


def register() -> None:
    """Plug the store in."""
    register_document_port(AuthorisationStore())

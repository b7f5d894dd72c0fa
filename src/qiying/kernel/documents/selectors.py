"""Reading documents: what the viewer may not see is not there."""

from django.db.models import QuerySet
from django.http import Http404

from qiying.kernel.documents.models import Document, DocumentKind, LetterNumber
from qiying.kernel.documents.subjects import DRAFT, draft_owner, draft_prefix, subject_read, subject_visible
from qiying.kernel.permissions.viewer import Viewer


def document_for(viewer: Viewer, document_id: int, session_key: str | None = None) -> Document:
    """Return a document the viewer may see, with its key; anything else is 404."""
    document = Document.objects.select_related("key").filter(pk=document_id).first()
    if document is not None and may_see(viewer, document, session_key):
        read: Document | None = subject_read(viewer, document)
        if read is not None:
            return read
    raise Http404("没有找到这份文件，或者您看不到它")


def may_see(viewer: Viewer, document: Document, session_key: str | None = None) -> bool:
    """Tell whether the viewer sees the document: his own drafts, or what the subject's owner allows."""
    if document.subject.startswith(f"{DRAFT}:"):
        owner = draft_owner(viewer, session_key)
        return viewer.is_system or (owner is not None and document.subject.startswith(draft_prefix(owner)))
    return subject_visible(viewer, document.subject, document.audience)


def enterprise_documents(enterprise_id: int) -> QuerySet[Document]:
    """Return what an enterprise gave before, newest first, so that it is never asked again.

    Order 722 of the State Council, arts. 40–44. The caller has checked that the viewer sees the enterprise.
    """
    return Document.objects.filter(
        enterprise_id=enterprise_id,
        kind__in=(DocumentKind.MATERIAL, DocumentKind.CERTIFICATE),
        attached_at__isnull=False,
        erased_at__isnull=True,
    ).order_by("-id")


def letter_numbers_visible_to(viewer: Viewer) -> QuerySet[LetterNumber]:
    """Return the register of 发文字号 of the viewer's units, or of his whole district, newest first."""
    rows = LetterNumber.objects.select_related("unit", "taken_by").order_by("-year", "word", "-number")
    if viewer.is_system:
        return rows
    if viewer.has("documents.letters_all"):
        return rows.filter(unit__district_id=viewer.district_id or 0)
    if viewer.has("documents.letters"):
        return rows.filter(unit_id__in=viewer.unit_ids)
    return rows.none()


def own_drafts(viewer: Viewer, token: str, session_key: str | None = None) -> list[Document]:
    """Return what was uploaded for one unsent form, oldest first."""
    owner = draft_owner(viewer, session_key)
    if owner is None:
        return []
    return list(Document.objects.filter(subject=f"{draft_prefix(owner)}{token}").order_by("id"))

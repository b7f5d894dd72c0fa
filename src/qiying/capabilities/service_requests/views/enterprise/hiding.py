"""Saying something without leaving a name: files lose theirs as well."""

from __future__ import annotations

from qiying.kernel.documents.selectors import document_for
from qiying.kernel.documents.services import document_read, document_store, draft_remove
from qiying.kernel.documents.subjects import draft_owner, draft_prefix
from qiying.kernel.documents.uploads import draft_session, draft_session_make, new_token
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import ANONYMOUS


def drafts_unsigned(request: ViewerRequest, ids: list[int]) -> tuple[list[int], str | None]:
    """Return the same uploads as nobody's, stored anew, and the browser's secret they now hang on.

    Who uploaded while signed in would stay in the file's row; so the content is stored again and the old row goes.
    """
    if request.viewer.person_id is None or not ids:
        return ids, draft_session(request)
    secret = draft_session_make(request)
    owner = draft_owner(ANONYMOUS, secret)
    assert owner is not None
    subject, made = f"{draft_prefix(owner)}{new_token()}", []
    for document_id in ids:
        old = document_for(request.viewer, document_id, draft_session(request))
        new = document_store(
            content=document_read(old),
            name=old.name,
            kind=old.kind,
            subject=subject,
            actor=ANONYMOUS,
            district_id=old.district_id,
            at=request.now,
        )
        draft_remove(document=old)
        made.append(new.pk)
    return made, secret

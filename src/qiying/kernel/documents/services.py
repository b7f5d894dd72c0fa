"""Storing, attaching, reading and erasing documents."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction

from qiying.kernel.documents import sealing
from qiying.kernel.documents.acceptance import Accepted, file_check
from qiying.kernel.documents.blobs import blob_store, new_blob_name
from qiying.kernel.documents.models import Audience, Document, DocumentKey, DocumentKind
from qiying.kernel.documents.subjects import DRAFT, draft_owner, draft_prefix
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.viewer import ANONYMOUS, Viewer

DRAFT_DAYS = 7
ORPHAN_SECONDS = 24 * 3600


@transaction.atomic
def document_store(
    *,
    content: bytes,
    name: str,
    kind: str,
    subject: str,
    audience: str = Audience.PARTIES,
    actor: Viewer,
    district_id: int | None,
    at: datetime,
    enterprise_id: int | None = None,
) -> Document:
    """Check, encrypt and store one file; raise `GuardFailed` with every reason why it is not taken."""
    accepted = file_check(content, name, kind, settings.QIYING_ENV.upload_limit_mb)
    if not isinstance(accepted, Accepted):
        raise GuardFailed(accepted, {"file": accepted})
    if audience not in Audience.values:
        raise ValueError(f"audience {audience!r} is none of {', '.join(Audience.values)}")
    blob_name = new_blob_name()
    sealed = sealing.seal(content, blob_name)
    document = Document.objects.create(
        district_id=district_id,
        subject=subject,
        kind=DocumentKind(kind),
        audience=audience,
        name=accepted.name,
        media_type=accepted.type.media_type,
        size=len(content),
        blob_name=blob_name,
        commitment=sealed.commitment,
        enterprise_id=enterprise_id,
        uploaded_by_id=actor.person_id,
        uploaded_by_name=actor.name,
        uploaded_at=at,
        attached_at=None if subject.startswith(f"{DRAFT}:") else at,
    )
    DocumentKey.objects.create(
        document=document, algorithm=sealed.algorithm, key=sealed.key, salt=sealed.salt
    )
    # Last, so that a refused row leaves no blob; a rolled-back one is swept by `blobs_sweep`.
    blob_store().put(blob_name, sealed.blob)
    return document


@transaction.atomic
def documents_attach(
    *,
    ids: Sequence[int],
    subject: str,
    actor: Viewer,
    at: datetime,
    session_key: str | None = None,
    district_id: int | None = None,
    enterprise_id: int | None = None,
    audience: str | None = None,
) -> list[Document]:
    """Move the actor's own drafts (or his session's) to `subject`, in the order of `ids`.

    Raise `GuardFailed` when one of them is gone, another's, or attached elsewhere. Two queries.
    """
    if not ids:
        return []
    wanted = list(dict.fromkeys(ids))
    drafts = Document.objects.select_for_update().filter(
        pk__in=wanted, attached_at__isnull=True, erased_at__isnull=True
    )
    if not actor.is_system:
        owners = {draft_owner(actor, None), draft_owner(actor, session_key)}
        if session_key:  # uploaded before signing in, submitted after
            owners.add(_session_owner(session_key))
        prefixes = tuple(draft_prefix(o) for o in owners if o)
        drafts_found = [d for d in drafts if d.subject.startswith(prefixes)]
    else:
        drafts_found = list(drafts)
    found = {d.pk: d for d in drafts_found}
    if missing := len(wanted) - len(found):
        reason = f"有 {missing} 个附件没找到，可能已经删掉或放得太久。请重新上传，写的内容还在。"
        raise GuardFailed([reason], {"documents": [reason]})
    changes: dict[str, object] = {"subject": subject, "attached_at": at}
    if district_id is not None:
        changes["district_id"] = district_id
    if enterprise_id is not None:
        changes["enterprise_id"] = enterprise_id
    if audience is not None:
        changes["audience"] = Audience(audience)
    Document.objects.filter(pk__in=wanted).update(**changes)
    for document in found.values():
        for field, value in changes.items():
            setattr(document, field, value)
    return [found[i] for i in wanted]


def documents_open(*, ids: Sequence[int], subject: str) -> None:
    """Let all parties of a subject read files that were its offices' own."""
    Document.objects.filter(pk__in=ids, subject=subject).update(audience=Audience.PARTIES)


def document_read(document: Document) -> bytes:
    """Return the content; raise `ActionNotAvailable` when it was erased, `BrokenBlob` when it was changed."""
    if document.erased_at is not None:
        raise ActionNotAvailable(f"「{document.name}」的内容已按规定删除，只留下记录。")
    key = document.key
    blob = blob_store().get(document.blob_name)
    content = sealing.unseal(blob, document.blob_name, key.algorithm, bytes(key.key))
    if sealing.commitment(content, bytes(key.salt)) != document.commitment:
        raise sealing.BrokenBlob(document.blob_name)
    return content


@transaction.atomic
def document_erase(*, document: Document, actor: Viewer, reason: str, at: datetime) -> None:
    """Destroy key and content for good; name and commitment stay as the mark that something was there."""
    if not reason.strip():
        raise GuardFailed(["请写明删除的理由"], {"reason": ["请写明删除的理由"]})
    if document.erased_at is not None:
        return
    DocumentKey.objects.filter(document=document).delete()
    document.erased_at, document.erased_reason = at, reason[:200]
    document.save(update_fields=["erased_at", "erased_reason"])
    transaction.on_commit(partial(blob_store().delete, document.blob_name))


@transaction.atomic
def drafts_disown(
    *, ids: Sequence[int], actor: Viewer, session_key: str | None, at: datetime
) -> tuple[list[int], str]:
    """Return the same drafts stored anew as nobody's, with the secret they now hang on; the old rows go.

    Who uploaded while signed in would stay in a file's row. Drafts of a browser without sign-in stay as they are.
    """
    secret = session_key or secrets.token_urlsafe(24)
    if actor.person_id is None:
        return list(ids), secret
    subject = f"{draft_prefix(draft_owner(ANONYMOUS, secret) or '')}{secrets.token_urlsafe(12)}"
    mine = tuple(
        draft_prefix(o) for o in (draft_owner(actor, None), draft_owner(ANONYMOUS, session_key)) if o
    )
    made = []
    for old in Document.objects.select_related("key").filter(pk__in=ids, attached_at__isnull=True):
        if not old.subject.startswith(mine):
            continue
        content = document_read(old)
        new = document_store(
            content=content, name=old.name, kind=old.kind, subject=subject, actor=ANONYMOUS,
            district_id=old.district_id, at=at,
        )  # fmt: skip
        draft_remove(document=old)
        made.append(new.pk)
    return made, secret


@transaction.atomic
def draft_remove(*, document: Document) -> None:
    """Take back an upload that was never handed in: row, key and content go."""
    if not document.is_draft:
        raise ActionNotAvailable(f"「{document.name}」已经交了，不能删。要更正请再传一份，并写明以哪份为准。")
    document.delete()
    transaction.on_commit(partial(blob_store().delete, document.blob_name))


def drafts_expire(now: datetime, limit: int = 200) -> int:
    """Remove uploads nobody handed in within a week; return how many."""
    old = Document.objects.filter(attached_at__isnull=True, uploaded_at__lt=now - timedelta(days=DRAFT_DAYS))
    drafts = list(old.order_by("uploaded_at")[:limit])
    for document in drafts:
        draft_remove(document=document)
    return len(drafts)


def blobs_sweep() -> int:
    """Delete contents no row names, older than a day (left by rolled-back uploads); return how many."""
    store, swept = blob_store(), 0
    names = list(store.names_older_than(ORPHAN_SECONDS))
    for start in range(0, len(names), 500):
        part = names[start : start + 500]
        known = set(Document.objects.filter(blob_name__in=part).values_list("blob_name", flat=True))
        for name in part:
            if name not in known:
                store.delete(name)
                swept += 1
    return swept


def _session_owner(session_key: str) -> str | None:
    return draft_owner(ANONYMOUS, session_key)

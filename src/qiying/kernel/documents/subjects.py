"""Who may see documents of a subject: the app that owns the subject says so."""

import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple

from qiying.kernel.permissions.viewer import Viewer

DRAFT = "draft"


class SubjectRule(NamedTuple):
    """`can_view(viewer, subject, audience)` and `read(viewer, document)` of one prefix."""

    can_view: Callable[[Viewer, str, str], bool]
    read: Callable[[Viewer, Any], Any]


_RULES: dict[str, SubjectRule] = {}


def _as_is(viewer: Viewer, document: Any) -> Any:
    return document


def register_subject(
    prefix: str,
    can_view: Callable[[Viewer, str, str], bool],
    read: Callable[[Viewer, Any], Any] = _as_is,
) -> None:
    """Say for subjects `<prefix>:…` who sees a document of an audience.

    `read` gives a document of his audience as this viewer may know it, or None when he may not know it at all.
    """
    if not prefix or ":" in prefix or prefix == DRAFT:
        raise ValueError(f"{prefix!r} is no subject prefix")
    _RULES[prefix] = SubjectRule(can_view, read)


def subject_visible(viewer: Viewer, subject: str, audience: str) -> bool:
    """Tell whether the viewer sees documents of `audience` there; an unregistered prefix shows nothing."""
    rule = _RULES.get(subject.partition(":")[0])
    return viewer.is_system or (rule is not None and rule.can_view(viewer, subject, audience))


def subject_read(viewer: Viewer, document: Any) -> Any:
    """Return a document as the owner of its subject lets the viewer know it, None when it does not."""
    rule = _RULES.get(document.subject.partition(":")[0])
    return document if viewer.is_system or rule is None else rule.read(viewer, document)


def draft_owner(viewer: Viewer, session_key: str | None) -> str | None:
    """Return whose drafts these are: the person, else the browser session by digest, else nobody (None)."""
    if viewer.person_id is not None:
        return str(viewer.person_id)
    if session_key:
        return "s" + hashlib.sha256(b"qiying draft" + session_key.encode()).hexdigest()[:32]
    return None


def draft_prefix(owner: str) -> str:
    """Return how every draft subject of an owner begins."""
    return f"{DRAFT}:{owner}:"

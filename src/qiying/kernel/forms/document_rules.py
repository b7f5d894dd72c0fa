"""Photos and files of answers that belong to the form itself; those of another subject are its owner's matter."""

from __future__ import annotations

from qiying.kernel.documents.subjects import register_subject
from qiying.kernel.permissions.viewer import Viewer


def register() -> None:
    """Let those see the files who may read the answers."""
    register_subject("form", _can_view)


def _can_view(viewer: Viewer, subject: str, audience: str) -> bool:
    from qiying.kernel.forms.selectors import forms_answered_to

    number = subject.partition(":")[2]
    return number.isdigit() and forms_answered_to(viewer).filter(pk=int(number)).exists()

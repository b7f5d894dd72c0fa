"""Who reads documents filed under a case or an intake: whoever takes part, by audience, as the case is read."""

from __future__ import annotations

from qiying.kernel.cases.models import Case, CaseIntake, CaseParty
from qiying.kernel.cases.reading import audiences_of, case_reading
from qiying.kernel.cases.selectors import parts_of
from qiying.kernel.cases.vocabulary import PROCEDURES, RECUSED
from qiying.kernel.documents.models import Document
from qiying.kernel.documents.subjects import register_subject
from qiying.kernel.notices.recipients import register_kept_out
from qiying.kernel.permissions.viewer import Viewer
from qiying.ui.given import whole


def _number(subject: str) -> int:
    return whole(subject.partition(":")[2]) or 0


def _belongs(viewer: Viewer, case_ids: list[int], audience: str) -> bool:
    roles: dict[tuple[str, int], set[str]] = {}
    parts = parts_of(viewer).filter(case_id__in=case_ids)
    for code, version, role in parts.values_list("case__procedure", "case__version", "role"):
        roles.setdefault((code, version), set()).add(role)
    return any(audience in audiences_of(PROCEDURES.get(*key), held) for key, held in roles.items())


def case_visible(viewer: Viewer, subject: str, audience: str) -> bool:
    """Tell whether the viewer takes part in the case in a role of that audience."""
    return _belongs(viewer, [_number(subject)], audience)


def case_document(viewer: Viewer, document: Document) -> Document | None:
    """Return a document of a case as the viewer may know it, None when another asker brought it."""
    case = Case.objects.filter(pk=_number(document.subject)).first()
    # What may be read depends on parties and events alone, so the last event is as good a moment as now.
    return case_reading(case, viewer, case.last_event_at).document(document) if case else None


def intake_visible(viewer: Viewer, subject: str, audience: str) -> bool:
    """Tell whether the viewer takes part in a case that answers the intake."""
    links = CaseIntake.objects.filter(intake_id=_number(subject), until__isnull=True)
    return _belongs(viewer, list(links.values_list("case_id", flat=True)), audience)


def recused_from(subjects: set[str]) -> dict[str, set[int]]:
    """Return the people who are kept out of cases, by the subject of notices (`case:` and the number)."""
    numbers = [s[5:] for s in subjects if s.startswith("case:")]
    rows = CaseParty.objects.filter(case__number__in=numbers, role=RECUSED, until__isnull=True)
    found: dict[str, set[int]] = {}
    for number, key in rows.values_list("case__number", "key"):
        found.setdefault(f"case:{number}", set()).add(int(key[2:]))
    return found


def register() -> None:
    """Register both subjects, and who is told nothing of a case; called when the app is ready."""
    register_subject("case", case_visible, read=case_document)
    register_subject("intake", intake_visible)
    register_kept_out(recused_from)

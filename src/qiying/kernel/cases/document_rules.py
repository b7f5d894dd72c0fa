"""Who sees and adds documents filed under a case or an intake: whoever takes part, by audience."""

from __future__ import annotations

from qiying.kernel.cases.models import CaseIntake, CaseParty
from qiying.kernel.cases.selectors import parts_of
from qiying.kernel.cases.vocabulary import RECUSED
from qiying.kernel.documents.models import Audience
from qiying.kernel.documents.subjects import register_subject
from qiying.kernel.notices.recipients import register_kept_out
from qiying.kernel.permissions.viewer import Viewer
from qiying.ui.given import whole

RESTRICTED_TO = frozenset({"desk", "supervision", "lead"})


def audiences_of(roles: frozenset[str] | set[str]) -> list[str]:
    """Return the audiences that somebody with these party roles belongs to."""
    if not roles:
        return []
    found = [Audience.PARTIES.value]
    if roles - {"asker"}:
        found.append(Audience.OFFICE.value)
    if roles & RESTRICTED_TO:
        found.append(Audience.RESTRICTED.value)
    return found


def _number(subject: str) -> int:
    return whole(subject.partition(":")[2]) or 0


def _roles(viewer: Viewer, case_ids: list[int]) -> set[str]:
    return set(parts_of(viewer).filter(case_id__in=case_ids).values_list("role", flat=True))


def case_visible(viewer: Viewer, subject: str, audience: str) -> bool:
    """Tell whether the viewer takes part in the case in a role of that audience.

    Where several askers were joined, an asker opens files by his own page only, which knows whose they are.
    """
    case_id = _number(subject)
    roles = _roles(viewer, [case_id])
    if roles == {"asker"} and CaseIntake.objects.filter(case_id=case_id, until__isnull=True).count() > 1:
        return False
    return audience in audiences_of(roles)


def intake_visible(viewer: Viewer, subject: str, audience: str) -> bool:
    """Tell whether the viewer takes part in a case that answers the intake."""
    links = CaseIntake.objects.filter(intake_id=_number(subject), until__isnull=True)
    return audience in audiences_of(_roles(viewer, list(links.values_list("case_id", flat=True))))


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
    register_subject("case", case_visible)
    register_subject("intake", intake_visible)
    register_kept_out(recused_from)

"""Reads of cases; each takes the viewer, and parties are the only source of visibility."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from qiying.kernel.cases.entering import Extras
from qiying.kernel.cases.models import Case, CaseParty
from qiying.kernel.cases.vocabulary import PROCEDURES, RECUSED
from qiying.kernel.permissions.viewer import Viewer

COUNT_CAP = 1000


def parts_of(viewer: Viewer, *, roles: Iterable[str] = ()) -> QuerySet[CaseParty]:
    """Return the viewer's current parts, in one of the party roles if given; none in cases he is kept out of."""
    parts = CaseParty.objects.filter(key__in=viewer.keys, until__isnull=True)
    wanted = list(roles)
    if wanted:
        parts = parts.filter(role__in=wanted)
    if viewer.person_id is None or not viewer.memberships:
        return parts
    out = CaseParty.objects.filter(key=f"p:{viewer.person_id}", role=RECUSED, until__isnull=True)
    return parts.exclude(case_id__in=out.values("case_id"))


def cases_visible_to(viewer: Viewer, *, roles: Iterable[str] = ()) -> QuerySet[Case]:
    """Return the cases in which the viewer takes part now, in one of the party roles if given."""
    if viewer.is_system:
        return Case.objects.all()
    return Case.objects.filter(Exists(parts_of(viewer, roles=roles).filter(case=OuterRef("pk"))))


def knows_asker(viewer: Viewer, prefix: str = "") -> Q:
    """Return the condition on cases whose asker the viewer may know; `prefix` as in `case__`."""
    if viewer.is_system:
        return Q()
    knowing = parts_of(viewer, roles=PROCEDURES.codes_seeing("asker"))
    parts = knowing.filter(case=OuterRef("case_id" if prefix else "pk"))
    return Q(**{f"{prefix}hide_asker": False}) | Q(Exists(parts))


def live_number(case: Case, viewer: Viewer) -> str:
    """Return the number of the case in which a merged one goes on, if the viewer sees it; else an empty text."""
    number, seen = "", {case.number}
    at = case
    while (target := Extras.of(at).joined_into) and target not in seen:
        found = cases_visible_to(viewer).filter(number=target).only("number", "extras").first()
        if found is None:
            break
        seen.add(target)
        number, at = target, found
    return number


def own_parts(viewer: Viewer, case_ids: Iterable[int]) -> list[tuple[int, str, str]]:
    """Return (case, key, role) of the viewer's current parts in these cases; one query, by case.

    Keys are compared here: asked for both, SQLite walks every part the office ever had.
    """
    rows = CaseParty.objects.filter(case_id__in=list(case_ids), until__isnull=True)
    keys = set(viewer.keys)
    found = [row for row in rows.values_list("case_id", "key", "role") if row[1] in keys]
    out = {case for case, _, role in found if role == RECUSED}
    return [row for row in found if row[0] not in out]


def open_cases_of(viewer: Viewer, *, roles: Iterable[str] = ()) -> QuerySet[CaseParty]:
    """Return the viewer's open parts by due day: the worklist, one index range per party key."""
    return parts_of(viewer, roles=roles).filter(is_open=True)

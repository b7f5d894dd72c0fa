"""Lists, filters and searches of cases that tell no more than each case's own page does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from qiying.kernel.audit.personal import personal_get
from qiying.kernel.cases.askers import contact_refs, is_own_intake, live_links, veil_of
from qiying.kernel.cases.finding import also_named
from qiying.kernel.cases.models import Case, CaseIntake, CaseParty
from qiying.kernel.cases.reading import OWN_TITLE
from qiying.kernel.cases.selectors import cases_visible_to, knows_asker, own_parts, parts_of
from qiying.kernel.cases.texts import title_of
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.search.selectors import matching_subquery
from qiying.kernel.search.tokens import reduced

Part = tuple[int, str, str]


def cases_cover(viewer: Viewer, cases: Sequence[Case], parts: Iterable[Part] | None = None) -> None:
    """Take out of rows what the viewer may not read of them: a hidden asker, another asker's title and firm.

    `parts` are `own_parts`; when not given they are read here, of an official in hidden askers' cases only: lists in
    which he may meet what he asked himself give them. Two more queries where something is to be taken out.
    """
    if viewer.is_system or not cases:
        return
    if parts is None:
        asks = viewer.enterprise_ids or not viewer.memberships
        ids = [c.pk for c in cases if asks or c.hide_asker]
        parts = own_parts(viewer, ids) if ids else []
    roles: dict[int, set[str]] = {}
    for case_id, _, role in parts:
        roles.setdefault(case_id, set()).add(role)
    knowing, outside = PROCEDURES.codes_seeing("asker"), _outside()
    hidden = [c for c in cases if c.hide_asker and not roles.get(c.pk, set()) & knowing]
    asked = [c for c in cases if roles.get(c.pk) and roles[c.pk] <= outside]
    if not hidden and not asked:
        return
    links: dict[int, list[CaseIntake]] = {}
    for link in live_links([c.pk for c in (*hidden, *asked)]):
        links.setdefault(link.case_id, []).append(link)
    _cover_hidden(hidden, links)
    _cover_shared(viewer, [c for c in asked if len(links.get(c.pk, ())) > 1], links)


def cases_opened(viewer: Viewer, cases: Iterable[Case | None]) -> None:
    """Mark those whose page opens for the viewer, for lists that show more than he takes part in; one query."""
    rows = [c for c in cases if c is not None]
    parts = [] if viewer.is_system else own_parts(viewer, [c.pk for c in rows])
    opened = {case for case, _, _ in parts}
    for case in rows:
        case.is_opened = viewer.is_system or case.pk in opened


def numbers_opened(viewer: Viewer, numbers: Iterable[str]) -> set[str]:
    """Return those numbers of cases whose page opens for the viewer."""
    return set(cases_visible_to(viewer).filter(number__in=list(numbers)).values_list("number", flat=True))


def _cover_hidden(cases: list[Case], links: dict[int, list[CaseIntake]]) -> None:
    intakes = {c.pk: [link.intake for link in links.get(c.pk, ())] for c in cases}
    values = personal_get([r for found in intakes.values() for r in contact_refs(found)]) if cases else {}
    for case in cases:
        case.title = veil_of(case, intakes[case.pk], values)(case.title)
        case.enterprise, case.is_covered = None, True


def _cover_shared(viewer: Viewer, cases: list[Case], links: dict[int, list[CaseIntake]]) -> None:
    own = {c.pk: [k for k in links[c.pk] if is_own_intake(k.intake, viewer.keys)] for c in cases}
    foreign = [c for c in cases if not any(k.is_primary for k in own[c.pk])]
    texts = personal_get([own[c.pk][0].intake.body_ref for c in foreign if own[c.pk]]) if foreign else {}
    for case in cases:
        first = own[case.pk][0].intake if own[case.pk] else None
        case.enterprise = first.enterprise if first else None
        case.channel = first.channel if first else None
        if case in foreign:
            said = texts.get(first.body_ref) if first else None
            case.title = title_of(said) if said else OWN_TITLE


def _outside() -> frozenset[str]:
    return PROCEDURES.codes_of("enterprise", "person")


def by_enterprise(viewer: Viewer, enterprise_id: int) -> Q:
    """Return the condition on cases an enterprise asked, as far as the viewer may know that it did."""
    if viewer.is_system:
        return Q(enterprise_id=enterprise_id)
    office = Exists(parts_of(viewer).filter(case=OuterRef("pk")).exclude(role__in=_outside()))
    found = Q(enterprise_id=enterprise_id) & Q(office) & knows_asker(viewer)
    if enterprise_id in viewer.enterprise_ids:
        parts = CaseParty.objects.filter(case=OuterRef("pk"), until__isnull=True, role__in=_outside())
        found |= Q(Exists(parts.filter(key=f"e:{enterprise_id}")))
    return found


def text_condition(viewer: Viewer, text: str, prefix: str = "") -> Q:
    """Return the condition of a typed text; what a page hides is not found by it either.

    A hidden asker's case is found by its number and covered title alone, one of several askers' by his own words.
    """
    if not text:
        return Q()
    key = "case_id__in" if prefix else "pk__in"
    rows = matching_subquery("case", text, viewer.district_id if viewer.memberships else None)
    also = also_named(viewer, text, prefix)
    if rows is None:
        return Q(**{f"{prefix}number__iexact": text}) | Q(**{f"{prefix}title__icontains": text}) | also
    unread = [] if viewer.is_system else _unread(viewer, _doubtful(viewer).filter(pk__in=rows), text)
    return (Q(**{key: rows}) & ~Q(**{key: unread}) if unread else Q(**{key: rows})) | also


def _doubtful(viewer: Viewer) -> QuerySet[Case]:
    """Return the cases of which the viewer reads less than the index holds."""
    parts, outside = parts_of(viewer), _outside()
    of_case = parts.filter(case=OuterRef("pk"))
    hidden = Q(hide_asker=True) & Q(Exists(of_case)) & ~knows_asker(viewer)
    several = CaseIntake.objects.filter(case=OuterRef("pk"), until__isnull=True, is_primary=False)
    asked = parts.filter(role__in=outside).values("case_id")
    shared = Q(pk__in=asked) & Q(Exists(several)) & ~Q(Exists(of_case.exclude(role__in=outside)))
    return Case.objects.filter(hidden | shared)


def _unread(viewer: Viewer, cases: QuerySet[Case], text: str) -> list[int]:
    """Return those of the found cases in which the viewer may not read the text."""
    found = list(cases.select_related("enterprise"))
    if not found:
        return []
    cases_cover(viewer, found)
    own = [k for k in live_links([c.pk for c in found]) if is_own_intake(k.intake, viewer.keys)]
    texts = personal_get([k.intake.body_ref for k in own])
    said: dict[int, str] = {}
    for link in own:
        said[link.case_id] = said.get(link.case_id, "") + (texts.get(link.intake.body_ref) or "")
    words = [reduced(w) for w in text.split()]
    return [c.pk for c in found if not _reads(c, said.get(c.pk, ""), words)]


def _reads(case: Case, said: str, words: list[str]) -> bool:
    readable = reduced(f"{case.number} {case.title} {case.asker_label} {said}")
    return all(w in readable for w in words)

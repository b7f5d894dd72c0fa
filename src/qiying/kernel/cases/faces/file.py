"""Everything a case page shows, read at once: the case, its rows, a page of its events, names, files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from qiying.kernel.audit.personal import refs_in
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.names import Names, ids_in, names_for
from qiying.kernel.cases.models import Case, CaseEvent, CaseIntake, CaseParty
from qiying.kernel.cases.reading import Happening, Reading, case_reading
from qiying.kernel.cases.selectors import cases_visible_to, open_cases_of
from qiying.kernel.documents.models import Document
from qiying.kernel.permissions.fetch import fetch_kept_or_404
from qiying.kernel.permissions.kept import kept
from qiying.kernel.permissions.viewer import Viewer

EVENTS_A_PAGE = 50


@dataclass(frozen=True)
class CaseFile:
    """What presenters work on, as far as the viewer may read it; nothing below it asks the database again."""

    reading: Reading
    context: CaseContext
    happenings: list[Happening]
    names: Names
    personal: Mapping[str, str | None]
    documents: list[Document]
    page: int = 1

    @property
    def case(self) -> Case:
        return self.context.case

    @property
    def links(self) -> list[CaseIntake]:
        return self.reading.links

    @property
    def is_asker(self) -> bool:
        """Whether the viewer looks as the asker, not as an office."""
        return self.reading.is_asker

    @property
    def pages(self) -> int:
        return max(1, -(-self.case.seq // EVENTS_A_PAGE))


def case_visible(viewer: Viewer, number: str) -> Case:
    """Return a case by number with what a page names; 404 for whoever takes no part in it."""
    return fetch_kept_or_404(_with_names, viewer, number=number)


def _with_names(viewer: Viewer) -> QuerySet[Case]:
    """Return the viewer's cases with what a page names; others of the enterprise count as far as he sees them."""
    cases = cases_visible_to(viewer)
    # of an office's parts only those in open cases: PostgreSQL would read all it ever had
    still = Exists(open_cases_of(viewer).filter(case=OuterRef("pk")))
    others = (
        (cases if viewer.is_system else Case.objects.filter(still))
        .filter(enterprise=OuterRef("enterprise"), is_open=True, district=OuterRef("district"))
        .order_by()
        .values("enterprise")
        .annotate(n=Count("pk"))
        .values("n")
    )
    related = ("district", "channel", "enterprise__region_unit", "lead_unit", "handler", "parent")
    return cases.select_related(*related).annotate(enterprise_open=Coalesce(Subquery(others), 0))


def case_file(case: Case, viewer: Viewer, now: datetime, *, page: int = 1) -> CaseFile:
    """Return the file of a visible case; at most seven queries whatever it holds."""
    reading = case_reading(case, viewer, now)
    context = reading.context
    page = min(max(page, 1), max(1, -(-case.seq // EVENTS_A_PAGE)))
    happenings = _happenings(reading, page)
    names = _names(context, happenings)
    _name_rows(context, names)
    return CaseFile(
        reading=reading,
        context=context,
        happenings=happenings,
        names=names,
        personal=reading.personal(_refs(context, happenings, reading.links)),
        documents=reading.documents(),
        page=page,
    )


def _happenings(reading: Reading, page: int) -> list[Happening]:
    case = reading.source.case
    top = case.seq - EVENTS_A_PAGE * (page - 1)
    rows = kept(_events, case_id=case.pk, seq__lte=top, seq__gt=top - EVENTS_A_PAGE)
    found = (reading.happening(e) for e in rows)
    return [h for h in found if h is not None]


def _events() -> QuerySet[CaseEvent]:
    return CaseEvent.objects.order_by("-seq").defer("prev_hash", "hash")


def _names(context: CaseContext, happenings: list[Happening]) -> Names:
    units = {a.unit_id for a in context.assignments}
    units |= {s.unit_id for s in context.supervisions if s.unit_id}
    units |= {a.asked_unit_id for a in context.approvals if a.asked_unit_id}
    people = {a.handler_id for a in context.assignments if a.handler_id}
    firms: set[int] = set()
    for s in context.supervisions:
        people |= {s.person_id} if s.person_id else set()
        people |= {m for m in s.members if isinstance(m, int)}
    for h in happenings:
        for ids, mentioned in zip((units, people, firms), ids_in(h.action, h.given), strict=True):
            ids |= mentioned
        if h.event.on_behalf.startswith("u:"):
            units.add(int(h.event.on_behalf[2:]))
        elif h.event.on_behalf.startswith("e:"):
            firms.add(int(h.event.on_behalf[2:]))
    for p in several_outside(context):
        (firms if p.key[0] == "e" else people).add(int(p.key[2:]))
    case = context.case
    known = [case.lead_unit] if case.lead_unit else []
    return names_for(units, people, known, firms, [case.enterprise] if case.enterprise else [])


def several_outside(context: CaseContext) -> list[CaseParty]:
    """Return the parties that are no office, in the procedure's order; none where only who asked takes part."""
    order = [p.code for p in context.procedure.parties if p.side != "office"]
    found = sorted(
        (p for p in context.parties if p.role in order and p.key[0] in "ep"),
        key=lambda p: order.index(p.role),
    )
    return found if len({p.role for p in found}) > 1 else []


def _name_rows(context: CaseContext, names: Names) -> None:
    """Hand the loaded units to the rows, so that guards that name a unit cost nothing."""
    for a in context.assignments:
        if a.unit_id in names.units:
            a.unit = names.units[a.unit_id]


def _refs(context: CaseContext, happenings: list[Happening], links: list[CaseIntake]) -> list[str]:
    refs = [ref for h in happenings for ref in refs_in(h.given)]
    for link in links:
        i = link.intake
        refs += [r for r in (i.body_ref, i.contact_name_ref, i.contact_phone_ref) if r]
    refs += [v.comment_ref for v in context.verdicts if v.comment_ref]
    return refs

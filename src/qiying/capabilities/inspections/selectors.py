"""Reads of inspections: who may come, how often a body was at an enterprise, whose visits somebody sees."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from qiying.capabilities.inspections.models import (
    Body,
    CapRule,
    Flag,
    Inspection,
    InspectionBody,
    Item,
    Officer,
    OtherVisit,
    Plan,
    PlanLine,
)
from qiying.capabilities.inspections.rules.inspecting import Cap, Coming, crew_faults
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.viewer import Viewer

PROCEDURE = "inspection"


def bodies_on(district_id: int, on: date) -> QuerySet[Body]:
    """Return the bodies that may inspect on a day."""
    return Body.objects.select_related("unit").filter(in_force(on), district_id=district_id)


def body_of(viewer: Viewer, on: date) -> Body | None:
    """Return the body somebody inspects for."""
    return bodies_on(viewer.district_id or 0, on).filter(unit_id__in=viewer.unit_ids).first()


def items_on(district_id: int, on: date) -> QuerySet[Item]:
    """Return the published items of bodies that may inspect on a day."""
    rows = Item.objects.select_related("body__unit").filter(in_force(on), district_id=district_id)
    return rows.filter(in_force(on, "body__"))


def officers_on(district_id: int, on: date) -> QuerySet[Officer]:
    """Return the officers whose certificate holds on a day."""
    rows = Officer.objects.select_related("person", "body__unit").filter(
        in_force(on), district_id=district_id
    )
    return rows.filter(in_force(on, "body__"), person__is_active=True)


def cap_of(body: Body, on: date) -> Cap:
    """Return the cap that holds for a body on a day: its own rule first, the district's, else the parameter."""
    rows = CapRule.objects.filter(in_force(on), Q(body=body) | Q(body=None), district_id=body.district_id)
    found = sorted(rows, key=lambda r: (r.body_id is not None, r.valid_from), reverse=True)
    if found:
        return found[0].cap
    most, reasonable = (
        int(parameter(f"inspections.{name}", district_id=body.district_id, on=on))
        for name in ("cap", "reasonable")
    )
    return Cap(most, reasonable=reasonable)


def comings(body: Body, enterprise_id: int, year: int, *, but: int = 0, but_line: int = 0) -> list[Coming]:
    """Return how a body was, or is to be, at an enterprise in a year: visits made or open, and plans not yet visits.

    `but` is an inspection left out, `but_line` a line of a plan.
    """
    rows = InspectionBody.objects.select_related("inspection").filter(
        body=body, inspection__enterprise_id=enterprise_id, inspection__is_dropped=False
    )
    found = [b.coming for b in rows.exclude(inspection_id=but)]
    lines = PlanLine.objects.filter(plan__body=body, enterprise_id=enterprise_id, inspection=None)
    lines = lines.exclude(pk=but_line).prefetch_related("items")
    found += [line.coming(is_key(line.items.all())) for line in lines]
    return [c for c in found if c.on.year == year]


def is_key(items: Iterable[Item]) -> bool:
    """Tell whether items lie outside the cap: all of them are of special key fields."""
    found = [i.is_key for i in items]
    return bool(found) and all(found)


def lines_like(enterprise: Enterprise, place: str, period: tuple[date, date]) -> QuerySet[PlanLine]:
    """Return published plans for one enterprise, place and period that are no visit yet."""
    rows = PlanLine.objects.select_related("plan__body__unit").prefetch_related("items")
    return rows.filter(
        enterprise=enterprise, place_key=place, inspection=None, plan__state=Plan.State.PUBLISHED,
        first_on__lte=period[1], last_on__gte=period[0],
    )  # fmt: skip


def joinable(enterprise: Enterprise, place: str, period: tuple[date, date]) -> Inspection | None:
    """Return the visit to this enterprise, place and period that another body may still join."""
    rows = Inspection.objects.select_related("case").filter(
        enterprise=enterprise, place_key=place, first_on__lte=period[1], last_on__gte=period[0],
        made_on=None, is_dropped=False, case__is_open=True,
    )  # fmt: skip
    return rows.exclude(kind="case").first()


def inspection_of(case: Case) -> Inspection | None:
    """Return the visit of a case."""
    rows = Inspection.objects.select_related("enterprise").prefetch_related(
        "bodies__body__unit", "items", "officers__person", "officers__body__unit"
    )
    return rows.filter(case_id=case.pk or 0).first() if case.procedure == PROCEDURE else None


def crew_wrong(one: Inspection, on: date) -> list[str]:
    """Say why the officers of a visit may not go in on a day."""
    crew = [(o.person.name, o.body.unit.label, o.valid_from, _until(o)) for o in one.officers.all()]
    return crew_faults(crew, [b.body.unit.label for b in one.bodies.all()], on)


def _until(officer: Officer) -> date | None:
    return min(filter(None, (officer.valid_to, officer.body.valid_to)), default=None)


def plans_visible_to(viewer: Viewer) -> QuerySet[Plan]:
    """Return every plan to who may look; a draft to its body and to who reviews alone."""
    rows = Plan.objects.select_related("body__unit").filter(district_id=viewer.district_id or 0)
    if viewer.is_system or viewer.has("inspections.watch"):
        return rows
    return rows.filter(Q(state=Plan.State.PUBLISHED) | Q(body__unit_id__in=viewer.unit_ids))


def lines_visible_to(viewer: Viewer) -> QuerySet[PlanLine]:
    """Return the visits of the plans somebody may see."""
    rows = PlanLine.objects.select_related("enterprise", "plan__body__unit", "inspection__case")
    return rows.filter(plan__in=plans_visible_to(viewer).values("pk")).prefetch_related("items")


def flags_visible_to(viewer: Viewer) -> QuerySet[Flag]:
    """Return the clues of a district for who looks into them, and those settled about one's own unit."""
    rows = Flag.objects.select_related(
        "unit", "inspection__case", "inspection__enterprise", "visit__enterprise"
    )
    rows = rows.filter(district_id=viewer.district_id or 0)
    if viewer.is_system or viewer.has("inspections.watch"):
        return rows
    return rows.filter(unit_id__in=viewer.unit_ids, state=Flag.State.FOUNDED)


def others_visible_to(viewer: Viewer) -> QuerySet[OtherVisit]:
    """Return who came otherwise: to one's own enterprises, from one's own units, all for who watches."""
    rows = OtherVisit.objects.select_related("unit", "enterprise")
    seen = Q(enterprise_id__in=viewer.enterprise_ids)
    if viewer.is_system or viewer.has("inspections.watch"):
        seen |= Q(district_id=viewer.district_id or 0)
    elif viewer.has("inspections.log"):
        seen |= Q(unit_id__in=viewer.unit_ids)
    return rows.filter(seen)


def visits_to(enterprise_ids: Iterable[int]) -> QuerySet[Inspection]:
    """Return the visits an enterprise knows of: made, or announced and approved."""
    rows = Inspection.objects.select_related("case", "enterprise").prefetch_related(
        "bodies__body__unit", "officers__person", "items"
    )
    told = Q(made_on__isnull=False) | Q(is_unannounced=False, case__state="approved")
    return rows.filter(told, enterprise_id__in=set(enterprise_ids)).order_by("-first_on", "-id")


def field_of(viewer: Viewer, today: date) -> QuerySet[Inspection]:
    """Return the visits somebody goes on that are not over, those of today first."""
    rows = Inspection.objects.select_related("case", "enterprise").prefetch_related(
        "items", "bodies__body__unit", "officers__person", "officers__body__unit"
    )
    mine = rows.filter(officers__person_id=viewer.person_id or 0, is_dropped=False, case__is_open=True)
    return mine.distinct().order_by("first_on", "id")

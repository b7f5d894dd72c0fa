"""Reads of projects: those somebody may see, what is stuck first, days against the baseline, units ranked."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.db.models import Case as Choose
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Sum, Value, When

from qiying.capabilities.projects.models import Approval, Project
from qiying.capabilities.projects.rules.kinds import OFFICES
from qiying.capabilities.projects.rules.law import Ranked, ranked
from qiying.kernel.cases.models import Case, Clock
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.selectors import units_with
from qiying.kernel.permissions.viewer import Viewer

PROCEDURE, STAGE, APPROVAL = "project", "project_stage", "project_approval"
STUCK, LATE, FREE, ENDED = range(4)
"""How projects stand on the board, what is stuck on top."""
COUNTED = ("preparing", "landed", "building", "completed", "producing", "done", "stopped")


def project_of(case: Case) -> Project | None:
    """Return the row of a project's case, or of the project a child case is a part of."""
    rows = Project.objects.select_related(
        "case", "enterprise", "unit", "head", "tracker", "ground", "stuck_unit"
    )
    key = case.pk if case.procedure == PROCEDURE else case.parent_id
    return rows.filter(case_id=key or 0).first() if case.procedure in {PROCEDURE, STAGE, APPROVAL} else None


def approval_of(case: Case) -> Approval | None:
    """Return the row of an approval's case."""
    return Approval.objects.select_related("project", "case").filter(case_id=case.pk or 0).first()


def projects_visible_to(viewer: Viewer) -> QuerySet[Project]:
    """Return all projects of the district for who watches over them, else those in which the viewer takes part."""
    rows = Project.objects.select_related(
        "case", "case__lead_unit", "enterprise", "unit", "tracker", "ground", "stuck_unit"
    ).filter(district_id=viewer.district_id or 0)
    if viewer.has("projects.watch"):
        return rows
    return rows.filter(case__in=cases_visible_to(viewer).filter(procedure=PROCEDURE))


def stuck_first(rows: QuerySet[Project], today: date) -> QuerySet[Project]:
    """Order projects: stuck ones by how long, then those late or with a part that is late, then by the next day."""
    late_part = Case.objects.filter(parent=OuterRef("case_id"), is_open=True, due_by__lt=today)
    late = Q(case__due_by__lt=today) | Q(Exists(late_part.exclude(clock_state="paused")))
    rank = Choose(
        When(case__is_open=False, then=Value(ENDED)),
        When(stuck_on__isnull=False, then=Value(STUCK)),
        When(late, then=Value(LATE)),
        default=Value(FREE),
        output_field=IntegerField(),
    )
    return rows.annotate(rank=rank).order_by("rank", F("stuck_on").asc(nulls_last=True), "case__due_by", "pk")


def offices_of(district_id: int) -> dict[str, int]:
    """Return the unit of each of the eight offices that the district has, by its function."""
    found = {code: next(iter(units_with(district_id, f"project_{code}")), None) for code in OFFICES}
    return {code: unit for code, unit in found.items() if unit is not None}


def looks_due(viewer: Viewer) -> QuerySet[Clock]:
    """Return the visits at key points that a named tracker still owes."""
    rows = Clock.objects.filter(kind__startswith="look_", case__project__tracker_id=viewer.person_id or 0)
    return rows.exclude(state=Clock.State.STOPPED).select_related("case__project")


# --- figures ------------------------------------------------------------------------------


class Handling(NamedTuple):
    """Days from signing to the building licence over the projects licensed in a period; the owner's own are not in."""

    projects: int
    mean: float
    least: int
    most: int


def handling_days(district_id: int, since: date, until: date) -> Handling | None:
    """Return how many days projects took that got their licence in a period, None where there was none."""
    rows = Project.objects.filter(district_id=district_id, licensed_on__range=(since, until))
    found = rows.values_list("licensed_on", "signed_on", "own_days")
    days = [(licensed - signed).days - own for licensed, signed, own in found if licensed]
    if not days:
        return None
    return Handling(len(days), sum(days) / len(days), min(days), max(days))


def baseline(district_id: int, on: date) -> tuple[int, int]:
    """Return the days a project took before the reform, and the target since, as they hold on a day."""
    before, target = (
        parameter(f"project.{n}", district_id=district_id, on=on) for n in ("baseline", "target")
    )
    return int(before), int(target)


def large_from(district_id: int, on: date) -> int:
    """Return from how many 万元 a project is a large one."""
    return int(parameter("project.large", district_id=district_id, on=on))


def brought(units: QuerySet[Unit], year: int) -> QuerySet[Unit]:
    """Return the units that brought projects signed in a year: signed, landed, the money, by share landed."""
    of = Q(brought_projects__signed_on__year=year, brought_projects__case__state__in=COUNTED)
    rows = units.filter(of).annotate(
        signed=Count("brought_projects"),
        landed=Count("brought_projects", filter=Q(brought_projects__landed_on__isnull=False)),
        produced=Count("brought_projects", filter=Q(brought_projects__produced_on__isnull=False)),
        wan=Sum("brought_projects__invest"),
    )
    return rows.annotate(share=F("landed") * 1.0 / F("signed")).order_by("-share", "-signed", "path")


def places(units: QuerySet[Unit], year: int) -> dict[int, Ranked]:
    """Return each unit's place with its range."""
    return ranked({u.pk: (u.landed, u.signed) for u in brought(units, year)})  # type: ignore[attr-defined]


def large_brought(district_id: int, year: int, large: int) -> dict[int, int]:
    """Return by unit how many large projects were signed in a year."""
    rows = Project.objects.filter(district_id=district_id, signed_on__year=year, case__state__in=COUNTED)
    counted = rows.filter(invest__gte=large).order_by().values_list("unit_id").annotate(n=Count("pk"))
    return dict(counted)

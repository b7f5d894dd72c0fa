"""Reading experience: officers see their own walks, units those of their services, who organises the district's."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Q, QuerySet

from qiying.capabilities.experience.models import ExperienceOfficer, ExperienceScript, ExperienceTask
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.viewer import Viewer

ORGANISES = "feedback.experience"


def officers_visible_to(viewer: Viewer) -> QuerySet[ExperienceOfficer]:
    """Return the officers of the district, for who organises them."""
    rows = ExperienceOfficer.objects.select_related("person")
    return rows.filter(district_id=viewer.district_id or 0) if viewer.has(ORGANISES) else rows.none()


def scripts_visible_to(viewer: Viewer) -> QuerySet[ExperienceScript]:
    """Return the district's scripts for who organises, those of his own services for anybody in a unit."""
    rows = ExperienceScript.objects.select_related("unit", "form")
    if viewer.has(ORGANISES):
        return rows.filter(district_id=viewer.district_id or 0)
    return rows.filter(unit_id__in=viewer.unit_ids)


def tasks_visible_to(viewer: Viewer) -> QuerySet[ExperienceTask]:
    """Return one's own tasks, done ones of one's unit's services, all of the district for who organises."""
    rows = ExperienceTask.objects.select_related("script__unit", "officer__person", "response__version")
    mine = Q(officer__person_id=viewer.person_id or 0)
    if viewer.has(ORGANISES):
        mine |= Q(script__district_id=viewer.district_id or 0)
    mine |= Q(script__unit_id__in=viewer.unit_ids, done_at__isnull=False)
    return rows.filter(mine)


def own_tasks(viewer: Viewer, today: date) -> QuerySet[ExperienceTask]:
    """Return what an officer in office still has to walk."""
    officers = ExperienceOfficer.objects.filter(in_force(today), person_id=viewer.person_id or 0)
    rows = ExperienceTask.objects.filter(officer__in=officers, done_at__isnull=True)
    return rows.select_related("script__unit").order_by("due_on", "pk")


def walked(rows: QuerySet[ExperienceTask]) -> QuerySet[ExperienceTask]:
    """Return done tasks, newest first, with how many findings they brought and how many of these are closed."""
    return (
        rows.filter(done_at__isnull=False)
        .annotate(
            found=Count("findings", distinct=True),
            solved=Count(
                "findings", filter=Q(findings__case__outcome__in=("solved", "partly")), distinct=True
            ),
        )
        .order_by("-done_at", "-pk")
    )


def experience_file_visible(viewer: Viewer, subject: str, audience: str) -> bool:
    """Tell whether photos of a walk may be seen: by its officer, the unit and who organises."""
    number = subject.partition(":")[2]
    return (
        number.isascii()
        and number.isdigit()
        and tasks_visible_to(viewer).filter(pk=int(number[:18])).exists()
    )

"""What waits because of experience, and where it stands in the navigation."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from qiying.capabilities.experience.models import ExperienceTask
from qiying.capabilities.experience.selectors import own_tasks
from qiying.kernel.organisations.offers import offer_nav
from qiying.kernel.organisations.waiting import Item, Source, declare_waiting
from qiying.kernel.permissions.viewer import Viewer

OFFICE = ("liaison", "handler", "leader", "desk", "callback", "supervisor", "district_leader")


def _walk(row: ExperienceTask) -> Item:
    url = reverse("experience:task", args=[row.pk])
    return Item(
        row.script.name, url, row.script.unit.label, "复测" if row.retest_of_id else "体验", day=row.due_on
    )


def walks(viewer: Viewer, today: date) -> Source | None:
    """Return what an experience officer has to walk, by its last day."""
    if viewer.person_id is None:
        return None
    return Source(
        own_tasks(viewer, today), _walk, reverse("experience:walks"), "due_on", order=("due_on", "pk")
    )


declare_waiting("experience", "等您去体验", walks, order=45)
offer_nav("experience", "体验", "experience:walks", OFFICE, 40, group="learning")

"""What forms of projects let one choose from."""

from __future__ import annotations

from qiying.capabilities.projects.models import Ground
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.registry import Choices, choice_source
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.selectors import in_force, people_with_role


def trackers(context: CaseContext) -> Choices:
    """Return the district's trackers by name."""
    ids = Unit.objects.filter(district_id=context.case.district_id).values_list("pk", flat=True)
    people = people_with_role(ids, ("tracker",), context.today)
    return list({m.person_id: (m.person_id, f"{m.person.name}（{m.unit.label}）") for m in people}.values())


def grounds(context: CaseContext) -> Choices:
    """Return the published grounds of the green channel that are in force."""
    rows = Ground.objects.filter(in_force(context.today), district_id=context.case.district_id)
    return [(g.pk, f"{g.title}（{g.source}）") for g in rows.filter(published_on__lte=context.today)]


def ground_labels(district_id: int) -> dict[str, str]:
    return {str(g.pk): g.title for g in Ground.objects.filter(district_id=district_id)}


choice_source("project_trackers", trackers, kind="person")
choice_source("project_grounds", grounds, labels=ground_labels)
